"""Write the controls and gauges of foreign HTML as what they say: no form works on a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape, unescape

from msgspec import Struct

from publisher.nesting import ATTRIBUTES

HINT = "the page shows what it says; add a picture of the rest"
_MARKS = ("<input", "<button", "<select", "<textarea", "<xmp", "<progress", "<meter", "<canvas", "<area")
# Comments, elements of which nothing inside is shown, those that are read whole, and tags with quoted values. What
# does not end goes on to the end of the text, so that each letter is read once.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<raw>script|style|title|iframe|noembed|noscript|template|svg)(?=[\s/>]).*?(?:</(?P=raw)(?=[\s/>])|\Z)"
    rf"|<(?P<holder>textarea|xmp|select)(?=[\s/>])(?P<its>{ATTRIBUTES})>(?P<inside>.*?)(?:</(?P=holder)\s*>|\Z)"
    rf"|<(?P<gauge>progress|meter)(?=[\s/>])(?P<values>{ATTRIBUTES})>(?:(?P<said>[^<>]{{0,200}})</(?P=gauge)\s*>)?"
    r"|</(?P<end>progress|meter|button(?=><(?:button|input|select)\b))\s*>"
    rf"|</?(?P<name>[a-z][^\s/>]*+)(?P<written>{ATTRIBUTES})>?",
    re.S | re.I,
)
_ATTRIBUTE = re.compile(r"""([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""", re.I)
_OPTION = re.compile(r"<option\b([^<>]*)>([^<]*)", re.I)
_LABEL = re.compile(r"(?:\s|<(?!/?button)[^<>]*+>)*+[^\s<]", re.I)  # of a button: some word before its end
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.I)
_BOXES = {"checkbox": ("☐", "☑"), "radio": ("○", "◉")}
_SAYING_NOTHING = ("hidden", "password", "file")
_GAUGE_VALUES = ("min", "max", "low", "high", "optimum", "value")


class Said(Struct, frozen=True):
    """HTML without controls, and the names of the elements that did something, or showed what is lost."""

    html: str
    idle: tuple[str, ...] = ()


class _Control(Struct, frozen=True):
    """A control: the name of its element, its attributes, what it holds, and how it is written."""

    name: str
    attributes: Mapping[str, str]
    inside: str
    written: str


def message(idle: Iterable[str]) -> str:
    """Return what to tell the author of elements that do nothing on a page."""
    return f"has HTML that does nothing on a page: {', '.join(f'<{name}>' for name in idle)}"


def said(html: str) -> Said:
    """Return HTML whose controls are what they say. What nobody sees or uses is not named as idle."""
    lowered = html.lower()
    if not any(mark in lowered for mark in _MARKS):
        return Said(html)
    idle: set[str] = set()
    has_form = "<form" in lowered

    def write(token: re.Match[str]) -> str:
        if token["end"]:
            return f"{token[0]} " if token["end"].lower() == "button" else ""
        control = _control(token)
        writer = None if token[0].startswith("</") else _WRITERS.get(control.name)
        if not writer:
            return token[0]
        if _is_hidden(control):
            return ""
        if _does(control) and not (control.name == "button" and not has_form and _is_drawn(control, token)):
            idle.add(control.name)
        return writer(control)

    return Said(_TOKEN.sub(write, html), tuple(sorted(idle)))


def _control(token: re.Match[str]) -> _Control:
    name = token["holder"] or token["gauge"] or token["name"] or ""
    written = token["its"] or token["values"] or token["written"] or ""
    return _Control(name.lower(), _attributes(written), token["inside"] or token["said"] or "", token[0])


def _attributes(written: str) -> dict[str, str]:
    """Return the attributes of a tag by their names, of one that is there twice the first."""
    found = reversed(_ATTRIBUTE.findall(written))
    return {name.lower(): unescape(quoted or single or bare) for name, quoted, single, bare in found}


def _is_hidden(control: _Control) -> bool:
    attributes = control.attributes
    is_hidden = "hidden" in attributes or _HIDDEN_STYLE.search(attributes.get("style", "")) is not None
    return is_hidden or (control.name == "input" and attributes.get("type", "").lower() == "hidden")


def _does(control: _Control) -> bool:
    """Tell whether readers miss what an element does: one that cannot be changed only says something."""
    if control.name in ("xmp", "progress", "meter"):
        return False
    if control.name == "area":
        return "href" in control.attributes
    return not {"disabled", "readonly"} & control.attributes.keys()


def _is_drawn(button: _Control, token: re.Match[str]) -> bool:
    """Tell whether a button outside of forms only shows what one looks like: with words, and nothing that it does."""
    acts = any(name.startswith(("on", "form", "id", "popover", "command")) for name in button.attributes)
    return not acts and _LABEL.match(token.string, token.end()) is not None


def _as_written(control: _Control) -> str:
    return control.written


def _input(control: _Control) -> str:
    kind, attributes = control.attributes.get("type", "").lower(), control.attributes
    if kind in _BOXES:
        return _BOXES[kind]["checked" in attributes]
    if kind == "image":
        return f'<img src="{escape(attributes.get("src", ""))}" alt="{escape(attributes.get("alt", ""))}">'
    return "" if kind in _SAYING_NOTHING else escape(attributes.get("value", ""))


def _select(control: _Control) -> str:
    """Return the options that are chosen, else the first, as a list that is closed shows it."""
    options = [(_attributes(written), text.strip()) for written, text in _OPTION.findall(control.inside)]
    chosen = [text for attributes, text in options if "selected" in attributes]
    return ", ".join(chosen or [text for _, text in options[:1]])


def _preformatted(control: _Control) -> str:
    text = control.inside if control.name == "xmp" else unescape(control.inside)
    return f"<pre>{escape(text, quote=False)}</pre>" if text.strip() else ""


def _gauge(control: _Control) -> str:
    """Return a gauge with its numbers, and with words for who sees no gauge; without a value it is no more than these.

    One that is not closed, as `<progress … />` is not, holds nothing: what comes after it is beside it.
    """
    numbers = {name: control.attributes.get(name, "") for name in _GAUGE_VALUES}
    numbers = {name: number for name, number in numbers.items() if _NUMBER.fullmatch(number)}
    if "value" not in numbers or float(numbers.get("max", 1)) <= 0:
        return control.inside
    style = control.attributes.get("style", "")
    written = "".join(f' {name}="{number}"' for name, number in numbers.items())
    styled = f' style="{escape(style)}"' if style else ""
    words = control.inside.strip() or _share(control.name, numbers)
    return f"<{control.name}{written}{styled}>{words}</{control.name}>"


def _share(name: str, numbers: Mapping[str, str]) -> str:
    if name == "meter":
        return numbers["value"]
    return f"{float(numbers['value']) / float(numbers.get('max', 1)):.0%}"


_WRITERS: Mapping[str, Callable[[_Control], str]] = {
    "area": _as_written,
    "button": _as_written,
    "canvas": _as_written,
    "input": _input,
    "meter": _gauge,
    "progress": _gauge,
    "select": _select,
    "textarea": _preformatted,
    "xmp": _preformatted,
}
