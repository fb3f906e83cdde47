"""Images whose classes are not the network's -> a refusal."""

from __future__ import annotations

from collections.abc import Sequence

from resnet_spec.diagnostic import Code, Diagnostic, InputError


def refuse_other_classes(found: Sequence[str], known: Sequence[str]) -> None:
    """Compare the names that the data has with those that the network was trained for.

    Raises:
        InputError: they are others, or in another order.
    """
    if tuple(found) != tuple(known):
        different = ", ".join(f"`{name}`" for name in sorted(set(found) ^ set(known))[:5]) or "their order"
        message = f"the data's classes are not the network's: {different} differ"
        raise InputError(Diagnostic(Code.DATA_MISMATCH, message, None, "use data with the classes of the training"))
