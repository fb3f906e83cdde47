"""Source -> nothing, or the first character in it that a person cannot see and YAML does not take."""

from __future__ import annotations

import re

from resnet_spec.diagnostic import Code, Diagnostic, Source, SpecErrors

# Control characters, line breaks other than CR and LF, byte-order marks, halves of surrogate pairs, noncharacters.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def refuse_hidden(source: Source) -> None:
    """Refuse characters that shift columns, drive a terminal, or cannot be encoded.

    Raises:
        SpecErrors: with the place of the first one.
    """
    found = _HIDDEN.search(source.text)
    if found is not None:
        message = f"control character U+{ord(found[0]):04X}"
        raise SpecErrors(Diagnostic(Code.YAML_ENCODING, message, source.character(found.start()), "delete it"))
