"""One trainer a run directory: a lock that the system gives back when the process ends, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.train.run_directory import RunDirectory


@contextmanager
def hold_run(run: RunDirectory) -> Iterator[None]:
    """Keep other trainers out of a run directory.

    Raises:
        InputError: another process trains in it, or it cannot be written.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(run.lock, blocking=False)
    try:
        lock.acquire()
    except Timeout:
        message = f"another process trains in `{run.path}`"
        help = "wait for it or stop it, or choose another directory with --run"
        raise InputError(Diagnostic(Code.RUN_DIRECTORY, message, None, help)) from None
    except OSError as error:
        message = f"cannot write `{run.lock}`: {error.strerror or error}"
        raise InputError(Diagnostic(Code.RUN_DIRECTORY, message, None, "check space and permissions")) from None
    try:
        yield
    finally:
        lock.release()
