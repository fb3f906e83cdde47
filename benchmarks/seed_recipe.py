"""Train `eip4_week4` by the seed network's own recipe, to its end, and hold its steps against PyTorch's.

    python benchmarks/seed_recipe.py DATA [--set PATH=VALUE ...] [--rounds 3]

DATA is CIFAR-10 as the command line takes it with `--data`. The network trains on Keras's JAX backend, or on the one
that `KERAS_BACKEND` names; its 50 epochs are for a GPU (a processor takes hours). Then steps of it and of PyTorch,
channels last, bfloat16 and compiled, are timed in turns, where torch is installed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from training import COMPILED, OURS, take_turns

GOAL = 0.9
"""Of PyTorch's images a second."""


def lines(file: Path) -> list[dict[str, float]]:
    """Read JSON lines."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def train(data: str, settings: list[str]) -> None:
    """Run the command line, and say what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        command = [sys.executable, "-c", "from resnet_spec.cli import main; main()", "train", "eip4_week4"]
        options = ["--data", data, "--run", str(run), *(part for each in settings for part in ("--set", each))]
        subprocess.run([*command, *options], check=True)
        result = json.loads((run / "result.json").read_text(encoding="utf-8"))
        timings = lines(run / "timings.jsonl")
    print(f"accuracy {result['evaluation']['accuracy']:.2%} after {len(timings)} epochs")
    for name, unit in (("seconds", "s an epoch"), ("images_per_second", "images a second")):
        print(f"{statistics.median(each[name] for each in timings):.1f} {unit}, the median")


def main() -> None:
    """Train, then take turns with PyTorch; fail where that is too much faster."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    os.environ.setdefault("KERAS_BACKEND", "jax")
    train(chosen.data, chosen.set)
    if not find_spec("torch"):
        sys.exit("torch is not installed: nothing to hold the steps against")
    speeds = take_turns([OURS, COMPILED], chosen.rounds)
    ratio = speeds[OURS] / speeds[COMPILED]
    print(f"{speeds[OURS]:.0f} images/s, PyTorch {speeds[COMPILED]:.0f}: {ratio:.2f} of it")
    sys.exit(f"the goal is {GOAL}" if ratio < GOAL else 0)


if __name__ == "__main__":
    main()
