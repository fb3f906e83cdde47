"""An exported file -> the lines that `export` prints."""

from __future__ import annotations

from pathlib import Path

from resnet_spec.deploy.precision import Precision, Reduction
from resnet_spec.deploy.verification import Verification
from resnet_spec.render.console import out
from resnet_spec.render.printable import printable


def print_export(path: Path, verification: Verification, reduction: Reduction | None = None) -> None:
    """Print what a file was held against, and what it lost where it was written in smaller numbers."""
    before = f"{printable(str(path))}: " if reduction is None else "in float32: "
    lines = [
        f"{before}logits within {verification.max_relative:.1e} of those of {verification.against} "
        f"(limit {verification.tolerance:.0e}) on {verification.images} real images, "
        f"batches {', '.join(map(str, verification.batches))}"
    ]
    if reduction is not None:
        lines.append(f"{printable(str(path))}: {_lost(reduction)}")
    out().print("\n".join(lines), soft_wrap=True)


def _lost(found: Reduction) -> str:
    if found.precision is Precision.FLOAT16:
        how = f"{found.precision}, in which no number on {found.calibration_images} training images overflows"
    else:
        how = f"{found.precision}, ranges of {found.calibration_images} training images"
        how += f"; {found.integer_convolutions} of {found.convolutions} convolutions run in integers here"
    change = f"{abs(found.drop):.2f} points {'lost' if found.drop >= 0 else 'gained'}"
    return (
        f"{how}; accuracy {found.accuracy_before:.2%} in float32, {found.accuracy_after:.2%} now, on {found.images:,} "
        f"test images: {change}, {found.max_drop:g} may be lost; the same class on {found.top1_agreement:.2%}"
    )
