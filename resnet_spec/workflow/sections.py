"""The sections that training needs, where `build` and `check` go without them."""

from __future__ import annotations

from resnet_spec.compile import Compiled
from resnet_spec.diagnostic import SpecErrors
from resnet_spec.spec.data import Data
from resnet_spec.spec.train import Train
from resnet_spec.workflow.missing_section import missing_section


def sections(compiled: Compiled) -> tuple[Data, Train]:
    """Give a spec's `data` and `train`.

    Raises:
        SpecErrors: it has not both.
    """
    data, train = compiled.spec.data, compiled.spec.train
    if data is None or train is None:
        missing = [missing_section(compiled, "data")] if data is None else []
        missing += [missing_section(compiled, "train")] if train is None else []
        raise SpecErrors(*missing)
    return data, train
