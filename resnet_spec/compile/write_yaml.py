"""Values -> YAML text that `parse` reads back as the same values."""

from __future__ import annotations

from typing import Any

import yaml

from resnet_spec.document.scalar import ScalarFault, resolve_scalar


def write_yaml(value: Any) -> str:
    """Write plain values as YAML: mappings in their order, the innermost on one line."""
    text: str = yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, default_flow_style=None, width=110, allow_unicode=True
    )
    return text


class _Dumper(yaml.SafeDumper):
    """Quotes what our scalars would read as something else; PyYAML's own rules are YAML 1.1's."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Write a value that is used twice twice: specs have no aliases."""
        return True


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    try:
        plain = resolve_scalar(value) == value
    except ScalarFault:
        plain = False
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')


_Dumper.add_representer(str, _text)
