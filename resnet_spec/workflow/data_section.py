"""The section that says what the images of a network are like, which scoring and replacing them need."""

from __future__ import annotations

from resnet_spec.compile import Compiled
from resnet_spec.diagnostic import SpecErrors
from resnet_spec.spec.data import Data
from resnet_spec.workflow.missing_section import missing_section


def data_section(compiled: Compiled) -> Data:
    """Give a spec's `data`.

    Raises:
        SpecErrors: it has none.
    """
    if compiled.spec.data is None:
        raise SpecErrors(missing_section(compiled, "data"))
    return compiled.spec.data
