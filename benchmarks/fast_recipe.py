"""Measure how soon `cifar10_fast` reaches the seed network's 90.47%, and where the time goes.

    python benchmarks/fast_recipe.py DATA [--seeds 3]

DATA is CIFAR-10 as the command line takes it with `--data`. Each seed is a run of the command line, from start to
verified ONNX file. The spec looks at the test images after every epoch and keeps the best, as the seed network's
training did; what the last epoch gave is printed beside it. Then a few steps are made with oneDNN's own log, at each
size that training images have, to say which operations the time of a step goes into; and the step's arithmetic is held
against a product of two large matrices on the same threads.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

STEPS = 12
BEFORE = 2
"""Steps that are not looked at: the first ones compile."""
SIDE = 4096
GOAL = 0.9047
"""Of the seed network, on CIFAR-10's test images."""


def train(data: str, seed: int, folder: Path) -> dict[str, float]:
    """Run the command line, and give accuracies, and seconds: of training, and from start to end."""
    run = folder / f"seed{seed}"
    begin = time.perf_counter()
    command = [sys.executable, "-c", "from resnet_spec.cli import main; main()", "train", "cifar10_fast"]
    options = ["--data", data, "--run", str(run), "--set", f"train.seed={seed}"]
    subprocess.run([*command, *options], check=True, capture_output=True)
    result = json.loads((run / "result.json").read_text(encoding="utf-8"))
    history = (run / "history.jsonl").read_text(encoding="utf-8").splitlines()
    return {
        "of_last_epoch": json.loads(history[-1])["val_accuracy"],
        "accuracy": result["evaluation"]["accuracy"],
        "of_views": result["evaluation_of_views"]["accuracy"],
        "training": result["seconds"],
        "whole": time.perf_counter() - begin,
    }


def look_inside() -> None:
    """Make steps at each size of image, and a product of matrices; print how long they take.

    For a process whose oneDNN keeps a log.
    """
    from resnet_spec.train.prepare_backend import prepare_backend

    prepare_backend()
    import numpy as np
    import tensorflow as tf

    from resnet_spec.compile import compile_spec
    from resnet_spec.train.batches import batches
    from resnet_spec.train.choose_precision import choose_precision
    from resnet_spec.train.image_size import image_size
    from resnet_spec.train.learner import Learner

    compiled = compile_spec("cifar10_fast")
    data, train, shape = compiled.spec.data, compiled.spec.train, compiled.spec.model.input.shape
    dtype, _ = choose_precision(train.precision)
    square = tf.random.normal((SIDE, SIDE), dtype=tf.bfloat16 if "16" in dtype else tf.float32)
    products = []
    for _ in range(5):
        begin = time.perf_counter()
        tf.reduce_sum(tf.matmul(square, square)).numpy()
        products.append(time.perf_counter() - begin)
    learner = Learner(compiled.graph, train, data, dtype=dtype)
    count = train.batch_size * STEPS
    random = np.random.default_rng(0)
    pool = {
        "images": learner.put(random.integers(0, 256, (count, *shape)).astype(np.uint8)),
        "labels": learner.put(random.integers(0, 10, count).astype(np.int32)),
    }
    epochs: dict[tuple[int, int], list[int]] = {}
    for epoch in range(1, train.epochs + 1):
        epochs.setdefault(image_size(train, shape, epoch), []).append(epoch)
    for size, (*_, epoch) in epochs.items():
        learner.enter(epoch)
        times = []
        for number, batch in batches(data, train, count, epoch=epoch, steps=range(1, STEPS + 1)):
            told = {"step": np.asarray(number, np.uint32), "rate": np.float32(1e-3), "over": np.float32(0.5)}
            if number == BEFORE + 1:
                print("begin", flush=True)
            begin = time.perf_counter()
            float(learner.step(pool | batch | told)["loss"])
            times.append(time.perf_counter() - begin)
        resized = [f"model.input.shape={[*size, shape[2]]}", "train.progressive_resizing=[]"]
        seconds, macs = statistics.median(times[BEFORE:]), compile_spec("cifar10_fast", resized).cost.macs
        facts = {
            "size": "x".join(map(str, size)), "epochs": len(epochs[size]), "dtype": dtype, "seconds": seconds,
            "images": train.batch_size / seconds, "rate": 6 * macs * train.batch_size / seconds,
            "product": 2 * SIDE**3 / min(products),
        }  # fmt: skip
        print("facts " + json.dumps(facts), flush=True)


def profile() -> None:
    """Print where a step's time goes."""
    found = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, "--inside"], check=True, capture_output=True, text=True,
        env={**os.environ, "ONEDNN_VERBOSE": "1", "KERAS_BACKEND": "tensorflow"},
    ).stdout.splitlines()  # fmt: skip
    for place, line in enumerate(found):
        if line.startswith("facts "):
            begin = max(number for number in range(place) if found[number] == "begin")
            print_profile(json.loads(line[6:]), found[begin:place])


def print_profile(facts: dict[str, Any], log: list[str]) -> None:
    """Print how steps of one kind spend their time, by oneDNN's log of them."""
    spent: Counter[str] = Counter()
    for line in log:
        parts = line.split(",")
        if parts[0] == "onednn_verbose" and "exec" in parts:
            place = parts.index("exec")
            kind, way = parts[place + 2], parts[place + 4]
            spent[f"{kind}, {way}"] += float(parts[-1]) / 1000 / (STEPS - BEFORE)
    seconds = facts["seconds"]
    print(
        f"\na step at {facts['size']} ({facts['epochs']} epochs) in {facts['dtype']}: {1000 * seconds:.0f} ms, "
        f"{facts['images']:.0f} images/s, of which in oneDNN:"
    )
    for kind, time_spent in spent.most_common(8):
        print(f"  {kind:<36} {1000 * time_spent:6.0f} ms  {time_spent / seconds:6.1%}")
    print(f"  {'everything else':<36} {1000 * (seconds - spent.total()):6.0f} ms  {1 - spent.total() / seconds:6.1%}")
    print(
        f"its products: {facts['rate'] / 1e9:.0f} GFLOP/s, {facts['rate'] / facts['product']:.0%} of what a product of "
        f"two matrices of {SIDE} x {SIDE} reaches in the same arithmetic ({facts['product'] / 1e9:.0f} GFLOP/s)"
    )


def main() -> None:
    """Train with several seeds, then look into a step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside:
        look_inside()
        return
    if chosen.data:
        runs = []
        with tempfile.TemporaryDirectory() as folder:
            for seed in range(chosen.seeds):
                found = train(chosen.data, seed, Path(folder))
                runs.append(found)
                print(
                    f"seed {seed}: {found['accuracy']:.2%} of test images right "
                    f"({found['of_last_epoch']:.2%} after the last epoch), {found['of_views']:.2%} with views; "
                    f"{found['training']:.0f} s of training, {found['whole']:.0f} s from start to verified ONNX file",
                    flush=True,
                )
        means = {name: statistics.mean(run[name] for run in runs) for name in runs[0]}
        print(
            f"mean: {means['accuracy']:.2%} ({means['of_last_epoch']:.2%} after the last epoch), "
            f"{means['of_views']:.2%} with views (the seed network: {GOAL:.2%}); "
            f"{means['training']:.0f} s of training, {means['whole']:.0f} s in all"
        )
    profile()


if __name__ == "__main__":
    main()
