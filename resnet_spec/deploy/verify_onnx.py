"""Bytes of a network and the network that it was made from -> Verification, or a refusal.

Enters: an export, a function that runs the original, real images. Leaves: figures of a network that passed. A network
that was not compared does not pass. What the original is, and where the file goes, is the caller's affair.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resnet_spec.deploy.check_onnx import OnnxFacts, check_onnx
from resnet_spec.deploy.compare_logits import Comparison, compare_logits
from resnet_spec.deploy.form import PLAIN, Form
from resnet_spec.deploy.make_probes import MAX_REAL, make_probes
from resnet_spec.deploy.onnx_refused import OnnxRefused
from resnet_spec.deploy.open_session import open_session
from resnet_spec.deploy.probe import Probe
from resnet_spec.deploy.run_session import run_session
from resnet_spec.deploy.verification import Verification
from resnet_spec.diagnostic import CheckFailed, Code, Diagnostic

if TYPE_CHECKING:
    import onnxruntime

Reference = Callable[[NDArray[np.float32]], NDArray[Any]]

TOLERANCE = 1e-4
PROBABILITY_TOLERANCE = 1e-5
BATCHES = (1, 2, 7, 32)
REFERENCE_BATCH = 32  # as many as divide the images, so that Keras traces the network once


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """One way of running the network: at a batch size, on so many images of every kind, optimised or not."""

    optimized: bool
    batch: int
    each: int


*_SMALLER, _LARGEST = BATCHES
RUNS = (
    *(_Run(True, batch, batch) for batch in _SMALLER),
    _Run(True, _LARGEST, MAX_REAL),
    _Run(False, _LARGEST, _LARGEST),
)


@dataclass(frozen=True, slots=True, eq=False)
class _Answered:
    """Images of a kind, and what the original says of them."""

    probe: Probe
    logits: NDArray[Any]

    @property
    def scale(self) -> float:
        """What logits of this kind of image are held to: their largest, or 1."""
        return max(1.0, float(np.abs(self.logits).max()))


@dataclass(frozen=True, slots=True, eq=False)
class _Finding:
    """How one kind of image fared in one run."""

    probe: Probe
    batch: int
    comparison: Comparison

    @property
    def worst(self) -> str:
        return f"{self.probe.kind} {self.probe.indices[self.comparison.worst]}"

    @property
    def disagreeing(self) -> set[tuple[str, int]]:
        return {(self.probe.kind, row) for row in self.comparison.disagreeing}


def verify_onnx(
    content: bytes,
    reference: Reference,
    images: NDArray[np.uint8],
    *,
    against: str = "the original",
    form: Form = PLAIN,
) -> Verification:
    """Check that a network is valid, and that it computes what the original does.

    The logits of every kind of image (real ones, black, white, noise, values up to 1000) must be within
    1e-4 * max(1, largest reference logit of that kind), at batches of 1, 2, 7 and 32, with onnxruntime's rewriting and
    without; the probabilities must be the softmax of the logits. The same class is then named wherever the reference's
    two best logits are not tied (see `compare_logits`).

    Args:
        content: the network.
        reference: the original: float32 (images, height, width, channels), values 0..255, to logits (images, classes).
        images: real ones, uint8 (images, height, width, channels); up to 256 are used.
        against: what the original is called.
        form: what the network takes; it gives logits and probabilities.

    Raises:
        CheckFailed: `EXPORT_INVALID` if the network is not as it must be, `EXPORT_PARITY` if its numbers are not.
    """
    begin = time.perf_counter()
    try:
        facts = check_onnx(content, form)
        _check_images(images, facts)
        probes = make_probes(images, form.dtype)
        answered = _ask(reference, probes, facts.interface.classes)
        findings = list(_run_all(content, answered, form))
    except OnnxRefused as refused:
        raise _failed(Code.EXPORT_INVALID, f"the exported network {refused}") from None
    return _summary(facts, probes, findings, time.perf_counter() - begin, against)


def _check_images(images: NDArray[np.uint8], facts: OnnxFacts) -> None:
    if not len(images):
        message = "there are no real images to compare the exported network on"
        raise _failed(Code.EXPORT_PARITY, message, "give the data that the network was trained on")
    if not facts.interface.takes(images.shape[1:]):
        raise OnnxRefused(f"takes images of {facts.interface.shape}, but the real ones are {images.shape[1:]}")


def _ask(reference: Reference, probes: tuple[Probe, ...], classes: int) -> tuple[_Answered, ...]:
    images = np.concatenate([probe.images for probe in probes])
    starts = range(0, len(images), REFERENCE_BATCH)
    batches = [images[start : start + REFERENCE_BATCH].astype(np.float32) for start in starts]
    logits = np.concatenate([np.asarray(reference(batch)) for batch in batches])
    if logits.shape != (len(images), classes):
        raise OnnxRefused(f"gives logits of shape {(len(images), classes)}, but the original's are {logits.shape}")
    ends = np.cumsum([len(probe.images) for probe in probes])[:-1]
    answered = tuple(_Answered(probe, part) for probe, part in zip(probes, np.split(logits, ends), strict=True))
    for each in answered:
        if not np.isfinite(each.logits).all():
            message = f"the original gives logits that are not finite for a {each.probe.kind}"
            raise _failed(Code.EXPORT_PARITY, message, "train again: its weights are not finite, or far too large")
    return answered


def _run_all(content: bytes, answered: tuple[_Answered, ...], form: Form) -> Iterator[_Finding]:
    sessions = {optimized: open_session(content, optimize=optimized) for optimized in (True, False)}
    for run in RUNS:
        findings = _run(sessions[run.optimized], run, answered, form)
        _hold(findings)
        yield from findings


def _run(
    session: onnxruntime.InferenceSession, run: _Run, answered: tuple[_Answered, ...], form: Form
) -> list[_Finding]:
    images = [each.probe.images[: run.each].astype(np.float32) for each in answered]
    logits, probabilities = run_session(session, np.concatenate(images), run.batch, form)
    _check_outputs(logits, probabilities, run)
    parts = np.split(logits, np.cumsum([len(part) for part in images])[:-1])
    return [
        _Finding(each.probe, run.batch, compare_logits(found, each.logits[: run.each], each.scale))
        for each, found in zip(answered, parts, strict=True)
    ]


def _check_outputs(logits: NDArray[np.float32], probabilities: NDArray[np.float32], run: _Run) -> None:
    at = f"at batch {run.batch}"
    if not (np.isfinite(logits).all() and np.isfinite(probabilities).all()):
        raise _failed(Code.EXPORT_PARITY, f"the exported network gives numbers that are not finite {at}")
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    apart = np.abs(probabilities - powers / powers.sum(axis=1, keepdims=True)).max()
    from_one = np.abs(probabilities.sum(axis=1, dtype=np.float64) - 1).max()
    if max(apart, from_one) > PROBABILITY_TOLERANCE:
        message = (
            f"the exported network's probabilities differ from the softmax of its logits by {apart:.2g}, "
            f"and their sums from 1 by {from_one:.2g}, {at}"
        )
        raise _failed(Code.EXPORT_PARITY, message)


def _hold(findings: list[_Finding]) -> None:
    worst = max(findings, key=lambda finding: finding.comparison.relative)
    if worst.comparison.relative > TOLERANCE:
        allowed = TOLERANCE * worst.comparison.difference / worst.comparison.relative
        message = (
            f"the exported network's logits differ from the original's by {worst.comparison.difference:.2g}, "
            f"where {allowed:.2g} is allowed: worst for {worst.worst} at batch {worst.batch}"
        )
        raise _failed(Code.EXPORT_PARITY, message)


def _summary(
    facts: OnnxFacts, probes: tuple[Probe, ...], findings: list[_Finding], seconds: float, against: str
) -> Verification:
    worst = max(findings, key=lambda finding: finding.comparison.relative)
    ties = len(set().union(*(finding.disagreeing for finding in findings)))
    return Verification(
        images=len(probes[0].images),
        batches=BATCHES,
        max_difference=max(finding.comparison.difference for finding in findings),
        max_relative=worst.comparison.relative,
        worst_image=worst.worst,
        tolerance=TOLERANCE,
        top1_agreement=1 - ties / sum(len(probe.images) for probe in probes),
        ties=ties,
        nodes=facts.nodes,
        opset=facts.opset,
        seconds=seconds,
        against=against,
    )


def _failed(code: Code, message: str, help: str = "this is a fault of the export, not of the spec") -> CheckFailed:
    return CheckFailed(Diagnostic(code, message, help=help))
