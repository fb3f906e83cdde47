"""How far a run is, and its settings -> the rule by which it is over, in words, or nothing while it is not."""

from __future__ import annotations

from resnet_spec.spec.train import Train
from resnet_spec.train.state import Progress


def why_over(progress: Progress, train: Train, *, late: bool) -> str:
    """Say why no further epoch begins; an epoch that was begun is ended first.

    Args:
        progress: how far the run is.
        train: its settings.
        late: whether the time that it may take is over.
    """
    made, stopping = progress.epoch - 1, train.early_stopping
    if progress.step:
        return ""
    if made >= train.epochs:
        return f"epoch {train.epochs} was the last"
    if stopping is not None and progress.patience.wait >= stopping.patience:
        return (
            f"early stopping after epoch {made} of {train.epochs}: `{stopping.monitor}` was best at "
            f"{progress.patience.best:.4g}, and no better for {progress.patience.wait} epochs "
            f"(`train.early_stopping.patience`)"
        )
    if late:
        cut = f", of which it left out the last {progress.left_out} steps" if progress.left_out else ""
        return (
            f"its time after epoch {made} of {train.epochs}{cut}: "
            f"{progress.seconds / 60:.3g} minutes of training (`train.max_minutes`)"
        )
    return ""
