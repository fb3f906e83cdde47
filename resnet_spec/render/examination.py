"""An examination -> the lines that `doctor` prints."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from resnet_spec.render.console import out
from resnet_spec.render.printable import printable
from resnet_spec.workflow.examination import Examination, Package


def print_examination(found: Examination) -> None:
    """Print what the program runs on, and what is missing."""
    about = found.environment
    flags = ", ".join(f"{name} {'yes' if there else 'no'}" for name, there in found.processor_flags.items())
    rows = [
        ("resnet-spec", f"{about['resnet-spec']}, Python {about['python']}, {about['system']}"),
        ("processor", f"{about['processor']}, {about['cores']} cores to use"),
        ("", flags or "instructions not known"),
        ("graphics", ", ".join(found.graphics) or "no NVIDIA driver lists a device"),
        ("backend", f"{about['backend']} (KERAS_BACKEND)"),
        *((extra, _state(extra, packages)) for extra, packages in found.packages.items()),
        ("cache", f"{found.cache} ({found.cache_bytes / 2**20:,.0f} MiB)"),
    ]
    if not found.packages:
        rows.append(("packages", "not known: the program is not installed as a package"))
    text = Text("\n").join(Text.assemble((f"{label:<13}", "dim"), printable(value)) for label, value in rows)
    out().print(text, soft_wrap=True)


def _state(extra: str, packages: Sequence[Package]) -> str:
    wrong = [package for package in packages if not package.ok]
    if not wrong:
        return "complete: " + ", ".join(f"{package.name} {package.found}" for package in packages)
    told = ", ".join(f"{p.name} {p.wanted} ({f'{p.found} is there' if p.found else 'not installed'})" for p in wrong)
    target = "resnet-spec" if extra == "base" else f"resnet-spec[{extra}]"
    return f'lacks {told}: pip install "{target}"'
