"""Styles of pandas' Styler: its style sheet becomes attributes of the cells that it means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape

from msgspec import Struct

from publisher.markup import STYLES, escape

_SHEET = re.compile(r"<style\b", re.I)
_SHEET_END = re.compile(r"</style\b", re.I)
_SELECTOR = re.compile(r"#(T_[\w-]+)((?:\s+[a-z0-9.]*[\w-]+)*)", re.I)
_STEP = re.compile(r"([a-z][a-z0-9]*)?((?:\.[\w-]+)*)", re.I)
_TAG = re.compile(r"<(/?)(table|caption|thead|tbody|tr|th|td)\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.I)
_ATTRIBUTE = re.compile(r"""([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
_UNSAFE = re.compile(r"url|expression|var\s*\(|attr\s*\(|[\\@<>\"'`]", re.I)
_PLAIN_COLOUR = re.compile(r"#[0-9a-f]{3,8}|[a-z]{3,30}|(?:rgb|hsl)a?\([\d\s.,%/]{1,60}\)", re.I)
_MOST_RULES = 200  # for what lies within a table: each is tried for each of its cells
_LONGEST = 300  # characters of a selector


class _Within(Struct, frozen=True):
    """Declarations for what lies within a table: the tag ("" for any), its classes, and what is around it."""

    tag: str
    classes: frozenset[str]
    around: frozenset[str]
    declared: str


class _Rules(Struct, frozen=True):
    """Declarations by the id of an element, and for what lies within a table by the table's id."""

    by_id: Mapping[str, str]
    within: Mapping[str, list[_Within]]


def inlined(html: str) -> str:
    """Return HTML in which what a Styler's style sheet says of cells stands in their `style` attributes.

    The cleaning that follows has the last word on them. HTML without such a sheet comes back as it is.
    """
    if "#T_" not in html:
        return html
    rules = _rules("".join(_sheets(html)))
    return _styled(html, rules) if rules.by_id or rules.within else html


def _sheets(html: str) -> Iterator[str]:
    """Yield the text of each style sheet; one that is not closed is none."""
    position = 0
    while start := _SHEET.search(html, position):
        opened = html.find(">", start.end())
        end = _SHEET_END.search(html, opened) if opened >= 0 else None
        if end is None:
            return
        yield html[opened + 1 : end.start()]
        position = end.end()


def _rules(sheet: str) -> _Rules:
    first, *others = sheet.split("/*")
    sheet = first + "".join(other.partition("*/")[2] for other in others)
    by_id: dict[str, str] = {}
    within: dict[str, list[_Within]] = {}
    for rule in sheet.split("}"):
        selectors, _, body = rule.rpartition("{")
        declared = "; ".join(_declared(body))
        for selector in map(str.strip, selectors.split(",")) if declared else ():
            found = _SELECTOR.fullmatch(selector) if len(selector) < _LONGEST else None
            if found and not found[2]:
                by_id[found[1]] = f"{by_id[found[1]]}; {declared}" if found[1] in by_id else declared
            elif found and (meant := _within(found[2].split(), declared)):
                within.setdefault(found[1], []).append(meant)
    return _Rules(by_id, {table: meant[:_MOST_RULES] for table, meant in within.items()})


def _within(steps: list[str], declared: str) -> _Within | None:
    last = _STEP.fullmatch(steps[-1])
    if not last:
        return None
    classes = frozenset(filter(None, last[2].split(".")))
    return _Within((last[1] or "").lower(), classes, frozenset(map(str.lower, steps[:-1])), declared)


def _declared(body: str) -> Iterator[str]:
    """Yield the declarations that may stay; `background` is a colour here, or nothing."""
    for declaration in body.split(";"):
        name, _, value = declaration.partition(":")
        name, value = name.strip().lower(), value.replace("!important", "").strip()
        if name == "background" and _PLAIN_COLOUR.fullmatch(value):
            name = "background-color"
        if name in STYLES and value and len(value) < 200 and not _UNSAFE.search(value):
            yield f"{name}: {value}"


def _styled(html: str, rules: _Rules) -> str:
    table, section = "", ""

    def styled(tag: re.Match[str]) -> str:
        nonlocal table, section
        name = tag[2].lower()
        if tag[1]:
            return tag[0]
        written = {found[1].lower(): found[2] or found[3] or found[4] or "" for found in _ATTRIBUTE.finditer(tag[3])}
        identity = written.get("id", "")
        table = identity if name == "table" else table
        section = name if name in ("table", "caption", "thead", "tbody") else section
        classes = frozenset(written.get("class", "").split())
        around = frozenset(("table", "tr", section))
        found = [
            each.declared
            for each in rules.within.get(table, ())
            if each.tag in ("", name) and each.classes <= classes and each.around <= around
        ]
        found += [rules.by_id[identity]] if identity in rules.by_id else []
        return _with_style(tag, "; ".join(found), unescape(written.get("style", ""))) if found else tag[0]

    return _TAG.sub(styled, html)


def _with_style(tag: re.Match[str], style: str, own: str) -> str:
    """Return a start tag with a style before all else, which wins over one that it has already."""
    both = f"{style}; {own}" if own else style
    return f'<{tag[2]} style="{escape(both)}"{tag[3]}>'
