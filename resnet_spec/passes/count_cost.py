"""Graph -> Cost: what a network costs, folded over what each op states."""

from __future__ import annotations

from dataclasses import dataclass

from resnet_spec.ir import Graph


@dataclass(frozen=True, slots=True)
class Cost:
    """Counts of a network; MACs are for one image."""

    total_params: int
    trainable_params: int
    macs: int

    @property
    def non_trainable_params(self) -> int:
        """Parameters that gradients do not change."""
        return self.total_params - self.trainable_params


def count_cost(graph: Graph) -> Cost:
    """Count the parameters and MACs of a graph."""
    sizes = [(weight.size, weight.trainable) for node in graph for weight in node.weights]
    return Cost(
        total_params=sum(size for size, _ in sizes),
        trainable_params=sum(size for size, trainable in sizes if trainable),
        macs=sum(node.macs for node in graph),
    )
