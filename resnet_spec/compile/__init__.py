"""From a spec's name to a `Compiled`: everything that is known of a network before a framework is loaded.

Enters: a path or a name, and settings. Leaves: `Compiled`, or every fault of the spec.
"""

from resnet_spec.compile.compile_spec import compile_document, compile_spec, compile_text
from resnet_spec.compile.compiled import Compiled
from resnet_spec.compile.hold_expectations import hold_expectations

__all__ = ["Compiled", "compile_document", "compile_spec", "compile_text", "hold_expectations"]
