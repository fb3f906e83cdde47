"""A compiled spec, and a run directory if there is one -> what a report tells."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from shlex import join
from typing import Any

from pydantic import TypeAdapter, ValidationError

from resnet_spec.compile import Compiled
from resnet_spec.deploy.read_network import read_network
from resnet_spec.deploy.read_record import read_record
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.passes.layer_table import layer_table
from resnet_spec.passes.outline import outline
from resnet_spec.report.facts import Expectation, Facts, Recipe
from resnet_spec.report.run_facts import (
    CalibrationFacts,
    ClassScore,
    ConfidenceBin,
    DataFacts,
    Epoch,
    RunFacts,
    Scores,
    WrongImage,
)
from resnet_spec.report.shipping_facts import Shipping, Speed, VerificationFacts
from resnet_spec.train import history
from resnet_spec.train.past import Past
from resnet_spec.train.run_directory import RunDirectory, read_history, read_timings
from resnet_spec.workflow.environment import environment
from resnet_spec.workflow.make_recipe import make_recipe
from resnet_spec.workflow.refuse_other_spec import refuse_other_spec


def build_facts(
    compiled: Compiled, file: Path, run: RunDirectory | None = None, shipping: Shipping | None = None
) -> Facts:
    """Gather what is known.

    Args:
        compiled: the network.
        file: where its spec is.
        run: the training, if there was one.
        shipping: what was measured of the run's ONNX files, if they were.

    Raises:
        InputError: a file of the run is damaged.
    """
    cost, spec = compiled.cost, compiled.spec
    try:
        facts = _run_facts(run, compiled, shipping) if run else None
        recipe = _recipe(run, compiled, file)
    except (KeyError, TypeError, AttributeError, IndexError, ValidationError) as error:
        help = "its files are written by `resnet-spec train`; restore them from a copy"
        message = f"`{run.path if run else ''}` is damaged: {type(error).__name__}: {error}"
        raise InputError(Diagnostic(Code.RUN_DIRECTORY, message, None, help)) from None
    return Facts(
        name=spec.name,
        description=spec.description,
        spec_yaml=compiled.text,
        spec_sha256=compiled.sha256,
        recipe=recipe,
        parts=outline(compiled.graph),
        layers=layer_table(compiled.graph),
        total_params=cost.total_params,
        trainable_params=cost.trainable_params,
        non_trainable_params=cost.non_trainable_params,
        macs=cost.macs,
        expectations=_expectations(compiled, facts),
        environment=tuple((_json(run.environment) if run else environment()).items()),
        run=facts,
    )


def _expectations(compiled: Compiled, run: RunFacts | None) -> tuple[Expectation, ...]:
    counts = tuple(Expectation(e.what, e.expected, e.found, e.ok) for e in compiled.expectations)
    published = compiled.spec.expect.accuracy
    if published is None:
        return counts
    found = run.scores.test_accuracy if run and run.scores else None
    return (*counts, Expectation("accuracy", published, found, None))


def _recipe(run: RunDirectory | None, compiled: Compiled, file: Path) -> Recipe:
    if run is None or compiled.spec.train is None:
        return Recipe((join(["resnet-spec", "build", str(file), "-o", "DIR"]),))
    past = _json(run.result).get("past")
    if past is None:
        remark = "This run does not say how it began: with other weights than random ones it is another network."
        return Recipe((join(["resnet-spec", "train", str(file)]),), (remark,))
    return make_recipe(file, compiled.text, compiled.spec.train, TypeAdapter(Past).validate_python(past))


def _run_facts(run: RunDirectory, compiled: Compiled, shipping: Shipping | None) -> RunFacts:
    result, epochs, timings = _json(run.result), read_history(run), read_timings(run)
    train = compiled.spec.train
    if train is None:
        raise KeyError("train")
    data = _data(result["data"])
    best = max((epoch.epoch for epoch in epochs if epoch.best), default=0)
    return RunFacts(
        epochs=tuple(_epoch(epoch, timings.get(epoch.epoch)) for epoch in epochs),
        monitor=train.monitor,
        best_epoch=best,
        seconds=result.get("seconds", sum(timing.seconds for timing in timings.values())),
        data=data,
        scores=_scores(result, epochs[best - 1]) if "evaluation" in result else None,
        verification=_verification(run, compiled),
        complete=bool(result["complete"]),
        calibration=_calibration(result["calibration"]) if "calibration" in result else None,
        wrong_images=_wrong_images(result.get("mistakes", ()), data.class_names, run),
        speed=_speed(result["evaluation"]) if "evaluation" in result else None,
        shipping=shipping,
        planned_epochs=train.epochs,
    )


def _epoch(epoch: history.Epoch, timing: history.Timing | None) -> Epoch:
    return Epoch(
        epoch.epoch, epoch.loss, epoch.accuracy, epoch.val_loss, epoch.val_accuracy, epoch.learning_rate,
        timing.seconds if timing else None, timing.images_per_second if timing else None, epoch.best, epoch.dropped_to,
    )  # fmt: skip


def _data(found: dict[str, Any]) -> DataFacts:
    fields = {key: value for key, value in found.items() if key != "fingerprint"}
    return DataFacts(**fields | {"class_names": tuple(found["class_names"]), "skipped": tuple(found["skipped"])})


def _scores(result: dict[str, Any], best: history.Epoch) -> Scores:
    found = result["evaluation"]
    return Scores(
        train_accuracy=best.accuracy,
        validation_accuracy=best.val_accuracy,
        test_accuracy=found["accuracy"],
        test_loss=found["loss"],
        top5_accuracy=found["top5_accuracy"],
        confusion=tuple(tuple(row) for row in found["confusion"]),
        per_class=tuple(ClassScore(**score) for score in found["per_class"]),
        accuracy_of_views=result["evaluation_of_views"]["accuracy"] if "evaluation_of_views" in result else None,
    )


def _calibration(found: dict[str, Any]) -> CalibrationFacts:
    return CalibrationFacts(tuple(ConfidenceBin(**each) for each in found["bins"]), found["error"])


def _wrong_images(
    found: Sequence[dict[str, Any]], class_names: Sequence[str], run: RunDirectory
) -> tuple[WrongImage, ...]:
    """Read the pictures that are still there; their names are ours, not those of the images."""
    return tuple(
        WrongImage(
            name=each["name"],
            true=class_names[each["true"]],
            predicted=class_names[each["predicted"]],
            confidence=each["confidence"],
            picture=base64.b64encode(picture.read_bytes()).decode("ascii"),
            file=picture.relative_to(run.path).as_posix(),
        )
        for number, each in enumerate(found, start=1)
        if (picture := run.mistake(number)).is_file()
    )


def _speed(found: dict[str, Any]) -> Speed:
    return Speed(found["images"], found["images_per_second"])


def _verification(run: RunDirectory, compiled: Compiled) -> VerificationFacts | None:
    """Read what the file says of itself: it may be another one than the training wrote, and even of another network."""
    if not run.onnx.is_file():
        return None
    try:
        network = read_network(run.onnx)
        refuse_other_spec(network, compiled)
        record = read_record(network)
    except InputError:  # said where what ships is measured
        return None
    if record.verified is None:
        return None
    return VerificationFacts(
        **asdict(record.verified),
        file_bytes=len(network.content),
        file_sha256=hashlib.sha256(network.content).hexdigest(),
        reduced=record.reduction is not None,
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        help = "a run directory is written by `resnet-spec train`"
        raise InputError(Diagnostic(Code.RUN_DIRECTORY, f"cannot read `{path}`: {error}", None, help)) from None
    return value
