"""What a spec says of optimizers, groups, clipping, accumulation, averages and first kernels is what happens."""

import inspect
from contextlib import suppress

import keras
import numpy as np
import pytest
from pydantic import ValidationError

from resnet_spec.backends.draw_kernel import draw_kernel
from resnet_spec.compile import compile_spec
from resnet_spec.diagnostic import SpecErrors
from resnet_spec.spec.optimizer import Adam, AdamW, Muon, OptimizerOptions
from resnet_spec.spec.train import Lookahead
from resnet_spec.spec.treatment import treatment
from resnet_spec.train.average import make_average
from resnet_spec.train.kernel_muon import KernelMuon
from resnet_spec.train.learner import Learner
from resnet_spec.train.make_optimizer import make_optimizer
from resnet_spec.train.whitening_kernel import whitening_kernel

PLAIN = "model.stem=[conv: {filters: 4, use_bias: true}, relu]"
SGD = "train.optimizer={sgd: {learning_rate: 0.1}}"


def kinds():
    return [kind for kind in _descendants(OptimizerOptions) if "keras_name" in vars(kind)]


def _descendants(kind):
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)


def learner(*settings):
    compiled = compile_spec("quickstart", ["data.augment=[]", "expect={}", *settings])
    return Learner(compiled.graph, compiled.spec.train, compiled.spec.data, dtype="float32")


def step(learner, number=1, rate=0.1, over=0.1):
    random = np.random.default_rng(number)
    images = random.integers(0, 256, (8, 8, 8, 1)).astype(np.uint8)
    batch = {"images": images, "labels": np.arange(8, dtype=np.int32), "chosen": np.arange(8, dtype=np.int32)}
    told = {"step": np.asarray(number, np.uint32), "rate": np.float32(rate), "over": np.float32(over)}
    return {name: float(value) for name, value in learner.step(batch | told).items()}


def changes(learner, *arguments):
    """Give what a step adds to each weight."""
    before = learner.weights()
    step(learner, *arguments)
    return {name: array - before[name] for name, array in learner.weights().items()}


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.tag)
def test_an_optimizer_is_keras_s_with_keras_s_defaults(kind):
    made = make_optimizer(kind(learning_rate=0.5), "optimizer1")
    theirs = getattr(keras.optimizers, kind.keras_name)
    assert isinstance(made, theirs)
    assert made.get_config()["learning_rate"] == 0.5
    known = inspect.signature(theirs).parameters
    for name, field in kind.model_fields.items():
        assert name in known
        if not field.is_required():
            assert field.default == pytest.approx(known[name].default), f"{kind.tag}: {name}"


def test_options_reach_the_optimizer():
    chosen = compile_spec("quickstart", ["train.optimizer={sgd: {learning_rate: 1, momentum: 0.9, nesterov: true}}"])
    config = make_optimizer(chosen.spec.train.optimizer, "optimizer1").get_config()
    assert (config["momentum"], config["nesterov"]) == (0.9, True)


def taken(kind):
    """Give the optimizers with an option at an edge of what the spec takes."""
    for name in kind.model_fields:
        for value in (None, False, True, 0, 1, 2, 1e-9, 0.5, 0.999, 1000.0):
            with suppress(ValidationError):
                yield kind.model_validate({"learning_rate": 0.5, name: value})


def once(chosen):
    """Give a kernel and a bias after a step."""
    weights = [keras.Variable(np.full(shape, 1e-3, np.float32)) for shape in ((2, 2, 3, 4), (4,))]
    optimizer = make_optimizer(chosen, "optimizer1")
    optimizer.build(weights)
    optimizer.apply([keras.ops.ones(weight.shape) for weight in weights], weights)
    return [keras.ops.convert_to_numpy(weight) for weight in weights]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.tag)
def test_what_the_spec_takes_keras_takes(kind):
    every = list(taken(kind))
    assert kind(learning_rate=0.5, weight_decay=None) in every
    for chosen in every:
        assert all(np.isfinite(weight).all() for weight in once(chosen)), chosen


def test_adamw_without_decay_is_adam():
    none, zero, adam = (once(chosen)[0] for chosen in (AdamW(weight_decay=None), AdamW(weight_decay=0), Adam()))
    assert np.array_equal(none, adam)
    assert np.array_equal(zero, adam)
    assert not np.array_equal(once(AdamW(weight_decay=0.5))[0], adam)


def test_lion_without_a_mean_is_refused_where_it_is_said():
    with pytest.raises(SpecErrors, match=r"`train\.optimizer\.lion\.beta_1`: expected a number above 0, found `0`"):
        compile_spec("quickstart", ["train.optimizer={lion: {beta_1: 0}}"])


def test_muon_takes_a_kernel_as_a_matrix_as_keras_takes_matrices():
    random = np.random.default_rng(0)
    first, gradient = random.normal(size=(2, 3, 3, 4, 8)).astype(np.float32)
    kernel, matrix = keras.Variable(first), keras.Variable(first.reshape(36, 8))
    ours, theirs = KernelMuon(0.1, weight_decay=0.01), keras.optimizers.Muon(0.1, weight_decay=0.01)
    for optimizer, variable, slope in ((ours, kernel, gradient), (theirs, matrix, gradient.reshape(36, 8))):
        optimizer.build([variable])
        optimizer.apply([keras.ops.convert_to_tensor(slope)], [variable])
    moved = keras.ops.convert_to_numpy(kernel)
    assert moved.reshape(36, 8) == pytest.approx(keras.ops.convert_to_numpy(matrix), abs=1e-6)
    assert np.abs(moved - first).max() > 1e-3


def test_a_step_of_muon_is_orthogonal_and_vectors_are_left_to_adamw():
    kernel, bias = keras.Variable(np.zeros((3, 3, 4, 8), np.float32)), keras.Variable(np.zeros(8, np.float32))
    optimizer = make_optimizer(Muon(learning_rate=1, rms_rate=None, weight_decay=None, ns_steps=8), "optimizer1")
    optimizer.build([kernel, bias])
    slopes = [np.random.default_rng(1).normal(size=variable.shape).astype(np.float32) for variable in (kernel, bias)]
    optimizer.apply([keras.ops.convert_to_tensor(slope) for slope in slopes], [kernel, bias])
    sizes = np.linalg.svd(keras.ops.convert_to_numpy(kernel).reshape(36, 8), compute_uv=False)
    assert sizes.min() > 0.6
    assert sizes.max() < 1.3
    assert keras.ops.convert_to_numpy(bias) == pytest.approx(-np.sign(slopes[1]), rel=1e-3), "Adam's first step"


GROUPS = """train.groups=[
  {match: "*", weight_decay: 0.5},
  {match: "*.bias", weight_decay: 0, learning_rate_factor: 3},
  {match: "head.*", optimizer: {sgd: {learning_rate: 0.2}}},
  {match: "head.dense1.bias", trainable: {until_epoch: 2}},
]""".replace("\n", "")


def test_groups_say_what_is_different_and_the_last_one_counts():
    train = compile_spec("quickstart", [SGD, GROUPS]).spec.train
    kernel, head, bias = (
        treatment(train, name) for name in ("stem.conv1.kernel", "head.dense1.kernel", "head.dense1.bias")
    )
    assert (kernel.factor, kernel.optimizer.weight_decay, kernel.trainable) == (1, 0.5, True)
    assert (head.factor, head.optimizer.weight_decay) == (2, 0.5)
    assert bias.factor == pytest.approx(6)
    assert bias.optimizer.weight_decay == 0
    assert [bias.trained_in(epoch) for epoch in (1, 2, 3)] == [True, True, False]


def test_a_later_optimizer_brings_the_decay_that_it_says():
    groups = """train.groups=[{match: "*", weight_decay: 0.5}, {match: "head.*", optimizer: {adamw: {SAID}}}]"""
    decays = [
        treatment(compile_spec("quickstart", [SGD, groups.replace("SAID", said)]).spec.train, "head.dense1.kernel")
        for said in ("weight_decay: 0.01", "weight_decay: null", "beta_1: 0.8")
    ]
    assert [decay.optimizer.weight_decay for decay in decays] == [0.01, None, 0.5]


def test_a_factor_multiplies_steps_and_decay_shrinks_weights():
    plain = changes(learner(PLAIN, SGD))
    groups = 'train.groups=[{match: "head.*", learning_rate_factor: 3}, {match: "stem.conv1.kernel", weight_decay: 2}]'
    made = learner(PLAIN, SGD, groups)
    stem = made.weights()["stem.conv1.kernel"]
    grouped = changes(made)
    assert grouped["head.dense1.kernel"] == pytest.approx(3 * plain["head.dense1.kernel"], abs=1e-6)
    assert grouped["stem.conv1.bias"] == pytest.approx(plain["stem.conv1.bias"], abs=1e-6)
    assert grouped["stem.conv1.kernel"] == pytest.approx(plain["stem.conv1.kernel"] - 0.1 * 2 * stem, abs=1e-5)


def test_what_is_frozen_stays_and_a_norm_frozen_as_a_whole_keeps_its_statistics():
    groups = 'train.groups=[{match: "stage1.*", trainable: {from_epoch: 2}}, {match: "*.gamma", trainable: false}]'
    made = learner(SGD, groups)
    made.enter(1)
    first = changes(made)
    for name, change in first.items():
        assert change.any() != (name.startswith("stage1.") or name.endswith(".gamma")), name
    made.enter(2)
    second = changes(made, 2)
    for name, change in second.items():
        assert change.any() != name.endswith(".gamma"), name


def test_a_norm_whose_gamma_and_beta_are_frozen_keeps_its_statistics_and_no_other_does():
    frozen = ["stage1.*.norm*.gamma", "stage1.*.norm*.beta", "stage2.*.norm*.gamma"]
    groups = ", ".join(f'{{match: "{match}", trainable: false}}' for match in frozen)
    made = learner(SGD, f"train.groups=[{groups}]")
    made.enter(1)
    for name, change in changes(made).items():
        if "moving" in name:
            assert change.any() != name.startswith("stage1."), name


@pytest.mark.parametrize(("match", "kept"), [("stage1.*", True), ("stage2.*", False)])
def test_a_norm_without_gamma_and_beta_is_frozen_with_all_of_its_stage(match, kept):
    norm = "model.norm={batch: {center: false, scale: false}}"
    made = learner(SGD, norm, f'train.groups=[{{match: "{match}", trainable: false}}]')
    made.enter(1)
    change = changes(made)["stage1.block1.norm1.moving_mean"]
    assert change.any() != kept


def test_frozen_norms_work_as_they_do_when_nothing_is_trained():
    made = learner(SGD, 'train.groups=[{match: "*.norm*", trainable: false}]')
    made.enter(1)
    step(made)
    same = learner(SGD)
    same.enter(1)
    step(same)
    assert not np.array_equal(made.weights()["head.dense1.kernel"], same.weights()["head.dense1.kernel"])


def test_a_penalty_counts_while_its_weight_is_frozen_too_in_training_and_validation():
    made = learner(
        "model.stem=[conv: {filters: 4, kernel_regularizer: {l2: 0.5}}, relu]", SGD,
        'train.groups=[{match: "stem.*", trainable: {from_epoch: 2}}]',
    )  # fmt: skip
    free = learner("model.stem=[conv: {filters: 4}, relu]", SGD)
    penalty = 0.5 * (made.weights()["stem.conv1.kernel"] ** 2).sum()
    seen = {"images": np.zeros((8, 8, 8, 1), np.uint8), "labels": np.arange(8, dtype=np.int32)}
    assert penalty > 0.1
    for epoch in (1, 2):
        made.enter(epoch)
        assert step(made, rate=0)["loss"] == pytest.approx(step(free, rate=0)["loss"] + penalty, rel=1e-5)
        assert float(made.score(seen)["loss"]) == pytest.approx(float(free.score(seen)["loss"]) + penalty, rel=1e-5)


@pytest.mark.parametrize("kind", ["adam", "nadam"])
def test_thawed_weights_begin_as_under_a_fresh_optimizer(kind):
    optimizer = f"train.optimizer={{{kind}: {{learning_rate: 1e-3}}}}"
    made = learner(optimizer, 'train.groups=[{match: "stem.*", trainable: {from_epoch: 2}}]')
    made.enter(1)
    step(made, 1, 1e-3)
    weights = made.weights()
    made.enter(2)
    fresh = learner(optimizer)
    fresh.start_from(weights)
    for number in (2, 3):
        thawed, wanted = (changes(each, number, 1e-3)["stem.conv1.kernel"] for each in (made, fresh))
        assert thawed == pytest.approx(wanted, rel=1e-2, abs=1e-6), number
        fresh.restore({**fresh.arrays(), **{f"weights.{name}": array for name, array in made.weights().items()}})


def test_names_of_a_state_are_the_same_whatever_the_process_made_before():
    nadam = "train.optimizer={nadam: {learning_rate: 1e-3}}"
    first, second = learner(nadam).arrays(), learner(nadam).arrays()
    assert list(first) == list(second)


@pytest.mark.parametrize(("kind", "slots"), [("adam", ["momentum", "velocity"]), ("sgd", []), ("lion", ["momentum"])])
def test_the_names_of_a_state_are_made_of_path_names_and_are_the_same_on_every_backend(kind, slots):
    made = learner(f"train.optimizer={{{kind}: {{learning_rate: 0.1}}}}")
    weights = [name.rpartition(".")[::2] for name in made.weights() if "moving" not in name]
    wanted = [f"{layer}_{weight}_{slot}" for layer, weight in weights for slot in slots]
    names = {name for name in made.arrays() if not name.startswith("weights.")}
    assert names == {f"optimizer.1.{name}" for name in ("iteration", "learning_rate", *wanted)}
    assert not wanted or "optimizer.1.stage1.block1.conv1_kernel_momentum" in names


def test_what_is_never_trained_needs_no_moments():
    adam = "train.optimizer={adam: {learning_rate: 1e-3}}"
    made = learner(adam, 'train.groups=[{match: "stem.*", trainable: false}]')
    assert len(learner(adam).arrays()) - len(made.arrays()) == 2 * len(["kernel", "gamma", "beta"])


def test_all_gradients_together_are_scaled_down_to_the_norm():
    free = changes(learner(SGD), 1, 1.0)
    norm = np.sqrt(sum((change**2).sum() for name, change in free.items() if "moving" not in name))
    clipped = changes(learner(SGD, f"train.global_clipnorm={norm / 4}"), 1, 1.0)
    loose = changes(learner(SGD, f"train.global_clipnorm={norm * 4}"), 1, 1.0)
    for name in (name for name in free if "moving" not in name):
        assert clipped[name] == pytest.approx(free[name] / 4, abs=1e-6)
        assert loose[name] == pytest.approx(free[name], abs=1e-6)


def test_single_gradients_are_cut_off_at_the_value():
    free, cut = changes(learner(SGD), 1, 1.0), changes(learner(SGD, "train.clipvalue=0.01"), 1, 1.0)
    assert np.abs(free["head.dense1.kernel"]).max() > 0.02
    for name in (name for name in free if "moving" not in name):
        assert cut[name] == pytest.approx(np.clip(free[name], -0.01, 0.01), abs=1e-6)


def test_a_batch_in_parts_is_the_batch_where_no_norm_looks_across_it():
    block = "model.stages=[{block: plain_block, filters: 4, blocks: 1}]"
    blocks = "model.blocks={plain_block: {residual: [conv, relu]}}"
    whole = changes(learner(PLAIN, blocks, block, SGD))
    parts = changes(learner(PLAIN, blocks, block, SGD, "train.gradient_accumulation_steps=4"))
    assert whole["head.dense1.kernel"].any()
    for name, change in whole.items():
        assert parts[name] == pytest.approx(change, abs=1e-6)


def test_the_masks_of_a_batch_s_parts_differ():
    head = "model.head=[global_avg_pool, dropout: 0.5, dense]"
    made = learner(SGD, head, "train.gradient_accumulation_steps=2")
    drawn = []
    original = made._learn
    made._learn = lambda images, targets, draw: drawn.append(int(draw)) or original(images, targets, draw)
    import tensorflow as tf

    with tf.init_scope():
        tf.config.run_functions_eagerly(True)
    try:
        step(made, 5)
    finally:
        tf.config.run_functions_eagerly(False)
    assert drawn == [10, 11]


def test_slow_weights_meet_the_fast_ones_every_few_steps():
    weight = keras.Variable(np.float32(0))
    average = make_average(Lookahead(sync_period=2, slow_step_size=0.25, ramp=1.0), {"w": weight})
    fast = slow = 0.0
    for number in range(1, 7):
        fast += 1.0
        weight.assign(fast)
        average.follow(
            keras.ops.convert_to_tensor(np.uint32(number)), keras.ops.convert_to_tensor(np.float32(number / 8))
        )
        if number % 2 == 0:
            slow = fast = slow + (1 - 0.75 * number / 8) * (fast - slow)
        assert float(weight.value) == pytest.approx(fast)
        assert float(average.variables["w"].value) == pytest.approx(slow)


def test_the_ramp_ends_where_a_run_that_was_shortened_is_over():
    weight = keras.Variable(np.float32(0))
    average = make_average(Lookahead(sync_period=1, slow_step_size=0.25, ramp=2.0), {"w": weight})
    weight.assign(1.0)
    average.follow(keras.ops.convert_to_tensor(np.uint32(1)), keras.ops.convert_to_tensor(np.float32(3)))
    assert float(weight.value) == 0.25


def test_a_dirac_kernel_hands_its_inputs_on():
    for size in (1, 2, 3, 4):
        kernel = draw_kernel("dirac", (size, size, 4, 6), seed=0, path="a")
        images = np.random.default_rng(0).normal(size=(2, 5, 5, 4)).astype(np.float32)
        outputs = keras.ops.convert_to_numpy(keras.ops.conv(images, kernel, padding="same"))
        assert outputs[..., :4] == pytest.approx(images, abs=1e-6)
        assert np.array_equal(
            kernel[..., 4:], draw_kernel("lecun_normal", (size, size, 4, 6), seed=0, path="a")[..., 4:]
        )


def test_a_dirac_kernel_in_groups_hands_each_group_s_inputs_on():
    kernel = draw_kernel("dirac", (3, 3, 2, 6), seed=0, path="a", groups=2)
    for output, place in ((0, 0), (1, 1), (3, 0), (4, 1)):
        assert kernel[1, 1, place, output] == 1
        assert kernel[..., output].sum() == 1


def test_whitened_outputs_are_uncorrelated_and_of_variance_one():
    random = np.random.default_rng(0)
    images = np.cumsum(np.cumsum(random.normal(size=(50, 12, 12, 3)), axis=1), axis=2).astype(np.float32)
    kernel = whitening_kernel(images, (2, 2, 3, 24))
    outputs = keras.ops.convert_to_numpy(keras.ops.conv(images, kernel, padding="valid")).reshape(-1, 24)
    products = outputs[:, :12].T @ outputs[:, :12] / len(outputs)
    assert products == pytest.approx(np.eye(12), abs=0.05)
    assert outputs[:, 12:] == pytest.approx(-outputs[:, :12], abs=1e-3)


def test_a_whitening_layer_starts_from_the_images_that_it_sees():
    made = learner("model.stem=[conv: {filters: 8, kernel_size: 2, kernel_initializer: whitening}, norm, relu]")
    images = np.random.default_rng(0).integers(0, 256, (120, 8, 8, 1)).astype(np.uint8)
    made.start_from_images(images)
    expected = whitening_kernel(images.astype(np.float32) / np.float32(255), (2, 2, 1, 8))
    assert made.weights()["stem.conv1.kernel"] == pytest.approx(expected, rel=1e-4)


def test_filters_of_unit_norm_stay_so():
    made = learner(SGD, "model.conv={kernel_constraint: unit_norm}", "model.head=[global_avg_pool, dense]")
    step(made)
    weights = made.weights()
    norms = np.linalg.norm(weights["stage1.block1.conv1.kernel"].reshape(-1, 16), axis=0)
    assert norms == pytest.approx(np.ones(16), abs=1e-5)
    free = learner(SGD)
    step(free)
    norms = np.linalg.norm(free.weights()["stage1.block1.conv1.kernel"].reshape(-1, 16), axis=0)
    assert np.abs(norms - 1).max() > 0.01
