"""A compiled spec and its images -> a run directory that explains itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from resnet_spec.compile import Compiled
from resnet_spec.data.dataset import Dataset
from resnet_spec.deploy.evaluate import evaluate
from resnet_spec.deploy.open_classifier import open_classifier
from resnet_spec.train.history import Epoch, Observer
from resnet_spec.train.run_directory import (
    RunDirectory,
    append_epoch,
    write_json,
)
from resnet_spec.weights.weights_file import write_weights
from resnet_spec.workflow.environment import environment
from resnet_spec.workflow.export_network import export_network
from resnet_spec.workflow.report_run import report_run
from resnet_spec.workflow.save_keras import save_keras
from resnet_spec.workflow.sections import sections
from resnet_spec.write_atomically import write_atomically


def train_run(
    compiled: Compiled,
    dataset: Dataset,
    run: RunDirectory,
    observer: Observer,
    announce: Callable[[str], None],
    initial: Mapping[str, np.ndarray] | None = None,
) -> None:
    """Train, keep the best weights, export and verify them, score the file that ships, and write the report.

    Args:
        compiled: what to train.
        dataset: its images.
        run: where everything goes; new.
        observer: told of every step and epoch.
        announce: told what begins, in a few words.
        initial: weights to start from, by path name; default: the spec's initializers.
    """
    from resnet_spec.train.fit import fit

    data, train = sections(compiled)
    write_atomically(run.spec, compiled.text.encode())
    write_json(run.environment, environment())
    announce(f"run directory: {run.path}")
    result: dict[str, Any] = {"complete": False, "data": _data_facts(dataset)}
    write_json(run.result, result)
    log = _Log(run, observer)
    announce("building the network")
    fitted = fit(
        compiled.graph, train, data, dataset, log, lambda weights: write_weights(run.weights, weights), initial
    )
    result["seconds"] = fitted.seconds
    announce("export: converting to ONNX and comparing it with Keras on real images")
    save_keras(compiled, fitted.weights, run.keras)
    result["verification"] = asdict(export_network(compiled, data, fitted.weights, dataset, run.onnx))
    write_json(run.result, result)
    announce("evaluation: scoring the ONNX file on the test images")
    result["evaluation"] = asdict(evaluate(open_classifier(run.onnx), dataset.test))
    result["complete"] = True
    write_json(run.result, result)
    report_run(run)


class _Log:
    """Writes epochs down before it hands them on."""

    def __init__(self, run: RunDirectory, observer: Observer) -> None:
        self._run = run
        self._observer = observer

    def step(self, epoch: int, step: int, steps: int, *, loss: float, accuracy: float, rate: float) -> None:
        self._observer.step(epoch, step, steps, loss=loss, accuracy=accuracy, rate=rate)

    def epoch(self, epoch: Epoch, epochs: int) -> None:
        append_epoch(self._run, epoch)
        with self._run.log.open("a", encoding="utf-8") as stream:
            stream.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {epoch.line(epochs)}\n")
        self._observer.epoch(epoch, epochs)


def _data_facts(dataset: Dataset) -> dict[str, Any]:
    return {
        "source": dataset.source,
        "class_names": list(dataset.class_names),
        "train_images": len(dataset.train),
        "validation_images": len(dataset.validation),
        "test_images": len(dataset.test),
        "validation_origin": dataset.validation_origin,
        "skipped": list(dataset.skipped),
        "fingerprint": dataset.fingerprint,
    }
