"""What a field of the language means, from the text under it.

Pydantic can read it too, but does so for every field whenever the program starts; here it is read when someone asks.
"""

from __future__ import annotations

import ast
import inspect
from functools import cache

from resnet_spec.spec.field import Node


def describe(node: type[Node], field: str) -> str:
    """Give the docstring of a field, its own class's or an ancestor's; empty where there is none.

    >>> from resnet_spec.spec.optimizer import Adam
    >>> describe(Adam, "beta_1")
    'Decay of the mean of gradients.'
    """
    return next((texts[field] for owner in node.__mro__ if field in (texts := _texts(owner))), "")


@cache
def _texts(owner: type) -> dict[str, str]:
    if not issubclass(owner, Node):
        return {}
    (tree,) = ast.parse(inspect.getsource(owner)).body
    assert isinstance(tree, ast.ClassDef)
    return {
        field.target.id: " ".join(text.value.value.split())
        for field, text in zip(tree.body, tree.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
