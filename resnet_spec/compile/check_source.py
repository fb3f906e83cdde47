"""Spec -> diagnostics: a built-in source whose images the network cannot be trained on; nothing is loaded."""

from __future__ import annotations

from resnet_spec.diagnostic import Code, Diagnostic, Path
from resnet_spec.document import Document
from resnet_spec.lower import StandIns
from resnet_spec.spec import Spec
from resnet_spec.spec.data import PICTURE_CHANNELS, BuiltIn

_CLASSES: Path = ("model", "classes")
_SHAPE: Path = ("model", "input", "shape")
_SOURCE: Path = ("data", "source")


def check_source(spec: Spec, document: Document, stand_ins: StandIns) -> list[Diagnostic]:
    """Hold the classes and the input of the network against what a built-in source is known to have.

    Args:
        spec: what the document says, or what stands in for it.
        document: what was written.
        stand_ins: parts of the spec that only stand in for what is wrong: they are not held against anything.
    """
    data, model = spec.data, spec.model
    if data is None or not isinstance(data.source, BuiltIn):
        return []
    source, found = data.source, []
    if model.classes != source.classes and not stand_ins.covers(_CLASSES):
        message = f"`{source.tag}` has {source.classes} classes; `model.classes` is {model.classes}"
        help = f"set `model.classes` to {source.classes}, or change `data.source`"
        found.append(_fault(document, _CLASSES, message, help))
    shape = model.input.shape
    if not source.fits(shape, resized=data.resize != "none") and not stand_ins.covers(_SHAPE):
        message = f"the images of `{source.tag}` are {_shown(source.image_shape)}; the input is {_shown(shape)}"
        ways = "`data.resize` to `stretch` or `crop`, or " if shape[2] in PICTURE_CHANNELS else ""
        help = f"set {ways}`model.input.shape` to {list(source.image_shape)}, or change `data.source`"
        found.append(_fault(document, _SHAPE, message, help))
    return found


def _fault(document: Document, path: Path, message: str, help: str) -> Diagnostic:
    """Point at the network's setting, or at the source where only that is the user's own."""
    setting, source = document.span(path), document.span(_SOURCE)
    if setting.source.shipped and not source.source.shipped:
        label = f"`{'.'.join(map(str, path))}`"
        return Diagnostic(Code.DATA_MISMATCH, message, source, help, ((setting, label),))
    return Diagnostic(Code.DATA_MISMATCH, message, setting, help)


def _shown(shape: tuple[int, ...]) -> str:
    return "x".join(map(str, shape))
