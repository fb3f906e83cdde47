"""`--resume` writes over nothing but what a run leaves that was killed before its first state: FAULTS 36."""

import pytest

from resnet_spec.diagnostic import InputError
from resnet_spec.train.check_resumable import check_resumable
from resnet_spec.train.hold_run import hold_run
from resnet_spec.train.run_directory import RunDirectory

KILLED_EARLY = (
    ".lock",
    "environment.json",
    "log.txt",
    ".result.json.x7",
    "events/events.1",
    "checkpoints/.epoch-000001.tmp",
)
STATE = "checkpoints/epoch-000001-step-000000000.safetensors"


def make(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")


@pytest.mark.parametrize(
    "names", [(), KILLED_EARLY, ("spec.yaml", "history.jsonl", STATE), (*KILLED_EARLY, STATE)],
    ids=["empty", "killed before its first state", "a state", "a state, and no spec yet"],
)  # fmt: skip
def test_a_run_may_go_on_there(tmp_path, names):
    make(tmp_path, *names)
    check_resumable(tmp_path)
    check_resumable(tmp_path / "new")


@pytest.mark.parametrize(
    ("names", "message", "help"),
    [
        (("spec.yaml",), "has no checkpoint", "`resnet-spec train SPEC --run NEW`"),
        ((".lock", "spec.yaml", "history.jsonl", "best.weights"), "has no checkpoint", "begins it with these weights"),
        (("spec.yaml", "checkpoints/.epoch-000001.tmp"), "has no checkpoint", "from a copy"),
        (("environment.json",), "is not a run directory", "new or empty"),
        ((*KILLED_EARLY, "notes.txt"), "is not a run directory", "new or empty"),
        ((*KILLED_EARLY, "history.jsonl"), "is not a run directory", "new or empty"),
    ],
)
def test_what_is_there_is_not_written_over(tmp_path, names, message, help):
    make(tmp_path, *names)
    with pytest.raises(InputError, match=message) as caught:
        check_resumable(tmp_path)
    assert caught.value.exit_code == 3
    assert help in caught.value.diagnostics[0].help


def test_a_file_is_no_run(tmp_path):
    make(tmp_path, "run")
    with pytest.raises(InputError, match="is not a run directory"):
        check_resumable(tmp_path / "run")


def test_a_directory_that_cannot_be_written_is_said_with_a_code(tmp_path):
    make(tmp_path, "run")
    with pytest.raises(InputError) as caught, hold_run(RunDirectory(tmp_path / "run")):
        pytest.fail("held")
    fault = caught.value.diagnostics[0]
    assert (fault.code, fault.help) == ("RS501", "check space and permissions")
    assert fault.message.startswith(f"cannot write `{tmp_path / 'run' / '.lock'}`: ")
