"""A training that was asked for -> a run directory that explains itself, ending in a verified ONNX file and report."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from resnet_spec.deploy.appraise import appraise
from resnet_spec.deploy.evaluate import evaluate
from resnet_spec.deploy.open_classifier import open_classifier
from resnet_spec.deploy.write_evaluation import write_evaluation
from resnet_spec.train.history import Observer
from resnet_spec.train.keeper import Stopped
from resnet_spec.train.run_directory import write_json
from resnet_spec.train.state import State, best_weights
from resnet_spec.workflow.export_network import export_network
from resnet_spec.workflow.fit_run import Announce, fit_run
from resnet_spec.workflow.follow_run import follow_run
from resnet_spec.workflow.keep_appraisal import keep_appraisal
from resnet_spec.workflow.order import Order
from resnet_spec.workflow.report_run import report_run
from resnet_spec.workflow.save_keras import save_keras
from resnet_spec.workflow.sections import sections
from resnet_spec.write_atomically import write_atomically


def train_run(order: Order, observer: Observer, announce: Announce, told: Callable[[], bool]) -> None:
    """Train, keep the best weights, export and verify them, score the file that ships, and write the report.

    Args:
        order: what to train; its run directory is held by the caller.
        observer: told of steps and epochs.
        announce: told what begins, in a few words.
        told: says whether the run was told to stop.

    Raises:
        Stopped: the run was told to stop; its state is saved, and what comes after training is done when it goes on.
        InputError: it cannot go on from its checkpoints, or cannot write.
        CheckFailed: the loss is no longer finite, or the exported file is not the trained network.
    """
    from resnet_spec.backends.find_devices import find_devices
    from resnet_spec.train.in_company import in_company

    leads = find_devices().leads
    with in_company():
        state = fit_run(order, observer, announce, told) if leads else follow_run(order, told)
    if leads:
        for _ in _finish(order, state, announce):
            if told():
                raise Stopped


def _finish(order: Order, state: State, announce: Announce) -> Iterator[None]:
    """Export, score and report; stops before each part, so that a run that is told to can end there."""
    yield
    compiled, run = order.compiled, order.run
    weights = best_weights(state)
    result: dict[str, Any] = json.loads(run.result.read_bytes()) | {"seconds": state.progress.seconds}
    announce("export: writing the ONNX file and comparing it with Keras on real images")
    save_keras(compiled, weights, run.keras)
    yield
    class_names, images = order.dataset.class_names, order.dataset.test.images
    result["verification"] = asdict(export_network(compiled, weights, class_names, images, run.onnx))
    write_json(run.result, result)
    yield
    announce("evaluation: scoring the ONNX file on the test images")
    test = order.dataset.test
    classifier, views = open_classifier(run.onnx), sections(compiled)[0].test_views
    result |= keep_appraisal(appraise(classifier, test), test, run)
    if views is not None:
        yield
        result["evaluation_of_views"] = asdict(evaluate(classifier, test, views=views))
    write_atomically(run.onnx, write_evaluation(run.onnx.read_bytes(), result["evaluation"]))
    yield
    result["complete"] = True
    write_json(run.result, result)
    report_run(run, announce)
