import os
import pty
import subprocess
import sys

import pytest
from PIL import Image

from resnet_spec.compile import compile_spec

RUN = "import sys; from resnet_spec.cli import main; sys.argv[0] = 'resnet-spec'; main()"


@pytest.fixture
def images(tmp_path):
    """Make a folder `flowers`: three classes of 14 pictures, without a test split."""
    for number, name in enumerate(("aster", "iris", "rose")):
        folder = tmp_path / "flowers" / name
        folder.mkdir(parents=True)
        for index in range(14):
            Image.new("RGB", (14, 12), (80 * number, index, 200 - 90 * number)).save(folder / f"{index}.png")
    return "flowers"


def test_without_a_terminal_nothing_is_asked_and_every_guess_is_said(program, tmp_path, images):
    done = program("init", "--data", images)
    assert done.returncode == 0, done.stderr
    assert "wrote flowers.yaml" in done.stdout
    for said in (
        "name: flowers (a guess)",
        "input: 12x14x3 (as in flowers)",
        "classes: 3 (as in flowers)",
        "size: small",
    ):
        assert said in done.stderr
    checked = program("check", "flowers.yaml")
    assert checked.returncode == 0, checked.stderr
    spec = compile_spec(str(tmp_path / "flowers.yaml")).spec
    assert (spec.model.input.shape, spec.model.classes) == ((12, 14, 3), 3)


def test_images_of_several_sizes_are_said_to_be_and_are_cut(program, tmp_path):
    for name in "ab":
        (tmp_path / "photos" / name).mkdir(parents=True)
        for side in (30, 44, 59):
            Image.new("RGB", (side + 2, side)).save(tmp_path / "photos" / name / f"{side}.png")
    done = program("init", "--data", "photos")
    assert done.returncode == 0, done.stderr
    said = "input: 44x44x3 (the images differ in size; the median of those looked at is 44x46x3)"
    assert said in done.stderr
    spec = compile_spec(str(tmp_path / "photos.yaml")).spec
    assert (spec.model.input.shape, spec.data.resize) == ((44, 44, 3), "crop")


def test_what_options_say_is_neither_guessed_nor_said(program, tmp_path):
    options = ("--data", "cifar10", "--name", "a: b", "--input", "48x40x3", "--classes", "10", "--size", "large")
    done = program("init", "net.yaml", *options)
    assert (done.returncode, done.stderr) == (0, "")
    spec = compile_spec(str(tmp_path / "net.yaml")).spec
    assert (spec.name, spec.model.input.shape, spec.model.classes) == ("a: b", (48, 40, 3), 10)
    assert (spec.data.source.tag, spec.data.resize) == ("cifar10", "crop")


def test_data_that_is_not_there_yet_is_said(program, tmp_path):
    done = program("init", "net.yaml", "--data", "later.zip")
    assert done.returncode == 0, done.stderr
    assert "`later.zip` is not there yet" in done.stderr
    assert compile_spec(str(tmp_path / "net.yaml")).spec.data.source.path == "later.zip"


def test_a_file_that_exists_is_never_overwritten(program, tmp_path):
    (tmp_path / "net.yaml").write_text("mine")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "nowhere")
    for name in ("net.yaml", "link.yaml"):
        done = program("init", name, "--data", "digits")
        assert done.returncode == 3
        assert f"`{name}` already exists" in done.stderr
    assert (tmp_path / "net.yaml").read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--input", "32x32"), 2, "32x32x3"),
        (("--input", "0x32x3"), 2, "32x32x3"),
        (("--classes", "1"), 2, "at least 2"),
        (("--classes", "many"), 2, "at least 2"),
        (("--size", "huge"), 2, "small, medium, large"),
        (("--name", "x" * 201), 2, "for --name: a name has 1 to 200 characters"),
        (("--input", "99999x1x1"), 2, "for --input: `99999x1x1` is no input"),
        (("--input", "\x1b[31m9"), 2, "`\\x1b[31m9` is no input"),
        (("--classes", "\x1b[31m9"), 2, "`\\x1b[31m9` is no number of classes"),
        (("--size", "\x1b[31mhuge"), 2, "`\\x1b[31mhuge` is no size"),
        (("--data", ""), 2, "for --data: an empty path"),
        (("--data", " "), 2, "for --data: an empty path"),
        (("--data", "digits", "--classes", "7"), 2, "for --classes: digits has 10 classes, not 7"),
        (("--data", "cifar100", "--classes", "10"), 2, "for --classes: cifar100 has 100 classes, not 10"),
        (("--data", "digits", "--input", "8x8x4"), 2, "the images of digits are 8x8x1"),
        (("--data", "digits", "--input", "16x12x3", "--classes", "10"), 0, "size"),
        (("--name", "a\x07"), 0, "guess"),
        (("--data", "notes.txt"), 3, "notes.txt"),
        (("--data", "empty"), 3, "class folder"),
        (("missing/net.yaml",), 3, "missing/net.yaml"),
    ],
)
def test_answers_that_cannot_be(program, tmp_path, options, code, says):
    (tmp_path / "notes.txt").write_text("text")
    (tmp_path / "empty").mkdir()
    done = program("init", *(() if "/" in options[0] else ("net.yaml",)), *options)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not set("\x07\x1b") & set(done.stdout + done.stderr)
    assert "-->" not in done.stderr
    assert (tmp_path / "net.yaml").exists() is (code == 0)


def test_on_a_terminal_it_asks_again_until_it_understands(tmp_path, images):
    main, terminal = pty.openpty()
    # No data option: every question comes, and an empty line takes the guess.
    os.write(main, f"{images}\nblumen\n\nfour\n4\n3\n\n".encode())
    done = subprocess.run(
        [sys.executable, "-c", RUN, "init"], cwd=tmp_path, stdin=terminal, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    os.close(main)
    os.close(terminal)
    assert done.returncode == 0, done.stderr
    assert "input [12x14x3]:" in done.stderr
    assert "`four` is no number of classes" in done.stderr
    assert "has 3 classes, not 4" in done.stderr
    spec = compile_spec(str(tmp_path / "blumen.yaml")).spec
    assert (spec.name, spec.model.input.shape, spec.model.classes) == ("blumen", (12, 14, 3), 3)


def test_digits_are_never_mirrored(program, tmp_path):
    for name, data, shape, flips in (
        ("a", "digits", "8x8x1", False), ("b", "digits", "16x16x3", False), ("c", "cifar10", "32x32x3", True),
        ("d", "cifar10", "32x32x1", False),
    ):  # fmt: skip
        done = program("init", f"{name}.yaml", "--data", data, "--input", shape)
        assert done.returncode == 0, done.stderr
        assert ("random_flip" in (tmp_path / f"{name}.yaml").read_text()) is flips


@pytest.mark.slow
def test_what_it_writes_trains(program, tmp_path, images):
    assert program("init", "--data", images).returncode == 0
    done = program("train", "flowers.yaml", "--set", "train.epochs=2")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "runs" / "flowers" / "model.onnx").is_file()
