"""The page's own script, and the hash by which its content policy lets that one run and no other."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from markupsafe import Markup


@cache
def page_script() -> Markup:
    """Give the script as it stands in every page."""
    return Markup((files("resnet_spec.report") / "templates" / "page.js").read_text(encoding="utf-8"))  # noqa: S704


@cache
def script_hash() -> str:
    """Give the source expression of a content policy that means exactly this script."""
    digest = hashlib.sha256(page_script().encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
