"""What helps reading, in a reader's browser: colours, code, images, contents, print; with scripts and without."""

from __future__ import annotations

import gzip
import io
import re
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from publisher import templating
from publisher.build import Options, publish
from publisher.config import Settings
from publisher.report import QuietReporter
from publisher.stylesheet import READING
from tests.support.browser import DESKTOP, PHONE, Watched, articles, paths, window
from tests.support.notebooks import cell, notebook
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

LONG = (
    "result = function(first='the first of the arguments', second='the second', third='the third', fourth=4, fifth=5)"
)
CODE = "def area(r):\n    '''Two\n    lines & <more>.'''\n    return 3.14 * r**2"
SESSION = "```pycon\n>>> 1 + 1\n2\n>>> for x in y:\n...     print(x)\n```"
SHELL = "```console\n$ pip install x\nlots of\noutput\n$ x\n```"
SECTIONS = "\n\n".join(f"## Part {number}\n\n{'Some words. ' * 400}" for number in range(1, 5))
# The colours of the first frame that has a body: what is painted first.
FIRST = """{ const look = () => {
    if (!document.body) return requestAnimationFrame(look);
    window.first = getComputedStyle(document.documentElement).colorScheme;
}; requestAnimationFrame(look); }"""
DENIED = (
    """Object.defineProperty(window, "localStorage", {get() { throw new DOMException("no", "SecurityError"); }});"""
)
# As in browsers whose style sheets cannot follow the scroll; the style sheet's own rule is left without effect.
OLDER = """{ const supports = CSS.supports.bind(CSS);
    CSS.supports = (...words) => !words.join().includes("scroll-target-group") && supports(...words); }"""
PAPER = "getComputedStyle(document.documentElement).backgroundColor"
SCHEME = "getComputedStyle(document.documentElement).colorScheme"
SEEN = (
    """[...document.querySelectorAll(".body img")].filter(image => image.checkVisibility()).map(image => image.alt)"""
)


def drawing(width: int, height: int, ground: str = "white") -> bytes:
    image = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(image)
    for x in range(0, width, 9):
        draw.line((x, height, width - x, x % height), fill="red", width=2)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def shown(data: bytes) -> dict[str, Any]:
    encoded = b64encode(data).decode()
    return {"output_type": "display_data", "metadata": {}, "data": {"image/png": encoded}}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish one post with all of it, and one beside."""
    root = tmp_path_factory.mktemp("reading")
    folder = root / "notebooks"
    folder.mkdir()
    for name, width, ground in (("day", 300, "white"), ("night", 301, "black"), ("large", 1600, "white")):
        (folder / f"{name}.png").write_bytes(drawing(width, 200 if width < 400 else 900, ground))
    pair = (shown(drawing(302, 200)), shown(drawing(303, 200, "black")))
    post = notebook(
        "# Reading",
        cell(f"#| filename: area.py\n#| highlight: 1,3-4\n{CODE}", "code"),
        cell(LONG, "code"),
        cell("#| code-fold: true\nfolded = 'is printed'", "code"),
        f"{SESSION}\n\n{SHELL}",
        "![Day](day.png#only-light)\n\n![Night](night.png#gh-dark-mode-only)\n\n![Small](day.png)",
        cell("#| renderings: [light, dark]\n#| fig-alt: Pair\nplot()", "code", outputs=pair),
        '![A large drawing](large.png "Its caption")\n\n[![Linked](large.png)](https://example.org/there)',
        SECTIONS,
    )
    (folder / "reading.ipynb").write_bytes(post)
    (folder / "other.ipynb").write_bytes(notebook("# Other\n\nwords"))
    said = io.StringIO()
    summary = publish(Settings(root=root), Options(now=datetime(2026, 12, 1, tzinfo=UTC)), QuietReporter(said))
    assert (summary.warnings, summary.failures) == ((), ())
    return root / "public"


@pytest.fixture
def address(site: Path, serve: Callable[[Path], str]) -> str:
    return serve(site)


@pytest.fixture
def reading(browser: Browser, address: str) -> Iterator[Watched]:
    """Open the post on a desk in the light; when the test is over, nothing may have been said on the console."""
    with window(browser, color_scheme="light", permissions=["clipboard-read", "clipboard-write"]) as watched:
        watched.open(address, "reading/")
        yield watched
        assert watched.said == []


def first_look(page: Page) -> object:
    """Return the colours of a page's first picture, which may come after the page."""
    return page.wait_for_function("window.first").json_value()


def test_a_choice_of_colours_is_remembered_over_reloads_and_pages_and_seen_from_the_first(
    reading: Watched, address: str
) -> None:
    page = reading.page
    page.add_init_script(FIRST)
    button = page.get_by_role("button", name="Colours: automatic")
    light = page.evaluate(PAPER)
    button.click()
    page.get_by_role("button", name="Colours: dark").wait_for()
    dark = page.evaluate(PAPER)
    assert dark != light
    for path in ("reading/", "other/", ""):
        page.goto(f"{address}/{path}")
        assert (first_look(page), page.evaluate(PAPER)) == ("dark", dark)
    page.route("**/assets/site-*", lambda route: route.abort())
    page.reload()
    assert first_look(page) == "dark"  # the early script needs no other
    page.unroute_all()
    page.reload()
    reading.said.clear()
    page.get_by_role("button", name="Colours: dark").press("Enter")
    page.get_by_role("button", name="Colours: light").press("Enter")
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(PAPER) == dark  # automatic again
    page.reload()
    assert first_look(page) == "light dark"


def test_what_was_chosen_is_said_and_other_windows_follow(reading: Watched, address: str) -> None:
    other = reading.page.context.new_page()
    other.goto(f"{address}/other/")
    reading.page.get_by_role("button", name="Colours: automatic").click()
    assert reading.page.locator("[role=status]").text_content() == "Colours: dark"
    other.get_by_role("button", name="Colours: dark").wait_for()
    assert other.evaluate(SCHEME) == "dark"


def test_nonsense_in_the_storage_is_no_choice(reading: Watched) -> None:
    reading.page.evaluate("localStorage.setItem('publisher-scheme', 'constructor')")
    reading.page.reload()
    assert reading.page.evaluate(SCHEME) == "light dark"
    reading.page.get_by_role("button", name="Colours: automatic").click()
    assert reading.page.evaluate(SCHEME) == "dark"


def test_where_storage_is_denied_the_choice_holds_for_the_page(browser: Browser, address: str) -> None:
    with window(browser, color_scheme="dark") as watched:
        watched.page.add_init_script(DENIED)
        watched.open(address, "reading/")
        watched.page.get_by_role("button", name="Colours: automatic").click()
        assert watched.page.evaluate(SCHEME) == "light"
        assert watched.said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("has_scripts", [True, False])
def test_of_a_pair_only_the_one_for_these_colours_is_seen_and_fetched(
    browser: Browser, address: str, scheme: Any, has_scripts: bool
) -> None:
    with window(browser, color_scheme=scheme, java_script_enabled=has_scripts) as watched:
        watched.open(address, "reading/")
        seen = watched.page.evaluate(SEEN)
        assert seen == [{"light": "Day", "dark": "Night"}[scheme], "Small", "Pair", "A large drawing", "Linked"]
        watched.page.locator("img:visible").first.scroll_into_view_if_needed()
        for_the_dark = re.compile(r"-30[13]\.")
        if has_scripts:  # else browsers load lazy images at once, as how far one has scrolled would tell of a reader
            if scheme == "dark":
                wait_until(lambda: watched.page.title() and any(map(for_the_dark.search, watched.asked)))
            watched.page.wait_for_load_state("networkidle")
            assert any(map(for_the_dark.search, watched.asked)) == (scheme == "dark")


@pytest.mark.parametrize("alt", ["Small", "Pair", "A large drawing"])
def test_the_white_of_a_figure_is_the_paper_of_the_page(reading: Watched, alt: str) -> None:
    image = reading.page.locator(f"img[alt='{alt}']:visible")
    image.evaluate("image => { image.scrollIntoView(); return image.decode(); }")
    seen = Image.open(io.BytesIO(image.screenshot())).convert("RGB")
    brightest = max(seen.getcolors(seen.width * seen.height) or (), key=lambda found: sum(found[1]))
    assert f"rgb{brightest[1]}" == reading.page.evaluate(PAPER)


def test_a_pair_follows_the_choice_of_the_reader(reading: Watched) -> None:
    reading.page.locator(".scheme").click()
    assert "Night" in reading.page.evaluate(SEEN)
    assert "Day" not in reading.page.evaluate(SEEN)
    reading.page.locator(".scheme").click()
    reading.page.emulate_media(color_scheme="dark")
    assert "Day" in reading.page.evaluate(SEEN)
    assert "Night" not in reading.page.evaluate(SEEN)


def clipboard(page: Page, block: str) -> str:
    page.locator(block).hover()
    page.locator(".source", has=page.locator(block)).get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_code_is_copied_as_it_is_and_that_is_said(reading: Watched) -> None:
    assert clipboard(reading.page, "pre:has(mark)") == CODE
    assert reading.page.locator("[role=status]").text_content() == "Copied"
    expect(reading.page.get_by_role("button", name="Copied")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "copied"), [("pycon", "1 + 1\nfor x in y:\n    print(x)"), ("console", "pip install x\nx")]
)
def test_a_session_is_copied_without_prompts_and_outputs(reading: Watched, language: str, copied: str) -> None:
    assert clipboard(reading.page, f'pre[data-language="{language}"]') == copied


def test_the_tools_of_code_are_reached_by_the_keyboard_and_seen_then(reading: Watched) -> None:
    page = reading.page
    tools = page.locator(".source:has(mark) .tools")
    assert tools.evaluate("tools => getComputedStyle(tools).opacity") == "0"
    page.locator("pre:has(mark)").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Copy"
    assert tools.evaluate("tools => getComputedStyle(tools).opacity") == "1"


def test_long_lines_can_be_wrapped_and_only_they(reading: Watched) -> None:
    page = reading.page
    long = page.locator("pre", has_text="fifth=5")
    assert page.get_by_role("button", name="Wrap lines").count() == 1
    wrap = page.locator(".source", has=long).get_by_role("button", name="Wrap lines")
    height = long.evaluate("pre => pre.clientHeight")
    wrap.focus()
    page.keyboard.press("Enter")
    assert wrap.get_attribute("aria-pressed") == "true"
    assert long.evaluate("pre => pre.scrollWidth <= pre.clientWidth && pre.clientHeight") > height
    page.keyboard.press("Enter")
    assert long.evaluate("pre => pre.scrollWidth > pre.clientWidth")
    assert wrap.is_visible()


def test_on_touch_the_tools_are_always_there_and_large_enough(browser: Browser, address: str) -> None:
    with window(browser, PHONE, has_touch=True, is_mobile=True) as watched:
        watched.open(address, "reading/")
        size = "one => getComputedStyle(one, '::after')"
        copy = watched.page.locator(".source:has(mark)").get_by_role("button", name="Copy")
        assert copy.evaluate("copy => getComputedStyle(copy.parentElement).opacity") == "1"
        assert [float(copy.evaluate(f"{size}.{side}")[:-2]) >= 44 for side in ("width", "height")] == [True, True]
        box = watched.page.locator(".scheme").bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44


def test_a_file_has_its_name_and_marked_lines_are_whole_without_scripts(browser: Browser, address: str) -> None:
    with window(browser, PHONE, java_script_enabled=False) as watched:
        watched.open(address, "reading/")
        figure = watched.page.locator("figure.source")
        assert figure.locator("figcaption").inner_text() == "area.py"
        assert figure.locator("pre").text_content() == CODE
        marked = figure.locator("mark")
        assert marked.all_text_contents() == [
            f"{line}\n"[: None if number < 3 else -1] for number, line in enumerate(CODE.split("\n")) if number != 1
        ]
        widths = figure.evaluate("box => [...box.querySelectorAll('mark')].map(one => one.offsetWidth)")
        assert all(width >= PHONE for width in widths)
        assert watched.page.locator("button:visible").count() == 0


def test_an_image_that_is_larger_than_shown_opens_large_and_gives_the_focus_back(reading: Watched) -> None:
    page = reading.page
    page.locator("img[alt='A large drawing']").scroll_into_view_if_needed()
    image = page.get_by_role("button", name="Enlarge: A large drawing")
    image.focus()
    before = image.bounding_box()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="A large drawing")
    dialog.wait_for()
    large = dialog.get_by_role("img").bounding_box()
    assert before
    assert large
    assert large["width"] > 1.15 * before["width"]
    assert large["x"] >= 0
    assert large["y"] + large["height"] <= 800
    assert "Its caption" in dialog.inner_text()
    assert page.evaluate("document.activeElement.textContent") == "Close"
    page.keyboard.press("Escape")
    assert dialog.count() == 0
    assert page.evaluate("document.activeElement.alt") == "A large drawing"
    image.click()
    dialog.wait_for()
    dialog.get_by_role("button", name="Close").click()
    assert dialog.count() == 0


def test_small_and_linked_images_stay_what_they_are(reading: Watched) -> None:
    names = reading.page.locator("img[role=button]").evaluate_all("all => all.map(one => one.ariaLabel)")
    reading.page.locator("img[alt='Linked']").scroll_into_view_if_needed()
    assert set(names) <= {"Enlarge: A large drawing"}
    assert reading.page.get_by_role("link", name="Linked").get_attribute("href") == "https://example.org/there"


def test_arrow_keys_go_from_one_large_image_to_the_next(
    demo: Path, browser: Browser, serve: Callable[[Path], str]
) -> None:
    with window(browser, PHONE) as watched:
        watched.open(serve(demo), "sampling-theorem-in-pictures/")
        watched.page.evaluate("document.querySelectorAll('img').forEach(image => { image.loading = 'eager'; })")
        expect(watched.page.locator(".enlarge").nth(1)).to_be_attached()
        first, second = watched.page.locator(".enlarge").evaluate_all("all => all.slice(0, 2).map(one => one.alt)")
        watched.page.locator(".enlarge").first.press(" ")
        watched.page.locator("dialog img").click()  # whole, so that arrows do not scroll it
        watched.page.keyboard.press("ArrowRight")
        assert watched.page.locator("dialog img").get_attribute("alt") == second
        watched.page.locator("dialog img").click()
        watched.page.keyboard.press("ArrowLeft")
        watched.page.keyboard.press("Escape")
        assert watched.page.evaluate("document.activeElement.alt") == first


@pytest.mark.parametrize("is_older", [True, False])
def test_the_contents_follow_the_scroll(browser: Browser, address: str, is_older: bool) -> None:
    with window(browser) as watched:
        if is_older:
            watched.page.add_init_script(OLDER)
        watched.open(address, "reading/")
        for number in (3, 1, 4):
            watched.page.evaluate(f"document.getElementById('part-{number}').scrollIntoView({{behavior: 'instant'}})")
            links = watched.page.locator(".contents.beside a")
            query = "all => all.filter(one => one.matches('{}')).map(one => one.textContent)"
            chosen = query.format("[aria-current]" if is_older else ":target-current")
            wait_until(lambda: links.evaluate_all(chosen) == [f"Part {number}"])  # noqa: B023


def test_a_print_has_what_is_folded_and_the_addresses_and_no_interface(browser: Browser, address: str) -> None:
    with window(browser, color_scheme="dark") as watched:
        watched.open(address, "reading/")
        watched.page.emulate_media(media="print")
        assert watched.page.locator("text=is printed").is_visible()
        assert watched.page.locator("button:visible, nav:visible, .anchor:visible").count() == 0
        assert watched.page.evaluate(PAPER) == "rgb(255, 255, 255)"
        assert [name for name in watched.page.evaluate(SEEN) if name in ("Day", "Night")] == ["Day"]
        long = watched.page.locator("pre", has_text="fifth=5")
        assert long.evaluate("pre => pre.scrollWidth <= pre.clientWidth")
        link = "document.querySelector('a[href*=\"example.org\"]')"
        after = watched.page.evaluate(f"getComputedStyle({link}, '::after').content")
        assert "https://example.org/there" in after


def test_the_pdf_of_a_page_holds_the_folded_code(browser: Browser, address: str) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2")
    with window(browser) as watched:
        watched.open(address, "reading/")
        document = pypdfium2.PdfDocument(watched.page.pdf(format="A4"))
        text = "".join(page.get_textpage().get_text_range() for page in document)
        assert "folded = 'is printed'" in text
        assert "fifth=5" in "".join(text.split())
        assert "Show code" not in text
        assert "Copy" not in text


def test_the_script_is_small_and_every_page_of_the_demo_is_silent_with_it(
    demo: Path, browser: Browser, serve: Callable[[Path], str]
) -> None:
    assert len(gzip.compress((templating.packaged() / READING).read_bytes())) <= 4_000
    address, said = serve(demo), {}
    with window(browser, DESKTOP) as watched:
        for path in paths(demo):
            watched.open(address, path)
            watched.page.locator(".scheme").click()
            watched.page.evaluate("scrollTo(0, document.body.scrollHeight)")
            said[path] = list(watched.said)
    assert len(said) > len(articles(demo)) > 10
    assert {path: words for path, words in said.items() if words} == {}


def test_a_page_in_arabic_has_its_tools_where_code_ends(
    tmp_path: Path, browser: Browser, serve: Callable[[Path], str]
) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks/a.ipynb").write_bytes(notebook("# \u0645\u062b\u0627\u0644", cell(CODE, "code")))
    settings = Settings(root=tmp_path, language="ar")
    publish(settings, Options(now=datetime(2026, 12, 1, tzinfo=UTC)), QuietReporter(io.StringIO()))
    with window(browser, PHONE) as watched:
        address = serve(tmp_path / "public")
        watched.open(address, "a/")
        box, tools = (watched.page.locator(name).bounding_box() for name in (".source", ".tools"))
        assert box
        assert tools
        assert tools["x"] > box["x"] + box["width"] / 2
        assert watched.page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
        assert watched.page.get_by_role("button", name="\u0646\u0633\u062e").count() == 1
