"""Pydantic's findings, without those that only follow from another."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError


def errors_of(error: ValidationError) -> list[Any]:
    """Give the findings; a list is not too short if Pydantic only left out the items that are wrong themselves."""
    return [found for found in error.errors(include_url=False) if not _follows(found)]


def _follows(found: Any) -> bool:
    return bool(found["type"] == "too_short" and len(found["input"]) >= found["ctx"]["min_length"])
