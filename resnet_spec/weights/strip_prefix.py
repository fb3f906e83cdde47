"""Modules whose names all begin alike -> the same modules without it, as wrappers of a model name them.

`DataParallel` puts `module.` before every name, `torch.compile` puts `_orig_mod.`, others `model.` or `backbone.`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from resnet_spec.weights.block_of import block_of
from resnet_spec.weights.peer import Module


def strip_prefix(modules: Sequence[Module]) -> tuple[str, list[Module]]:
    """Give what stands before every name (`module.`, or an empty string), and the modules without it.

    A first part that is common to all is left where the names tell of blocks with it, or do not without it: then it is
    no wrapper's. The tensors keep the names that the file has.
    """
    names = [module.name for module in modules]
    prefix = ""
    while names and not any(map(block_of, names)):
        first, dot, _ = names[0].partition(".")
        if not dot or not all(name.startswith(first + dot) for name in names):
            return "", list(modules)
        prefix += first + dot
        names = [name.removeprefix(first + dot) for name in names]
    return prefix, [replace(module, name=name) for module, name in zip(modules, names, strict=True)]
