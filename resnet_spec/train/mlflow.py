"""A run under way -> MLflow, for those who use it: where it is installed and `MLFLOW_TRACKING_URI` says where to.

The run of MLflow's is named by a file in the run directory, so that a run that goes on is the same one there. Epochs
that a killed run makes again are told again, at the same step and, but for the speed, with the same figures.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from resnet_spec.train.history import Epoch, Timing
from resnet_spec.train.keeper import Stopped


def mlflow_is_wanted() -> bool:
    """Say whether there is an MLflow to write to."""
    return bool(os.environ.get("MLFLOW_TRACKING_URI")) and find_spec("mlflow") is not None


class MLflow:
    """Logs the spec, each epoch's figures and how it ended; a server that fails ends this, and no training."""

    def __init__(self, folder: Path, name: str, spec: str, announce: Callable[[str], None]) -> None:
        """Open the run, or open it again.

        Args:
            folder: the run directory.
            name: of the network.
            spec: the resolved YAML, kept as an artefact.
            announce: told where MLflow fails, once.
        """
        self._announce, self._fails = announce, False
        self._try(lambda: self._open(folder, name, spec))

    def __enter__(self) -> MLflow:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Say how the training ended; one that was told to stop may go on, and is `RUNNING` again then."""
        told = kind is not None and issubclass(kind, Stopped | KeyboardInterrupt)
        status = "FINISHED" if kind is None else "KILLED" if told else "FAILED"
        self._try(lambda: self._client.set_terminated(self._run, status))

    def step(self, epoch: int, step: int, steps: int, *, loss: float, accuracy: float, rate: float) -> None:
        """Leave steps to TensorBoard: every figure here is a request to a server."""

    def epoch(self, epoch: Epoch, timing: Timing) -> None:
        """Log what an epoch gave, and its speed."""
        metrics = {
            "loss": epoch.loss, "accuracy": epoch.accuracy, "val_loss": epoch.val_loss,
            "val_accuracy": epoch.val_accuracy, "learning_rate": epoch.learning_rate,
            "images_per_second": timing.images_per_second, "step_seconds": timing.step_seconds,
            "data_wait": timing.data_wait,
        }  # fmt: skip
        self._try(lambda: self._log(metrics, epoch.epoch))

    def _try(self, act: Callable[[], None]) -> None:
        if self._fails:
            return
        try:
            act()
        except Exception as error:  # noqa: BLE001 - its stores and transports raise what they like
            self._fails = True
            said = next(iter(str(error).splitlines()), "")
            self._announce(f"MLflow failed ({type(error).__name__}: {said}): the run goes on without it")

    def _log(self, metrics: dict[str, float | None], epoch: int) -> None:
        for name, value in metrics.items():
            if value is not None:
                self._client.log_metric(self._run, name, value, step=epoch)

    def _open(self, folder: Path, name: str, spec: str) -> None:
        from mlflow import MlflowClient

        self._client = MlflowClient()
        self._named = folder / "mlflow_run_id"
        if self._named.exists():
            self._run = self._named.read_text(encoding="utf-8").strip()
            self._client.update_run(self._run, status="RUNNING")
        else:
            self._run = self._create(name)
            self._named.write_text(self._run, encoding="utf-8")
        self._client.log_text(self._run, spec, "spec.yaml")

    def _create(self, name: str) -> str:
        experiment = os.environ.get("MLFLOW_EXPERIMENT_NAME", "resnet-spec")
        found = self._client.get_experiment_by_name(experiment)
        identity = found.experiment_id if found else self._client.create_experiment(experiment)
        return str(self._client.create_run(identity, run_name=name).info.run_id)
