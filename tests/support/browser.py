"""A real browser for tests; no host but this machine is reached."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Error, Request, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
NO_OTHER_HOST = "--host-resolver-rules=MAP * 127.0.0.1:9, EXCLUDE 127.0.0.1"  # the discard port
needs_browser = pytest.mark.skipif(
    not CHROMIUM, reason="no browser; apt-get install chromium, as .ci/run does"
)

WIDE_TABLES = """() => [...document.querySelectorAll('.rows')].filter(e => e.scrollWidth > e.clientWidth + 1)
  .map(e => `${e.scrollWidth} of ${e.clientWidth}: ${e.textContent.trim().slice(0, 80)}`)"""


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", NO_OTHER_HOST]
        )
        yield browser
        browser.close()


class Tab:
    """A page in a profile of its own; `complaints` has what went wrong on it, `requests` every address it asked for."""

    def __init__(self, browser: Browser, base_url: str | None = None, **options: Any) -> None:
        context = browser.new_context(base_url=base_url, **options)
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._note_message)
        self.page.on("pageerror", self._note_error)
        self.page.on("dialog", self._note_dialog)
        self.page.on("request", self._note_request)

    def close(self) -> None:
        self.page.context.close()

    def open(self, address: str) -> bytes:
        """The body of the answer."""
        response = self.page.goto(address)
        assert response
        return response.body()

    def is_dark(self) -> bool:
        """Whether the ground of the page is."""
        colour = self.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3])) < 200

    def overflow(self, width: int) -> list[str]:
        """What stands out of a window of this width; empty if all of it fits."""
        self.page.set_viewport_size({"width": width, "height": 800})
        found: list[str] = self.page.evaluate(OVERFLOW)
        return found

    def wide_tables(self) -> list[str]:
        """The tables of rows that have to be moved sideways, those in closed parts of the page too."""
        self.page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        found: list[str] = self.page.evaluate(WIDE_TABLES)
        return found

    def violations(self) -> list[str]:
        """What axe-core finds, whatever its severity. The page's policy has no say: this is not its script."""
        self.page.evaluate(AXE.read_text("utf-8"))
        found: list[str] = self.page.evaluate(RUN_AXE)
        return found

    def _note_message(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"{message.type}: {message.text}")

    def _note_error(self, error: Error) -> None:
        self.complaints.append(f"error: {error.message}")

    def _note_dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note_request(self, request: Request) -> None:
        self.requests.append(request.url)


OVERFLOW = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const stands_out = e => e.getBoundingClientRect().right > root.clientWidth + 1;
  const found = [...document.body.querySelectorAll('*')].filter(stands_out).map(e => e.outerHTML.slice(0, 120));
  return [`${root.scrollWidth} px`, ...found];
}"""
RUN_AXE = """async () => {
  const {violations} = await axe.run(document, {resultTypes: ['violations'], preload: false, rules: {'target-size': {enabled: true}}});
  return violations.map(v => `${v.impact} ${v.id}: ${v.nodes[0].html.slice(0, 160)} (${v.nodes.length})`);
}"""
