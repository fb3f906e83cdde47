"""Weights of other libraries: files made here as those libraries make them, put under a spec, and run."""

import json
from pathlib import Path

import h5py
import numpy as np
import pytest
from safetensors.numpy import save_file

from resnet_spec.compile import compile_spec
from resnet_spec.compile.with_classes import with_classes
from resnet_spec.diagnostic import InputError
from resnet_spec.train.prepare_backend import prepare_backend
from resnet_spec.weights.match_weights import match_weights
from resnet_spec.weights.read_keras import read_keras
from resnet_spec.weights.read_safetensors import read_safetensors
from resnet_spec.workflow.import_run import import_run


def torch_name(ours):
    """Say what torchvision calls one of our layers."""
    parts = ours.split(".")
    if parts[0] == "head":
        return "fc"
    layer = parts[-1].replace("norm", "bn")
    if parts[0] == "stem":
        return layer
    place = f"layer{parts[0][5:]}.{int(parts[1][5:]) - 1}"
    return f"{place}.downsample.{int(layer.startswith('bn'))}" if parts[2] == "shortcut" else f"{place}.{layer}"


def torchvision_file(graph, path, seed=0):
    """Write random weights as torchvision would, and give what they are in Keras's layout."""
    random, tensors, expected = np.random.default_rng(seed), {}, {}
    words = {"kernel": "weight", "gamma": "weight", "beta": "bias", "moving_mean": "running_mean",
             "moving_variance": "running_var"}  # fmt: skip
    for node in graph:
        for weight in node.weights:
            array = random.normal(size=weight.shape).astype(np.float32)
            expected[f"{node.name}.{weight.name}"] = array
            axes = {4: (3, 2, 0, 1), 2: (1, 0)}.get(array.ndim, (0,))
            name = f"{torch_name(node.name)}.{words.get(weight.name, weight.name)}"
            tensors[name] = np.ascontiguousarray(array.transpose(axes))
        if any(weight.name == "moving_mean" for weight in node.weights):
            tensors[f"{torch_name(node.name)}.num_batches_tracked"] = np.array(7)
    save_file(tensors, path)
    return expected, tensors


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_every_array_finds_its_place(name, tmp_path):
    graph = compile_spec(name).graph
    expected, tensors = torchvision_file(graph, tmp_path / "a.safetensors")
    match = match_weights(graph, read_safetensors(tmp_path / "a.safetensors"))
    assert match.missing == ()
    assert match.arrays.keys() == expected.keys()
    assert all(np.array_equal(match.arrays[path], array) for path, array in expected.items())
    assert {fate.tensor for fate in match.fates} == set(tensors)
    assert all("counter" in fate.why for fate in match.fates if fate.status == "skipped")


def test_a_file_of_another_network_is_refused_and_leaves_nothing(tmp_path):
    torchvision_file(compile_spec("resnet18").graph, tmp_path / "a.safetensors")
    with pytest.raises(InputError, match="has nothing for `stage1"):
        import_run(
            compile_spec("resnet50"), tmp_path / "a.safetensors", "torchvision", tmp_path / "out", new_head=False
        )
    assert not (tmp_path / "out").exists()


def test_a_new_head_starts_anew_and_the_rest_is_kept(tmp_path):
    compiled = compile_spec("resnet18")
    expected, _ = torchvision_file(compiled.graph, tmp_path / "a.safetensors")
    changed = with_classes(compiled, 37)
    found = import_run(changed, tmp_path / "a.safetensors", "torchvision", tmp_path / "out", new_head=True)
    run, fates = found.run, found.fates
    from resnet_spec.weights.weights_file import read_weights

    arrays = read_weights(run.weights, changed.graph.weight_shapes())
    assert not arrays["head.dense1.kernel"].any()
    assert np.array_equal(arrays["stage4.block2.conv2.kernel"], expected["stage4.block2.conv2.kernel"])
    (head,) = [fate for fate in fates if fate.tensor == "fc.weight"]
    assert (head.status, head.why) == ("skipped", "the network has no array of this shape")
    assert json.loads((run.path / "import.json").read_text())["from"] == "torchvision"


def test_a_spec_of_other_classes_starts_its_head_anew_where_it_is_told_to(tmp_path, program):
    torchvision_file(compile_spec("resnet18").graph, tmp_path / "a.safetensors")
    (tmp_path / "mine.yaml").write_text("extends: resnet18\nmodel: {classes: 37}\n")
    command = ("import", "mine.yaml", "a.safetensors", "--from", "torchvision", "-o", "pre")
    done = program(*command)
    assert done.returncode == 3
    assert "`--classes 37` starts the last layer anew" in " ".join(done.stderr.split())
    done = program(*command, "--classes", "37")
    assert done.returncode == 0, done.stderr
    assert "; the last layer starts anew" in done.stdout


def test_a_head_that_fits_is_kept_and_nothing_else_is_said(tmp_path, program):
    expected, _ = torchvision_file(compile_spec("resnet18").graph, tmp_path / "a.safetensors")
    done = program("import", "resnet18", "a.safetensors", "--from", "torchvision", "-o", "pre", "--classes", "1000")
    assert done.returncode == 0, done.stderr
    assert "anew" not in done.stdout
    from resnet_spec.weights.weights_file import read_weights

    arrays = read_weights(tmp_path / "pre" / "best.weights", compile_spec("resnet18").graph.weight_shapes())
    assert np.array_equal(arrays["head.dense1.kernel"], expected["head.dense1.kernel"])


@pytest.mark.slow
@pytest.mark.parametrize("form", ["a.weights.h5", "a.h5"])
def test_a_keras_file_gives_kerass_logits(form, tmp_path):
    prepare_backend()
    import keras

    from resnet_spec.backends.keras_weights import set_weights
    from resnet_spec.backends.to_keras import to_keras
    from resnet_spec.passes.take_logits import take_logits

    keras.utils.set_random_seed(0)
    peer = keras.applications.ResNet50(weights=None, classifier_activation=None, input_shape=(64, 64, 3), classes=1000)
    if form == "a.h5":
        peer.save(tmp_path / form)
    else:
        peer.save_weights(tmp_path / form)
    graph = take_logits(compile_spec("resnet50_keras", ["model.input.shape=[64, 64, 3]"]).graph)
    match = match_weights(graph, read_keras(tmp_path / form))
    assert match.missing == ()
    assert {fate.status for fate in match.fates} == {"loaded"}
    ours = to_keras(graph)
    set_weights(ours, graph, match.arrays)
    images = np.random.default_rng(0).normal(size=(2, 64, 64, 3)).astype(np.float32)
    expected = peer.predict_on_batch(images)
    assert np.abs(ours.predict_on_batch(images) - expected).max() <= 1e-4 * max(1, np.abs(expected).max())


def test_hdf5_that_points_elsewhere_is_refused(tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["x"] = np.zeros(3, np.float32)
    with h5py.File(tmp_path / "link.h5", "w") as file:
        file["layers"] = h5py.ExternalLink("secret.h5", "/x")
    with h5py.File(tmp_path / "soft.h5", "w") as file:
        file["layers"] = h5py.SoftLink("/layers")
    (tmp_path / "raw.bin").write_bytes(b"\0" * 12)
    with h5py.File(tmp_path / "external.h5", "w") as file:
        file.create_dataset("layers/a/vars/0", (3,), "f4", external=[(str(tmp_path / "raw.bin"), 0, 12)])
    for name in ("link.h5", "soft.h5", "external.h5"):
        with pytest.raises(InputError, match="refused"):
            read_keras(tmp_path / name)


def test_a_promise_of_a_terabyte_is_never_allocated(tmp_path):
    with h5py.File(tmp_path / "bomb.h5", "w") as file:
        file.create_dataset("layers/a/vars/0", (1 << 20, 1 << 20), "f4", chunks=(1024, 1024))
    match = match_weights(compile_spec("resnet18").graph, read_keras(tmp_path / "bomb.h5"))
    assert match.arrays == {}
    assert match.fates[0].status == "skipped"


@pytest.mark.parametrize("read", [read_keras, read_safetensors])
@pytest.mark.parametrize("content", [None, b"", b"\x80\x04pickle", b"PK\x03\x04"])
def test_what_is_not_a_weight_file_is_an_error(read, content, tmp_path):
    if content is not None:
        (tmp_path / "a").write_bytes(content)
    with pytest.raises(InputError, match="cannot read"):
        read(Path(tmp_path / "a"))


@pytest.mark.slow
def test_from_a_pretrained_file_to_a_fine_tuned_network(tmp_path, program):
    settings = [
        "model.input.shape=[16, 16, 1]",
        "model.stem=[{conv: {filters: 64}}, norm, relu]",
        "data={source: digits, resize: stretch}",
        "train={epochs: 1, batch_size: 32, optimizer: adam}",
        "expect={source: here}",
    ]
    torchvision_file(compile_spec("resnet18", settings).graph, tmp_path / "a.safetensors")
    options = [word for setting in settings for word in ("--set", setting)]
    done = program(
        "import", "resnet18", "a.safetensors", "--from", "torchvision", "-o", "pre", "--classes", "10", *options
    )
    assert done.returncode == 0, done.stderr
    assert "the last layer starts anew" in done.stdout
    done = program("train", "pre", "--run", "tuned", "--set", "train.optimizer={sgd: {learning_rate: 1e-9}}")
    assert done.returncode == 0, done.stderr
    from resnet_spec.weights.weights_file import read_weights

    shapes = compile_spec(str(tmp_path / "tuned" / "spec.yaml")).graph.weight_shapes()
    before, after = (read_weights(tmp_path / name / "best.weights", shapes) for name in ("pre", "tuned"))
    kernel = "stage3.block2.conv1.kernel"
    assert np.allclose(before[kernel], after[kernel], atol=1e-5)
    assert before[kernel].std() > 0.5


def test_numbers_that_are_not_finite_are_refused_by_name(tmp_path):
    compiled = compile_spec("resnet18")
    _, tensors = torchvision_file(compiled.graph, tmp_path / "a.safetensors")
    tensors["layer2.0.conv1.weight"][0] = np.nan
    save_file(tensors, tmp_path / "a.safetensors")
    with pytest.raises(InputError, match=r"stage2\.block1\.conv1\.kernel"):
        import_run(compiled, tmp_path / "a.safetensors", "torchvision", tmp_path / "out", new_head=False)
    assert not (tmp_path / "out").exists()


def import_resnet18(tmp_path, tensors, peer="torchvision", spec="resnet18"):
    save_file(tensors, tmp_path / "b.safetensors")
    return import_run(compile_spec(spec), tmp_path / "b.safetensors", peer, tmp_path / "out", new_head=False)


def weights_of(found, spec="resnet18"):
    from resnet_spec.weights.weights_file import read_weights

    return read_weights(found.run.weights, compile_spec(spec).graph.weight_shapes())


@pytest.mark.parametrize(
    ("kind", "said", "error"),
    [("bfloat16", "widened from bfloat16", 2**-8), ("float16", "widened from float16", 2**-10),
     ("float64", "narrowed from float64", 0)],
)  # fmt: skip
def test_floating_point_of_other_widths_is_converted_and_said(tmp_path, kind, said, error):
    import ml_dtypes

    expected, tensors = torchvision_file(compile_spec("resnet18").graph, tmp_path / "a.safetensors")
    numbers = np.dtype(ml_dtypes.bfloat16 if kind == "bfloat16" else kind)
    cast = {name: array.astype(numbers) if array.dtype == np.float32 else array for name, array in tensors.items()}
    found = import_resnet18(tmp_path, cast)
    for name, array in weights_of(found).items():
        assert array.dtype == np.float32
        # Exactly the rounded numbers: a wrong offset or byte order would be far from them.
        assert np.array_equal(array, expected[name].astype(numbers).astype(np.float32))
        assert np.abs(array - expected[name]).max() <= error * np.abs(expected[name]).max()
    used = [fate for fate in found.fates if fate.target]
    assert used
    assert all(said in fate.why for fate in used)
    assert not any(said in fate.why for fate in found.fates if not fate.target)


@pytest.mark.parametrize("kind", ["int8", "float8_e4m3fn", "bool"])
def test_other_numbers_are_refused_by_name(tmp_path, kind):
    import ml_dtypes

    _, tensors = torchvision_file(compile_spec("resnet18").graph, tmp_path / "a.safetensors")
    numbers = getattr(ml_dtypes, kind, None) or kind
    tensors["layer2.0.conv1.weight"] = tensors["layer2.0.conv1.weight"].astype(numbers)
    with pytest.raises(InputError, match=r"`layer2\.0\.conv1\.weight` in .* type (I8|F8_E4M3|BOOL)") as error:
        import_resnet18(tmp_path, tensors)
    assert "float()" in error.value.diagnostics[0].help
    assert not (tmp_path / "out").exists()


def test_a_number_too_large_for_float32_is_refused_and_not_made_infinite(tmp_path):
    _, tensors = torchvision_file(compile_spec("resnet18").graph, tmp_path / "a.safetensors")
    tensors["fc.bias"] = tensors["fc.bias"].astype(np.float64) + 1e300
    with pytest.raises(InputError, match=r"not finite for `head\.dense1\.bias`"):
        import_resnet18(tmp_path, tensors)


@pytest.mark.parametrize("prefix", ["module.", "model.", "_orig_mod.", "backbone.", "module._orig_mod."])
def test_a_prefix_of_every_name_is_passed_over_and_said(tmp_path, prefix):
    expected, tensors = torchvision_file(compile_spec("resnet18").graph, tmp_path / "a.safetensors")
    found = import_resnet18(tmp_path, {f"{prefix}{name}": array for name, array in tensors.items()})
    assert found.prefix == prefix
    assert all(np.array_equal(array, expected[name]) for name, array in weights_of(found).items())
    assert all(fate.tensor.startswith(prefix) for fate in found.fates)
    assert json.loads((found.run.path / "import.json").read_text())["prefix"] == prefix


def test_a_prefix_of_some_names_is_not_passed_over(tmp_path):
    _, tensors = torchvision_file(compile_spec("resnet18").graph, tmp_path / "a.safetensors")
    renamed = {name if name.startswith("fc") else f"module.{name}": array for name, array in tensors.items()}
    with pytest.raises(InputError, match="has nothing for"):
        import_resnet18(tmp_path, renamed)
    found = import_resnet18(tmp_path, tensors)
    assert found.prefix == ""


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("conv1.", "conv1.0.", "conv1.0"),
        ("layer2.0.downsample.1.", "layer2.0.downsample.2.", "layer2.0.downsample.2"),
        ("layer1.0.conv1.", "layer1.0.se.fc1.", "layer1.0.se.fc1"),
        ("layer1.0.conv1.", "stages.0.blocks.0.conv1.", "stages.0.blocks.0.conv1"),
    ],
)
def test_a_file_of_timm_is_not_taken_for_one_of_torchvision(tmp_path, old, new, shown):
    _, tensors = torchvision_file(compile_spec("resnet18").graph, tmp_path / "a.safetensors")
    renamed = {f"{new}{name.removeprefix(old)}" if name.startswith(old) else name: a for name, a in tensors.items()}
    with pytest.raises(InputError, match=f"only timm has a module `{shown}`") as error:
        import_resnet18(tmp_path, renamed)
    assert "`--from timm`" in error.value.diagnostics[0].help
    assert not (tmp_path / "out").exists()


def test_a_file_of_torchvision_under_timms_name_is_a_plain_resnet_or_said(tmp_path):
    _, tensors = torchvision_file(compile_spec("resnet18").graph, tmp_path / "a.safetensors")
    with pytest.raises(InputError, match="has nothing for") as error:
        import_resnet18(tmp_path, tensors, peer="timm", spec="resnet50d")
    assert "`--from torchvision`" in error.value.diagnostics[0].help
    # The plain networks of both have the same names.
    assert not import_resnet18(tmp_path, tensors, peer="timm").prefix


def test_a_file_of_another_format_is_told_by_its_first_bytes(tmp_path):
    torchvision_file(compile_spec("resnet18").graph, tmp_path / "a.safetensors")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["x"] = np.zeros(3, np.float32)
    for read, name, help in (
        (read_keras, "a.safetensors", "`--from timm`"),
        (read_safetensors, "a.h5", "--from keras"),
    ):
        with pytest.raises(InputError, match="cannot read") as error:
            read(tmp_path / name)
        assert help in error.value.diagnostics[0].help


def test_a_missing_file_exits_3_and_a_near_name_is_offered(tmp_path, program):
    torchvision_file(compile_spec("resnet18").graph, tmp_path / "weights.safetensors")
    for origin in ("torchvision", "keras"):
        done = program("import", "resnet18", "weihgts.safetensors", "--from", origin, "-o", "out")
        assert done.returncode == 3
        assert "there is no such file" in done.stderr
        assert "did you mean `weights.safetensors`?" in done.stderr
    done = program("import", "resnet18", ".", "--from", "timm", "-o", "out")
    assert done.returncode == 3
    assert "it is a folder" in done.stderr


def test_the_summary_says_what_is_passed_over_and_what_is_unused(tmp_path, program):
    _, tensors = torchvision_file(compile_spec("resnet18").graph, tmp_path / "a.safetensors")
    tensors["layer1.0.aux.weight"] = np.zeros((3, 3), np.float32)
    save_file({f"module.{name}": array for name, array in tensors.items()}, tmp_path / "b.safetensors")
    done = program("import", "resnet18", "b.safetensors", "--from", "torchvision", "-o", "out")
    assert done.returncode == 0, done.stderr
    assert "`module.`, before every name, is passed over" in done.stdout
    assert "not in the network: module.layer1.0.aux.weight\n" in done.stdout
    save_file({name: array for name, array in tensors.items() if "aux" not in name}, tmp_path / "c.safetensors")
    done = program("import", "resnet18", "c.safetensors", "--from", "torchvision", "-o", "plain")
    assert "passed over" not in done.stdout
    assert "not in the network:" not in done.stdout
