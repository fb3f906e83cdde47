import importlib.metadata

import pytest

from resnet_spec.workflow import examine_environment as room
from resnet_spec.workflow.examine_environment import examine_environment

TRAINING = {"filelock", "keras", "tensorboardx", "tensorflow", "tf2onnx"}


def test_the_packages_that_are_needed_are_listed_by_extra():
    found = examine_environment().packages
    assert {"base", "train"} <= found.keys()
    assert {"numpy", "pydantic"} <= {package.name.lower() for package in found["base"]}
    assert {package.name for package in found["train"]} == TRAINING
    for package in found["base"]:
        assert package.found == importlib.metadata.version(package.name)
        assert package.ok


@pytest.mark.parametrize(("there", "ok"), [("3.15.1", True), ("3.14.0", False), (None, False)])
def test_a_version_outside_the_bounds_is_not_ok(monkeypatch, there, ok):
    monkeypatch.setattr(room, "_version", lambda name: there)
    (package,) = [package for package in examine_environment().packages["train"] if package.name == "keras"]
    assert (package.found, package.ok) == (there, ok)


def test_a_program_that_is_not_installed_is_still_examined(monkeypatch, tmp_path):
    monkeypatch.setattr(room, "_PROGRAM", "no-such-program")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "resnet-spec").mkdir()
    (tmp_path / "resnet-spec" / "x").write_bytes(bytes(7))
    found = examine_environment()
    assert found.packages == {}
    assert (found.cache, found.cache_bytes) == (str(tmp_path / "resnet-spec"), 7)
