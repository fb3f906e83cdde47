"""The noun: a spec with everything that is known of it without a framework."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from resnet_spec.compile.write_yaml import write_yaml
from resnet_spec.document import Document
from resnet_spec.ir import Graph
from resnet_spec.passes.check_expectations import Expectation, check_expectations
from resnet_spec.passes.count_cost import Cost, count_cost
from resnet_spec.spec import Spec


@dataclass(frozen=True, slots=True)
class Compiled:
    """A spec, the document that it was read from, and its graph."""

    document: Document
    spec: Spec
    graph: Graph

    @property
    def text(self) -> str:
        """The resolved spec as YAML: complete in itself, whatever it was written with."""
        return write_yaml(self.document.value)

    @property
    def sha256(self) -> str:
        """The hash of the resolved spec, which every artefact carries."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def cost(self) -> Cost:
        """Parameters and MACs."""
        return count_cost(self.graph)

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """The published counts beside the found ones."""
        return check_expectations(self.graph, self.spec.expect.model_dump(exclude={"accuracy", "source"}))
