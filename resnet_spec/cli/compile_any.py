"""What `render` and `diff` take: a spec by path or name, or the ONNX file that carries one."""

from __future__ import annotations

from collections.abc import Sequence

from resnet_spec.compile import Compiled, compile_document, compile_spec, compile_text
from resnet_spec.document import override


def compile_any(name: str, settings: Sequence[str] = ()) -> Compiled:
    """Compile a spec, or the one in an ONNX file, with overrides `path=value`.

    Raises:
        SpecErrors: with every fault of the spec.
        InputError: the ONNX file is not one of ours.
    """
    if not name.lower().endswith(".onnx"):
        return compile_spec(name, settings)
    from resnet_spec.deploy.read_network import read_network

    compiled = compile_text(read_network(name).description.spec, name)
    return compile_document(override(compiled.document, settings)) if settings else compiled
