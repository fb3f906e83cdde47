"""Where the processes of a run begin together, or none of them does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from resnet_spec.backends.ask_all import ask_all
from resnet_spec.backends.leave_processes import leave_processes
from resnet_spec.diagnostic import Code, Diagnostic, Failure, InputError


@contextmanager
def together() -> Iterator[None]:
    """Do what each process does by itself; where one fails, none goes on.

    Raises:
        Failure: this process's own, or, where it has none, that there was one elsewhere.
    """
    try:
        yield
    except Failure:
        bool(ask_all(True))
        leave_processes()
        raise
    if bool(ask_all(False)):
        leave_processes()
        message = "another process of this run cannot go on, so this one does not either"
        raise InputError(Diagnostic(Code.ENVIRONMENT, message, None, "see what the other process says"))
