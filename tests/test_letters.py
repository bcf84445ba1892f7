"""What authors write arrives letter for letter: on the page, in its twin, in feeds, in the search, in an export.

The texts are made of all that our own code looks for in HTML, and of others. What comes out is read as browsers, feed
readers and readers of Markdown do.
"""

from __future__ import annotations

import base64
import io
import json
import os
import re
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import html5lib
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec import Struct
from PIL import Image

from publisher import exporter, feeds, layout, notebooks, posts, search, templating
from publisher.config import ImageSettings
from publisher.convert import Conversion
from publisher.feeds import Feed
from publisher.layout import Files
from publisher.notebooks import Source
from publisher.pages import Site
from tests.support.letters import LOOKED_FOR
from tests.support.notebooks import cell, notebook

EXAMPLES = int(os.environ.get("PUBLISHER_EXAMPLES", "40"))
NOWHERE = Path(__file__).parent / "nowhere"
URL = "https://example.org/blog/post/"
SITE = Site("Blog", base_url="https://example.org/blog", prefix="/blog")

_NO_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # of HTML and XML


def texts(*without: str) -> st.SearchStrategy[str]:
    pieces = st.sampled_from(LOOKED_FOR) | st.sampled_from((" ", "a", "x = 1")) | st.text(max_size=4)
    return st.lists(pieces, max_size=5).map("".join).map(lambda text: re.sub(f"[\r{''.join(without)}]", "", text))


ONE_LINE = texts("\n")
_OBEYED = "\b\x07\x0e\x0f\x1b"  # by a terminal: they move its cursor, ring a bell, or change letters and colours
TERMINAL, LINE_OF_TERMINAL = texts(_OBEYED), texts(_OBEYED, "\n")


class Written(Struct, frozen=True):
    """What an author wrote, by where."""

    title: str = "Title"
    description: str = "About"
    tag: str = "tag"
    series: str = "Series"
    author: str = "Ada"
    heading: str = "Part"
    prose: str = "Prose"
    inline: str = "inline"
    raw: str = "raw"
    tooltip: str = "tooltip"
    alt: str = "alt"
    code: str = "code"
    stream: str = "stream"
    plain: str = "plain"
    html: str = "html"
    markdown: str = "markdown"
    caption: str = "caption"
    described: str = "described"
    error: str = "error"


FIELDS = tuple(Written.__struct_fields__)
_OTHERS = {"code": TERMINAL, "stream": TERMINAL, "plain": TERMINAL, "error": LINE_OF_TERMINAL}
_WRITTEN = st.builds(Written, **dict.fromkeys(FIELDS, ONE_LINE) | _OTHERS)


def expected(text: str) -> str:
    """Return a text as a page can hold it: what is no character of HTML can be seen to be missing."""
    return _NO_CHARACTERS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def words(text: str) -> list[str]:
    """Return the words of a text that is shown as a line."""
    return expected(text).split()


def marked(text: str) -> str:
    r"""Return a text as Markdown that means nothing but its letters; `\[` and `\(` would begin formulas."""
    plain = re.sub(r"([!-'*-/:-@\\^-`{-~])", r"\\\1", f"-{text}-")
    return plain.translate({ord(sign): f"&#{ord(sign)};" for sign in "()[]"})


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def in_quotes(text: str) -> str:
    """Return a text as a value of HTML, as people write one: only what would end it is escaped."""
    return text.replace("&", "&amp;").replace('"', "&quot;")


@cache
def png() -> str:
    data = io.BytesIO()
    Image.new("RGB", (300, 200), "red").save(data, "PNG")
    return base64.b64encode(data.getvalue()).decode()


def quoted(text: str) -> str:
    return str(yaml.safe_dump(text, default_style='"', allow_unicode=True, width=float("inf"))).strip()


def name_of(written: Written) -> str:
    """Return the name of an author, which may be written as HTML, without what would be."""
    return "-" + re.sub("[<>&]", "", written.author) + "-"


def notebook_of(written: Written) -> bytes:
    front = {
        "title": marked(written.title),
        "date": "2026-01-02",
        "slug": "post",
        "description": marked(written.description),
        "tags": [f"-{written.tag}-"],
        "series": f"-{written.series}-",
        "authors": [{"name": name_of(written)}],
    }
    ticks = "`" * (1 + max(map(len, re.findall("`+", written.inline)), default=0))
    drawn = {"output_type": "display_data", "metadata": {}, "data": {"image/png": png()}}
    source = f"#| fig-cap: {quoted(f'-{written.caption}-')}\n#| fig-alt: {quoted(f'-{written.described}-')}\nx = 1\n"
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": f"{written.stream}|"},
        {"output_type": "display_data", "metadata": {}, "data": {"text/plain": f"{written.plain}|"}},
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {"text/html": f"<p>-{escaped(written.html)}-</p>{TABLE}"},
        },
        {"output_type": "display_data", "metadata": {}, "data": {"text/markdown": marked(written.markdown)}},
        {"output_type": "error", "ename": "Error", "evalue": f"-{written.error}-", "traceback": []},
        drawn,
    ]
    return notebook(
        cell(f"---\n{yaml.safe_dump(front, allow_unicode=True, width=float('inf'))}---", "raw"),
        '<span id="intro"></span> [go](#intro)',
        f"## {marked(written.heading)}",
        marked(written.prose),
        f"{ticks} -{written.inline}- {ticks}",
        f'<div title="-{in_quotes(written.tooltip)}-">-{escaped(written.raw.replace("$", ""))}-</div>',
        f"![{marked(written.alt)}](data:image/png;base64,{png()})",
        cell(f"{source}{written.code}\n#", "code", outputs=outputs),
    )


TABLE = "<table><tbody><tr><td>1</td></tr></tbody></table>"


class Published(Struct, frozen=True):
    """All that is made of one notebook."""

    page: str
    twin: str
    atom: bytes
    json: bytes
    record: search.Record
    export: str


@cache
def making() -> posts.Making:
    templates = templating.read((templating.packaged(),))
    return posts.Making(Conversion(templates), ImageSettings(widths=(1280,)), "#1f4e8c")


def published(data: bytes) -> Published:
    fresh = posts.try_to_make(posts.Task(Source("post.ipynb", data), {}), making())
    assert isinstance(fresh, posts.Fresh), fresh
    outline = posts.outline(fresh.made, "")
    post = layout.compose(outline, posts.place("post.ipynb", outline.metadata, "/{slug}/"), Files(), ())
    others = layout.neighbourhood([post], {"post.ipynb": outline.ids})
    body = layout.own_body(fresh.made, post, Files(), others, SITE)
    environment = templating.environment(making().conversion.templates)
    page = layout.article_page(environment, SITE, fresh.made, post, body, others)
    content = feeds.clean(body, URL)
    feed = Feed(URL, URL, "Blog", "", "en", (), "", "", "", (feeds.entry(SITE, post, content, NOW),))
    found, _ = notebooks.interpret(notebooks.parse(data, "post.ipynb"))
    return Published(
        page=page.data.decode(),
        twin=layout.twin_page(SITE, fresh.made, post, body).data.decode(),
        atom=feeds.atom.write(feed),
        json=feeds.json_feed.write(feed),
        record=search.Record("post.ipynb", post.url, post.title, search.text_of(body, with_outputs=True), post.tags),
        export=exporter.page(found, NOWHERE)[0],
    )


NOW = datetime(2026, 1, 2, tzinfo=UTC)


# How readers read.


def parsed(html: str) -> Any:
    """Return a page as browsers read it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)


def text(element: Any) -> str:
    return "".join(element.itertext())


def found(tree: Any, name: str, **attributes: str) -> Iterator[Any]:
    """Yield elements of that name with these attributes; of classes, one of them."""
    for element in tree.iter(name):
        if all(value in element.get(key.strip("_"), "").split() for key, value in attributes.items()):
            yield element


def first(tree: Any, name: str, **attributes: str) -> Any:
    return next(found(tree, name, **attributes))


def of_body(tree: Any) -> dict[str, Any]:
    """Return what the body of an article says, on a page or in a feed."""
    code, stream, plain = [text(each) for each in tree.iter("pre")]
    images = [each.get("alt") for each in tree.iter("img")]
    paragraphs = [words(text(each)) for each in tree.iter("p")]
    raw = next(each for each in tree.iter("div") if each.get("title"))
    return {
        "inline": [text(each) for each in tree.iter("code") if text(each) != code],
        "code": code,
        "stream": stream,
        "plain": plain,
        "alts": [words(alt) for alt in images],
        "raw": text(raw),
        "tooltip": raw.get("title"),
        "captions": [words(text(each)) for each in tree.iter("figcaption")],
        "paragraphs": [each for each in paragraphs if each[:1] != ["go"]],
    }


def body_expected(written: Written) -> dict[str, Any]:
    return {
        "inline": [f"-{expected(written.inline)}-"],
        "code": f"x = 1\n{expected(written.code)}\n#",
        "stream": f"{expected(written.stream)}|",
        "plain": f"{expected(written.plain)}|",
        "alts": [words(f"-{written.alt}-"), words(f"-{written.described}-")],
        "raw": f"-{expected(written.raw.replace('$', ''))}-",
        "tooltip": f"-{expected(written.tooltip)}-",
        "captions": [words(f"-{written.caption}-")],
        "paragraphs": [
            words(f"-{written.prose}-"),
            words(f"-{written.inline}-"),
            words(f"-{written.html}-"),
            words(f"-{written.markdown}-"),
            words(f"Error: -{written.error}-"),
        ],
    }


def check_page(html: str, written: Written, *, is_alone: bool = False) -> None:
    tree = parsed(html)
    about, article = first(tree, "head"), first(tree, "article")
    named = {each.get("property") or each.get("name"): each.get("content") for each in found(about, "meta")}
    title, description, tag, series = (
        " ".join(words(f"-{each}-")) for each in (written.title, written.description, written.tag, written.series)
    )
    author = " ".join(words(name_of(written)))
    heading, body = first(article, "h1"), first(article, "div", class_="body")
    assert words(text(heading)) == title.split()
    assert words(text(first(article, "p", class_="subtitle"))) == description.split()
    assert words(text(first(article, "span", class_="authors"))) == author.split()
    assert words(text(first(article, "span", class_="tags"))) == tag.split()
    assert named["og:title"] == title
    assert named["og:description"] == named["description"] == description
    assert (named["article:section"], named["article:tag"]) == (series, tag)
    assert of_body(body) == body_expected(written)
    assert words(text(first(body, "h2"))) == [
        *words(f"-{written.heading}-")[:-1],
        words(f"-{written.heading}-")[-1] + "#",
    ]
    assert next(each.get("href") for each in found(body, "a") if text(each) == "go") == "#user-intro"
    assert [each.get("aria-label") for each in found(body, "div", role="region")] == ["Table"]
    if not is_alone:
        assert words(text(first(article, "section", class_="series")))[: len(series.split())] == series.split()
        data = json.loads(text(first(about, "script", type="application/ld+json")))
        assert (data["headline"], data["description"], data["keywords"]) == (title, description, [tag])
        assert [each["name"] for each in data["author"]] == [author]


def check_twin(twin: str, written: Written) -> None:
    """Read the twin as YAML and Markdown."""
    _, front, prose = twin.split("---\n", 2)
    about = yaml.safe_load(front)
    assert about["title"] == " ".join(words(f"-{written.title}-"))
    assert about["description"] == " ".join(words(f"-{written.description}-"))
    assert about["tags"] == [" ".join(words(f"-{written.tag}-"))]
    assert about["authors"] == [" ".join(words(name_of(written)))]
    tree = parsed(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(prose))
    assert [words(text(each)) for each in tree.iter("h1")] == [words(f"-{written.title}-")]
    assert [words(text(each)) for each in tree.iter("h2")] == [words(f"-{written.heading}-")]
    wanted = body_expected(written)
    assert [text(each) for each in tree.iter("pre")] == [
        f"{wanted[name].strip(chr(10))}\n" for name in ("code", "stream", "plain")
    ]
    assert next(text(each) for each in tree.iter("code")) == wanted["inline"][0]
    assert [words(each.get("alt")) for each in tree.iter("img")] == wanted["alts"]
    paragraphs = [words(text(each)) for each in tree.iter("p")]
    for each in (*wanted["paragraphs"], wanted["raw"].split(), *wanted["captions"]):
        assert each in paragraphs


def check_feeds(atom: bytes, json_feed: bytes, written: Written) -> None:
    entry = ElementTree.fromstring(atom).find("{*}entry")
    item = json.loads(json_feed)["items"][0]
    assert entry is not None
    title, description, tag = (
        " ".join(words(f"-{each}-")) for each in (written.title, written.description, written.tag)
    )
    author = " ".join(words(name_of(written)))
    assert entry.findtext("{*}title") == item["title"] == title
    assert text(entry.find("{*}summary")).strip() == item["summary"] == description
    assert [each.get("term") for each in entry.iterfind("{*}category")] == item["tags"] == [tag]
    assert entry.findtext("{*}author/{*}name") == item["authors"][0]["name"] == author
    for content in (entry.findtext("{*}content"), item["content_html"]):
        assert of_body(parsed(content or "")) == body_expected(written)


def check_search(record: search.Record, written: Written) -> None:
    wanted = body_expected(written)
    said = [*wanted["paragraphs"], *wanted["captions"], *(wanted[name].split() for name in ("code", "stream", "raw"))]
    tree = parsed(search.document(record))
    assert words(text(first(tree, "h1"))) == words(f"-{written.title}-")
    for shown in (record.text, text(first(first(tree, "main"), "p"))):
        for each in said:
            assert " ".join(each) in shown


def check(written: Written) -> None:
    """Publish and export what somebody wrote; fail if something else comes out."""
    made = published(notebook_of(written))
    check_page(made.page, written)
    check_page(made.export, written, is_alone=True)
    check_twin(made.twin, written)
    check_feeds(made.atom, made.json, written)
    check_search(made.record, written)


@pytest.mark.parametrize("some", [LOOKED_FOR[at : at + 3] for at in range(0, len(LOOKED_FOR), 3)])
def test_a_text_that_looks_like_ours_arrives_letter_for_letter(some: tuple[str, ...]) -> None:
    text = "".join(f"{each} {each}x" for each in some)
    check(Written(**dict.fromkeys(FIELDS, text)))


@pytest.mark.parametrize("text", ["\nx", "\n\n  x", "\n", "  x", "\tx", "x\n\n\ny"])
def test_lines_arrive_as_they_are(text: str) -> None:
    check(Written(code=text, stream=text, plain=text))


@given(_WRITTEN)
@settings(max_examples=EXAMPLES, deadline=None)
def test_any_text_arrives_letter_for_letter(written: Written) -> None:
    check(written)
