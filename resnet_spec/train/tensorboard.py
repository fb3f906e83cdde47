"""A run under way -> TensorBoard's event files, which need no TensorFlow.

Written as the run goes, by no thread of its own: a disk that is full ends the run, and does not hang it.
"""

from __future__ import annotations

import time
from pathlib import Path

from resnet_spec.train.history import Epoch, Timing

_FLUSH_SECONDS = 5


class TensorBoard:
    """Writes scalars as a run goes: `tensorboard --logdir RUN/events` draws them."""

    def __init__(self, folder: Path, begun_at: int) -> None:
        """Open the folder.

        Args:
            folder: where event files go; a run that goes on adds one.
            begun_at: steps of the run that are made; what an earlier process wrote after them is dropped from view.

        Raises:
            OSError: it cannot be written.
        """
        from tensorboardX.event_file_writer import EventsWriter
        from tensorboardX.proto.event_pb2 import Event, SessionLog

        folder.mkdir(exist_ok=True)
        self._writer = EventsWriter(str(folder / "events"), f".from-{begun_at}")
        self._step = begun_at
        log = SessionLog(status=SessionLog.START)
        self._writer.write_event(Event(wall_time=time.time(), step=begun_at + 1, session_log=log))
        self._flush()

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
        self._flush()

    def close(self) -> None:
        """Write what is not written yet."""
        self._writer.close()

    def _write(self, scalars: dict[str, float | None]) -> None:
        from tensorboardX.proto.event_pb2 import Event
        from tensorboardX.summary import scalar

        for name, value in scalars.items():
            if value is not None:
                summary = scalar(name, value)
                self._writer.write_event(Event(wall_time=time.time(), step=self._step, summary=summary))
        if time.monotonic() - self._flushed >= _FLUSH_SECONDS:
            self._flush()

    def _flush(self) -> None:
        self._writer.flush()
        self._flushed = time.monotonic()
