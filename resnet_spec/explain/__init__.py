"""What each error code means: one page of Markdown a code, with an example that fails and the mended one.

Enters: a `Code`. Leaves: a `Page`. What a fault says of a spec is not here: messages stand where faults are found.
"""

from resnet_spec.explain.explain import explain
from resnet_spec.explain.page import Example, Page

__all__ = ["Example", "Page", "explain"]
