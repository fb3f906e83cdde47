"""A preview and its pictures -> files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.report.preview import Preview
from resnet_spec.report.render_preview import render_preview
from resnet_spec.write_atomically import write_atomically

WORDS = {
    "batch.png": "The first batch of the run",
    "epochs.png": "Images as they are, and as the first epochs show them",
}


def write_preview(preview: Preview, sheets: Mapping[str, bytes], wanted: Path | None) -> list[Path]:
    """Write the page and the pictures, in the place of earlier ones; give where they are.

    Args:
        preview: what is known.
        sheets: PNG files by name.
        wanted: the folder; default `previews/<name>`.

    Raises:
        InputError: they cannot be written.
    """
    name = re.sub(r"[^A-Za-z0-9_.-]+", "_", preview.name).strip("._") or "spec"
    folder = wanted or Path("previews") / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot write `{folder}`: {error.strerror or error}"
        raise InputError(Diagnostic(Code.RUN_DIRECTORY, message, None, "check space and permissions")) from None
    page = render_preview(preview, {WORDS[name]: content for name, content in sheets.items()})
    contents = {"preview.html": page.encode(), **sheets}
    for name, content in contents.items():
        write_atomically(folder / name, content)
    return [folder / name for name in contents]
