"""The fates of a file's tensors -> the table that `import` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from resnet_spec.render.columns import print_columns
from resnet_spec.render.console import out
from resnet_spec.render.printable import printable
from resnet_spec.weights.peer import COUNTER, Fate

_SHOWN = 5


def print_fates(directory: str, fates: Sequence[Fate], *, new_head: bool, prefix: str = "") -> None:
    """Print a row for every tensor of the file, and what sums up: counts, what was passed over, what is unused."""
    header = ("tensor", "shape", "", "weight", "why")
    rows = [
        (printable(fate.tensor), " x ".join(map(str, fate.shape)), fate.status, fate.target, printable(fate.why))
        for fate in fates
    ]
    print_columns(header, rows, right=header[1:2])
    counts = Counter(fate.status for fate in fates)
    told = ", ".join(f"{count} {status}" for status, count in counts.items())
    head = "; the last layer starts anew" if new_head else ""
    notes = [f"`{printable(prefix)}`, before every name, is passed over"] if prefix else []
    notes += _unused(fates)
    path = printable(directory)
    lines = [f"\n{told}{head}", *notes, f"go on with: resnet-spec train {path} --data PATH"]
    out().print("\n".join(lines), soft_wrap=True)


def _unused(fates: Sequence[Fate]) -> list[str]:
    """Say what the file has and the network has not: where that is no other head, it may be another network."""
    names = [fate.tensor for fate in fates if fate.status == "skipped" and fate.why != COUNTER]
    if not names:
        return []
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return [f"not in the network: {printable(', '.join(names[:_SHOWN]))}{more}"]
