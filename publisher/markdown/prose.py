"""The plain text of inline Markdown."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from publisher import markup, math

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it.token import Token

# `{#id .class key=value}` and nothing else between the braces.
ATTRIBUTE = r"""(?:[#.][\w:.-]+|[A-Za-z][\w:-]*=(?:"[^"]*"|'[^']*'|[^\s"'{}]+)|-)"""
ATTRIBUTES = rf"\{{[ \t]*{ATTRIBUTE}(?:[ \t]+{ATTRIBUTE})*[ \t]*\}}"

_TRAILING_ATTRIBUTES = re.compile(rf"[ \t]*{ATTRIBUTES}[ \t]*$")
_ATTRIBUTE = re.compile(r"""(#)([\w:.-]+)|(\.)([\w:.-]+)|([A-Za-z][\w:-]*)=("[^"]*"|'[^']*'|[^\s"'{}]+)""")
_LONGEST_FORMULA = 80
_TAG = re.compile(r"<[^<>]*>?")
_UNREAD = re.compile(r"<(script|style|svg|table|h[1-6]|pre|summary|select|button)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)


def without_attributes(text: str) -> str:
    """Drop `{#id .class}` from the end of a heading."""
    return _TRAILING_ATTRIBUTES.sub("", text) if text.endswith("}") and len(text) <= 500 else text


def attributes(text: str) -> dict[str, str]:
    """Return the attributes of `{#id .class key="value"}`; the first class is its `class`."""
    found: dict[str, str] = {}
    for hash_, identifier, dot, name, key, value in _ATTRIBUTE.findall(text):
        if hash_:
            found["id"] = identifier
        elif dot:
            found.setdefault("class", name)
        else:
            found[key.lower()] = value.strip("\"'")
    return found


def text(tokens: Iterable[Token]) -> str:
    """Return what a title says: code and TeX without their marks, no tags, no images, one line."""
    pieces: list[str] = []
    for token in tokens:
        if token.type in ("text", "code_inline", "role_code"):
            pieces.append(token.content)
        elif token.type in ("math_inline", "math_inline_double"):
            pieces.append(short(math.readable(token.content)))
        elif token.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
    return " ".join("".join(pieces).split())


def short(formula: str) -> str:
    """Return the words of a formula; nothing for one that is too long to be read."""
    return formula if len(formula) <= _LONGEST_FORMULA else ""


def of_html(html: str) -> str:
    """Return the running text of raw HTML, without tables, headings and pictures."""
    return " ".join(unescape(_TAG.sub(" ", _UNREAD.sub(" ", markup.without_comments(html)))).split())
