"""Values -> YAML text that `parse` reads back as the same values."""

from __future__ import annotations

from typing import Any

import yaml

from resnet_spec.document.scalar import ScalarFault, resolve_scalar


def write_yaml(value: Any) -> str:
    """Write plain values as YAML: mappings in their order, the innermost on one line."""
    text: str = yaml.dump(
        value, Dumper=SpecDumper, sort_keys=False, default_flow_style=None, width=110, allow_unicode=True
    )
    return text


class SpecDumper(yaml.SafeDumper):
    """Quotes what our scalars would read as something else; PyYAML's own rules are YAML 1.1's."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Write a value that is used twice twice: specs have no aliases."""
        return True

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        """Escape what would be obeyed rather than seen, such as a change of the direction of writing."""
        self.allow_unicode = text.replace("\n", "").isprintable()
        super().write_double_quoted(text, split)
        self.allow_unicode = True


def _text(dumper: SpecDumper, value: str) -> yaml.ScalarNode:
    try:
        plain = resolve_scalar(value) == value
    except ScalarFault:
        plain = False
    # What cannot be seen is escaped, line breaks too: a comment may stand behind whatever ends a line.
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain and value.isprintable() else '"')


SpecDumper.add_representer(str, _text)
