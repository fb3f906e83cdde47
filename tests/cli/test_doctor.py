import json

TRAINING = {"filelock", "keras", "tensorboardx", "tensorflow", "tf2onnx"}


def test_it_says_what_the_program_runs_on(program, tmp_path):
    done = program("doctor", XDG_CACHE_HOME=str(tmp_path), KERAS_BACKEND="jax")
    assert done.returncode == 0, done.stderr
    for label in ("resnet-spec", "processor", "graphics", "backend", "cache"):
        assert any(line.startswith(label) for line in done.stdout.splitlines())
    assert "jax (KERAS_BACKEND)" in done.stdout
    assert str(tmp_path / "resnet-spec") in done.stdout


def test_json(program):
    found = json.loads(program("doctor", "--json").stdout)
    assert found["environment"]["resnet-spec"] == "0.1.0"
    assert {package["name"] for package in found["packages"]["train"]} == TRAINING
    assert set(found["processor_flags"].values()) <= {True, False}
