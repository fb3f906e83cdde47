"""A parsed protobuf message -> every message in it.

Enters: a message, of any origin. Leaves: messages, one at a time. What they mean is the caller's affair.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def walk_messages(root: Any) -> Iterator[tuple[Any, list[tuple[Any, Any]]]]:
    """Give a message and all messages inside it, each with its filled fields: (descriptor, value)."""
    from google.protobuf.message import Message  # type: ignore[import-untyped]

    waiting = [root]
    while waiting:
        message = waiting.pop()
        fields = message.ListFields()
        yield message, fields
        for field, value in fields:
            if field.message_type is not None:
                waiting.extend([value] if isinstance(value, Message) else value)
