"""Pages in a real browser: Chromium, driven by Playwright; skipped where one of them is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Seen:
    """A page that is open, and everything that it said or asked for."""

    page: Any
    said: list[str] = field(default_factory=list)
    """Console messages, errors and dialogs."""
    asked: list[str] = field(default_factory=list)
    """Addresses of every request but those that stay within the page."""

    def quiet(self) -> bool:
        """Say whether the page complained of nothing and asked for nothing but itself."""
        return not self.said and len(self.asked) == 1


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the `browser` extra is not installed")
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("there is no Chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Any]:
    """Open a file of the machine as `open_page(path, width=390, scheme="dark")`."""
    contexts = []

    def open_it(path: Path | str, width: int = 1280, scheme: str = "light", **options: Any) -> Seen:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        contexts.append(context)
        seen = Seen(context.new_page())
        seen.page.on("console", lambda message: seen.said.append(message.text))
        seen.page.on("pageerror", lambda error: seen.said.append(str(error)))
        seen.page.on("dialog", lambda dialog: (seen.said.append(dialog.message), dialog.dismiss()))
        seen.page.on("request", lambda r: None if r.url.startswith("data:") else seen.asked.append(r.url))
        seen.page.goto(path.as_uri() if isinstance(path, Path) else path)
        return seen

    yield open_it
    for context in contexts:
        context.close()
