"""The processes that a cluster's launcher started -> one run of JAX over all their devices."""

from __future__ import annotations

import os

from resnet_spec.diagnostic import Code, Diagnostic, InputError

_MPI = (
    ("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_LOCAL_RANK"),
    ("PMI_SIZE", "PMI_RANK", "MPI_LOCALRANKID"),
)
"""What launchers of MPI say: how many processes, which of all this is, and which of its machine. First Open MPI's, then
those of MPICH and its descendants, such as Intel MPI."""
_COUNTS = ("JAX_NUM_PROCESSES", "SLURM_STEP_NUM_TASKS", *(size for size, _, _ in _MPI))
"""What says how many processes were started: by hand or by Kubernetes, by `srun`, by `mpirun` or `mpiexec`."""
_SECONDS_TO_LEAVE = 60


def started_processes() -> int:
    """Count the processes that a launcher started, this one included.

    Raises:
        InputError: what should be a number is none.
    """
    return max(_number(name, 1) for name in _COUNTS)


def join_processes() -> None:
    """Wait for the others, where a launcher started some; call it before JAX computes anything.

    JAX finds them out from Slurm and from Open MPI up to its version 4. Elsewhere JAX_COORDINATOR_ADDRESS (of process
    0, `host:port`) says where they meet, and where no MPI does, JAX_NUM_PROCESSES and JAX_PROCESS_ID (from 0) which
    they are.

    Raises:
        InputError: they do not find each other.
    """
    if started_processes() == 1:
        return
    import jax

    # JAX would take SIGTERM for itself: see `until_told`.
    jax.config.update("jax_enable_preemption_service", False)
    own = _own()
    try:
        jax.distributed.initialize(**own, shutdown_timeout_seconds=_SECONDS_TO_LEAVE)
    except (ValueError, RuntimeError) as error:
        message = f"the {started_processes()} processes of this run do not find each other: {error}"
        help = "start them with srun, or set JAX_COORDINATOR_ADDRESS to HOST:PORT of process 0, the same for all"
        if "process_id" not in own:
            help += ", and JAX_NUM_PROCESSES and JAX_PROCESS_ID"
        raise InputError(Diagnostic(Code.ENVIRONMENT, message, None, help)) from None


def _own() -> dict[str, int]:
    """Say of this process what its launcher says, and JAX may not know; what was set for JAX itself goes first."""
    said: dict[str, str] = {}
    for size, rank, local in _MPI:
        if _number(size, 1) == started_processes():
            said = {"num_processes": size, "process_id": rank, "local_device_ids": local}
    if "JAX_LOCAL_DEVICE_IDS" in os.environ:
        said.pop("local_device_ids", None)
    for name, variable in (("num_processes", "JAX_NUM_PROCESSES"), ("process_id", "JAX_PROCESS_ID")):
        if variable in os.environ:
            said[name] = variable
    return {name: _number(variable, 0) for name, variable in said.items() if variable in os.environ}


def _number(variable: str, default: int) -> int:
    said = os.environ.get(variable) or str(default)
    if not said.isdecimal():
        message = f"the environment's {variable} is `{said}`, and should be a whole number"
        raise InputError(Diagnostic(Code.ENVIRONMENT, message, None, f"set it, or `unset {variable}`"))
    return int(said)
