"""ModelProto -> Description: what a shipped network says about itself.

Enters: a parsed network. Leaves: a description that is whole and agrees with its own hash.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeGuard, get_args

from resnet_spec.data.fit_image import Resize
from resnet_spec.deploy.description import (
    CLASS_NAMES_KEY,
    INPUT_KEY,
    OUTPUTS_KEY,
    SPEC_KEY,
    SPEC_SHA256_KEY,
    VERSION_KEY,
    Description,
)
from resnet_spec.deploy.form import PLAIN, Form
from resnet_spec.deploy.interface import LOGITS, PROBABILITIES
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.spec.export import DataFormat, Dtype
from resnet_spec.spec.field import MAX_SIDE

if TYPE_CHECKING:
    import onnx

KEYS = (VERSION_KEY, SPEC_KEY, SPEC_SHA256_KEY, CLASS_NAMES_KEY, INPUT_KEY, OUTPUTS_KEY)


def read_description(model: onnx.ModelProto, *, name: str) -> Description:
    """Read the metadata that `write_description` wrote.

    Args:
        model: the network.
        name: what diagnostics call it.

    Raises:
        InputError: the metadata is missing, said twice, garbled, or its spec is not the one that was hashed.
    """
    texts = _texts(model, name)
    description = Description(
        spec=texts[SPEC_KEY],
        class_names=_class_names(texts[CLASS_NAMES_KEY], name),
        shape=_shape(_input(texts[INPUT_KEY], name), name),
        resize=_resize(_input(texts[INPUT_KEY], name), name),
        version=texts[VERSION_KEY],
        form=_form(_input(texts[INPUT_KEY], name), _outputs(texts[OUTPUTS_KEY], name), name),
    )
    if description.spec_sha256 != texts[SPEC_SHA256_KEY]:
        raise _refused(f"`{name}` carries a spec that does not match its own hash: it was changed after the export")
    return description


def _texts(model: onnx.ModelProto, name: str) -> dict[str, str]:
    pairs = [(pair.key, pair.value) for pair in model.metadata_props if pair.key in KEYS]
    texts = dict(pairs)
    missing = [key for key in KEYS if key not in texts]
    if missing:
        raise _refused(f"`{name}` does not say which classes and images it is for: it has no `{missing[0]}`")
    if len(pairs) != len(texts):
        raise _refused(f"`{name}` carries two descriptions")
    return texts


def _class_names(text: str, name: str) -> tuple[str, ...]:
    names = _json(text, CLASS_NAMES_KEY, name)
    if not isinstance(names, list) or not names or not all(isinstance(each, str) and _is_text(each) for each in names):
        raise _garbled(CLASS_NAMES_KEY, name)
    if len(set(names)) < len(names):
        raise _refused(f"`{name}` names a class twice")
    return tuple(names)


def _is_text(name: str) -> bool:
    """Say whether it can be written as bytes; a folder's name that is not UTF-8 can."""
    try:
        name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def _input(text: str, name: str) -> dict[str, Any]:
    value = _json(text, INPUT_KEY, name)
    if not isinstance(value, dict):
        raise _garbled(INPUT_KEY, name)
    return value


def _shape(value: dict[str, Any], name: str) -> tuple[int, int, int]:
    height, width, channels = (value.get(key) for key in ("height", "width", "channels"))
    if not (_is_size(height) and _is_size(width) and _is_size(channels)):
        raise _garbled(INPUT_KEY, name)
    return height, width, channels


def _is_size(value: object) -> TypeGuard[int]:
    return type(value) is int and 0 < value <= MAX_SIDE


def _resize(value: dict[str, Any], name: str) -> Resize:
    resize: Resize = value.get("resize", "")
    if resize not in get_args(Resize):
        raise _garbled(INPUT_KEY, name)
    return resize


def _form(value: dict[str, Any], outputs: tuple[str, ...], name: str) -> Form:
    """Read what the file takes and gives; what is not said is as in most files."""
    dtype, data_format = value.get("dtype", PLAIN.dtype), value.get("data_format", PLAIN.data_format)
    resizes = value.get("resizes", PLAIN.resizes)
    if dtype not in get_args(Dtype) or data_format not in get_args(DataFormat) or not isinstance(resizes, bool):
        raise _garbled(INPUT_KEY, name)
    return Form(dtype, data_format, resizes, outputs)


def _outputs(text: str, name: str) -> tuple[str, ...]:
    outputs = _json(text, OUTPUTS_KEY, name)
    known = next((known for known in (PLAIN.outputs, (LOGITS,), (PROBABILITIES,)) if outputs == list(known)), None)
    if known is None:
        raise _garbled(OUTPUTS_KEY, name)
    return known


def _json(text: str, key: str, name: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        raise _garbled(key, name) from None
    return value


def _garbled(key: str, name: str) -> InputError:
    return _refused(f"`{name}` has a `{key}` that cannot be understood")


def _refused(message: str) -> InputError:
    return InputError(Diagnostic(Code.ONNX_INVALID, message, help="use a file that `resnet-spec export` made"))
