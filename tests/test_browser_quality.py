"""What pages are held to in a reader's browser: accessibility, the keyboard, stillness and budgets.

The pages are those of a small blog with every kind of content (tests/support/everything.py) and of the demo. `KINDS`
says which page stands for each kind; a new kind of page is a line there.
"""

from __future__ import annotations

import gzip
import io
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # axe-core, MPL-2.0

from publisher import config
from publisher.build import Options, publish
from publisher.report import QuietReporter
from tests.support import everything
from tests.support.browser import DESKTOP, FOCUSED, PHONE, SCROLL, SHIFTS, UNLABELLED, paths, window

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

KINDS = {
    "listing": "",
    "second page": "page/2/",
    "tag": "tags/plots/",
    "tags": "tags/",
    "archive": "archive/",
    "series": "series/things/",
    "everything": "everything/",
    "plain": "plain/",
    "page": "about/",
    "not found": "404.html",
}
SCHEMES = ("light", "dark")
WIDTHS = (320, PHONE, 768, DESKTOP)
TABS = 400  # more than any page of these has stops
FONT_DELAY = 0.4  # seconds, in which the page is painted without

UNFOLD = "for (const folded of document.querySelectorAll('details')) folded.open = true"
VIOLATIONS = """async () => (await axe.run({resultTypes: ["violations"]})).violations.map(({id, nodes}) =>
    [id, ...nodes.slice(0, 4).map(node => node.target.join(" ") + " " + node.html.slice(0, 160))])"""
# The place in the document of what has the focus, by the order of elements.
PLACE = "() => [...document.querySelectorAll('*')].indexOf(document.activeElement)"
STOPS = """() => [...document.querySelectorAll("a[href], button, summary, input, [tabindex='0']")].filter(
    element => element.checkVisibility({visibilityProperty: true}) && !element.disabled && !element.closest("[inert]")
).length"""

# What readers are told; a script may add buttons to it.
SAID = """() => {
    const main = document.querySelector("main").cloneNode(true);
    for (const button of main.querySelectorAll("button")) button.remove();
    return main.textContent.replace(/\\s+/g, " ");
}"""
# What a plain article may load: all that comes before something is opened.
LOADED = "() => performance.getEntriesByType('resource').map(entry => entry.name).filter(name => /[.]m?js$/.test(name))"


@pytest.fixture(scope="session")
def every(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the blog with everything."""
    root = tmp_path_factory.mktemp("everything")
    everything.write(root)
    wanted = Options(now=datetime(2026, 12, 1, tzinfo=UTC), jobs=2)
    summary = publish(config.load(root), wanted, QuietReporter(io.StringIO()))
    assert not summary.failures
    assert not [problem for problem in summary.warnings if "leads" in problem.message]
    return root / "public"


def test_there_is_a_page_of_each_kind(every: Path) -> None:
    assert set(KINDS.values()) - set(paths(every)) == set()


def file(site: Path, path: str) -> Path:
    return site / path / "index.html" if path.endswith("/") or not path else site / path


def violations(page: Page) -> list[list[str]]:
    """Return what axe finds: the name of a rule, and elements that break it."""
    page.evaluate(UNFOLD)
    page.evaluate(AXE_SCRIPT)
    found: list[list[str]] = page.evaluate(VIOLATIONS)
    return found


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_axe_finds_no_violation_on_any_kind_of_page(
    every: Path, browser: Browser, serve: Callable[[Path], str], width: int, scheme: Any
) -> None:
    address = serve(every)
    wrong = {}
    with window(browser, width, color_scheme=scheme) as watched:
        for kind, path in KINDS.items():
            watched.open(address, path)
            wrong[kind] = violations(watched.page)
    assert {kind: found for kind, found in wrong.items() if found} == {}


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")])
def test_axe_finds_no_violation_in_the_demo(
    demo: Path, browser: Browser, serve: Callable[[Path], str], width: int, scheme: Any
) -> None:
    address = serve(demo)
    wrong = {}
    with window(browser, width, color_scheme=scheme) as watched:
        for path in paths(demo):
            if b'http-equiv="refresh"' in file(demo, path).read_bytes():  # leads elsewhere at once
                continue
            watched.open(address, path)
            wrong[path] = violations(watched.page)
    assert {path: found for path, found in wrong.items() if found} == {}


def test_axe_sees_what_is_wrong(browser: Browser) -> None:
    with window(browser) as watched:
        watched.page.set_content("<p style='color:#bbb'>pale</p><img src='data:,'>")
        assert {"color-contrast", "image-alt"} <= {found[0] for found in violations(watched.page)}


@pytest.mark.parametrize("width", WIDTHS)
def test_every_kind_of_page_fits_its_window(
    every: Path, browser: Browser, serve: Callable[[Path], str], width: int
) -> None:
    address = serve(every)
    wrong = {}
    with window(browser, width) as watched:
        for kind, path in KINDS.items():
            watched.open(address, path)
            watched.page.evaluate(UNFOLD)
            wrong[kind] = watched.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert [url for url in watched.asked if not url.startswith((f"{address}/", "data:"))] == []
    assert {kind: pixels for kind, pixels in wrong.items() if pixels} == {}


def walk(page: Page) -> list[dict[str, Any]]:
    """Press Tab until it leaves the page; return what had the focus, in order."""
    stops: list[dict[str, Any]] = []
    for _ in range(TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["name"] == "BODY":
            return stops
        stops.append({**focused, "place": page.evaluate(PLACE)})
    raise AssertionError(f"Tab never leaves the page: {stops[-3:]}")


@pytest.mark.parametrize("kind", ["listing", "plain", "everything", "archive"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_keyboard_reaches_everything_once_in_order_and_leaves_again(
    every: Path, browser: Browser, serve: Callable[[Path], str], kind: str, width: int
) -> None:
    with window(browser, width) as watched:
        watched.open(serve(every), KINDS[kind])
        page = watched.page
        page.evaluate("for (const frame of document.querySelectorAll('iframe')) frame.tabIndex = -1")  # pages of others
        expected = page.evaluate(STOPS)
        stops = walk(page)
    assert 'class="skip"' in stops[0]["html"]
    assert [stop["html"] for stop in stops if not stop["isSeen"]] == []
    places = [stop["place"] for stop in stops]
    assert places == sorted(set(places))
    assert len(stops) == expected


def test_folds_open_and_close_with_the_keyboard(every: Path, browser: Browser, serve: Callable[[Path], str]) -> None:
    with window(browser) as watched:
        watched.open(serve(every), KINDS["everything"])
        summaries = watched.page.locator("main details:not(details details) > summary:visible")
        assert summaries.count() >= 3
        for summary in summaries.all():
            was_open = summary.evaluate("summary => summary.parentElement.open")
            summary.focus()
            for key in ("Enter", "Space"):
                watched.page.keyboard.press(key)
                is_open = summary.evaluate("summary => summary.parentElement.open")
                assert is_open != was_open
                was_open = is_open


def late(route: Route) -> None:
    time.sleep(FONT_DELAY)
    route.continue_()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_nothing_moves_when_fonts_arrive_late(
    every: Path, browser: Browser, serve: Callable[[Path], str], width: int
) -> None:
    address = serve(every)
    moved = {}
    for kind in ("listing", "plain", "everything"):
        with window(browser, width) as watched:  # each time without a cache
            watched.page.route("**/*.woff2", late)
            watched.page.add_init_script(SHIFTS)
            watched.open(address, KINDS[kind])
            watched.page.evaluate("document.fonts.ready.then(() => document.fonts.size)")
            moved[kind] = watched.page.evaluate(SCROLL)
            assert any(url.endswith(".woff2") for url in watched.asked)
    # Blocks of code grow by a hair when their font arrives: people notice 0.1.
    assert {kind: shift for kind, shift in moved.items() if shift > 0.002} == {}


def test_every_image_has_its_size_and_words(every: Path, browser: Browser, serve: Callable[[Path], str]) -> None:
    address = serve(every)
    with window(browser) as watched:
        for kind, path in KINDS.items():
            watched.open(address, path)
            assert watched.page.evaluate(UNLABELLED) == [], kind


def test_a_plain_article_loads_little_script_and_says_the_same_without(
    every: Path, browser: Browser, serve: Callable[[Path], str]
) -> None:
    address = serve(every)
    with window(browser) as watched:
        watched.open(address, KINDS["plain"])
        loaded = watched.page.evaluate(LOADED)
        said = watched.page.evaluate(SAID)
    with window(browser, java_script_enabled=False) as watched:
        watched.open(address, KINDS["plain"])
        assert watched.page.evaluate(SAID) == said
    assert sum(packed(every / url.removeprefix(f"{address}/")) for url in loaded) <= 6_000


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), mtime=0))


def test_styles_are_small(every: Path, demo: Path) -> None:
    for site in (every, demo):
        (style,) = site.glob("assets/style*.css")
        assert packed(style) <= 10_000


@pytest.mark.corpus
def test_the_median_article_of_real_notebooks_is_small(corpus_site: Path) -> None:
    pages = corpus_site.rglob("index.html")
    articles = [page for page in pages if b'<article class="article"' in page.read_bytes()]
    assert len(articles) > 300
    assert statistics.median(map(packed, articles)) <= 20_000
