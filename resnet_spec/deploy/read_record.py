"""Network -> Record: how well it did when it was made, as its file says.

Enters: a network that was read and let in; its metadata is anyone's. Leaves: figures that can be what they are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter, ValidationError

from resnet_spec.deploy.description import EVALUATION_KEY, REDUCTION_KEY, VERIFICATION_KEY
from resnet_spec.deploy.network import Network
from resnet_spec.deploy.parse_onnx import parse_onnx
from resnet_spec.deploy.precision import Reduction
from resnet_spec.deploy.record import Record, Tested, Verified
from resnet_spec.diagnostic import Code, Diagnostic, InputError

if TYPE_CHECKING:
    import onnx

Noun = TypeVar("Noun")
MAX_IMAGES = 1 << 40
MAX_POINTS = 100.0


def read_record(network: Network) -> Record:
    """Read what `write_evaluation` and `write_description` wrote of parity and accuracy.

    Raises:
        InputError: it is garbled, said twice, or cannot be: not a number, or a share above 1.
    """
    model = parse_onnx(network.content)
    verified = _read(model, VERIFICATION_KEY, TypeAdapter(Verified), network.name)
    tested = _read(model, EVALUATION_KEY, TypeAdapter(Tested), network.name)
    reduction = _read(model, REDUCTION_KEY, TypeAdapter(Reduction), network.name)
    if tested and not (_counts(tested.images) and _are_shares(tested.accuracy)):
        raise _garbled(EVALUATION_KEY, network.name)
    if reduction and not _can_be(reduction):
        raise _garbled(REDUCTION_KEY, network.name)
    return Record(verified, tested, reduction, sum(node.op_type == "Conv" for node in model.graph.node))


def _read(model: onnx.ModelProto, key: str, adapter: TypeAdapter[Noun], name: str) -> Noun | None:
    texts = [pair.value for pair in model.metadata_props if pair.key == key]
    if not texts:
        return None
    try:
        (text,) = texts
        return adapter.validate_json(text, strict=True)
    except (ValidationError, ValueError):
        raise _garbled(key, name) from None


def _can_be(found: Reduction) -> bool:
    return (
        _counts(found.images)
        and _are_shares(found.accuracy_before, found.accuracy_after)
        and 0 <= found.max_drop <= MAX_POINTS
    )


def _counts(images: int) -> bool:
    return 0 < images <= MAX_IMAGES


def _are_shares(*values: float) -> bool:
    """Say whether all are from 0 to 1, which NaN is not."""
    return all(0 <= value <= 1 for value in values)


def _garbled(key: str, name: str) -> InputError:
    message = f"`{name}` has a `{key}` that cannot be understood"
    return InputError(Diagnostic(Code.ONNX_INVALID, message, help="use a file that `resnet-spec export` made"))
