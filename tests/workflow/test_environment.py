"""What is said of the machine and the installation: whatever changes the last bits of a sum."""

import pytest

from resnet_spec.workflow.environment import changed_environment, environment


def seen_with(folder, name, version):
    """Describe the environment with a package more, as pip would have installed it."""
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (folder / "broken-1.dist-info").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        return environment()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("jaxlib", "jaxlib"),
        ("jax_cuda12_plugin", "jax-cuda12-plugin"),
        ("jax-cuda13-pjrt", "jax-cuda13-pjrt"),
        ("nvidia-cudnn-cu12", "nvidia-cudnn-cu12"),
        ("nvidia_cublas", "nvidia-cublas"),
    ],
)
def test_a_wheel_with_other_kernels_is_another_environment(name, shown, tmp_path):
    before, now = (seen_with(tmp_path / version, name, version) for version in ("9.1", "9.2"))
    assert changed_environment(before, now) == [f"{shown} was 9.1, and is 9.2"]


def test_a_wheel_that_computes_nothing_is_left_out(tmp_path):
    assert "sphinx" not in seen_with(tmp_path, "sphinx", "9.1")


@pytest.mark.parametrize("name", ["MKL_NUM_THREADS", "NVIDIA_TF32_OVERRIDE", "JAX_DEFAULT_MATMUL_PRECISION"])
def test_a_variable_that_changes_sums_is_another_environment(name, monkeypatch):
    monkeypatch.delenv(name, raising=False)
    before = environment()
    monkeypatch.setenv(name, "1")
    assert changed_environment(before, environment()) == [f"{name} was not there, and is 1"]
