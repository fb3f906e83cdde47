"""The fates of a file's tensors -> the table that `import` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from resnet_spec.render.columns import print_columns
from resnet_spec.render.console import out
from resnet_spec.render.printable import printable
from resnet_spec.weights.peer import Fate


def print_fates(directory: str, fates: Sequence[Fate], *, new_head: bool) -> None:
    """Print a row for every tensor of the file, and a line that sums up."""
    header = ("tensor", "shape", "", "weight", "why")
    rows = [
        (printable(fate.tensor), " x ".join(map(str, fate.shape)), fate.status, fate.target, printable(fate.why))
        for fate in fates
    ]
    print_columns(header, rows, right=header[1:2])
    counts = Counter(fate.status for fate in fates)
    told = ", ".join(f"{count} {status}" for status, count in counts.items())
    head = "; the last layer starts anew" if new_head else ""
    path = printable(directory)
    out().print(f"\n{told}{head}\ngo on with: resnet-spec train {path} --data PATH", soft_wrap=True)
