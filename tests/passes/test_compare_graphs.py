from math import prod

from resnet_spec.compile import compile_spec
from resnet_spec.passes.compare_graphs import compare_graphs
from resnet_spec.passes.count_cost import count_cost


def changed(found):
    return {layer.name: layer.aspects for layer in found.layers}


def test_the_same_network_has_no_changes():
    graph = compile_spec("resnet20").graph
    found = compare_graphs(graph, compile_spec("resnet20", ["name=other", "train.epochs=1"]).graph)
    assert found.layers == ()
    assert found.weights.fitting == graph.weight_shapes()
    assert found.weights.fitting_params == count_cost(graph).total_params


def test_another_head_keeps_every_other_weight():
    old, new = compile_spec("resnet20").graph, compile_spec("resnet20", ["model.classes=100"]).graph
    found = compare_graphs(old, new)
    assert changed(found) == {"head.dense1": ("output_shape", "params", "macs")}
    assert found.weights.reshaped == {
        "head.dense1.kernel": ((64, 10), (64, 100)), "head.dense1.bias": ((10,), (100,)),
    }  # fmt: skip
    assert found.weights.fitting_params == 271_098 - 650
    assert found.new_cost.total_params - found.old_cost.total_params == 65 * 90


def test_a_deeper_network_adds_and_a_shallower_one_removes():
    old, new = compile_spec("resnet20").graph, compile_spec("resnet20", ["model.stages.2.blocks=4"]).graph
    forth, back = compare_graphs(old, new), compare_graphs(new, old)
    assert {layer.name for layer in forth.layers if layer.aspects == ("added",)} == {
        node.name for node in new if node.name.startswith("stage3.block4.")
    }
    assert changed(forth)["head.global_avg_pool1"] == ("inputs",)
    assert {name for name, aspects in changed(back).items() if aspects == ("removed",)} == {
        name for name, aspects in changed(forth).items() if aspects == ("added",)
    }
    assert forth.weights.fresh == back.weights.dropped
    assert forth.weights.dropped == back.weights.fresh == {}


def test_a_setting_that_shows_in_no_number_is_a_change():
    old = compile_spec("resnet20").graph
    found = compare_graphs(old, compile_spec("resnet20", ["model.norm.batch.epsilon=1e-3"]).graph)
    assert set(changed(found).values()) == {("settings",)}
    assert len(found.layers) == sum(node.op.type_name == "BatchNormalization" for node in old)
    assert found.old_cost == found.new_cost


def test_the_weights_are_told_apart_completely():
    old, new = compile_spec("resnet18").graph, compile_spec("resnet50").graph
    weights = compare_graphs(old, new).weights
    parts = [weights.fitting, weights.reshaped, weights.fresh]
    assert sum(map(len, parts)) == len(new.weight_shapes())
    assert set().union(*parts) == set(new.weight_shapes())
    assert weights.fitting.keys() | weights.reshaped.keys() | weights.dropped.keys() == old.weight_shapes().keys()
    total = sum(prod(shape) for part in (weights.fitting, weights.fresh) for shape in part.values())
    assert total + sum(prod(shape) for _, shape in weights.reshaped.values()) == count_cost(new).total_params
