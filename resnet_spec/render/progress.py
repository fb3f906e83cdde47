"""A training run on the terminal: a table and a live bar where there is one, a line an epoch where there is not."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from resnet_spec.render.console import err
from resnet_spec.train.history import Epoch, Timing, epoch_line

_ROOM = 4
_SHORTEST_LINE = 8
_TOLD = ("epoch", "scores", "rate", "speed")
_HEADER = ("epoch", "loss", "acc", "val_loss", "val_acc", "rate", "s", "images/s", "ms/step", "wait")
_WIDTHS = (5, 6, 6, 8, 7, 7, 5, 8, 7, 4)


class _Left(TimeRemainingColumn):
    """How much time is left, with the word."""

    def render(self, task: Task) -> Text:
        """Write `01:23 left`."""
        return Text.assemble(super().render(task), " left")


class _Bar(Progress):
    """One line of what the terminal is wide enough for: the epoch first, then scores, then the time left."""

    def __init__(self, console: Console) -> None:
        epoch, scores, rate, speed = (TextColumn(f"{{task.fields[{name}]}}") for name in _TOLD)
        self._line, share, left = BarColumn(bar_width=None), TaskProgressColumn(), _Left(compact=True)
        self._all = (epoch, self._line, share, scores, rate, speed, left)
        self._by_weight = (epoch, scores, left, speed, rate, share)
        super().__init__(console=console, transient=True, expand=True, disable=not console.is_terminal)

    def make_tasks_table(self, tasks: Iterable[Task]) -> Table:
        """Leave room for the ^C that a terminal writes behind the cursor: it would begin another line, and stay."""
        width = max(_ROOM, err().width - _ROOM)
        for task in tasks:
            self.columns = self._choose(task, width)
        table = super().make_tasks_table(tasks)
        table.width = width
        return table

    def _choose(self, task: Task, width: int) -> tuple[ProgressColumn, ...]:
        """Take columns by their weight while there is room, and the bar where enough is left."""
        room, chosen = width, set[ProgressColumn]()
        for column in self._by_weight:
            wanted = column.render(task).cell_len + 1
            if wanted <= room:
                room -= wanted
                chosen.add(column)
        if room >= _SHORTEST_LINE:
            chosen.add(self._line)
        return tuple(column for column in self._all if column in chosen)


class TrainingProgress:
    """Draws steps and epochs; a context, so that the terminal is left as it was."""

    def __init__(self, epochs: int, batch_size: int) -> None:
        self._console = err()
        self._epochs, self._batch_size = epochs, batch_size
        self._bar = _Bar(self._console)
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
            told: dict[str, Any] = dict.fromkeys(_TOLD, "")
            # A run that goes on is not credited with the steps of the processes before.
            self._task = self._bar.add_task("", total=self._epochs * steps, completed=done, **told)
        task = self._bar.tasks[0]
        self._bar.update(
            self._task,
            completed=done,
            epoch=f"epoch {epoch}/{self._epochs}",
            scores=f"loss {loss:.3f} acc {accuracy:.3f}",
            rate=f"lr {rate:.2g}",
            speed=f"{task.speed * self._batch_size:.0f} images/s" if task.speed else "",
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
        *_speed(timing),
    )


def _speed(timing: Timing) -> tuple[str, str, str]:
    if timing.speed is None:
        return "-", "-", "-"
    images, step, wait = timing.speed
    return f"{images:.0f}", f"{1000 * step:.1f}", f"{wait:.0%}"


def _notes(epoch: Epoch) -> list[str]:
    """Say what the numbers do not: that these are the best weights so far, and that the rate falls after this epoch."""
    lowered = [] if epoch.dropped_to is None else [f"rate -> {epoch.dropped_to:g}"]
    return ["best", *lowered] if epoch.best else lowered
