"""How fast is a training step? Images a second on the seed network, contenders taking turns.

    python benchmarks/training.py [ROUNDS]

Each turn is a process of its own: two steps to warm up, then the median of eight, data and augmentation included where
the contender has them. Keras's `fit` is as a person writes it, with NumPy arrays and no augmentation; PyTorch is
channels_last, on a GPU where it finds one, and left out where torch is not installed. Only the ratios mean anything.
`KERAS_BACKEND` says what Keras runs on.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np

BATCH, WARM, STEPS = 128, 2, 8
IMAGES = BATCH * (WARM + STEPS)


def pixels() -> tuple[np.ndarray, np.ndarray]:
    """Draw images and labels."""
    random = np.random.default_rng(0)
    return random.integers(0, 256, (IMAGES, 32, 32, 3)).astype(np.uint8), random.integers(0, 10, IMAGES)


def timed(step: Callable[[], None]) -> float:
    """Give images a second of the median step."""
    times = []
    for _ in range(WARM + STEPS):
        begin = time.perf_counter()
        step()
        times.append(time.perf_counter() - begin)
    return BATCH / statistics.median(times[WARM:])


def ours(precision: str) -> float:
    """Time the steps that `resnet-spec train eip4_week4` makes, augmentation included."""
    from resnet_spec.train.prepare_backend import prepare_backend

    prepare_backend()
    from resnet_spec.compile import compile_spec
    from resnet_spec.train.batches import batches
    from resnet_spec.train.choose_precision import choose_precision
    from resnet_spec.train.learner import Learner

    spec = compile_spec("eip4_week4")
    data, train = spec.spec.data, spec.spec.train
    learner = Learner(spec.graph, train, data, dtype=choose_precision(precision)[0])
    images, labels = pixels()
    pool = {"images": learner.put(images), "labels": learner.put(labels.astype(np.int32))}
    made = batches(data, train, IMAGES, epoch=1, steps=range(1, WARM + STEPS + 1))

    def step() -> None:
        number, batch = next(made)
        batch |= {"step": np.asarray(number, np.uint32), "rate": np.asarray(1e-3, np.float32)}
        float(learner.step(pool | batch)["loss"])

    return timed(step)


def keras_fit(policy: str) -> float:
    """Time Keras's own `fit` with its defaults, on the same network."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras

    from resnet_spec.backends.to_keras import to_keras
    from resnet_spec.compile import compile_spec

    model = to_keras(compile_spec("eip4_week4").graph, dtype=policy)
    model.compile(keras.optimizers.Adam(1e-3), "categorical_crossentropy", metrics=["accuracy"])
    images, labels = pixels()
    times: list[float] = []

    clock = keras.callbacks.LambdaCallback(on_train_batch_end=lambda *_, **__: times.append(time.perf_counter()))
    model.fit(images / np.float32(255), np.eye(10, dtype=np.float32)[labels], BATCH, verbose=0, callbacks=[clock])
    return BATCH / statistics.median(np.diff(times)[WARM - 1 :])


def pytorch(dtype: str, *, compiled: bool = False) -> float:
    """Time the same network in PyTorch, channels last."""
    import torch
    from torch import nn

    device = "cuda" if torch.cuda.is_available() else "cpu"

    def conv(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Conv2d:
        return nn.Conv2d(inputs, outputs, size, stride, size // 2)

    class Block(nn.Module):
        def __init__(self, inputs: int, filters: int, stride: int, *, project: bool) -> None:
            super().__init__()
            self.one, self.norm1 = conv(inputs, filters, 3, stride), nn.BatchNorm2d(filters)
            self.two, self.norm2 = conv(filters, filters, 3), nn.BatchNorm2d(filters)
            self.around = conv(inputs, filters, 1, stride) if project else nn.Identity()

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = self.norm2(self.two(torch.relu(self.norm1(self.one(x)))))
            return torch.relu(self.around(x) + y)

    model = nn.Sequential(
        conv(3, 64, 3), nn.BatchNorm2d(64), nn.ReLU(),
        Block(64, 64, 1, project=False), Block(64, 64, 1, project=False),
        Block(64, 128, 2, project=True), Block(128, 128, 1, project=False),
        Block(128, 256, 2, project=True), Block(256, 256, 1, project=False),
        conv(256, 512, 1), Block(512, 512, 1, project=True), Block(512, 512, 1, project=False),
        nn.AvgPool2d(8), nn.Flatten(), nn.Linear(512, 10),
    ).to(device, memory_format=torch.channels_last)  # fmt: skip
    count = sum(parameter.numel() for parameter in model.parameters())
    assert count == 12_619_274, count
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    images, labels = pixels()
    inputs = torch.tensor(images / np.float32(255), device=device).permute(0, 3, 1, 2)
    inputs = inputs.contiguous(memory_format=torch.channels_last)
    targets, place = torch.tensor(labels, device=device), iter(range(0, IMAGES, BATCH))
    run = torch.compile(model) if compiled else model

    def step() -> None:
        begin = next(place)
        optimizer.zero_grad()
        with torch.autocast(device, torch.bfloat16, enabled=dtype == "bfloat16"):
            logits = run(inputs[begin : begin + BATCH])
        loss = nn.functional.cross_entropy(logits.float(), targets[begin : begin + BATCH])
        loss.backward()
        optimizer.step()
        loss.item()

    return timed(step)


OURS, COMPILED = "resnet-spec, precision: auto", "PyTorch channels_last, bfloat16, compiled"
CONTENDERS: dict[str, Callable[[], float]] = {
    "resnet-spec, precision: float32": lambda: ours("float32"),
    OURS: lambda: ours("auto"),
    "Keras fit, float32": lambda: keras_fit("float32"),
    "Keras fit, mixed_bfloat16": lambda: keras_fit("mixed_bfloat16"),
    "PyTorch channels_last, float32": lambda: pytorch("float32"),
    "PyTorch channels_last, bfloat16": lambda: pytorch("bfloat16"),
    COMPILED: lambda: pytorch("bfloat16", compiled=True),
}


def take_turns(names: list[str], rounds: int) -> dict[str, float]:
    """Give images a second of each, the median of its turns, so that a slow moment hits all alike."""
    found: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            command = [sys.executable, "-W", "ignore", __file__, "--one", name]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found[name].append(json.loads(done.stdout.splitlines()[-1]))
    return {name: statistics.median(speeds) for name, speeds in found.items()}


def main() -> None:
    """Run one contender, or all in turns."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rounds", nargs="?", type=int, default=3)
    parser.add_argument("--one", help="run one contender, and print its images a second as JSON")
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(CONTENDERS[chosen.one]()))
        return
    names = [name for name in CONTENDERS if find_spec("torch") or "PyTorch" not in name]
    speeds = take_turns(names, chosen.rounds)
    base = speeds["Keras fit, float32"]
    for name, speed in speeds.items():
        print(f"{name:<41} {speed:7.1f} images/s   {speed / base:5.2f} times Keras fit in float32")


if __name__ == "__main__":
    main()
