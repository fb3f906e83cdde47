"""`evaluate`, `predict` and `bench`: from a file alone, without a training framework, whoever is at the other end."""

import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image

from resnet_spec.compile import compile_spec
from resnet_spec.deploy.read_network import read_network
from resnet_spec.deploy.read_record import read_record
from resnet_spec.deploy.write_description import write_description
from resnet_spec.report.quantity import milliseconds
from resnet_spec.train.run_directory import RunDirectory, write_json
from resnet_spec.weights.weights_file import write_weights

# As if the package had been installed without extras: these are not found, whoever asks.
WITHOUT_EXTRAS = """\
import json, sys
from importlib.machinery import PathFinder
absent = {"tensorflow", "keras", "tf2onnx", "jax", "torch", "filelock", "tensorboardX"}

class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in absent else super().find_spec(name, path, target)

sys.meta_path[sys.meta_path.index(PathFinder)] = Without
from resnet_spec.cli import main
codes = {}
for command in json.load(sys.stdin):
    sys.argv = ["resnet-spec", *command.split()]
    try:
        main()
    except SystemExit as stop:
        codes[command] = stop.code
    else:
        codes[command] = 0
print(json.dumps({"codes": codes, "loaded": sorted(absent & sys.modules.keys())}))
"""
ALL_WORK = (
    "check run/spec.yaml", "diff quickstart run/spec.yaml", "export run -o run/model.onnx", "evaluate run",
    "predict run pictures", "bench run --batch 1 --threads 1 --seconds 0", "render run/model.onnx",
    "export run -o run/int8.onnx --int8 --max-drop 100", "export run -o run/fp16.onnx --fp16 --max-drop 100",
    "predict run/int8.onnx pictures", "evaluate run/fp16.onnx", "report run",
)  # fmt: skip
DATA = {
    "source": "digits", "class_names": list("0123456789"), "train_images": 1, "validation_images": 1, "test_images": 1,
    "validation_origin": "", "skipped": [],
}  # fmt: skip
TRAINS = "build quickstart -o built"


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """Run every command without extras, in a folder with a run's weights and pictures."""
    place = tmp_path_factory.mktemp("use")
    run = RunDirectory(place / "run")
    run.path.mkdir()
    compiled = compile_spec("quickstart")
    run.spec.write_text(compiled.text)
    random = np.random.default_rng(0)
    shapes = compiled.graph.weight_shapes()
    drawn = {name: random.random(shape, np.float32) for name, shape in shapes.items()}
    kernels = {name: values / np.prod(values.shape[:-1]) for name, values in drawn.items() if name.endswith("kernel")}
    write_weights(run.weights, {**drawn, **{name: values.astype("f") for name, values in kernels.items()}})
    write_json(run.environment, {})
    write_json(run.result, {"complete": True, "data": DATA})
    (place / "pictures").mkdir()
    for index in range(3):
        Image.fromarray(random.integers(0, 256, (8, 8), np.uint8)).save(place / "pictures" / f"{index}.png")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRAS], input=json.dumps([*ALL_WORK, TRAINS]),
        cwd=place, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    return place, done


@pytest.fixture
def place(used):
    return used[0]


@pytest.fixture
def resnet_spec(place):
    """Run the program in that folder."""

    def run(*arguments, **options):
        code = "import sys; from resnet_spec.cli import main; sys.argv[0] = 'resnet-spec'; main()"
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        return subprocess.run([sys.executable, "-c", code, *arguments], cwd=place, timeout=120, check=False, **options)

    return run


def test_without_extras_all_but_training_works(used):
    place, done = used
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["loaded"] == []
    assert told["codes"] == {**dict.fromkeys(ALL_WORK, 0), TRAINS: 3}, done.stderr
    assert "pip install 'resnet-spec[train]'" in done.stderr
    assert (place / "run" / "report.html").exists()


def test_the_report_of_a_smaller_file_says_what_was_compared(resnet_spec, place):
    shutil.copytree(place / "run", place / "smaller")
    shutil.copy(place / "run" / "int8.onnx", place / "smaller" / "model.onnx")
    assert resnet_spec("report", "smaller").returncode == 0
    for folder, said in (("run", False), ("smaller", True)):
        page = (place / folder / "report.html").read_text()
        assert ("The float32 network that the ONNX file was made from" in page) == said
        assert "plain NumPy" in page, "who ran the trained network"
        assert hashlib.sha256((place / folder / "model.onnx").read_bytes()).hexdigest() in page


@pytest.mark.parametrize("how", [(), ("--int8", "--max-drop", "100")])
def test_data_of_other_classes_is_refused_by_export(resnet_spec, place, how):
    for split in ("train", "test"):
        for name in "abcdefghij":
            (place / "others" / split / name).mkdir(parents=True, exist_ok=True)
            for picture in ("0.png", "1.png"):
                shutil.copy(place / "pictures" / picture, place / "others" / split / name / picture)
    done = resnet_spec("export", "run", "-o", "others.onnx", "--data", "others", *how)
    assert done.returncode == 3
    assert b"the data's classes are not the network's: `0`, `1`" in done.stderr
    assert not (place / "others.onnx").exists()


def test_figures_as_json(resnet_spec):
    evaluated = json.loads(resnet_spec("evaluate", "run", "--json").stdout)
    assert evaluated["images"] == 359
    assert 0 <= evaluated["accuracy"] <= 1
    timed = json.loads(resnet_spec("bench", "run", "--json", "--batch", "2", "--threads", "1", "--seconds", "0").stdout)
    assert timed["macs"] == compile_spec("quickstart").cost.macs
    (speed,) = timed["speeds"]
    assert (speed["threads"], speed["batch"]) == (1, 2)
    assert speed["images_per_second"] > 0
    assert speed["share_of_matrix_rate"] == pytest.approx(speed["gflops"] / timed["matrix_gflops"]["1"])


def test_a_file_of_another_spec_certifies_nothing(resnet_spec, place):
    shutil.copytree(place / "run", place / "mixed")
    network = read_network(place / "run" / "model.onnx")
    other = replace(network.description, spec=network.description.spec + "# other\n")
    verified = read_record(network).verified
    assert verified
    (place / "mixed" / "model.onnx").write_bytes(write_description(network.content, other, verified))
    done = resnet_spec("report", "mixed")
    assert done.returncode == 0
    assert b"is of another spec" in done.stderr
    for name in ("report.html", "report.md"):
        for folder, said in (("run", False), ("mixed", True)):
            assert ("no onnx file was verified" in (place / folder / name).read_text().lower()) == said


def test_a_list_on_standard_input_json_lines_and_csv(resnet_spec, place):
    named = b"pictures/1.png\npictures/0.png\n\npictures/2.png"
    done = resnet_spec("predict", "run", "-", "--json", "--top", "2", input=named)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["file"] for row in rows] == ["pictures/1.png", "pictures/0.png", "pictures/2.png"]
    assert [len(row["classes"]) for row in rows] == [2, 2, 2]

    done = resnet_spec("predict", "run", "-", "-0", "--csv", "--top", "2", input=named.replace(b"\n", b"\0"))
    first, *lines = csv.reader(done.stdout.decode().splitlines())
    assert first == ["file", "rank", "class", "probability"]
    told = [(row["file"], rank, c) for row in rows for rank, c in enumerate(row["classes"], 1)]
    assert lines == [[file, str(rank), c["class"], str(c["probability"])] for file, rank, c in told]


def test_a_list_as_windows_writes_it(resnet_spec):
    done = resnet_spec("predict", "run", "-", "--json", input=b"pictures/1.png\r\n\r\npictures/2.png\r\n")
    assert [json.loads(line)["file"] for line in done.stdout.splitlines()] == ["pictures/1.png", "pictures/2.png"]


def test_a_list_without_ends_is_not_gathered(resnet_spec):
    done = resnet_spec("predict", "run", "-", "--json", input=b"pictures/1.png\n" + b"x" * (1 << 25))
    assert done.returncode == 3
    assert json.loads(done.stdout)["file"] == "pictures/1.png"
    said = done.stderr.decode()
    assert "error[RS604]: a name on standard input has more than 262,144 bytes" in said
    assert "help: end every name with a newline, or with NUL for --null" in said


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "a list for --null"])
def test_standard_input_that_is_no_list_is_one_error(resnet_spec, kind):
    stream = io.BytesIO(b"pictures/1.png\0pictures/2.png\0")
    if not kind.startswith("a list"):
        Image.effect_noise((300, 300), 90).save(stream, kind)
    done = resnet_spec("predict", "run", "-", "--json", input=stream.getvalue())
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr.decode() == (
        "error[RS604]: standard input is no list of paths, one a line: it has NUL bytes; no more of it is read\n"
        "  = help: give a picture by its path; `--null` is for lists that end every name in NUL\n\n"
    )


def test_every_file_that_cannot_be_read_is_named(resnet_spec):
    names = [f"missing{index}.png" for index in range(150)]
    done = resnet_spec("predict", "run", "-", "--json", input="\n".join([*names, "pictures/0.png"]).encode())
    said = done.stderr.decode()
    assert (done.returncode, len(done.stdout.splitlines())) == (3, 1)
    assert all(f"`{name}`" in said for name in names)
    assert said.endswith("150 errors\n")


def test_hostile_names(resnet_spec, place):
    evil, bytes_only = b'\x1b[2J\xe2\x80\xaeevil, "x".png', b"\xff.png"
    for name in (evil, bytes_only):
        Path(os.fsdecode(os.fsencode(place) + b"/" + name)).write_bytes((place / "pictures" / "0.png").read_bytes())
    broken = b"\x1b]0;title\x07.png"
    Path(os.fsdecode(os.fsencode(place) + b"/" + broken)).write_bytes(b"none")
    names = b"\n".join((evil, bytes_only, broken))
    done = resnet_spec("predict", "run", "-", input=names)
    assert done.returncode == 3
    shown = done.stdout + done.stderr
    assert not {b"\x1b", b"\x07", b"\xe2\x80\xae", b"\xff"} & {
        shown[i : i + n] for n in (1, 3) for i in range(len(shown))
    }
    assert rb"\x1b[2J\u202eevil" in done.stdout
    assert rb"`\x1b]0;title\x07.png`" in done.stderr
    rows = list(
        csv.reader(
            resnet_spec("predict", "run", "-", "--csv", "--top", "1", input=names)
            .stdout.decode("utf-8", "surrogateescape")
            .splitlines()
        )
    )
    assert [row[0] for row in rows[1:]] == [os.fsdecode(evil), os.fsdecode(bytes_only)]
    lines = resnet_spec("predict", "run", "-", "--json", input=names).stdout.splitlines()
    assert [json.loads(line)["file"] for line in lines] == [os.fsdecode(evil), os.fsdecode(bytes_only)]


def test_a_name_of_several_lines_is_one_field_of_csv(resnet_spec, place):
    name = b"a\rb.png"
    Path(os.fsdecode(os.fsencode(place) + b"/" + name)).write_bytes((place / "pictures" / "0.png").read_bytes())
    done = resnet_spec("predict", "run", "-", "-0", "--csv", "--top", "1", input=name)
    rows = list(csv.reader(io.StringIO(done.stdout.decode(), newline="")))
    assert [row[0] for row in rows] == ["file", name.decode()]


def test_names_of_files_that_are_left_out_are_not_obeyed(resnet_spec, place):
    for digit in range(10):
        (place / "evil" / "test" / str(digit)).mkdir(parents=True)
        shutil.copy(place / "pictures" / "0.png", place / "evil" / "test" / str(digit))
    (place / "evil" / "test" / "\x1b[2J\u202ex.txt").touch()
    done = resnet_spec("evaluate", "run", "--data", "evil")
    assert done.returncode == 0
    assert rb"left out: " in done.stderr
    assert rb"\x1b[2J\u202ex.txt" in done.stderr
    assert b"\x1b" not in done.stderr


def test_two_formats_at_once_are_a_usage_error(resnet_spec):
    done = resnet_spec("predict", "run", "pictures", "--json", "--csv")
    assert done.returncode == 2
    assert b"choose one" in done.stderr


COMMANDS = (
    ["predict", "run", "pictures", "--json"],
    ["bench", "run", "--batch", "1", "--threads", "1", "--seconds", "0"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nobody_reads_and_a_full_disk(command, resnet_spec):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        done = resnet_spec(*command, stdout=pipe)
    assert (done.returncode, b"Traceback" in done.stderr, b"bug" in done.stderr) == (0, False, False)
    with Path("/dev/full").open("wb") as full:
        done = resnet_spec(*command, stdout=full)
    assert done.returncode == 3
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.fixture
def unheard():
    """Give the end of a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        yield pipe


@pytest.mark.parametrize(
    ("command", "code"),
    [("check quickstart no-such-spec", 1), ("check no-such-spec --json", 1), ("predict run no-such.png pictures", 3)],
)
def test_that_nobody_reads_what_is_found_hides_no_failure(resnet_spec, unheard, command, code):
    assert resnet_spec(*command.split(), stdout=unheard).returncode == code


@pytest.mark.parametrize(
    ("command", "code"),
    [("check no-such-spec", 1), ("evaluate no-such.onnx", 3), ("predict run no-such.png", 3), ("evaluate run", 0)],
)
def test_that_nobody_hears_what_is_said_changes_nothing(resnet_spec, unheard, command, code):
    assert resnet_spec(*command.split(), stderr=unheard).returncode == code


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_an_export_that_nobody_reads_of_is_whole(resnet_spec, place, unheard, stream):
    done = resnet_spec("export", "run", "-o", f"{stream}.onnx", "--triton", f"{stream}_models", **{stream: unheard})
    assert done.returncode == 0
    assert (place / f"{stream}.onnx").is_file()
    assert list((place / f"{stream}_models").rglob("config.pbtxt"))


def test_a_closed_standard_output_is_as_good_as_none(resnet_spec):
    code = "import os, sys; [os.close(fd) for fd in (0, 1, 2)]; os.execvp(sys.argv[1], sys.argv[1:])"
    program = "import sys; from resnet_spec.cli import main; sys.argv[0] = 'resnet-spec'; main()"
    for command, expected in ((["check", "quickstart"], 0), (["check", "no-such-spec"], 1)):
        done = subprocess.run(
            [sys.executable, "-c", code, sys.executable, "-c", program, *command], timeout=60, check=False
        )
        assert done.returncode == expected


def hostile(place):
    """Write files that are no networks of ours, or more than that."""
    secret = onnx.TensorProto(name="secret", data_type=1, dims=[1], data_location=onnx.TensorProto.EXTERNAL)
    secret.external_data.add(key="location", value="../../etc/passwd")
    outside, custom = onnx.load_model(place / "run" / "model.onnx"), onnx.load_model(place / "run" / "model.onnx")
    outside.graph.initializer.append(secret)
    custom.graph.node[0].domain = "com.evil"
    contents = {
        "outside.onnx": outside.SerializeToString(),
        "custom.onnx": custom.SerializeToString(),
        "evil.keras": b"PK\x03\x04" + b"config.json lambda" * 20,
        "evil.h5": b"\x89HDF\r\n\x1a\n" + bytes(200),
        "evil.pkl": b"cos\nsystem\n(S'touch owned'\ntR.",
    }
    for name, content in contents.items():
        (place / name).write_bytes(content)
        yield name


def test_networks_that_are_not_ours(place, monkeypatch, capsys):
    from resnet_spec.cli import main

    monkeypatch.chdir(place)
    for name in hostile(place):
        for command in (["evaluate", name], ["predict", name, "pictures"], ["bench", name]):
            monkeypatch.setattr(sys, "argv", ["resnet-spec", *command])
            with pytest.raises(SystemExit) as stop:
                main()
            said = capsys.readouterr().err
            assert stop.value.code == 3, said
            assert said.startswith("error[RS603]")
    assert not (place / "owned").exists()


def test_a_smaller_network_says_what_it_lost(place):
    model = onnx.load(place / "run" / "int8.onnx")
    said = {pair.key: pair.value for pair in model.metadata_props}
    lost = json.loads(said["resnet_spec.reduction"])
    assert (lost["precision"], lost["images"], lost["calibration_images"]) == ("int8-unsigned", 359, 256)
    assert said["resnet_spec.spec"] == (place / "run" / "spec.yaml").read_text()


def test_what_is_exported_into_the_run_is_in_its_report(place, resnet_spec):
    run = place / "run"
    files = {file["name"]: file for file in json.loads((run / "shipping.json").read_text())["files"]}
    assert list(files) == ["model.onnx", "fp16.onnx", "int8.onnx"]
    assert [file["numbers"] for file in files.values()] == ["float32", "float16", "int8-unsigned"]
    smaller = files["int8.onnx"]
    assert smaller["integer_convolutions"] == smaller["convolutions"] > 0
    assert smaller["bytes"] < files["model.onnx"]["bytes"] / 2
    page = (run / "report.html").read_text()
    for name, file in files.items():
        (row,) = re.findall(rf"<tr><th[^>]*>{name}</th>.*</tr>", page)
        assert f">{milliseconds(file['times'][0]['p50_ms'])}<" in row
    assert "| int8.onnx | int8, unsigned;" in (run / "report.md").read_text()
    assert "This run does not say how it began" in (run / "report.md").read_text(), "nobody trained it here"

    before = {path: path.read_bytes() for path in (*run.glob("report.*"), run / "shipping.json")}
    (run / "foreign.onnx").write_bytes(b"none of ours")
    done = resnet_spec("report", "run")
    (run / "foreign.onnx").unlink()
    assert done.returncode == 0
    assert done.stderr.decode() == (
        "left out of the report: `run/foreign.onnx` is not an ONNX network, or is cut short\n"
    )
    assert {path: path.read_bytes() for path in before} == before


def test_places_to_write_to_are_looked_at_before_the_work(place, monkeypatch, capsys):
    from resnet_spec.cli import main
    from resnet_spec.data import load_test_images

    monkeypatch.setattr(load_test_images, "load_test_images", lambda *_, **__: pytest.fail("the work has begun"))
    monkeypatch.chdir(place)
    monkeypatch.setattr(sys, "argv", ["resnet-spec", "export", "run", "-o", "no/x.onnx", "--web", "pictures"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 3
    said = capsys.readouterr().err
    assert "there is no folder" in said
    assert "make the folder first" in said
    assert "`pictures` already exists and is not empty" in said
    assert "npm install onnxruntime-web" in said


def test_too_much_loss_leaves_no_file(place, monkeypatch, capsys):
    from resnet_spec.cli import main
    from resnet_spec.deploy import reduce_precision
    from resnet_spec.workflow import choose_reference

    accuracies = iter([0.9, 0.89])
    monkeypatch.setattr(reduce_precision, "_accuracy", lambda logits, test: next(accuracies))
    monkeypatch.setattr(
        choose_reference, "find_spec", lambda name: None
    )  # plain NumPy is as good here, and sooner there
    monkeypatch.chdir(place)
    command = ["export", "run", "-o", "lost.onnx", "--int8", "--int8-form", "signed"]
    monkeypatch.setattr(sys, "argv", ["resnet-spec", *command])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 4
    assert "error[RS605]: the int8-signed network names 89.00%" in capsys.readouterr().err
    assert not (place / "lost.onnx").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--int8 --fp16", "choose one"),
        ("--int8-form signed", "--int8-form goes with --int8"),
        ("--max-drop 1", "--max-drop goes with"),
        ("--int8 --max-drop inf", "Invalid value for '--max-drop'"),
        ("--int8 --max-drop nan", "Invalid value for '--max-drop'"),
        ("--calibration-images 3", "--calibration-images goes with"),
    ],
)
def test_no_option_is_ignored(options, said, monkeypatch, capsys):
    from resnet_spec.cli import main

    monkeypatch.setattr(sys, "argv", ["resnet-spec", "export", "run", "-o", "x.onnx", *options.split()])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    assert said in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--threads 100000", "4 a processor"),
        ("--seconds inf", "Invalid value for '--seconds'"),
        ("--seconds nan", "Invalid value for '--seconds'"),
        ("--batch 100000000", "Invalid value for '--batch'"),
    ],
)
def test_a_benchmark_ends(options, said, monkeypatch, capsys):
    from resnet_spec.cli import main

    monkeypatch.setattr(sys, "argv", ["resnet-spec", "bench", "no.onnx", *options.split()])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    assert said in " ".join(capsys.readouterr().err.split())
