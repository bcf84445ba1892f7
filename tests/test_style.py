"""The style sheet keeps its promises: contrast, size, nothing from elsewhere, no page wider than its window."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from publisher import figures, listing, pages, stylesheet, templating, words
from publisher.article import Heading
from publisher.highlight import CLASSES
from tests.support.posts import picture, post, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

FOLDER = templating.packaged()
STYLE = (FOLDER / stylesheet.STYLE).read_text(encoding="utf-8")
FONTS = sorted((FOLDER / "assets/fonts").glob("*.woff2"))
BODY = (Path(__file__).parent / "pages/everything.html").read_text(encoding="utf-8")
AA = 4.5

DECLARED = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", STYLE[: STYLE.index("@font-face")]))
LIGHT_DARK = re.compile(r"light-dark\((.+), (#[0-9a-f]+|color-mix\(.+\))\)")
MIX = re.compile(r"color-mix\(in oklab, (.+) (\d+)%, (.+)\)")
# Names that are common words of a program keep the colour of the text.
PLAIN = {"nn", "nv", "o"}

Colour = tuple[float, float, float]


def resolved(value: str, scheme: str) -> Colour:
    """Return the linear RGB of a colour as the style sheet writes it, in one of the two schemes."""
    value = value.strip()
    if match := re.fullmatch(r"var\((--[\w-]+)\)", value):
        return resolved(DECLARED[match[1]], scheme)
    if match := LIGHT_DARK.fullmatch(value):
        return resolved(match[1 if scheme == "light" else 2], scheme)
    if match := MIX.fullmatch(value):
        share = int(match[2]) / 100
        one, other = (to_oklab(resolved(match[group], scheme)) for group in (1, 3))
        return from_oklab(tuple(a * share + b * (1 - share) for a, b in zip(one, other, strict=True)))
    digits = {"white": "ffffff", "#fff": "ffffff"}.get(value, value.removeprefix("#"))
    return tuple(linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))


def linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def to_oklab(colour: Colour) -> Colour:
    red, green, blue = colour
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def from_oklab(colour: Colour) -> Colour:
    light, a, b = colour
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def contrast(one: str, other: str, scheme: str) -> float:
    lights = [
        0.2126 * red + 0.7152 * green + 0.0722 * blue
        for red, green, blue in (resolved(one, scheme), resolved(other, scheme))
    ]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


CODE = sorted(name for name in DECLARED if name.startswith("--code-"))
CALLOUTS = re.findall(r"--kind: ([^;]+);", STYLE)
BACKGROUNDS = re.findall(
    r"background: (color-mix\(in oklab, var\(--code-\w+\) \d+%, var\(--paper\)\)) !important", STYLE
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["--paper", "--tint", "--marked"])
@pytest.mark.parametrize("name", ["--ink", "--soft", "--muted", "--link", *CODE])
def test_text_and_code_can_be_read_on_paper_on_the_tint_and_on_a_marked_line(
    name: str, ground: str, scheme: str
) -> None:
    assert contrast(f"var({name})", f"var({ground})", scheme) >= AA


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("colour", CALLOUTS)
def test_the_word_of_a_callout_can_be_read(colour: str, scheme: str) -> None:
    assert contrast(colour, "var(--paper)", scheme) >= AA


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("colour", BACKGROUNDS)
def test_text_on_a_terminal_background_can_be_read(colour: str, scheme: str) -> None:
    assert contrast("var(--ink)", colour, scheme) >= AA


def test_five_kinds_of_callout_and_six_terminal_backgrounds_have_colours() -> None:
    assert len(CALLOUTS) == 5
    assert len(BACKGROUNDS) == 6


@pytest.mark.parametrize("name", sorted(set(CLASSES) - PLAIN))
def test_every_class_of_highlighted_code_has_a_style(name: str) -> None:
    assert re.search(rf"\.{name}[ ,)]", STYLE)


def test_every_class_of_the_body_has_a_style() -> None:
    written = {name for names in re.findall(r'class="([^"]+)"', BODY) for name in names.split()}
    assert {name for name in written - {"n"} if f".{name}" not in STYLE} == set()


def test_the_style_sheet_is_small() -> None:
    assert len(gzip.compress(STYLE.encode())) <= 10_000


def test_the_fonts_are_small_used_and_come_with_their_licences() -> None:
    sizes = {font.stem: font.stat().st_size for font in FONTS}
    assert sum(size for name, size in sizes.items() if name.partition("-")[0] in ("serif", "sans", "mono")) <= 205_000
    assert sum(size for name, size in sizes.items() if name.partition("-")[0] in ("book", "legible")) <= 155_000
    assert (FOLDER / "assets/fonts/math.woff2").stat().st_size <= 70_000  # on pages with formulas alone
    faces = "".join(file.read_text(encoding="utf-8") for file in (FOLDER / "assets/fonts").glob("*.css"))
    assert all(f"url(fonts/{font.name})" in STYLE + faces for font in FONTS)
    licences = [file.read_text(encoding="utf-8") for file in (FOLDER / "assets/fonts").glob("LICENSE-*.txt")]
    assert len(licences) == 6
    assert all("SIL Open Font License, Version 1.1" in licence for licence in licences)


def test_nothing_is_fetched_from_elsewhere_and_templates_hold_no_inline_script_but_the_early_one() -> None:
    alone = "standalone.html.j2"  # a file that needs no other has its style inside
    templates = "".join(file.read_text(encoding="utf-8") for file in FOLDER.glob("*.j2") if file.name != alone)
    assert not re.search(r"url\(\s*['\"]?(?:https?:)?//|@import", STYLE)
    assert sorted(re.findall(r'<script((?: src="[^"]+" defer)?)[^<>]*>', templates)) == [
        "",
        "",  # JSON-LD, which is data
        ' src="{{ comments.script }}" defer',
        ' src="{{ frame.reading }}" defer',
        ' src="{{ frame.script }}" defer',
        ' src="{{ frame.search.opener }}" defer',
    ]
    assert not re.search(r"<style|\son\w+=|https?://", templates, re.IGNORECASE)


def test_there_are_no_shadows_and_the_only_gradient_is_the_edge_of_what_scrolls() -> None:
    assert "shadow" not in STYLE
    for line in STYLE.splitlines():
        assert "gradient" not in line or "mask-image" in line


def write_site(folder: Path) -> None:
    where = (FOLDER,)
    assets = stylesheet.assets(where)
    site = pages.site(settings(folder), assets)
    env = templating.environment(templating.read(where))
    posts = [post(f"post-{number}", title=f"A title of several words, number {number}") for number in range(5)]
    headings = [Heading(2, "first", "First", "First")] * 3
    body = figures.fill_figures(BODY, (picture(374, 250), picture(1200, 400), None), words.of("en"))
    series = ("Noise", posts[:2])
    article = pages.article_page(env, site, posts[0], body, headings, older=posts[1], newer=posts[2], series=series)
    parts = next(listing.listings(posts, settings(folder, page_size=3))).parts()
    for page in (*assets, article, *(listing.listing_page(env, site, part) for part in parts)):
        file = folder / page.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(page.data)
    (folder / "img").mkdir()
    for one in (picture(374, 250), picture(1200, 400), picture(640, 360, 320, 640)):
        for variant in one.variants:
            Image.new("RGB", (variant.width, variant.height), "white").save(folder / variant.path)


@pytest.mark.browser
def test_no_page_is_wider_than_its_window(browser: Browser, serve: Callable[[Path], str], tmp_path: Path) -> None:
    write_site(tmp_path)
    address = serve(tmp_path)
    page = browser.new_page()
    widths = {}
    for url in ("/", "/page/2/", "/post-0/"):
        page.goto(address + url)
        for width in (320, 390, 768, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            widths[url, width] = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert {key: width for key, width in widths.items() if width != key[1]} == {}


@pytest.mark.browser
def test_a_page_asks_no_other_host_and_says_nothing_on_the_console(
    browser: Browser, serve: Callable[[Path], str], tmp_path: Path
) -> None:
    write_site(tmp_path)
    address = serve(tmp_path)
    page = browser.new_page()
    hosts: set[str] = set()
    said: list[str] = []
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{address}/post-0/", wait_until="networkidle")
    page.close()
    assert hosts == {address.removeprefix("http://")}
    assert said == []


@pytest.mark.browser
def test_what_a_finger_should_hit_is_large_enough(
    browser: Browser, serve: Callable[[Path], str], tmp_path: Path
) -> None:
    write_site(tmp_path)
    phone = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = phone.new_page()
    page.goto(f"{serve(tmp_path)}/post-0/")
    small = page.evaluate(
        """() => [...document.querySelectorAll("header.masthead a, .ending a, .imprint a, summary")]
            .filter(element => element.checkVisibility() && element.getBoundingClientRect().height < 44)
            .map(element => element.outerHTML)"""
    )
    phone.close()
    assert small == []
