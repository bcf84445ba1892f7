"""Write HTML of former times, in which notebooks still abound, as the standard has it today."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

_OLD = re.compile(r'<(?:tt|big|center|font|strike|details|tr)\b| (?:v?align|name|href|src)="')
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
# What an element became, and the style that makes it look as it did.
_ELEMENTS = {
    "tt": ("code", ""),
    "big": ("span", "font-size:larger"),
    "center": ("div", "text-align:center"),
    "font": ("span", ""),
    "strike": ("s", ""),
}
_SIDES = frozenset(("left", "right", "center", "justify"))
_FLOATS = frozenset(("left", "right"))
_LINES = frozenset(("top", "middle", "bottom", "baseline"))
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]+")
_BOOLEANS = frozenset(("open", "controls", "loop", "muted", "playsinline", "reversed"))
_UNNAMED_FOLD = re.compile(r"(<details(?: [^<>]*)?>)(?=(?:(?!<summary|</?details).)*</?details)", re.S)
_EMPTY_ROW = re.compile(r"<tr(?: [^<>]*)?>\s*</tr>")
_NO_URL = re.compile(r"[\s<>\"{}|^`]|%(?![0-9A-Fa-f]{2})")


def renewed(html: str) -> str:
    """Return clean HTML, every value in double quotes, without what the standard no longer has.

    The rest of it that no browser minds is put right as well: addresses with blanks, folds that say nothing, rows
    without cells. What is current comes back as it is.
    """
    if not _OLD.search(html):
        return html
    html = _TAG.sub(_tag, html)
    if "<details" in html:
        html = _UNNAMED_FOLD.sub(r"\1<summary>Details</summary>", html)
    if "<tr" in html and "rowspan" not in html:
        html = _EMPTY_ROW.sub("", html)
    return html


def _tag(tag: re.Match[str]) -> str:
    slash, name, written = tag.groups()
    element, style = _ELEMENTS.get(name, (name, ""))
    if slash or not (written or style):
        return f"<{slash}{element}{_attribute('style', style) * bool(style and not slash)}>"
    attributes = dict(_ATTRIBUTE.findall(written))
    styles = [style, *_styles(name, attributes), attributes.get("style", "").rstrip(";")]
    place = attributes.pop("name", "") if name == "a" else ""  # where only links led
    if place and attributes.setdefault("id", place) == place:
        place = ""
    if style := ";".join(filter(None, styles)):
        attributes["style"] = style
    named = f'<span id="{place}"></span>' if place else ""
    return f"<{element}{''.join(_attribute(key, _value(key, value)) for key, value in attributes.items())}>{named}"


def _attribute(name: str, value: str) -> str:
    return f' {name}="{value}"'


def _styles(name: str, attributes: dict[str, str]) -> list[str]:
    """Return what attributes that only say how something looks are today; take them out."""
    side, line = attributes.pop("align", "").lower(), attributes.pop("valign", "").lower()
    colour = attributes.pop("color", "") if name == "font" else ""
    stands = name in ("img", "table")
    return [
        f"float:{side}" if stands and side in _FLOATS else "",
        f"text-align:{side}" if not stands and side in _SIDES else "",
        f"vertical-align:{line}" if line in _LINES else "",
        f"color:{colour}" if _COLOUR.fullmatch(colour) else "",
    ]


def _value(name: str, value: str) -> str:
    if name in _BOOLEANS:
        return ""
    if name in ("href", "src", "poster") and not value.startswith("data:"):
        return _NO_URL.sub(lambda sign: quote(sign[0], safe=""), unescape(value).strip()).replace("&", "&amp;")
    return value
