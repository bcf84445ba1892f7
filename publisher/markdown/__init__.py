"""Markdown as authors of notebooks write it, turned into HTML that is safe by construction."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from publisher import math
from publisher.article import Notes
from publisher.markdown import endnotes, marks, prose
from publisher.markdown.grammar import parser
from publisher.markdown.writer import Writer
from publisher.markup import without_controls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markdown_it.token import Token

__all__ = ["footnotes", "inline", "levels", "parts", "plain", "prepare", "render"]

# A cell that may define what others use: `[^1]: a footnote` or `[name]: https://a.link`.
_DEFINITION = re.compile(r"^[ >]*\[[^\]\n]+\]:", re.M)

# `$|x|$` in a table row: the pipes are hidden from the table rule, which knows nothing of formulas.
_FORMULA = re.compile(r"(?<![\\$\d])\$(?=\S)[^$\n]+(?<=\S)\$(?![\d$])")
_DELIMITERS = frozenset(" |:-")

# A line that may be, or make, a heading.
_HEADING = re.compile(r"^ {0,3}(?:#|(?:=+|-+)[ \t]*$)|<h[1-6]", re.M | re.I)
# Fenced code, code among words, and where a comment begins.
_NO_TEXT = re.compile(
    r"^ {0,3}(`{3,}|~{3,})[^\n]*\n(?:.*?\n)??(?: {0,3}\1[`~]*[ \t]*(?:\n|\Z)|\Z)|^ {0,3}(?:`{3,}|~{3,}).*\Z"
    r"|(?<!`)(`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)\2(?!`)|<!--",
    re.M | re.S,
)
_HTML_HEADING = re.compile(r"<h([1-6])\b", re.I)

# Pandoc ends a block of HTML at a div's fence, CommonMark only at a blank line.
_DIV_BELOW_HTML = re.compile(r"^([^\n]*</\w+>[ \t]*\n)(?=:::)", re.M)


def prepare(sources: Iterable[str], notes: Notes) -> None:
    """Note what the cells of a notebook define for each other: footnotes, link references, labels of formulas."""
    sources = list(sources)
    math.find_labels(sources, notes)
    for source in sources:
        if "]:" in source and _DEFINITION.search(source):
            environment: dict[str, Any] = {"references": {}, "footnotes": endnotes.labels(notes)}
            parser().block.parse(source, parser(), environment, [])
            shared = _references(notes)
            for label, reference in environment["references"].items():
                shared.setdefault(label, reference)


def render(source: str, notes: Notes) -> str:
    """Return the HTML of one Markdown cell; note its headings, its ids and its plain text in `notes`."""
    source = without_controls(source)
    if "\n:::" in source:
        source = _DIV_BELOW_HTML.sub(r"\1\n", source)
    hides = "|" in source and "$" in source and _has_table(source)
    if hides:
        source = "\n".join(map(_hide_pipes, source.split("\n")))
    environment = {"references": {}, "shared": _references(notes), "footnotes": endnotes.labels(notes)}
    title = plain(notes.title) if notes.title and not notes.title_seen else ""
    before = len(notes.paragraphs)
    tokens = parser().parse(source, environment)
    if hides:
        _show_pipes(tokens)
    math.prepare(_formulas(tokens), notes)
    html = Writer(notes, title).document(tokens)
    if hides:
        notes.paragraphs[before:] = [text.replace(marks.PIPE, "|") for text in notes.paragraphs[before:]]
        html = html.replace(marks.PIPE, "|")
    return html


def parts(source: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a cell in their order, each with whether it is text, and no code or comment."""
    at = searched = 0
    last_end = source.rfind("-->")
    while match := _NO_TEXT.search(source, searched):
        searched = match.end()
        if match[0] == "<!--":
            if last_end < searched:
                continue  # no comment, as it is not closed
            searched = source.index("-->", searched) + len("-->")
        yield source[at : match.start()], True
        yield source[match.start() : searched], False
        at = searched
    yield source[at:], True


def levels(source: str) -> list[int]:
    """Return the levels of the headings of a cell as they are written, those in its author's own HTML included."""
    if not _HEADING.search(source):
        return []
    found: list[int] = []
    tokens: list[Any] = []
    environment: dict[str, Any] = {"references": {}, "footnotes": {"refs": {}, "list": {}}}
    parser().block.parse(without_controls(source), parser(), environment, tokens)
    for token in tokens:
        if token.type == "heading_open" and token.level == 0:
            found.append(int(token.tag[1]))
        elif token.type == "html_block":
            found += map(int, _HTML_HEADING.findall(token.content))
    return found


def footnotes(notes: Notes) -> str:
    """Return the footnotes of the whole notebook as one section, or nothing."""
    return endnotes.section(notes)


@lru_cache(maxsize=1024)
def inline(source: str) -> str:
    """Return the HTML of a title: code, emphasis and formulas, but no link and no image."""
    return Writer(Notes("")).line(_parse_line(source))


@lru_cache(maxsize=1024)
def plain(source: str) -> str:
    """Return the plain text of a title, on one line."""
    return prose.text(_parse_line(source))


def _parse_line(source: str) -> list[Any]:
    source = prose.without_attributes(" ".join(without_controls(source).split()))
    tokens = parser().parseInline(source, {"references": {}, "footnotes": {"refs": {}, "list": {}}})
    return tokens[0].children or []


def _references(notes: Notes) -> dict[str, Any]:
    return cast(dict[str, Any], notes.markdown.setdefault("references", {}))


def _has_table(source: str) -> bool:
    return any("|" in line and "-" in line and _DELIMITERS.issuperset(line) for line in source.split("\n"))


def _formulas(tokens: Iterable[Token]) -> Iterator[tuple[str, bool]]:
    """Yield the formulas of a cell, and whether each stands alone. What is found elsewhere is drawn when it is met."""
    for token in tokens:
        if token.type in ("math_block", "amsmath"):
            yield token.content, True
        for word in token.children or ():
            if word.type in ("math_inline", "math_inline_double"):
                yield word.content, word.type == "math_inline_double"


def _show_pipes(tokens: Iterable[Token]) -> None:
    for token in tokens:
        for word in token.children or ():
            if word.type.startswith("math"):
                word.content = word.content.replace(marks.PIPE, "|")


def _hide_pipes(line: str) -> str:
    if "|" not in line or "$" not in line:
        return line
    return _FORMULA.sub(lambda formula: formula[0].replace("|", marks.PIPE), line)
