"""The graph between the language and the frameworks: nodes, the closed set of ops, and their arithmetic.

Enters and leaves: `Graph`. Only the standard library here: no spec, no numpy, no framework.
"""

from resnet_spec.ir.dump import dump
from resnet_spec.ir.graph import Graph, GraphBuilder, Node, Origin
from resnet_spec.ir.shape import Shape, ShapeFault

__all__ = ["Graph", "GraphBuilder", "Node", "Origin", "Shape", "ShapeFault", "dump"]
