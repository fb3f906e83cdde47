"""Nouns: why one image cannot be used. The caller knows its name, and whether to stop or to skip it."""

from __future__ import annotations


class BadImage(ValueError):
    """The bytes are no image that can be read; `reason` is a phrase that follows the file's name."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WrongSize(BadImage):
    """A sound image of another size than the input, where the spec does not say how to resize it."""
