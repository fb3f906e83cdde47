"""What the processes of a run do together: they end it together, or go where the others are gone."""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager

from resnet_spec.backends.find_devices import find_devices
from resnet_spec.backends.leave_processes import leave_processes
from resnet_spec.diagnostic import CheckFailed, Code, Diagnostic, Failure, InputError
from resnet_spec.train.keeper import Stopped


@contextmanager
def in_company() -> Iterator[None]:
    """Let the other processes go when the work is done, or when it fails.

    Raises:
        InputError: others are gone, or can no longer be reached.
    """
    if find_devices().processes == 1:
        yield
        return
    from jax.errors import JaxRuntimeError

    try:
        yield
    except (CheckFailed, Stopped):
        # Every process comes here, at the same step.
        leave_processes()
        raise
    except JaxRuntimeError as error:
        _go_at_once(InputError.exit_code)
        message = f"a step that the processes of this run make together failed: {str(error).splitlines()[0]}"
        help = "see what the others say, and start all of them again with `--resume`"
        raise InputError(Diagnostic(Code.ENVIRONMENT, message, None, help)) from None
    except BaseException as error:
        _go_at_once(error.exit_code if isinstance(error, Failure) else 70)
        raise
    leave_processes()


def _go_at_once(code: int) -> None:
    """Keep JAX from waiting, when this process ends, for others that wait for this one or are gone."""
    atexit.register(os._exit, code)
