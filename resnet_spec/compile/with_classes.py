"""A compiled spec -> the same network for another number of classes."""

from __future__ import annotations

from resnet_spec.compile.compile_spec import compile_document
from resnet_spec.compile.compiled import Compiled
from resnet_spec.document import Document, override


def with_classes(compiled: Compiled, classes: int) -> Compiled:
    """Change `model.classes`; the published counts are those of another head, so `expect` goes."""
    document = compiled.document
    kept = Document(
        {key: value for key, value in document.value.items() if key != "expect"},
        {path: span for path, span in document.keys.items() if path[:1] != ("expect",)},
        {path: span for path, span in document.values.items() if path[:1] != ("expect",)},
    )
    return compile_document(override(kept, [f"model.classes={classes}"]))
