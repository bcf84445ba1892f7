"""What a reader's browser makes of whole sites: the demo blog of this repository, and every real notebook."""

from __future__ import annotations

import gzip
import io
import re
import statistics
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from publisher import config
from publisher.build import Options, publish
from publisher.config import Settings
from publisher.policies import EARLY
from publisher.report import QuietReporter
from tests.support import CHECKOUT
from tests.support.browser import (
    DESKTOP,
    FOCUSED,
    PHONE,
    SCROLL,
    SHIFTS,
    UNLABELLED,
    articles,
    paths,
    window,
)
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

# What it says without what readers can do with scripts alone.
WORDS = """document.querySelectorAll(".tools, .scheme, .unseen").forEach(one => one.remove())"""
# With the keyboard, what scrolls can be scrolled only if it, or something in it, can have the focus.
UNREACHABLE = """() => [...document.querySelectorAll("body *")].filter(element => {
    const {overflowX, overflowY} = getComputedStyle(element), scrolls = /auto|scroll/;
    return element.checkVisibility() && (
        scrolls.test(overflowX) && element.scrollWidth > element.clientWidth + 1 && element.clientWidth ||
        scrolls.test(overflowY) && element.scrollHeight > element.clientHeight + 1 && element.clientHeight
    ) && element.tabIndex < 0 && !element.querySelector("a[href], button, summary, [tabindex='0']");
}).map(element => element.outerHTML.slice(0, 200))"""
HEADINGS = "() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(heading => Number(heading.tagName[1]))"
CARDS = """() => [...document.querySelectorAll(".card")].map(card => {
    const shown = [];
    const walker = document.createTreeWalker(card, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        if (node.alt) shown.push(node.alt);
        if (node.nodeType === Node.TEXT_NODE && node.data.trim()) shown.push(node.data.trim());
    }
    return {shown, title: card.querySelector("h2").textContent, excerpt: card.querySelector(".excerpt").textContent,
        meta: card.querySelector(".meta").textContent};
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_its_window_asks_nobody_else_and_is_silent(
    demo: Path, browser: Browser, serve: Callable[[Path], str], scheme: Any
) -> None:
    address = serve(demo)
    wrong = {}
    with window(browser, color_scheme=scheme) as watched:
        for path in paths(demo):
            watched.open(address, path)
            for width in (DESKTOP, 768, PHONE, 320):
                watched.page.set_viewport_size({"width": width, "height": 800})
                wrong[path, width] = watched.complaints(address)
    assert {page: found for page, found in wrong.items() if found} == {}


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_nothing_moves_while_a_page_loads_and_is_scrolled(
    demo: Path, browser: Browser, serve: Callable[[Path], str], width: int
) -> None:
    address = serve(demo)
    moved = dict.fromkeys(paths(demo), 1.0)
    for _ in range(4):  # a busy machine may paint before a font arrives: what really moves does so at every first visit
        with window(browser, width) as watched:
            watched.page.add_init_script(SHIFTS)
            for path in moved:
                watched.open(address, path)
                moved[path] = watched.page.evaluate(SCROLL)
        # A block of code may grow by a hair when its font arrives: 0.0007, where people notice 0.1.
        moved = {path: shift for path, shift in moved.items() if shift > 0.002}
    assert moved == {}


def test_a_page_says_the_same_without_javascript(demo: Path, browser: Browser, serve: Callable[[Path], str]) -> None:
    address = serve(demo)
    texts: list[dict[str, str]] = [{}, {}]
    for said, has_scripts in zip(texts, (True, False), strict=True):
        with window(browser, PHONE, java_script_enabled=has_scripts) as watched:
            for path in paths(demo):
                watched.open(address, path)
                watched.page.evaluate(WORDS)
                said[path] = watched.page.inner_text("body")
    assert texts[0] == texts[1]
    assert all(len(text) > 100 for text in texts[1].values())


def test_images_have_their_size_and_words_and_headings_skip_no_level(
    demo: Path, browser: Browser, serve: Callable[[Path], str]
) -> None:
    address = serve(demo)
    with window(browser) as watched:
        for path in paths(demo):
            watched.open(address, path)
            assert watched.page.evaluate(UNLABELLED) == [], path
            levels = watched.page.evaluate(HEADINGS)
            assert levels.count(1) == 1, path
            assert levels[0] == 1, path
            assert all(below <= above + 1 for above, below in pairwise(levels)), path


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_what_scrolls_can_be_scrolled_with_the_keyboard(
    demo: Path, browser: Browser, serve: Callable[[Path], str], width: int
) -> None:
    address = serve(demo)
    with window(browser, width) as watched:
        for path in paths(demo):
            watched.open(address, path)
            watched.page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
            assert watched.page.evaluate(UNREACHABLE) == [], path


def test_the_first_key_reaches_a_link_past_the_menu(demo: Path, browser: Browser, serve: Callable[[Path], str]) -> None:
    address = serve(demo)
    with window(browser) as watched:
        page = watched.page
        for path in ("", *articles(demo)[:2]):
            watched.open(address, path)
            page.keyboard.press("Tab")
            skip = page.locator(":focus")
            assert skip.inner_text() == "Skip to the content"
            box = skip.bounding_box()
            assert box
            assert box["x"] >= 0
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.tagName") == "MAIN"
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_is_seen_wherever_it_goes(
    demo: Path, browser: Browser, serve: Callable[[Path], str], scheme: Any
) -> None:
    address = serve(demo)
    with window(browser, color_scheme=scheme) as watched:
        for path in ("", "page/2/", *articles(demo)[:3]):
            watched.open(address, path)
            for _ in range(60):
                watched.page.keyboard.press("Tab")
                focused = watched.page.evaluate(FOCUSED)
                if focused["name"] == "BODY":
                    break
                assert focused["isSeen"], f"{path}: {focused['html']}"


def test_a_card_is_read_as_image_title_excerpt_and_then_the_rest(
    demo: Path, browser: Browser, serve: Callable[[Path], str]
) -> None:
    with window(browser) as watched:
        watched.open(serve(demo), "")
        cards = watched.page.evaluate(CARDS)
    assert len(cards) == config.load(CHECKOUT).page_size
    for card in cards:
        shown = [re.sub(r"\s+", " ", part) for part in card["shown"]]
        assert shown[:3] == [f"Image for {card['title']}", card["title"], card["excerpt"]]
        words = card["excerpt"].split()
        assert len(words) <= 40 or (len(words) == 41 and words[-1] == "…")
        assert re.search(r"\w+ \d+, \d{4}\s+\d+ min read\s+\w+", card["meta"])


def test_pages_are_small_and_no_script_is_in_them_but_the_early_one(demo: Path) -> None:
    pages = {path: (demo / path / "index.html").read_bytes() for path in articles(demo)}
    assert statistics.median(len(gzip.compress(html)) for html in pages.values()) <= 20_000
    written = [re.findall(rb"<script>(.*?)</script>", html, re.DOTALL) for html in pages.values()]
    assert [early for early in written if early != [EARLY.encode()]] == []
    assert [len(gzip.compress(file.read_bytes())) <= 10_000 for file in demo.glob("assets/style-*.css")] == [True]
    (script,) = demo.glob("assets/site-*.js")
    assert len(gzip.compress(script.read_bytes())) <= 4_000
    (finder,) = demo.glob("assets/finder-*.js")
    assert len(gzip.compress(finder.read_bytes())) <= 500  # the search itself is fetched when it is opened


WIDE = " + ".join(f"\\frac{{a_{{{number}}}}}{{b}}" for number in range(40))
MATH = f"# Formulas\n\nIn a line $x$ and ${WIDE}$ and $\\eqref{{far}}$.\n\n$${WIDE} \\tag{{7}} \\label{{far}}$$"


def test_formulas_stay_in_a_phones_window_and_their_font_comes_with_them_alone(
    tmp_path: Path, write_notebook: Callable[..., Path], browser: Browser, serve: Callable[[Path], str]
) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.publisher]\n", "utf-8")
    write_notebook("formulas.ipynb", MATH)
    write_notebook("words.ipynb", "# Words\n\nalone")
    publish(config.load(tmp_path), Options(now=datetime(2026, 12, 1, tzinfo=UTC)), QuietReporter(io.StringIO()))
    address = serve(tmp_path / "public")
    with window(browser, PHONE) as watched:
        watched.open(address, "words/")
        assert [url for url in watched.asked if "/math-" in url] == []
        watched.open(address, "formulas/")
        watched.page.evaluate("document.fonts.ready.then(() => document.fonts.size)")
        assert [url.rpartition("/")[2][:5] for url in watched.asked if "/math-" in url] == ["math-"]
        assert watched.complaints(address) == []
        assert watched.page.evaluate(UNREACHABLE) == []
        wide = watched.page.locator(".math[tabindex='0']")
        assert wide.evaluate_all("all => all.map(one => one.scrollWidth > 390 && one.clientWidth < 390)") == [
            True,
            True,
        ]
        wide.last.focus()
        watched.page.keyboard.press("ArrowRight")
        # The policy of pages lets no function wait in them.
        wait_until(lambda: watched.page.evaluate("document.activeElement.scrollLeft > 0"))
        watched.page.get_by_role("link", name="(7)").click()
        assert watched.page.evaluate("document.querySelector(':target') !== null")


def test_a_formula_in_the_title_of_the_next_post_stands_in_its_line(
    tmp_path: Path, write_notebook: Callable[..., Path], browser: Browser, serve: Callable[[Path], str]
) -> None:
    write_notebook("2026-01-01-one.ipynb", "# On $x$ and more\n\nWords.")
    write_notebook("2026-01-02-two.ipynb", "# Two\n\nWords.")
    publish(Settings(root=tmp_path), Options(now=datetime(2026, 12, 1, tzinfo=UTC)), QuietReporter(io.StringIO()))
    with window(browser, PHONE) as watched:
        watched.open(serve(tmp_path / "public"), "two/")
        title = watched.page.locator(".neighbours a:has(math)")
        formula = watched.page.locator(".neighbours a .math")
        size = "one => getComputedStyle(one).fontSize"
        assert formula.evaluate("one => getComputedStyle(one).display") == "inline-flex"
        assert formula.evaluate(size) == title.evaluate(size)


# Pages that say something although nothing is wrong with them.
SAID = (
    "formats/nbconvert-notebook-inject/",  # its script asks for an alert, which the frame does not show
    "rich/ipython-in-depth-working-with-markdown-cells/",  # shows a film that is not there, as the publish has warned
)


@pytest.mark.corpus
def test_no_real_notebook_breaks_its_page(corpus_site: Path, browser: Browser, serve: Callable[[Path], str]) -> None:
    address = serve(corpus_site)
    wrong = {}
    with window(browser, PHONE) as watched:
        for path in articles(corpus_site):
            watched.open(address, path)
            wrong[path] = watched.complaints(address)
    assert len(wrong) > 400
    assert {path: found for path, found in wrong.items() if found and path not in SAID} == {}
