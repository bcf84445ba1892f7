"""Hostile notebooks opened in a browser, and what they achieve."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher import headers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

NOW = datetime(2026, 12, 1, tzinfo=UTC)
# Reports a script that runs, with the origin that it has: "null" is that of a sandboxed frame, which is nobody's.
PWNED = "window.pwned = number => { console.log(`pwned ${number} ${self.origin} ${location.href}`) }"
# Whatever a reader may do: everything is unfolded, seen, and touched.
TOUCH = """async () => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
        scrollTo({top: y, behavior: "instant"});
        await new Promise(requestAnimationFrame);
    }
    document.addEventListener("click", event => event.preventDefault(), true);  // of links, which lead elsewhere
    const touched = document.querySelectorAll("main *:not(a):not(iframe)");
    for (const name of ["pointerenter", "mouseover", "focus", "click"])
        for (const element of touched) element.dispatchEvent(new MouseEvent(name, {cancelable: true}));
}"""
TOUCH_FRAME = """() => {
    for (const element of document.querySelectorAll("a, button, input, [onclick]"))
        element.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}));  // SVG has no click()
}"""
ALIVE = """() => {
    const found = [];
    const note = (element, why) => found.push(`${why}: ${element.outerHTML.slice(0, 200)}`);
    for (const element of document.querySelectorAll("body, body *")) {
        for (const {name} of element.attributes)
            if (/^on|^(srcdoc|formaction|ping|background|action|autofocus)$/i.test(name)) note(element, name);
    }
    const active = "script, style, object, embed, applet, form, input, button, base, meta, link, svg, template, portal";
    const own = "header > .scheme, .source > .tools > button, .lightbox button";  // of the site's own script
    for (const element of document.body.querySelectorAll(active)) if (!element.matches(own)) note(element, "element");
    for (const element of document.querySelectorAll("iframe"))
        if (element.getAttribute("sandbox") !== "allow-scripts" || !element.src.startsWith(`${origin}/outputs/`))
            note(element, "frame");
    for (const {protocol, outerHTML} of document.links)
        if (!/^(https?|mailto|tel):$/.test(protocol)) found.push(`link: ${outerHTML}`);
    for (const element of document.querySelectorAll("img, source, audio, video"))
        if (new URL(element.currentSrc || element.src || "/", location).host !== location.host) note(element, "far");
    return found;
}"""


class Site(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, with what its `_headers` say, if they are wanted."""

    rules: tuple[tuple[str, list[tuple[str, str]]], ...] = ()

    def end_headers(self) -> None:
        for pattern, said in self.rules:
            if fnmatchcase(self.path, pattern):
                for name, value in said:
                    self.send_header(name, value)
        super().end_headers()

    def handle(self) -> None:
        with suppress(ConnectionError):  # a page is left while its files come
            super().handle()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """Stands for all other hosts, and notes what it is asked for."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    do_POST = do_CONNECT = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - the names of http.server

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def rules(site: Path) -> tuple[tuple[str, list[tuple[str, str]]], ...]:
    """Read `_headers` as the hosts do that take it."""
    blocks = (block.splitlines() for block in (site / headers.PATH).read_text("utf-8").split("\n\n"))
    return tuple(
        (pattern.strip(), [(name, value) for name, _, value in (line.strip().partition(": ") for line in said)])
        for pattern, *said in blocks
    )


@contextmanager
def served(handler: Callable[..., Any]) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Attack:
    """All that hostile notebooks may try on a reader, and what came of it."""

    address: str
    context: BrowserContext
    asked: list[str]
    said: list[str] = field(default_factory=list)
    popups: list[str] = field(default_factory=list)
    strayed: list[str] = field(default_factory=list)
    alive: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.context.add_init_script(PWNED)
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("dialog", lambda dialog: (self.said.append(f"pwned {dialog.message}"), dialog.dismiss()))
        self.context.on("page", self._popup)

    def _console(self, message: ConsoleMessage) -> None:
        if message.text.startswith("pwned "):
            self.said.append(message.text)

    def _popup(self, page: Page) -> None:
        self.popups.append(page.url)
        page.close()

    def open(self, path: str) -> None:
        """Open a page of the site, and do all that a reader may do there."""
        address = f"{self.address}/{path}"
        self.page.goto(address, wait_until="load")
        if found := self.page.evaluate(ALIVE):
            self.alive[path] = found
        self.page.evaluate(TOUCH)
        if inner := self.page.frames[1:]:
            self.page.wait_for_timeout(100)
            for frame in inner:
                if not frame.is_detached():
                    frame.evaluate(TOUCH_FRAME)
        self.page.wait_for_timeout(100 if inner else 20)
        if self.page.url != address:
            self.strayed.append(f"{address} became {self.page.url}")

    def open_alone(self, path: str) -> None:
        """Open an output as if it were a page."""
        self.page.goto(f"{self.address}/{path}", wait_until="load")

    @property
    def ran(self) -> list[str]:
        """What scripts said that ran as a part of the site."""
        return [said for said in self.said if said.split()[2:3] != ["null"]]


@contextmanager
def attack(browser: Browser, address: str, **more: Any) -> Iterator[Attack]:
    asked: list[str] = []
    handler = type("Asked", (Elsewhere,), {"asked": asked})
    with served(handler) as proxy:
        context = browser.new_context(
            proxy={"server": proxy, "bypass": "127.0.0.1"}, viewport={"width": 1000, "height": 800}, **more
        )
        try:
            yield Attack(address, context, asked)
        finally:
            context.close()


def front_matter(written: dict[str, Any]) -> str:
    return "---\n" + "".join(f"{key}: {json.dumps(value)}\n" for key, value in written.items()) + "---\n"


COVERS = (
    "margin:-9999px;background-color:red",
    "padding:9999px;background-color:red",
    "border:9999px solid red",
    "vertical-align:200px;font-size:200px",
    "font-size:9999px;line-height:0",
    "display:block;height:0;line-height:0;font-size:999px",
    "display:block;float:left;width:99999px;height:9999px;margin-left:calc(0px - 9999px);margin-top:-9999px",
)
