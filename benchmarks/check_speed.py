"""How fast is checking? Whole processes, in one sitting, against building the same network in Keras.

    python benchmarks/check_speed.py [RUNS]

Prints the median of each and the ratio, and fails where checking is less than 10 times as fast as building. Times mean
little from one machine to another; the ratio is the figure.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

PROGRAM = str(Path(sys.executable).with_name("resnet-spec"))
KERAS = "import keras; keras.applications.ResNet50(weights=None)"
COMMANDS = {
    "check resnet50": [PROGRAM, "check", "resnet50"],
    "show resnet50": [PROGRAM, "show", "resnet50"],
    "keras.applications.ResNet50(weights=None)": [sys.executable, "-c", KERAS],
}


LEAST_RATIO = 10


def seconds(command: list[str]) -> float:
    """Time one process from start to end."""
    begin = time.perf_counter()
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=quiet)
    return time.perf_counter() - begin


def main() -> None:
    """Take turns, so that a slow moment hits all alike."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for command in COMMANDS.values():
        seconds(command)
    for _ in range(runs):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    medians = {name: statistics.median(values) for name, values in times.items()}
    slowest = max(medians.values())
    for name, median in medians.items():
        print(f"{name:<45} {median:6.3f} s   {slowest / median:5.1f} times as fast as the slowest")
    slow = [name for name, median in medians.items() if median != slowest and slowest / median < LEAST_RATIO]
    sys.exit(f"less than {LEAST_RATIO} times as fast: {', '.join(slow)}" if slow else 0)


if __name__ == "__main__":
    main()
