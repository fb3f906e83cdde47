"""What a run tells other programs while it goes on: TensorBoard's event files, and MLflow where it is wanted."""

import importlib
import sys
from collections import defaultdict
from pathlib import Path

import pytest

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
    assert sorted(point.step for point in client.get_metric_history(theirs.info.run_id, "val_loss")) == [1, 2, 3, 4]


def test_mlflow_is_left_alone_otherwise(tiny, tmp_path, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    before = set(sys.modules)
    tiny.fit_tiny(tmp_path / "run", ("epochs: 4", "epochs: 1"))
    assert "mlflow" not in set(sys.modules) - before
    assert not (tmp_path / "run" / "mlflow_run_id").exists()
