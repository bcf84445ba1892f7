"""Trees of elements (vdom) as HTML, which is then cleaned like any other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from publisher.article import Notes
from publisher.markup import escape
from publisher.outputs import html
from publisher.outputs.images import Labels

_DEPTH = 60  # deeper elements are left out
_TAG = re.compile(r"[a-z][a-z0-9]*", re.I)
_NAME = re.compile(r"[a-z][a-z-]*", re.I)
_RENAMED = {"className": "class", "colSpan": "colspan", "rowSpan": "rowspan", "dateTime": "datetime"}
_VOID = frozenset(("br", "hr", "img", "col", "wbr", "source"))
_CAPITAL = re.compile(r"[A-Z]")


def show(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show a tree of elements."""
    return html.show("".join(_written(data)), metadata, labels, notes)


def _written(node: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(node, str | int | float) and not isinstance(node, bool):
        yield escape(str(node), quote=False)
    elif isinstance(node, list) and depth < _DEPTH:
        for child in node:
            yield from _written(child, depth + 1)
    elif isinstance(node, dict) and depth < _DEPTH:
        yield from _element(node, depth)


def _element(node: Mapping[str, Any], depth: int) -> Iterator[str]:
    name = node.get("tagName")
    if not isinstance(name, str) or not _TAG.fullmatch(name):
        return
    attributes = node.get("attributes")
    written = attributes if isinstance(attributes, dict) else {}
    style = node.get("style") or written.get("style")
    yield f"<{name}{''.join(_attributes({**written, 'style': _style(style)}))}>"
    if name.lower() not in _VOID:
        yield from _written(node.get("children"), depth + 1)
        yield f"</{name}>"


def _attributes(written: Mapping[str, Any]) -> Iterator[str]:
    for name, value in written.items():
        if _NAME.fullmatch(name) and value and isinstance(value, str | int | float):
            yield f' {_RENAMED.get(name, name).lower()}="{escape(str(value))}"'


def _style(style: Any) -> str:
    """Return the declarations of a style that is a table of properties by their names in JavaScript."""
    if not isinstance(style, dict):
        return style if isinstance(style, str) else ""
    named = {_CAPITAL.sub(lambda found: f"-{found[0].lower()}", name): value for name, value in style.items()}
    return "; ".join(f"{name}: {str(value).replace(';', '')}" for name, value in named.items() if _NAME.fullmatch(name))
