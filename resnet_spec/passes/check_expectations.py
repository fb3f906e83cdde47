"""Cost and `expect` -> what was published beside what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from resnet_spec.ir import Graph
from resnet_spec.passes.count_cost import count_cost

COUNTED = ("total_params", "trainable_params", "non_trainable_params", "macs")


@dataclass(frozen=True, slots=True)
class Expectation:
    """One published figure, held against the network."""

    what: str
    expected: int
    found: int

    @property
    def ok(self) -> bool:
        """Whether they are equal, to the digit."""
        return self.expected == self.found


def check_expectations(graph: Graph, expect: Mapping[str, int | None]) -> tuple[Expectation, ...]:
    """Hold the counts of a graph against published ones; figures that are None were not published."""
    cost = count_cost(graph)
    return tuple(
        Expectation(what, value, getattr(cost, what)) for what in COUNTED if (value := expect.get(what)) is not None
    )


def count_by_type(graph: Graph, what: str) -> dict[str, int]:
    """Split one of the counts by layer type, the largest first: where a difference may come from."""
    counts: dict[str, int] = {}
    for node in graph:
        own = {
            "total_params": node.params,
            "trainable_params": node.trainable_params,
            "non_trainable_params": node.params - node.trainable_params,
            "macs": node.macs,
        }[what]
        if own:
            counts[node.op.type_name] = counts.get(node.op.type_name, 0) + own
    return dict(sorted(counts.items(), key=lambda pair: -pair[1]))
