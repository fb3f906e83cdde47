"""A path that is no run's, or no new run's, is called what it is."""

from pathlib import Path

import pytest

from resnet_spec.cli.train import train
from resnet_spec.diagnostic import InputError
from resnet_spec.train.run_directory import check_vacant, open_run


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """Stand above a finished run."""
    monkeypatch.chdir(tmp_path)
    Path("runs/quickstart").mkdir(parents=True)
    Path("runs/quickstart/spec.yaml").write_text("extends: quickstart\n")
    Path("runs/quickstart/model.onnx").touch()
    Path("README.md").write_text("mine")


def fault(function, *arguments, **options):
    with pytest.raises(InputError) as caught:
        function(*arguments, **options)
    (found,) = caught.value.diagnostics
    return found.message, found.help


@pytest.mark.parametrize(
    ("path", "message", "help"),
    [
        ("runs/quikstart", "there is no run directory `runs/quikstart`", "did you mean `quickstart`?"),
        ("typo", "there is no run directory `typo`", "give the directory that `train` made"),
        ("README.md", "`README.md` is a file, and no run directory", "give the directory that `train` made"),
        ("runs/quickstart/model.onnx", "`runs/quickstart/model.onnx` is a file, and no run directory",
         "give the directory: `runs/quickstart`"),
    ],
)  # fmt: skip
def test_what_is_no_run(path, message, help):
    assert fault(open_run, Path(path)) == (message, help)
    assert fault(train, path, resume=True) == (message, help)


@pytest.mark.parametrize("spec", ["quickstart", "runs/quickstart/spec.yaml"])
def test_a_spec_alone_does_not_say_which_run_goes_on(spec):
    message, help = fault(train, spec, resume=True)
    assert message == "`--resume` needs to know which run goes on"
    assert "`resnet-spec train RUN --resume`" in help


def test_a_file_is_no_place_for_a_run():
    assert fault(check_vacant, Path("README.md"))[0] == "`README.md` is a file, and no directory"
    assert fault(check_vacant, Path("runs"))[0] == "`runs` already exists and is not empty"
