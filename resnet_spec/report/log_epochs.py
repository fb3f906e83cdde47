"""A run -> its log, one entry an epoch, in the form that Keras prints."""

from __future__ import annotations

from collections.abc import Iterator

from resnet_spec.report.quantity import decimal, figures
from resnet_spec.report.run_facts import Epoch, RunFacts


def log_epochs(run: RunFacts) -> str:
    """Give every epoch's figures, when the best weights were kept, and when the learning rate dropped."""
    return "\n\n".join(_entries(run))


def _entries(run: RunFacts) -> Iterator[str]:
    best = "inf" if run.monitor.endswith("loss") else "-inf"
    for epoch in run.epochs:
        now = decimal(getattr(epoch, run.monitor), 5)
        lines = [*_figures(epoch, run.epoch_count), "", _verdict(epoch, run.monitor, best, now)]
        if epoch.dropped_to is not None:
            lines += ["", f"Epoch {epoch.epoch:05d}: learning rate reduced to {figures(epoch.dropped_to)}"]
        if epoch.best_so_far:
            best = now
        yield "\n".join(lines)


def _figures(epoch: Epoch, planned: int | None) -> tuple[str, str]:
    seconds = decimal(epoch.seconds, 0 if (epoch.seconds or 0) >= 10 else 1)
    metrics = (
        ("loss", epoch.loss),
        ("acc", epoch.accuracy),
        ("val_loss", epoch.val_loss),
        ("val_acc", epoch.val_accuracy),
    )
    title = f"Epoch {epoch.epoch}" if planned is None else f"Epoch {epoch.epoch}/{planned}"
    return title, " - ".join([f"{seconds}s", *(f"{name}: {decimal(value)}" for name, value in metrics)])


def _verdict(epoch: Epoch, monitor: str, best: str, now: str) -> str:
    start = f"Epoch {epoch.epoch:05d}: {monitor}"
    if epoch.best_so_far:
        return f"{start} improved from {best} to {now}, saving the best weights"
    return f"{start} did not improve from {best}"
