"""The language's JSON Schema -> the text of its file."""

from __future__ import annotations

import json

from resnet_spec.spec.json_schema import json_schema


def schema_text() -> str:
    """Write the schema as `schema` prints it and `docs/resnet-spec.schema.json` keeps it."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
