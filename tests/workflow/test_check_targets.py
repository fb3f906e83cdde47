"""Every place that an export cannot write to is named, before there is anything to write."""

import os
from pathlib import Path

import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.deploy.find_web_runtime import RUNTIME
from resnet_spec.diagnostic import InputError
from resnet_spec.train.run_directory import RunDirectory
from resnet_spec.workflow.check_targets import check_targets


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """Stand in a folder with a model, a page, an npm package, a pipe and a file."""
    monkeypatch.chdir(tmp_path)
    for folder in ("models/net", "site", "empty", "npm/dist"):
        Path(folder).mkdir(parents=True)
    for file in ("file.onnx", "site/index.html", *(f"npm/dist/{name}" for name in RUNTIME)):
        Path(file).touch()
    os.mkfifo("pipe")


def check(output, triton=None, web=None, runtime="npm", own=None, channels=3):
    places = {name: Path(path) if path else None for name, path in {"triton": triton, "web": web}.items()}
    run = RunDirectory(Path(own)) if own else None
    check_targets(Path(output), "net", channels=channels, runtime=Path(runtime), own=run, **places)


@pytest.mark.parametrize(
    "places",
    [("new.onnx",), ("file.onnx", "empty", "new/site"), ("empty/new.onnx", "new/models", "new/site")],
)
def test_places_that_are_free(places):
    before = sorted(Path().rglob("*"))
    check(*places)
    assert sorted(Path().rglob("*")) == before


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (("no/new.onnx",), "there is no folder"),
        (("file.onnx/new.onnx",), "there is no folder"),
        (("empty",), "it is a directory"),
        (("pipe",), "it is no regular file"),
        (("new.onnx", "models"), "`models/net` already exists"),
        (("new.onnx", "file.onnx/models"), "`file.onnx` is no folder"),
        (("new.onnx", None, "site"), "`site` already exists and is not empty"),
        (("new.onnx", None, "new", "none"), "there is no `none/dist/"),
        (("empty/new.onnx", None, "empty"), "`empty/new.onnx` would lie in `empty`"),
        (("new.onnx", "new/models", "new"), "`new/models` would lie in `new`"),
    ],
)
def test_a_place_that_is_not(places, said):
    with pytest.raises(InputError) as refused:
        check(*places)
    assert any(said in fault.message and fault.help for fault in refused.value.diagnostics)


def test_a_file_in_a_pages_place_is_one_fault():
    with pytest.raises(InputError) as refused:
        check("new.onnx", None, "file.onnx")
    assert [fault.message for fault in refused.value.diagnostics] == [
        "cannot make `file.onnx`: `file.onnx` is no folder"
    ]


@pytest.mark.parametrize("channels", [2, 4])
def test_a_page_that_no_image_file_is_for(channels):
    check("new.onnx", "new/models", channels=channels)
    with pytest.raises(InputError, match=f"images of {channels} channels"):
        check("new.onnx", "new/models", "new/site", channels=channels)
    check("new.onnx", "new/models", "new/site", channels=1)


def test_all_are_named_at_once():
    with pytest.raises(InputError) as refused:
        check("no/new.onnx", "models", "site", "none")
    assert len(refused.value.diagnostics) == 4


@pytest.fixture
def runs():
    """Make two runs, one with a file, and a folder with files of the same names that is no run."""
    for path in ("a/best.weights", "a/model.onnx", "a/spec.yaml", "b/best.weights", "c/model.onnx", "c/spec.yaml"):
        Path(path).parent.mkdir(exist_ok=True)
        Path(path).touch()
    Path("to_file").symlink_to("a/model.onnx")
    Path("to_a").symlink_to("a")


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize("output", ["a/model.onnx", "./empty/../a/model.onnx", "to_file", "to_a/model.onnx"])
def test_a_runs_own_file_is_kept_by_every_name(output):
    for own, beside in ((None, "smaller.onnx"), ("b", "other.onnx")):
        with pytest.raises(InputError) as refused:
            check(output, own=own)
        (fault,) = refused.value.diagnostics
        assert "own float32 file" in fault.message
        assert f"`-o {Path(output).with_name(beside)}`" in fault.help
    for own in ("a", "to_a"):
        check(output, own=own)


@pytest.mark.usefixtures("runs")
def test_a_file_that_a_run_keeps_elsewhere_is_its_own():
    Path("store").mkdir()
    Path("b/model.onnx").symlink_to("../store/file.onnx")
    for own in (None, "a"):
        with pytest.raises(InputError, match="own float32 file"):
            check("b/model.onnx", own=own)
    check("b/model.onnx", own="b")
    Path("b/model.onnx").unlink()
    Path("b/model.onnx").symlink_to("../a/model.onnx")
    with pytest.raises(InputError, match="own float32 file"):
        check("b/model.onnx", own="b")


@pytest.mark.usefixtures("runs")
def test_a_runs_own_file_need_not_be_there_yet():
    with pytest.raises(InputError, match="own float32 file"):
        check("b/model.onnx")


@pytest.mark.usefixtures("runs")
def test_other_files_are_free():
    for output in ("a/int8.onnx", "b/other.onnx", "c/model.onnx", "model.onnx"):
        check(output)
        check(output, own="a")


@pytest.mark.parametrize("smaller", ["--int8", "--fp16"])
def test_a_smaller_file_never_takes_the_place_of_the_runs_own(program, smaller):
    Path("run").mkdir()
    Path("run/spec.yaml").write_text(compile_spec("quickstart").text)
    Path("run/model.onnx").write_bytes(b"verified")
    Path("run/best.weights").write_bytes(b"damaged")
    done = program("export", "run", "-o", "run/model.onnx", smaller)
    assert done.returncode == 3
    assert "own float32 file" in done.stderr
    assert "`-o run/smaller.onnx`" in done.stderr
    assert Path("run/model.onnx").read_bytes() == b"verified"
    for free in (["run/model.onnx"], ["run/smaller.onnx", smaller]):
        assert "own float32 file" not in program("export", "run", "-o", *free).stderr, "it fails later: damaged weights"
