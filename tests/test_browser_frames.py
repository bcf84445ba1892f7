"""What a reader's browser draws in frames: one of each family, and all that real notebooks have."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from publisher.build import Options, publish
from publisher.config import Settings
from publisher.report import QuietReporter
from tests.support.browser import DESKTOP, PHONE, SHIFTS, Watched, articles, window
from tests.support.notebooks import cell, notebook, output
from tests.support.outputs import BARS, PLOTLY, VEGA, WIDGETS, model
from tests.support.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, ElementHandle

pytestmark = pytest.mark.browser

# Something to be seen, in the frame or in the shadow of one of its elements, as Bokeh draws.
DRAWN = """() => {
    const seen = "svg, canvas, img, table, video, audio, input, select, button, .jupyter-widgets";
    const within = root => [...root.querySelectorAll("*")].some(element => {
        const {width, height} = element.getBoundingClientRect();
        return element.matches(seen) && width > 4 && height > 4 || element.shadowRoot && within(element.shadowRoot);
    });
    return within(document);
}"""
EMPTY = re.compile(r'<div class="output">\s*</div>')
CANVAS = """<canvas id="c" width="90" height="60"></canvas>
<script>document.getElementById("c").getContext("2d").fillRect(5, 5, 50, 40);</script>"""
PAGE = CANVAS.replace("&", "&amp;").replace('"', "&quot;")
# What draws nothing that is a drawing, in real notebooks.
WORDS_ONLY = {"bokeh-bullet-graph": "pages of words that an object printed, without a drawing"}
OF_A_LIBRARY = "strict mode:"  # the widgets' manager says that of its own schema
FOLDERS = ("rich", "quarto", "fastpages", "blog")


BUTTONS = {
    "solid": model("ButtonModel", description="Check", icon="check", button_style="success"),
    "regular": model("ToggleButtonModel", description="Heart", icon="heart-o", value=False),
    "brands": model("ButtonModel", description="GitHub", icon="github"),
    "buttons": model("VBoxModel", children=["IPY_MODEL_solid", "IPY_MODEL_regular", "IPY_MODEL_brands"]),
}
LOADED = """async () => {
    await document.fonts.ready;
    return [...document.fonts].filter(font => font.status === "loaded").map(font => `${font.family} ${font.weight}`);
}"""


def bokeh_chart() -> list[dict[str, Any]]:
    from bokeh.embed.notebook import notebook_content
    from bokeh.plotting import figure

    chart = figure(width=400, height=220, title="Steps")
    chart.line([1, 2, 3], [3, 1, 2])
    script, place, _ = notebook_content(chart)
    drawn = {"application/javascript": script, "application/vnd.bokehjs_exec.v0+json": ""}
    return [output({"text/html": place}), output(drawn)]


def families() -> dict[str, list[dict[str, Any]]]:
    """Return the outputs of a cell by the name of the post that shows them."""
    layout = {"title": {"text": "Steps"}, "height": 330}
    widget, buttons = ({"model_id": name, "version_major": 2, "version_minor": 0} for name in ("box", "buttons"))
    return {
        "plotly": [output({PLOTLY: {"data": [{"y": [1, 3, 2]}], "layout": layout}})],
        "vega": [output({VEGA: {**BARS, "title": "Steps"}})],
        "bokeh": bokeh_chart(),
        "widget": [output({"application/vnd.jupyter.widget-view+json": widget})],
        "icons": [output({"application/vnd.jupyter.widget-view+json": buttons, "text/plain": "Three buttons"})],
        "canvas": [output({"text/html": CANVAS})],
        "srcdoc": [output({"text/html": f'<iframe srcdoc="{PAGE}"></iframe>'})],
        "plain": [output({"text/plain": "nothing that runs"})],
    }


def publish_in(settings: Settings) -> Path:
    wanted = Options(now=datetime(2026, 12, 1, tzinfo=UTC), drafts=True, future=True, jobs=2)
    assert not publish(settings, wanted, QuietReporter(io.StringIO())).failures
    return settings.root / settings.output


@pytest.fixture(scope="session")
def charts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish one post for each family that needs scripts."""
    root = tmp_path_factory.mktemp("charts")
    (root / "notebooks").mkdir()
    state = {"version_major": 2, "version_minor": 0, "state": WIDGETS | BUTTONS}
    for name, outputs in families().items():
        cells = (f"# {name}\n\nWords.", cell("draw()", "code", outputs=outputs), "Words below.")
        data = notebook(*cells, widgets={"application/vnd.jupyter.widget-state+json": state})
        (root / "notebooks" / f"{name}.ipynb").write_bytes(data)
    return publish_in(Settings(root=root))


def frames_of(watched: Watched) -> list[ElementHandle]:
    watched.page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
    return watched.page.query_selector_all("iframe")


def is_drawn(frame: ElementHandle, watched: Watched, seconds: float = PATIENCE) -> bool:
    """Bring a frame into view, and tell whether something is drawn in it before long."""
    frame.scroll_into_view_if_needed()
    inside = frame.content_frame()
    assert inside
    for _ in range(round(seconds * 10)):
        if "/outputs/" in inside.url and inside.evaluate(DRAWN):
            return True
        watched.page.wait_for_timeout(100)
    return False


def from_elsewhere(watched: Watched, address: str) -> list[str]:
    return [url for url in watched.asked if not url.startswith((f"{address}/", "data:", "blob:", "about:"))]


DRAWING = ("plotly", "vega", "bokeh", "widget", "icons", "canvas", "srcdoc")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", DRAWING)
def test_each_family_is_drawn_in_its_frame_from_the_site_alone(
    charts: Path, browser: Browser, serve: Callable[[Path], str], name: str, width: int
) -> None:
    address = serve(charts)
    with window(browser, width) as watched:
        watched.page.add_init_script(SHIFTS)
        watched.open(address, f"{name}/")
        (frame,) = frames_of(watched)
        reserved = (frame.bounding_box() or {})["height"]
        watched.page.evaluate("window.shift = 0")  # what opening the fold moved was asked for
        assert is_drawn(frame, watched)
        watched.page.wait_for_timeout(400)
        assert [words for words in watched.said if not words.startswith(OF_A_LIBRARY)] == []
        assert from_elsewhere(watched, address) == []
        assert watched.page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
        if name in ("plotly", "vega", "bokeh"):
            assert (frame.bounding_box() or {})["height"] == reserved
            assert watched.page.evaluate("window.shift") < 0.002


def test_the_icons_of_buttons_are_drawn(charts: Path, browser: Browser, serve: Callable[[Path], str]) -> None:
    address = serve(charts)
    with window(browser) as watched:
        watched.open(address, "icons/")
        (frame,) = frames_of(watched)
        assert is_drawn(frame, watched)
        inside = frame.content_frame()
        assert inside
        families = {name.replace('"', "") for name in inside.evaluate(LOADED)}
        assert families == {f"Font Awesome 5 {name}" for name in ("Brands 400", "Free 400", "Free 900")}
        assert [url for url in watched.asked if "/assets/scripts/" in url and not url.endswith(".js")] == []


@pytest.mark.parametrize("name", DRAWING)
def test_without_javascript_the_still_form_takes_the_place_of_the_frame(
    charts: Path, browser: Browser, serve: Callable[[Path], str], name: str
) -> None:
    with window(browser, PHONE, java_script_enabled=False) as watched:
        watched.open(serve(charts), f"{name}/")
        assert not watched.page.locator("iframe").is_visible()
        still = watched.page.locator(".output").locator("img, noscript p, noscript pre, noscript div")
        assert still.first.is_visible()


def test_a_page_without_charts_loads_no_script_of_theirs(
    charts: Path, browser: Browser, serve: Callable[[Path], str]
) -> None:
    with window(browser) as watched:
        for path in ("plain/", ""):
            watched.open(serve(charts), path)
            assert [url for url in watched.asked if "/assets/frames" in url or "/assets/scripts/" in url] == []


@pytest.fixture(scope="session")
def shown_corpus(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the folders of real notebooks in which authors show what they can."""
    root = tmp_path_factory.mktemp("shown")
    others = tuple(f"{each.name}/*" for each in corpus.iterdir() if each.is_dir() and each.name not in FOLDERS)
    return publish_in(Settings(root=root, source=str(corpus), exclude=others, permalink="/{path}/{slug}/"))


def with_frames(site: Path) -> list[str]:
    """Return the URLs of the pages that have a frame; what others ask for is held by the tests of all pages."""
    return [path for path in articles(site) if "<iframe" in (site / path / "index.html").read_text(encoding="utf-8")]


@pytest.mark.corpus
def test_every_frame_of_real_notebooks_is_drawn_and_asks_no_other_host(
    shown_corpus: Path, browser: Browser, serve: Callable[[Path], str]
) -> None:
    address = serve(shown_corpus)
    blank, elsewhere, count = [], {}, 0
    with window(browser) as watched:
        for path in with_frames(shown_corpus):
            watched.open(address, quote(path))
            for frame in frames_of(watched):
                count += 1
                if not is_drawn(frame, watched, seconds=1 if any(name in path for name in WORDS_ONLY) else PATIENCE):
                    blank.append(path)
            elsewhere[path] = from_elsewhere(watched, address)
    assert {path: urls for path, urls in elsewhere.items() if urls} == {}
    assert [path for path in blank if not any(name in path for name in WORDS_ONLY)] == []
    assert {name for name in WORDS_ONLY if any(name in path for path in blank)} == WORDS_ONLY.keys()
    assert count >= 49


@pytest.mark.corpus
def test_no_output_of_real_notebooks_is_empty(shown_corpus: Path) -> None:
    pages = {path: (shown_corpus / path / "index.html").read_text(encoding="utf-8") for path in articles(shown_corpus)}
    assert sum(html.count('<div class="output">') for html in pages.values()) > 1000
    assert [path for path, html in pages.items() if EMPTY.search(html)] == []
