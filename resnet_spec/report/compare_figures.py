"""A run -> the figures that it is compared by: named, as numbers, and None where they were not measured."""

from __future__ import annotations

from resnet_spec.report.facts import Facts
from resnet_spec.report.run_facts import RunFacts

Figure = float | int | str | None


def compare_figures(facts: Facts) -> dict[str, Figure]:
    """Give the figures in the order in which they are shown; accuracies are shares of 1, times are in seconds."""
    run = facts.run
    scores = run.scores if run else None
    verification = run.verification if run else None
    best = next((epoch for epoch in run.epochs if epoch.epoch == run.best_epoch), None) if run else None
    return {
        "name": facts.name,
        "test_accuracy": scores.test_accuracy if scores else None,
        "val_accuracy": best.val_accuracy if best else None,
        "val_loss": best.val_loss if best else None,
        "calibration_error": run.calibration.error if run and run.calibration else None,
        "epochs": len(run.epochs) if run else None,
        "best_epoch": (run.best_epoch or None) if run else None,
        "seconds": run.seconds if run else None,
        "training_images_per_second": _speed(run) if run else None,
        "trainable_params": facts.trainable_params,
        "macs": facts.macs,
        "onnx_bytes": verification.file_bytes if verification else None,
        "onnx_images_per_second": run.speed.images_per_second if run and run.speed else None,
    }


def _speed(run: RunFacts) -> float | None:
    """Give the middle of the epochs' speeds, which the first one, with its compiling, does not change."""
    speeds = sorted(epoch.images_per_second for epoch in run.epochs if epoch.images_per_second)
    return speeds[len(speeds) // 2] if speeds else None
