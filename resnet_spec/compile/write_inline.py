"""A value -> YAML on one line, which can stand wherever a value can."""

from __future__ import annotations

import math
from typing import Any

import yaml

from resnet_spec.compile.write_yaml import SpecDumper


def write_inline(value: Any) -> str:
    """Write a plain value on one line, in flow style.

    >>> write_inline({"adam": {"learning_rate": 0.001}}), write_inline("a, b"), write_inline("1e-4")
    ('{adam: {learning_rate: 0.001}}', "'a, b'", '"1e-4"')
    """
    # In a list, so that a scalar is quoted as inside a mapping, and ends without `...`.
    text: str = yaml.dump(
        [value], Dumper=SpecDumper, sort_keys=False, default_flow_style=True, width=math.inf, allow_unicode=True
    )
    return text.removesuffix("\n")[1:-1]
