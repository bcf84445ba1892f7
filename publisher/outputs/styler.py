"""Styles of pandas' Styler: its style sheet becomes attributes of the cells that it means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape

from msgspec import Struct

from publisher.markup import STYLES, escape

_SHEET = re.compile(r"<style\b[^<>]*>(.*?)</style\s*>", re.S | re.I)
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"#(T_[\w-]+)((?:\s+[a-z0-9.]*[\w-]+)*)", re.I)
_STEP = re.compile(r"([a-z][a-z0-9]*)?((?:\.[\w-]+)*)", re.I)
_TAG = re.compile(r"<(/?)(table|caption|thead|tbody|tr|th|td)\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.I)
_ATTRIBUTE = re.compile(r"""([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
_UNSAFE = re.compile(r"url|expression|var\s*\(|attr\s*\(|[\\@<>\"'`]", re.I)
_PLAIN_COLOUR = re.compile(r"#[0-9a-f]{3,8}|[a-z]{3,30}|(?:rgb|hsl)a?\([\d\s.,%/]{1,60}\)", re.I)
_MOST_RULES = 50_000


class _Rules(Struct, frozen=True):
    """Declarations by the id of an element, and by what lies within a table: its id, the steps to it, declarations."""

    by_id: Mapping[str, str]
    within: Mapping[str, list[tuple[tuple[str, ...], str]]]


def inlined(html: str) -> str:
    """Return HTML in which what a Styler's style sheet says of cells stands in their `style` attributes.

    The cleaning that follows has the last word on them. HTML without such a sheet comes back as it is.
    """
    if "#T_" not in html:
        return html
    rules = _rules("".join(_SHEET.findall(html)))
    return _styled(html, rules) if rules.by_id or rules.within else html


def _rules(sheet: str) -> _Rules:
    by_id: dict[str, str] = {}
    within: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for number, (selectors, body) in enumerate(_RULE.findall(_COMMENT.sub("", sheet))):
        declared = "; ".join(_declared(body))
        if not declared or number > _MOST_RULES:
            continue
        for selector in selectors.split(","):
            found = _SELECTOR.fullmatch(selector.strip())
            if found and not found[2]:
                by_id[found[1]] = f"{by_id[found[1]]}; {declared}" if found[1] in by_id else declared
            elif found:
                within.setdefault(found[1], []).append((tuple(found[2].split()), declared))
    return _Rules(by_id, within)


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
        found = [declared for steps, declared in rules.within.get(table, ()) if _means(steps, name, classes, section)]
        found += [rules.by_id[identity]] if identity in rules.by_id else []
        return _with_style(tag, "; ".join(found), unescape(written.get("style", ""))) if found else tag[0]

    return _TAG.sub(styled, html)


def _with_style(tag: re.Match[str], style: str, own: str) -> str:
    """Return a start tag with a style before all else, which wins over one that it has already."""
    both = f"{style}; {own}" if own else style
    return f'<{tag[2]} style="{escape(both)}"{tag[3]}>'


def _means(steps: tuple[str, ...], name: str, classes: frozenset[str], section: str) -> bool:
    """Tell whether the last step of a selector means this element, and the others may be around it."""
    around = frozenset(("table", "tr", section))
    return _fits(steps[-1], name, classes) and all(step.lower() in around for step in steps[:-1])


def _fits(step: str, name: str, classes: frozenset[str]) -> bool:
    found = _STEP.fullmatch(step)
    if not found or not step:
        return False
    wanted = frozenset(filter(None, found[2].split(".")))
    return (not found[1] or found[1].lower() == name) and wanted <= classes
