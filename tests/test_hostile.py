"""What a hostile notebook achieves in a reader's browser: nothing on the site, and no word to another host."""

from __future__ import annotations

import functools
import http.server
import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from publisher import headers
from publisher.build import Options, publish
from publisher.config import Settings, untrusting
from publisher.report import QuietReporter
from tests import hostile
from tests.conftest import cell, notebook
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

pytestmark = pytest.mark.browser

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


LOOSE = "allow-scripts allow-same-origin allow-forms"  # all that does not lead away from the page that is watched


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


def write_all(folder: Path) -> None:
    """Write every payload into the notebooks of a blog."""
    saved = hostile.widgets()

    def write(name: str, *cells: dict[str, Any] | str, **metadata: Any) -> None:
        data = json.loads(notebook(*cells, **metadata)) | {"nbformat_minor": 5}
        (folder / name).write_text(json.dumps(data), "utf-8")

    for family, payloads in groupby(hostile.numbered(), key=lambda each: each.family):
        cells = [made for payload in payloads for made in hostile.hidden(payload)]
        write(f"{family}.ipynb", f"# {family}", *cells, widgets=saved)
    break_out = hostile.armed('"><script>PWN</script>', 700)
    kernel = {"name": break_out, "language": break_out, "display_name": break_out}
    language = {"name": break_out, "pygments_lexer": break_out, "file_extension": break_out, "mimetype": break_out}
    write("data.ipynb", "# data", *hostile.plain(), widgets=saved, kernelspec=kernel, language_info=language)
    for number, written in enumerate(hostile.FRONT, 701):
        text = cell(front_matter(hostile.front(number, written)), "raw")
        write(f"front-{number}.ipynb", text, "Words.", title=break_out)
    for name in hostile.FILES:
        write(name, "Words.")


@pytest.fixture(scope="module", params=["author", "guest"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Publish all payloads; a guest's even on a site that lets images from elsewhere in."""
    root = tmp_path_factory.mktemp(request.param)
    (root / "notebooks").mkdir()
    write_all(root / "notebooks")
    settings = Settings(root=root, base_url="https://example.org", page_size=100)
    if request.param == "guest":
        settings = untrusting(replace(settings, remote_images="allow"))
    summary = publish(settings, Options(now=NOW, drafts=True), QuietReporter(io.StringIO()))
    assert [problem for problem in summary.failures if "front-" not in problem.file] == []
    return request.param, root / "public"


def pages(site: Path) -> list[str]:
    files = (file.relative_to(site).as_posix() for file in site.rglob("*.html"))
    return sorted(path.removesuffix("index.html") for path in files if not path.startswith("outputs/"))


def test_there_are_enough_payloads_and_they_are_alive(browser: Browser, tmp_path: Path) -> None:
    """Where nobody cleans them, most run or reach another host at once: what the tests below see is no silence."""
    payloads = list(hostile.numbered())
    assert len(payloads) + len(list(hostile.plain())) + len(hostile.FRONT) + len(hostile.FILES) >= 250
    for number, _, text in payloads:
        (tmp_path / f"{number}.html").write_text(f"<!doctype html><body>{text}", "utf-8")
    frames = "".join(f'<iframe src="{number}.html" sandbox="{LOOSE}"></iframe>' for number, _, _ in payloads)
    (tmp_path / "index.html").write_text(f"<!doctype html><body>{frames}", "utf-8")
    with served(functools.partial(Site, directory=str(tmp_path))) as address, attack(browser, address) as attempt:
        attempt.page.goto(f"{address}/", wait_until="commit")
        ran: set[str] = set()
        reached: set[str] = set()
        for _ in range(10 * PATIENCE):
            if len(ran) > 60 and len(reached) > 30:
                break
            attempt.page.wait_for_timeout(100)
            ran = {said.split()[1] for said in attempt.ran}
            reached = {url.partition("evil.test/")[2] for url in attempt.asked if "evil.test/" in url}
    assert len(ran) > 60
    assert len(reached) > 30


@pytest.mark.parametrize("mode", ["headers", "meta", "none"])
def test_no_payload_runs_on_the_site_or_reaches_another_host(
    site: tuple[str, Path], browser: Browser, mode: str
) -> None:
    """With the headers of the site, with the policy of the pages alone, and even where browsers heed no policy."""
    level, folder = site
    said = rules(folder) if mode == "headers" else ()
    handler = functools.partial(type("Served", (Site,), {"rules": said}), directory=str(folder))
    outputs = sorted(file.relative_to(folder).as_posix() for file in folder.glob("outputs/*.html"))
    with served(handler) as address, attack(browser, address, bypass_csp=mode == "none") as attempt:
        for path in pages(folder):
            if mode != "none" or level == "guest" or path == "scripts/":
                attempt.open(path)
        for path in outputs:
            attempt.open_alone(path)
    assert attempt.ran == []
    assert attempt.alive == {}
    assert attempt.strayed == attempt.popups == []
    if level == "guest":
        assert attempt.said == outputs == []
    else:
        assert len({line.split()[1] for line in attempt.said}) > 20  # in frames, where they can reach nothing
    if level == "guest" or mode != "none":
        assert [url for url in attempt.asked if hostile.HOST in url] == []
    else:
        assert attempt.asked  # it is the policy that keeps what runs in frames from the network


def test_a_guest_has_no_script_and_no_frame_in_any_file(site: tuple[str, Path]) -> None:
    level, folder = site
    html = b"".join(file.read_bytes() for file in folder.rglob("*.html"))
    is_guest = level == "guest"
    own = rb'<script(?:>\{let scheme| src="/assets/(?:site|finder)-| type="application/ld\+json")'
    assert (not re.findall(rb"<script", re.sub(own, b"", html))) == is_guest
    assert (b"<iframe" not in html) == is_guest
    assert (folder / "outputs").exists() != is_guest
    assert (folder / "assets/scripts").exists() != is_guest


COVERS = (
    "margin:-9999px;background-color:red",
    "padding:9999px;background-color:red",
    "border:9999px solid red",
    "vertical-align:200px;font-size:200px",
    "font-size:9999px;line-height:0",
    "display:block;height:0;line-height:0;font-size:999px",
    "display:block;float:left;width:99999px;height:9999px;margin-left:calc(0px - 9999px);margin-top:-9999px",
)
COVERED = """() => [...document.querySelectorAll(".masthead a, h1, .contents.beside a, .imprint a")].filter(element => {
    element.scrollIntoView({block: "center", behavior: "instant"});
    const {left, top, width, height} = element.getBoundingClientRect();
    return !element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}).map(element => element.outerHTML)"""


def test_foreign_styles_cover_nothing_of_the_site(
    tmp_path: Path, write_notebook: Callable[..., Path], browser: Browser
) -> None:
    outline = "## One\n\nText.\n\n## Two\n\nText.\n\n## Three\n\nText."
    for number, style in enumerate(COVERS):
        link = f'<a href="/x" style="{style}">WIDE</a>'
        write_notebook(
            f"{number}.ipynb", "# Title", outline, hostile.output({"text/html": link}), f"{link}\n\n{link} x"
        )
    publish(Settings(root=tmp_path), Options(now=NOW), QuietReporter(io.StringIO()))
    covered = {}
    with (
        served(functools.partial(Site, directory=str(tmp_path / "public"))) as address,
        attack(browser, address) as attempt,
    ):
        attempt.page.set_viewport_size({"width": 1400, "height": 800})
        for number, style in enumerate(COVERS):
            attempt.page.goto(f"{address}/{number}/")
            assert attempt.page.locator(".masthead a, h1, .contents.beside a").count() >= 5
            covered[style] = attempt.page.evaluate(COVERED)
    assert {style: found for style, found in covered.items() if found} == {}


HEIGHTS = {
    '{type: "height", height: 1e9, html: "<script>"}': "4000px",
    '{type: "height", height: 321}': "321px",
    '{type: "height", height: "1e9"}': "same",
    '{type: "height", height: NaN}': "same",
    '{type: "height", height: Infinity}': "same",
    '{type: "height", height: [4000]}': "same",
    '{type: "style", height: 4000}': "same",
    "null": "same",
    '"height"': "same",
}


# Those that say a height were heard, and all others have said their own, which is not the one that was kept for them.
ANSWERED = """() => {
    const heights = [...document.querySelectorAll("iframe")].map(frame => frame.style.height);
    return heights.includes("4000px") && heights.includes("321px") && !heights.includes("400px");
}"""


def test_a_frame_says_how_high_it_is_and_nothing_else(
    tmp_path: Path, write_notebook: Callable[..., Path], browser: Browser
) -> None:
    script = "<p>x</p><script>setInterval(() => parent.postMessage({}, '*'), 100)</script>"
    frames = [hostile.output({"text/html": script.replace("{}", message)}) for message in HEIGHTS]
    write_notebook("heights.ipynb", *frames)
    publish(Settings(root=tmp_path), Options(now=NOW), QuietReporter(io.StringIO()))
    with (
        served(functools.partial(Site, directory=str(tmp_path / "public"))) as address,
        attack(browser, address) as attempt,
    ):
        attempt.page.set_viewport_size({"width": 1000, "height": 6000})  # all frames are near
        attempt.page.goto(f"{address}/heights/", wait_until="load")
        attempt.page.wait_for_function(ANSWERED)
        found = attempt.page.evaluate("[...document.querySelectorAll('iframe')].map(frame => frame.style.height)")
        styled = attempt.page.evaluate("[...document.querySelectorAll('iframe')].map(frame => frame.style.length)")
    own = found[list(HEIGHTS.values()).index("same")]
    assert own not in ("4000px", "321px", "400px")
    assert found == [own if height == "same" else height for height in HEIGHTS.values()]
    assert set(styled) == {1}
