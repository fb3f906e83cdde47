"""Text -> a new file; one that is there stays as it is."""

from __future__ import annotations

from pathlib import Path

from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.workflow.refuse_existing import refuse_existing


def write_new(path: Path, text: str) -> None:
    """Write a file that did not exist.

    Raises:
        InputError: it exists, or cannot be written.
    """
    refuse_existing(path)
    try:
        stream = path.open("x", encoding="utf-8", newline="\n")
    except OSError as error:
        raise _fault(path, error) from None
    try:
        with stream:
            stream.write(text)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _fault(path, error) from None


def _fault(path: Path, error: OSError) -> InputError:
    message = f"cannot write `{path}`: {(error.strerror or str(error)).lower()}"
    return InputError(Diagnostic(Code.RUN_DIRECTORY, message, None, "check the folder, space and permissions"))
