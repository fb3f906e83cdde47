"""A training run on the terminal: a live bar where there is one, a quiet line an epoch where there is not."""

from __future__ import annotations

from types import TracebackType

from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from resnet_spec.render.console import err
from resnet_spec.train.history import Epoch, Timing, epoch_line


class TrainingProgress:
    """Draws steps and epochs; a context, so that the terminal is left as it was."""

    def __init__(self, epochs: int, batch_size: int) -> None:
        self._console = err()
        self._epochs, self._batch_size = epochs, batch_size
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TaskProgressColumn(),
            TextColumn("{task.fields[told]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("left"),
            console=self._console,
            transient=True,
            expand=True,
            disable=not self._console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> TrainingProgress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def step(self, epoch: int, step: int, steps: int, *, loss: float, accuracy: float, rate: float) -> None:
        """Move the bar."""
        done = (epoch - 1) * steps + step
        if self._task is None:
            # A run that goes on is not credited with the steps of the processes before.
            self._task = self._bar.add_task("", total=self._epochs * steps, completed=done, told="")
        task = self._bar.tasks[0]
        speed = f" {task.speed * self._batch_size:.0f} images/s" if task.speed else ""
        self._bar.update(
            self._task,
            completed=done,
            description=f"epoch {epoch}/{self._epochs}",
            told=f"loss {loss:.3f} acc {accuracy:.3f} lr {rate:.2g}{speed}",
        )

    def epoch(self, epoch: Epoch, timing: Timing) -> None:
        """Print the epoch above the bar, which goes with the last one."""
        if epoch.epoch == self._epochs:
            self._bar.stop()
        self._console.print(epoch_line(epoch, timing, self._epochs), soft_wrap=True)
