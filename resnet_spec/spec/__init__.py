"""The language as frozen Pydantic models: what a spec may say, with every default and every unit.

Enters: plain values. Leaves: a `Spec`. No YAML, no graph, no framework here.
"""

from resnet_spec.spec.spec import Spec

__all__ = ["Spec"]
