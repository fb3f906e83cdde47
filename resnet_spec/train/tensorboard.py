"""A run under way -> TensorBoard's event files, which need no TensorFlow."""

from __future__ import annotations

from pathlib import Path

from resnet_spec.train.history import Epoch, Timing


class TensorBoard:
    """Writes scalars as a run goes: `tensorboard --logdir RUN/events` draws them."""

    def __init__(self, folder: Path, begun_at: int) -> None:
        """Open the folder.

        Args:
            folder: where event files go; a run that goes on adds one.
            begun_at: steps of the run that are made; what an earlier process wrote after them is dropped from view.
        """
        from tensorboardX import SummaryWriter

        self._writer = SummaryWriter(
            str(folder), purge_step=begun_at + 1, flush_secs=5, filename_suffix=f".from-{begun_at}"
        )
        self._step = begun_at

    def step(self, epoch: int, step: int, steps: int, *, loss: float, accuracy: float, rate: float) -> None:
        """Write the epoch's means so far, and the rate."""
        self._step = (epoch - 1) * steps + step
        self._write({"loss/epoch_so_far": loss, "accuracy/epoch_so_far": accuracy, "learning_rate": rate})

    def epoch(self, epoch: Epoch, timing: Timing) -> None:
        """Write what an epoch gave, and what it took."""
        self._write(
            {
                "loss/train": epoch.loss,
                "loss/validation": epoch.val_loss,
                "accuracy/train": epoch.accuracy,
                "accuracy/validation": epoch.val_accuracy,
                "speed/images_per_second": timing.images_per_second,
                "speed/step_seconds": timing.step_seconds,
                "speed/data_wait": timing.data_wait,
            }
        )
        self._writer.flush()

    def close(self) -> None:
        """Wait until everything is written."""
        self._writer.close()

    def _write(self, scalars: dict[str, float]) -> None:
        for name, value in scalars.items():
            self._writer.add_scalar(name, value, self._step)
