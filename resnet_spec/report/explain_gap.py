"""A run -> a sentence on why the validation images do worse than the training images, where they do by much.

Only figures of the run enter; the causes are the usual ones, not found ones.
"""

from __future__ import annotations

from resnet_spec.report.quantity import percent
from resnet_spec.report.run_facts import Epoch, RunFacts

_WIDE = 0.20
"""Training accuracy that is further ahead of validation accuracy than this is called far above it."""
_LAG = "the norm's momentum is too high for so few steps (0.9 follows faster than 0.99)"


def explain_gap(run: RunFacts) -> str | None:
    """Judge the best epoch, or the last where none was the best; None where there is nothing to say."""
    epoch = _judged(run)
    if epoch is None or epoch.accuracy is None or epoch.val_accuracy is None:
        return None
    training, validation = epoch.accuracy, epoch.val_accuracy
    figures = f"training accuracy {percent(training)}, validation accuracy {percent(validation)}"
    start = f"Epoch {epoch.epoch:,}: {figures}"
    if _validates_by_chance(training, validation, len(run.data.class_names)):
        chance = percent(1 / len(run.data.class_names))
        return (
            f"{start}, which is near chance ({chance}). The usual cause is norm statistics that lag behind the "
            f"weights: {_LAG}. Otherwise the validation images are not prepared as the training images are."
        )
    if training - validation > _WIDE:
        return (
            f"{start}, {100 * (training - validation):.0f} points lower. The usual causes are overfitting (more "
            "images, more augmentation or a smaller network help), and norm statistics that lag behind the weights: "
            f"{_LAG}."
        )
    return None


def _judged(run: RunFacts) -> Epoch | None:
    last = run.epochs[-1] if run.epochs else None
    return next((epoch for epoch in run.epochs if epoch.epoch == run.best_epoch), last)


def _validates_by_chance(training: float, validation: float, classes: int) -> bool:
    """Say whether validation is within 5 points of chance (less for many classes), and training is twice as far."""
    chance = 1 / classes
    margin = min(chance / 2, 0.05)
    return validation <= chance + margin and training > chance + 2 * margin
