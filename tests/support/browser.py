"""A browser, its windows, and what it is asked of a page."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.waiting import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request


def chromium() -> str | None:
    """Return where Chromium is, or None."""
    named = os.environ.get("PUBLISHER_CHROMIUM")
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return named or next((path for path in found if path), None)


def be_patient(browser: Browser) -> None:
    """Let every page of a browser wait as long as a busy machine takes."""
    new_context, new_page = browser.new_context, browser.new_page

    def patient_context(**options: Any) -> BrowserContext:
        context = new_context(**options)
        context.set_default_timeout(1000 * PATIENCE)
        return context

    def patient_page(**options: Any) -> Page:
        page = new_page(**options)
        page.set_default_timeout(1000 * PATIENCE)
        return page

    browser.new_context, browser.new_page = patient_context, patient_page  # type: ignore[method-assign]


PHONE, DESKTOP = 390, 1280
SHIFTS = """
    window.shift = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) window.shift += entry.value;
    }).observe({type: "layout-shift", buffered: true});
"""
# Scrolling brings the lazy images in; where they had no size, what is below would move.
SCROLL = """async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
        scrollTo({top: y, behavior: "instant"});
        await new Promise(requestAnimationFrame);
    }
    const seen = [...document.images].filter(image => image.checkVisibility());  // one for the dark is not fetched
    await Promise.all(seen.map(image => image.decode().catch(() => image.src)));
    await new Promise(requestAnimationFrame);
    return window.shift;
}"""
# A page has the early script and the one that helps reading; with frames, the one that sets their heights. JSON-LD is
# data.
SCRIPTS = """[...document.scripts].filter(script => script.src ? !/assets.(site|finder)-/.test(script.src) &&
    !(document.querySelector("iframe[sandbox]") && script.src.includes("/assets/frames"))
    : script.type !== "application/ld+json" && !script.text.includes("dataset.scheme")).length"""
UNLABELLED = """() => [...document.images].filter(image =>
    !(Number(image.getAttribute("width")) > 0 && Number(image.getAttribute("height")) > 0) || !image.hasAttribute("alt")
).map(image => image.outerHTML)"""
FOCUSED = """() => {
    const outlined = pseudo => {
        const {outlineStyle, outlineWidth} = getComputedStyle(document.activeElement, pseudo);
        return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    };
    const {outerHTML, tagName} = document.activeElement;
    return {html: outerHTML.slice(0, 200), name: tagName, isSeen: outlined(null) || outlined("::after")};
}"""


@dataclass  # without slots: Playwright keeps something of its own on who listens
class Watched:
    """A page that notes what is said on its console, what fails, and who is asked."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        is_framed = re.search("/outputs/|/assets/scripts/", message.location.get("url", "")) is not None
        is_framed = (
            is_framed or "'allow-modals'" in message.text
        )  # what a frame asks as it is left has no place any more
        if message.type in ("error", "warning") and not is_framed:
            self.said.append(message.text)

    def _failed(self, request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # that is a page left before its last image came
            self.said.append(f"{request.url}: {request.failure}")

    def open(self, address: str, path: str) -> None:
        self.said.clear()
        self.asked.clear()
        self.page.goto(f"{address}/{path}", wait_until="load")

    def complaints(self, address: str) -> list[Any]:
        """Return what is wrong with the page that is open: [] if it fits, is silent, and asks only its own host."""
        width = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        scripts = self.page.evaluate(SCRIPTS)
        elsewhere = [url for url in self.asked if not url.startswith((f"{address}/", "data:"))]
        wide = [f"{width} pixels too wide"] if width else []
        return [*wide, *([f"{scripts} scripts"] if scripts else []), *self.said, *elsewhere]


@contextmanager
def window(browser: Browser, width: int = DESKTOP, **more: Any) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": width, "height": 800}, **more)
    try:
        yield Watched(context.new_page())
    finally:
        context.close()


def paths(site: Path, mark: str = "<main") -> list[str]:
    """Return the URLs of the pages that have a mark, without the slash that they begin with; not of redirects."""
    files = {file.relative_to(site).as_posix(): file.read_text("utf-8") for file in sorted(site.rglob("*.html"))}
    shown = {path: text for path, text in files.items() if mark in text and 'http-equiv="refresh"' not in text}
    return [path.removesuffix("index.html") for path in shown if not path.startswith("outputs/")]  # those are in frames


def articles(site: Path) -> list[str]:
    return paths(site, '<article class="article">')
