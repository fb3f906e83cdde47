"""The sections that training needs, where `build` and `check` go without them."""

from __future__ import annotations

from resnet_spec.compile import Compiled
from resnet_spec.diagnostic import Code, Diagnostic, SpecErrors
from resnet_spec.spec.data import Data
from resnet_spec.spec.train import Train


def sections(compiled: Compiled) -> tuple[Data, Train]:
    """Give a spec's `data` and `train`.

    Raises:
        SpecErrors: it has not both.
    """
    spec = compiled.spec
    if spec.data is None or spec.train is None:
        missing = [name for name in ("data", "train") if getattr(spec, name) is None]
        span = compiled.document.key_span(("name",))
        raise SpecErrors(
            *(
                Diagnostic(
                    Code.MISSING_KEY, f"the spec has no `{name}` section, which this needs", span, _EXAMPLE[name]
                )
                for name in missing
            )
        )
    return spec.data, spec.train


_EXAMPLE = {
    "data": "for example `data: {source: {image_folder: photos}}`",
    "train": "for example `train: {epochs: 10, optimizer: {adam: {learning_rate: 1e-3}}}`",
}
