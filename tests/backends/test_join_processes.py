"""What launchers say of their processes; two of them are two processes of one run, or are refused."""

import os
import socket
import subprocess
import sys
from importlib.util import find_spec

import pytest

from resnet_spec.backends.join_processes import join_processes, started_processes
from resnet_spec.diagnostic import InputError

needs_jax = pytest.mark.skipif(find_spec("jax") is None, reason="jax is not installed")
MPICH = {"PMI_SIZE": "2", "PMI_RANK": "1", "MPI_LOCALRANKID": "0"}
OPEN_MPI = {"OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_LOCAL_RANK": "0"}
SLURM = {"SLURM_STEP_NUM_TASKS": "2"}
BY_HAND = {"JAX_NUM_PROCESSES": "2", "JAX_PROCESS_ID": "1"}
OWN = {"num_processes": 2, "process_id": 1}
JOIN = """
from resnet_spec.backends.join_processes import join_processes
join_processes()
import jax
print("process", jax.process_index(), "of", jax.process_count(), flush=True)
jax.distributed.shutdown()
"""


@pytest.fixture(autouse=True)
def no_launcher(monkeypatch):
    for name in (*MPICH, *OPEN_MPI, *SLURM, *BY_HAND, "JAX_LOCAL_DEVICE_IDS", "JAX_COORDINATOR_ADDRESS"):
        monkeypatch.delenv(name, raising=False)


def set_all(monkeypatch, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@needs_jax
@pytest.mark.parametrize(
    ("variables", "own"),
    [
        (MPICH, {**OWN, "local_device_ids": 0}),
        (OPEN_MPI, {**OWN, "local_device_ids": 0}),
        ({"PMI_SIZE": "2", "PMI_RANK": "1"}, OWN),
        ({**MPICH, "JAX_LOCAL_DEVICE_IDS": "3"}, OWN),
        ({**MPICH, "JAX_PROCESS_ID": "0"}, {"num_processes": 2, "process_id": 0, "local_device_ids": 0}),
        (SLURM, {}),
        ({**SLURM, "PMI_SIZE": "1", "PMI_RANK": "0"}, {}),
        (BY_HAND, OWN),
    ],
)
def test_what_a_launcher_says_is_told_to_jax(variables, own, monkeypatch):
    import jax

    told = []
    monkeypatch.setattr(jax.distributed, "initialize", lambda **options: told.append(options))
    set_all(monkeypatch, variables)
    assert started_processes() == 2
    join_processes()
    (options,) = told
    assert options.pop("shutdown_timeout_seconds") > 0
    assert options == own


@needs_jax
@pytest.mark.parametrize(("variables", "more"), [(MPICH, False), ({"JAX_NUM_PROCESSES": "2"}, True)])
def test_processes_that_know_no_place_to_meet_are_refused(variables, more, monkeypatch):
    set_all(monkeypatch, variables)
    with pytest.raises(InputError, match="the 2 processes of this run do not find each other") as caught:
        join_processes()
    help = caught.value.diagnostics[0].help
    assert "JAX_COORDINATOR_ADDRESS" in help
    assert ("JAX_PROCESS_ID" in help) == more


@needs_jax
def test_two_processes_of_an_mpiexec_are_one_run():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{found.getsockname()[1]}"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", JOIN], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, **MPICH, "PMI_RANK": str(rank), "JAX_COORDINATOR_ADDRESS": address},
        )
        for rank in (0, 1)
    ]  # fmt: skip
    said = [process.communicate(timeout=300)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    for rank in (0, 1):
        assert f"process {rank} of 2" in said[rank]
