"""The beginnings of a run in all of its processes -> whether they are one and the same run."""

from __future__ import annotations

import hashlib

from resnet_spec.backends.tell_all import tell_all
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.train.checkpoint import Identity
from resnet_spec.train.state import State
from resnet_spec.train.together import together


def agree_to_begin(identity: Identity, start: State | None) -> None:
    """Hold what a run is a function of against what process 0 has.

    Raises:
        InputError: something differs, here or in another process.
    """
    facts = {
        "the spec": identity.spec,
        "the images": repr(identity.data),
        "the precision": identity.environment["precision"],
        "the state to go on from": repr(start and start.progress),
    }
    digests = [hashlib.sha256(fact.encode()).digest() for fact in facts.values()]
    leading = tell_all(b"".join(digests))
    with together():
        others = [name for place, name in enumerate(facts) if digests[place] != leading[32 * place : 32 * place + 32]]
        if others:
            message = f"this process differs from process 0 in {', '.join(others)}"
            help = "give all of them the same command, images and processors, and a run directory that they share"
            raise InputError(Diagnostic(Code.ENVIRONMENT, message, None, help))
