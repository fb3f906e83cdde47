"""The processes that a cluster's launcher started -> one run of JAX over all their devices."""

from __future__ import annotations

import os

from resnet_spec.diagnostic import Code, Diagnostic, InputError

_COUNTS = ("JAX_NUM_PROCESSES", "SLURM_STEP_NUM_TASKS", "OMPI_COMM_WORLD_SIZE")
"""What says how many processes were started: by hand or by Kubernetes, by `srun`, by `mpirun`."""
_SECONDS_TO_LEAVE = 60


def started_processes() -> int:
    """Count the processes that a launcher started, this one included.

    Raises:
        InputError: what should be a number is none.
    """
    return max(_number(name, 1) for name in _COUNTS)


def join_processes() -> None:
    """Wait for the others, where a launcher started some; call it before JAX computes anything.

    JAX finds them out from Slurm and Open MPI; elsewhere JAX_COORDINATOR_ADDRESS (of process 0, `host:port`),
    JAX_NUM_PROCESSES and JAX_PROCESS_ID (from 0) name them.

    Raises:
        InputError: they do not find each other.
    """
    if started_processes() == 1:
        return
    import jax

    # JAX would take SIGTERM for itself: see `until_told`.
    jax.config.update("jax_enable_preemption_service", False)
    own = {
        name: _number(variable, 0)
        for name, variable in (("num_processes", "JAX_NUM_PROCESSES"), ("process_id", "JAX_PROCESS_ID"))
        if variable in os.environ
    }
    try:
        jax.distributed.initialize(**own, shutdown_timeout_seconds=_SECONDS_TO_LEAVE)
    except (ValueError, RuntimeError) as error:
        message = f"the {started_processes()} processes of this run do not find each other: {error}"
        help = "start them with srun or mpirun, or set JAX_COORDINATOR_ADDRESS, JAX_NUM_PROCESSES and JAX_PROCESS_ID"
        raise InputError(Diagnostic(Code.ENVIRONMENT, message, None, help)) from None


def _number(variable: str, default: int) -> int:
    said = os.environ.get(variable) or str(default)
    if not said.isdecimal():
        message = f"the environment's {variable} is `{said}`, and should be a whole number"
        raise InputError(Diagnostic(Code.ENVIRONMENT, message, None, f"set it, or `unset {variable}`"))
    return int(said)
