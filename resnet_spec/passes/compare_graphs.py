"""Two graphs -> what became of the layers, the cost, and the weights of one in the other; all by path name."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from resnet_spec.ir import Graph, Node
from resnet_spec.ir.shape import Shape
from resnet_spec.passes.count_cost import Cost, count_cost


@dataclass(frozen=True, slots=True)
class LayerChange:
    """A layer that is not the same in both graphs."""

    name: str
    old: Node | None
    """None where the layer is new."""
    new: Node | None
    """None where the layer is gone."""

    @property
    def aspects(self) -> tuple[str, ...]:
        """What differs: `added` or `removed`, or of `type`, `output_shape`, `params`, `macs`, `inputs`, `settings`.

        `settings` stands for what shows in nothing else, such as a stride or an epsilon.
        """
        old, new = self.old, self.new
        if old is None or new is None:
            return ("added",) if old is None else ("removed",)
        differs = {
            "type": old.op.type_name != new.op.type_name,
            "output_shape": old.shape != new.shape,
            "params": old.params != new.params,
            "macs": old.macs != new.macs,
            "inputs": old.inputs != new.inputs,
        }
        return tuple(name for name, different in differs.items() if different) or ("settings",)


@dataclass(frozen=True, slots=True)
class WeightsChange:
    """The arrays of two graphs, by name and shape; an array fits where both are the same."""

    fitting: dict[str, Shape]
    reshaped: dict[str, tuple[Shape, Shape]]
    """In both, but of another shape: the old one, the new one."""
    dropped: dict[str, Shape]
    """Only in the old graph."""
    fresh: dict[str, Shape]
    """Only in the new graph."""

    @property
    def all_fit(self) -> bool:
        """Whether a file of the old graph's arrays is one of the new graph's."""
        return not (self.reshaped or self.dropped or self.fresh)

    @property
    def fitting_params(self) -> int:
        """Number of parameters that carry over."""
        return sum(map(prod, self.fitting.values()))


@dataclass(frozen=True, slots=True)
class GraphChange:
    """What a change does to a network."""

    old_cost: Cost
    new_cost: Cost
    layers: tuple[LayerChange, ...]
    """Those that differ: the new graph's in its order, then the removed ones in the old graph's."""
    weights: WeightsChange


def compare_graphs(old: Graph, new: Graph) -> GraphChange:
    """Compare two graphs."""
    return GraphChange(count_cost(old), count_cost(new), _layers(old, new), _weights(old, new))


def _layers(old: Graph, new: Graph) -> tuple[LayerChange, ...]:
    before, after = {node.name: node for node in old}, {node.name: node for node in new}
    pairs = [LayerChange(name, before.get(name), node) for name, node in after.items()]
    pairs += [LayerChange(name, node, None) for name, node in before.items() if name not in after]
    return tuple(pair for pair in pairs if not _same(pair.old, pair.new))


def _same(old: Node | None, new: Node | None) -> bool:
    """Say whether two nodes are the same layer, wherever their YAML stands."""
    if old is None or new is None:
        return False
    return (old.op, old.inputs, old.input_shapes) == (new.op, new.inputs, new.input_shapes)


def _weights(old: Graph, new: Graph) -> WeightsChange:
    before, after = old.weight_shapes(), new.weight_shapes()
    both = [name for name in after if name in before]
    return WeightsChange(
        fitting={name: after[name] for name in both if before[name] == after[name]},
        reshaped={name: (before[name], after[name]) for name in both if before[name] != after[name]},
        dropped={name: shape for name, shape in before.items() if name not in after},
        fresh={name: shape for name, shape in after.items() if name not in before},
    )
