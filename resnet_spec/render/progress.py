"""A training run on the terminal: a table and a live bar where there is one, a line an epoch where there is not."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType

from rich.progress import (
    BarColumn,
    Progress,
    Task,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from resnet_spec.render.console import err
from resnet_spec.train.history import Epoch, Timing, epoch_line

_ROOM = 4
_HEADER = ("epoch", "loss", "acc", "val_loss", "val_acc", "rate", "s", "images/s", "ms/step", "wait")
_WIDTHS = (5, 6, 6, 8, 7, 7, 5, 8, 7, 4)


class _Bar(Progress):
    def make_tasks_table(self, tasks: Iterable[Task]) -> Table:
        """Leave room for the ^C that a terminal writes behind the cursor: it would begin another line, and stay."""
        table = super().make_tasks_table(tasks)
        table.width = max(_ROOM, err().width - _ROOM)
        return table


class TrainingProgress:
    """Draws steps and epochs; a context, so that the terminal is left as it was."""

    def __init__(self, epochs: int, batch_size: int) -> None:
        self._console = err()
        self._epochs, self._batch_size = epochs, batch_size
        self._bar = _Bar(
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
        self._headed = False

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
        if not self._console.is_terminal:
            self._console.print(epoch_line(epoch, timing, self._epochs), soft_wrap=True)
            return
        if not self._headed:
            self._headed = True
            self._row(_HEADER)
        self._row(_cells(epoch, timing, self._epochs), *_notes(epoch))

    def _row(self, cells: tuple[str, ...], *notes: str) -> None:
        widths = (max(_WIDTHS[0], 1 + 2 * len(str(self._epochs))), *_WIDTHS[1:])
        aligned = [f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True)]
        self._console.print(" ".join([*aligned, *notes]), soft_wrap=True)


def _cells(epoch: Epoch, timing: Timing, epochs: int) -> tuple[str, ...]:
    return (
        f"{epoch.epoch}/{epochs}",
        f"{epoch.loss:.4f}",
        f"{epoch.accuracy:.4f}",
        f"{epoch.val_loss:.4f}",
        f"{epoch.val_accuracy:.4f}",
        f"{epoch.learning_rate:.2g}",
        f"{timing.seconds:.1f}",
        f"{timing.images_per_second:.0f}",
        f"{1000 * timing.step_seconds:.1f}",
        f"{timing.data_wait:.0%}",
    )


def _notes(epoch: Epoch) -> list[str]:
    """Say what the numbers do not: that these are the best weights so far, and that the rate falls after this epoch."""
    lowered = [] if epoch.dropped_to is None else [f"rate -> {epoch.dropped_to:g}"]
    return ["best", *lowered] if epoch.best else lowered
