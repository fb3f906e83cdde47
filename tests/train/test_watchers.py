"""What a run tells other programs while it goes on: TensorBoard's event files, and MLflow where it is wanted."""

import importlib
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from resnet_spec.train.keeper import Stopped
from resnet_spec.train.run_directory import RunDirectory, read_timings

HERE = Path(__file__).parent


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.syspath_prepend(str(HERE))
    return importlib.import_module("fit_tiny")


def events(folder):
    """Read event files with their own record format: length, checksum, content, checksum."""
    from tensorboardX.proto.event_pb2 import Event

    found, purged = defaultdict(dict), []
    for path in sorted(folder.iterdir()):
        content, place = path.read_bytes(), 0
        while place < len(content):
            length = int.from_bytes(content[place : place + 8], "little")
            event = Event.FromString(content[place + 12 : place + 12 + length])
            place += 16 + length
            if event.session_log.status == event.session_log.START:
                purged.append(event.step)
            for value in event.summary.value:
                found[value.tag][event.step] = value.simple_value
    return found, purged


def test_event_files_hold_every_epoch_once_also_after_a_resume(tiny, tmp_path):
    run = tmp_path / "run"
    with pytest.raises(tiny.Dead):
        tiny.fit_tiny(run, patch=tiny.dying(10, tiny.fall))
    tiny.fit_tiny(run)
    found, purged = events(run / "events")
    assert list(found["loss/validation"]) == [5, 10, 15, 20], "by step of the run"
    assert found["learning_rate"][20] == pytest.approx(0.0025)
    assert found["speed/images_per_second"][5] > 0
    assert purged[-1] == 9, "what the dead process wrote after its last checkpoint is out of view"


def test_an_epoch_that_a_process_only_validated_has_no_speed(tiny, tmp_path):
    run, two = tmp_path / "run", ("epochs: 4", "epochs: 2")
    with pytest.raises(tiny.Dead):
        tiny.fit_tiny(run, two, patch=tiny.dying(6, tiny.fall))
    tiny.fit_tiny(run, two)
    first, second = read_timings(RunDirectory(run)).values()
    assert (first.epoch, first.images_per_second, first.step_seconds, first.data_wait) == (1, None, None, None)
    assert first.seconds > 0
    assert second.speed[0] > 0
    found, _ = events(run / "events")
    assert list(found["loss/validation"]) == [5, 10]
    assert [list(found[f"speed/{name}"]) for name in ("images_per_second", "step_seconds", "data_wait")] == [[10]] * 3
    of_first, of_second = [line for line in (run / "log.txt").read_text().splitlines() if " val_loss " in line]
    assert "images/s" not in of_first
    assert "images/s" in of_second


def test_mlflow_is_told_if_it_is_wanted(tiny, tmp_path, monkeypatch):
    mlflow = pytest.importorskip("mlflow")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"file://{tmp_path}/there")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    run = tmp_path / "run"
    with pytest.raises(tiny.Dead):
        tiny.fit_tiny(run, patch=tiny.dying(10, tiny.fall))
    tiny.fit_tiny(run)
    client = mlflow.MlflowClient()
    (experiment,) = [each for each in client.search_experiments() if each.name == "resnet-spec"]
    (theirs,) = client.search_runs([experiment.experiment_id])
    assert theirs.info.status == "FINISHED"
    assert sorted(point.step for point in client.get_metric_history(theirs.info.run_id, "val_loss")) == [1, 2, 3, 4]


LEAVING = """
class MlflowClient:
    served = []

    def __getattr__(self, name):
        if len(self.served) >= LIMIT:
            raise ConnectionError("the server has\\ngone [away]")
        self.served.append(name)
        made = {"experiment_id": "1", "info": type("Info", (), {"run_id": "7"})}
        return lambda *arguments, **options: type("Made", (), made)
"""


TOLD = """
class MlflowClient:
    told = []

    def __getattr__(self, name):
        def tell(run, *rest, **options):
            if name != "log_metric":
                self.told.append((name, *rest, *options.values()))
            if name == "log_text" and self.told.count((name, *rest)) == 1:
                raise ConnectionError("no room for artefacts")
            return type("Made", (), {"experiment_id": "1", "info": type("Info", (), {"run_id": "7"})})

        return tell
"""


@pytest.mark.parametrize(
    ("how", "status"), [(Stopped, "KILLED"), (KeyboardInterrupt, "KILLED"), (RuntimeError, "FAILED")]
)
def test_mlflow_learns_how_a_run_ended_and_the_spec_where_that_failed(how, status, tiny, tmp_path, monkeypatch):
    (tmp_path / "mlflow.py").write_text(TOLD)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.partition(".")[0] == "mlflow"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://nowhere.invalid")

    def end():
        raise how

    def fit(saves):
        with pytest.raises(how):
            tiny.fit_tiny(tmp_path / "run", patch=tiny.dying(saves, end))

    fit(2)
    fit(2)
    tiny.fit_tiny(tmp_path / "run")
    spec = (tmp_path / "run" / "spec.yaml").read_text()
    told = importlib.import_module("mlflow").MlflowClient.told
    assert told == [
        ("get_experiment_by_name",), ("create_run", "tiny"), ("log_text", spec, "spec.yaml"),
        ("update_run", "RUNNING"), ("log_text", spec, "spec.yaml"), ("set_terminated", status),
        ("update_run", "RUNNING"), ("log_text", spec, "spec.yaml"), ("set_terminated", "FINISHED"),
    ]  # fmt: skip
    monkeypatch.delitem(sys.modules, "mlflow")


@pytest.mark.parametrize("limit", [0, 2, 5, 11, 1000], ids=lambda limit: f"after {limit} requests")
def test_an_mlflow_that_goes_away_ends_no_training(tiny, tmp_path, monkeypatch, limit):
    (tmp_path / "mlflow.py").write_text(LEAVING.replace("LIMIT", str(limit)))
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.partition(".")[0] == "mlflow"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://nowhere.invalid")
    said = tiny.fit_tiny(tmp_path / "run", ("epochs: 4", "epochs: 2"))
    lines = [line for line in said if "MLflow" in line]
    assert lines == (
        [] if limit == 1000 else ["MLflow failed (ConnectionError: the server has): the run goes on without it"]
    )
    served = importlib.import_module("mlflow").MlflowClient.served
    assert len(served) == min(limit, 3 + 2 * 8 + 1), "nothing is asked of it any more"
    assert len((tmp_path / "run" / "history.jsonl").read_text().splitlines()) == 2
    monkeypatch.delitem(sys.modules, "mlflow")


def test_mlflow_is_left_alone_otherwise(tiny, tmp_path, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    before = set(sys.modules)
    tiny.fit_tiny(tmp_path / "run", ("epochs: 4", "epochs: 1"))
    assert "mlflow" not in set(sys.modules) - before
    assert not (tmp_path / "run" / "mlflow_run_id").exists()
