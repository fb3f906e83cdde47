"""The line under a training is whole on a narrow terminal too: what there is no room for goes, the rest is not cut."""

import io
import os
import re
import subprocess
import sys

import pytest
from rich.console import Console

from resnet_spec.render.progress import TrainingProgress
from resnet_spec.train.history import Epoch, Timing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
DRAWN = """\
from unittest import mock
from rich.progress import Task
from resnet_spec.render.progress import TrainingProgress
with mock.patch.multiple(Task, speed=12345 / 128, time_remaining=4000), TrainingProgress(200, 128) as bar:
    bar.step(100, 195, 390, loss=1.2345, accuracy=0.5678, rate=0.00353)
    bar._bar.refresh()
"""
SCORES, LEFT = "loss 1.234 acc 0.568", "1:06:40 left"


def last_line(width):
    """Give the last line that a terminal of that width was shown, without its colours."""
    ours, theirs = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": str(width)}
    done = subprocess.Popen([sys.executable, "-c", DRAWN], stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    try:
        while block := os.read(ours, 4096):
            shown += block
    except OSError:
        """Nobody writes any more."""
    os.close(ours)
    assert done.wait(60) == 0, shown
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    return [line.strip() for line in re.split(r"[\r\n]+", plain) if line.strip()][-1]


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (30, "epoch 100/200 lr 0.0035"),
        (40, f"epoch 100/200 {SCORES}"),
        (60, f"epoch 100/200  50% {SCORES} {LEFT}"),
        (80, f"epoch 100/200 {SCORES} lr 0.0035 12345 images/s {LEFT}"),
        (85, f"epoch 100/200  50% {SCORES} lr 0.0035 12345 images/s {LEFT}"),
        (100, f"epoch 100/200 ------------------  50% {SCORES} lr 0.0035 12345 images/s {LEFT}"),
    ],
)
def test_the_line_is_whole(width, line):
    shown = re.sub("[━╸╺ ]*[━╸╺]", lambda bar: " " + "-" * len(bar[0].strip()), last_line(width))
    assert re.sub(" +", " ", shown) == re.sub(" +", " ", line)


def test_an_epoch_without_a_speed_has_dashes_in_its_row():
    drawn, shown = TrainingProgress(2, 8), io.StringIO()
    drawn._console = Console(file=shown, force_terminal=True, color_system=None, width=120)
    epoch = Epoch(1, 1.0, 0.5, 1.0, 0.5, 0.01, best=False, dropped_to=None)
    drawn.epoch(epoch, Timing(1, 2.0, None, None, None))
    drawn.epoch(epoch, Timing(1, 2.0, 512.0, 0.0156, 0.25))
    without, whole = [line.split()[6:] for line in shown.getvalue().splitlines()[-2:]]
    assert without == ["2.0", "-", "-", "-"]
    assert whole == ["2.0", "512", "15.6", "25%"]
