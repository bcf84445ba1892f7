"""No foreign element passes for a part of the site by its class, or covers what is outside of the article."""

from __future__ import annotations

import functools
import io
import itertools
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from publisher import highlight, markup, templating
from publisher.build import Options, publish
from publisher.config import Settings
from publisher.report import QuietReporter
from tests.support import hostile
from tests.support.attacks import COVERS, NOW, Site, attack, front_matter, served
from tests.support.notebooks import cell

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER = templating.packaged()
OUTLINE = "## One\n\nText.\n\n## Two\n\nText.\n\n## Three\n\nText."


def read(pattern: str) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob(pattern)))


def of_sheets() -> set[str]:
    """Return the classes that rules of the site are for."""
    css = re.sub(r'/\*.*?\*/|"[^"]*"|url\([^)]*\)', "", read("assets/*.css"), flags=re.S)
    return set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", css))


def of_templates() -> set[str]:
    written = re.sub(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", " ", read("*.j2"), flags=re.S)
    return {name for names in re.findall(r'class="([^"]*)"', written) for name in names.split()}


def of_scripts() -> set[str]:
    """Return the classes that scripts of the site set and look for."""
    scripts = read("assets/*.js")
    looked_for = re.findall(r'(?:querySelector(?:All)?|matches|closest|all)\("([^"]*)"', scripts)
    named = {name for selector in looked_for for name in re.findall(r"\.([a-z][\w-]*)", selector)}
    put = re.findall(r'class: "([^"]*)"|toggle\("([^"]*)"', scripts)
    return named | {name for names in itertools.chain.from_iterable(put) for name in names.split()}


ALL = sorted(of_sheets() | of_templates() | of_scripts())
# What foreign HTML may have as well: of Markdown, of images in pairs and tables of pandas, and of code and terminals.
SHARED = {"box", "done", "embed", "figure", "task", "dataframe", "only-dark", "only-light", *highlight.CLASSES}


def test_every_class_of_sheets_templates_and_scripts_is_ours_or_shared() -> None:
    assert len(ALL) > 200
    assert {name for name in ALL if not name.startswith("ansi-")} - SHARED == markup.CLASSES - {
        "diagram", "math-error", "remote-image",  # of Python alone
    }  # fmt: skip
    assert not SHARED & markup.CLASSES


def test_what_is_shared_of_code_and_terminals_is_for_code_alone() -> None:
    sheet = re.sub(r"/\*.*?\*/", "", read("assets/style.css"), flags=re.S)
    rules = sheet[sheet.index("@layer code {") : sheet.index("@layer reading {")]
    selectors = re.findall(r"^  (\S[^{]*) \{", rules, re.M)
    assert len(selectors) > 20
    assert [selector for selector in selectors if not selector.startswith("pre ")] == []


def test_a_class_of_ours_gets_a_prefix_and_others_stay() -> None:
    written = '<p class="tools mine\tuser-note note TOOLS dataframe">x</p><math class="tml-cancel"><mi>x</mi></math>'
    kept = '<p class="user-tools mine user-note user-note TOOLS dataframe">x</p>'
    assert markup.clean(written) == f'{kept}<math class="user-tml-cancel"><mi>x</mi></math>'
    assert markup.clean(markup.clean(written)) == markup.clean(written)


PLACES = (
    '<a class="CLASS" style="opacity:0" href="/x/">X</a>',
    '<a class="CLASS" style="background-color:white;display:block;font-size:40px" href="/x/">X</a>',
    '<a class="CLASS" style="display:inline-block;width:9999px;height:9999px;opacity:0" href="/x/">X</a>',
    '<a class="CLASS" style="display:block;margin:-9999px;padding:9999px" href="/x/">X</a>',
    '<a class="CLASS" style="display:block;transform:scale(99) translate(-9px,-9px)" href="/x/">X</a>',
    '<a class="CLASS" style="float:left;width:9999px;height:9999px;margin-top:-999px" href="/x/">X</a>',
    '<div class="CLASS"><a style="display:block;width:100vw;height:100vh" href="/x/">X</a></div>',
    '<div class="CLASS"><div class="CLASS"><button class="CLASS">X</button></div></div>',
    '<span class="CLASS"><span class="CLASS" style="font-size:999px;line-height:0">X</span></span>',
    '<table class="CLASS"><thead class="CLASS"><tr class="CLASS"><th class="CLASS" style="padding:999px">X</table>',
    '<figure class="CLASS"><img class="CLASS" style="width:9999px;height:9999px" alt=""><figcaption class="CLASS">X',
    '<details class="CLASS" open><summary class="CLASS">X</summary><p class="CLASS" style="height:9999px">X',
    '<ul class="CLASS"><li class="CLASS" style="display:block;margin:-999px;height:9999px">X',
    '<pre class="CLASS"><code class="CLASS" style="font-size:999px">X</code></pre>',
    '<math class="CLASS"><mrow class="CLASS"><mtext class="CLASS" style="padding:999px">X</mtext></mrow></math>',
    '<menclose class="CLASS">X<mrow class="CLASS">X</mrow></menclose>',
)
# What is covered of the rest of the page while an element stands in the article, for each of many.
COVERED = """([places, names]) => {
    const at = ({left, top, width, height}) => document.elementFromPoint(left + width / 2, top + height / 2);
    const seen = element => {
        const found = at(element.getBoundingClientRect());
        if (found) return found;
        element.scrollIntoView({block: "center", behavior: "instant"});  // it was pushed out of the window
        return at(element.getBoundingClientRect());
    };
    const host = document.querySelector(".body > .prose");
    const outside = [...document.querySelectorAll(".masthead a, h1, .contents a, .contents summary, .imprint a")]
        .filter(element => element.checkVisibility());
    const found = [];
    for (const place of places) for (const name of names) {
        host.insertAdjacentHTML("beforeend", place.replaceAll("CLASS", name));
        for (const element of outside)
            if (!element.contains(seen(element))) found.push(`${name}: ${place} over ${element.outerHTML}`);
        host.lastElementChild.remove();
    }
    return [found, outside.length];
}"""


@pytest.mark.browser
@pytest.mark.parametrize(("width", "places"), [(1400, PLACES), (390, PLACES[::4])])
def test_no_class_gets_an_element_out_of_the_article(
    tmp_path: Path, write_notebook: Callable[..., Path], browser: Browser, width: int, places: tuple[str, ...]
) -> None:
    """Though it is not cleaned at all: that classes of ours are none of foreign HTML is a second fence."""
    write_notebook("post.ipynb", "# Title", OUTLINE)
    publish(Settings(root=tmp_path), Options(now=NOW), QuietReporter(io.StringIO()))
    some = random.Random(width)
    pairs = [" ".join(some.sample(ALL, 2)) for _ in range(100)]
    with (
        served(functools.partial(Site, directory=str(tmp_path / "public"))) as address,
        attack(browser, address) as attempt,
    ):
        attempt.page.set_viewport_size({"width": width, "height": 2000})  # all of the page is seen at once
        attempt.page.goto(f"{address}/post/")
        covered, outside = attempt.page.evaluate(COVERED, [PLACES, ALL + pairs])
        assert outside >= 5
        assert attempt.page.evaluate(COVERED, [['<p style="position:fixed;inset:0">'], ["x"]])[0] == []
        attempt.page.add_style_tag(content=".body { contain: none !important; overflow: visible !important }")
        assert attempt.page.evaluate(COVERED, [PLACES[:1], ["tml-cancel"]])[0] != []  # what is looked for is found
    assert covered == []


def elements() -> Iterator[str]:
    """Yield elements of every class in all that an article may hold, each with a mark."""
    styles = ("opacity:0", "display:block;width:100vw;height:100vh", *COVERS)
    for number, name in enumerate(ALL):
        style = styles[number % len(styles)]
        yield f'<a class="{name}" title="foreign" style="{style}" href="/elsewhere/">X</a>'
        yield f'<div class="x {name}" title="foreign"><span class="{name}" title="foreign">X</span></div>'


def tree(name: str) -> dict[str, Any]:
    """Return an element as vdom has it."""
    attributes = {"className": name, "title": "foreign", "href": "/elsewhere/", "style": {"opacity": 0}}
    return {"tagName": "a", "attributes": attributes, "children": ["X"]}


def write_everywhere(write_notebook: Callable[..., Path]) -> None:
    """Write a notebook for each way by which HTML comes into an article."""
    html = "".join(elements())
    state = {"state": {"one": hostile.model("HTMLModel", value=html)}, "version_major": 2, "version_minor": 0}
    trees = {"tagName": "div", "attributes": {}, "children": list(map(tree, ALL))}
    cells: dict[str, dict[str, Any] | str] = {
        "block": html,
        "words": f"Words {html}",
        "item": f"- Words\n  {html}\n- [ ] x",
        "raw": cell(html, "raw", metadata={"raw_mimetype": "text/html"}),
        "html": hostile.output({"text/html": html}),
        "markdown": hostile.output({"text/markdown": html}),
        "vdom": hostile.output({"application/vdom.v1+json": trees}),
        "widget": hostile.output({"application/vnd.jupyter.widget-view+json": {"model_id": "one"}}),
        "note": f"Words[^1]\n\n[^1]: Words {html}",
    }
    for name, made in cells.items():
        widgets = {"application/vnd.jupyter.widget-state+json": state} if name == "widget" else {}
        write_notebook(f"{name}.ipynb", "# Title", OUTLINE, made, widgets=widgets)


FOREIGN = """() => [...document.querySelectorAll(".body [title=foreign]")].map(element => element.className)"""
OUTSIDE = ".masthead a, h1, .contents.beside a, .imprint a"
NAMES = """selector => [...document.querySelectorAll(selector)].filter(element => {
    if (!element.checkVisibility()) return false;
    element.scrollIntoView({block: "center", behavior: "instant"});
    const {left, top, width, height} = element.getBoundingClientRect();
    return !element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}).map(element => element.outerHTML)"""


@pytest.mark.browser
def test_foreign_html_has_no_class_of_ours_and_covers_nothing(
    tmp_path: Path, write_notebook: Callable[..., Path], browser: Browser
) -> None:
    write_everywhere(write_notebook)
    publish(Settings(root=tmp_path), Options(now=NOW), QuietReporter(io.StringIO()))
    with (
        served(functools.partial(Site, directory=str(tmp_path / "public"))) as address,
        attack(browser, address) as attempt,
    ):
        attempt.page.set_viewport_size({"width": 1400, "height": 800})
        for file in sorted((tmp_path / "notebooks").glob("*.ipynb")):
            attempt.page.goto(f"{address}/{file.stem}/")
            classes = attempt.page.evaluate(FOREIGN)
            assert len(classes) >= len(ALL), file.stem
            assert {name for names in classes for name in names.split()} & markup.CLASSES == set(), file.stem
            assert attempt.page.evaluate(NAMES, OUTSIDE) == [], file.stem
            attempt.page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
            box = attempt.page.locator(".name a").bounding_box()
            assert box
            attempt.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            attempt.page.wait_for_url(f"{address}/")


TITLES = (
    *(f'<span style="{style}" class="textcircle">WIDE</span> words' for style in COVERS),
    '<math><mspace width="9999em" height="99em" mathbackground="red"></mspace></math> words',
    "$\\raisebox{60em}{\\rule{90em}{90em}}$ words",
    "$\\hspace{-60em}\\rule{90em}{90em}$ words",
    "$\\smash{\\rule{90em}{90em}}$ words",
)


@pytest.mark.browser
def test_a_title_covers_nothing_on_pages_of_others(
    tmp_path: Path, write_notebook: Callable[..., Path], browser: Browser
) -> None:
    for number, title in enumerate(TITLES):
        head = cell(front_matter({"title": title, "subtitle": title, "tags": ["t"]}), "raw")
        write_notebook(f"{number}.ipynb", head, OUTLINE)
        headings = "\n\n".join(f"## {title} {name}\n\nWords." for name in "abc")
        write_notebook(f"headings-{number}.ipynb", "# Title", headings, f"<h2>{title} d</h2>\n")
    write_notebook("plain.ipynb", cell(front_matter({"title": "Plain", "tags": ["t"]}), "raw"), OUTLINE)
    publish(Settings(root=tmp_path, page_size=100), Options(now=NOW), QuietReporter(io.StringIO()))
    own = [f"{head}{number}/" for number in range(len(TITLES)) for head in ("", "headings-")]
    paths = [(1400, path) for path in ("", "plain/", "archive/", "tags/t/", *own)] + [(390, ""), (390, "plain/")]
    covered = {}
    with (
        served(functools.partial(Site, directory=str(tmp_path / "public"))) as address,
        attack(browser, address) as attempt,
    ):
        for width, path in paths:
            attempt.page.set_viewport_size({"width": width, "height": 800})
            attempt.page.goto(f"{address}/{path}")
            others = ".masthead a, .imprint a, :is(h2, .entries) a[href='/plain/'], .contents.beside a"
            covered[width, path] = attempt.page.evaluate(NAMES, others)
    assert {page: found for page, found in covered.items() if found} == {}
