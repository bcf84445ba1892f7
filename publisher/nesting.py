"""Keep elements from nesting deeper than browsers show, which takes readers of HTML long, and some of them down."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

DEEPEST = 100  # elements within each other: browsers stop at 512, and who walks down recursively has to come back
_LEVELS = {"table": 4, "ul": 2, "ol": 2, "dl": 2}  # of an element with those that are always in it
_NEVER_COUNTED = frozenset(  # empty, ended by the next one of their kind, or counted with the one around them
    """
    area base br col dd dt embed hr img input li link meta optgroup option p rp rt source tbody td tfoot th thead tr
    track wbr
    """.split()  # noqa: SIM905 (reads better)
)
_CELLS = ("<td", "</td", "<th", "</th", "<tr", "</tr")
# Formatting goes on, by the standard, when the element around it ends; an end tag of another name for words ends
# nothing beyond a block.
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())  # noqa: SIM905
_FOR_WORDS = _FORMATTING | frozenset(
    "abbr bdi bdo cite data del dfn ins kbd mark q ruby samp span sub sup".split()  # noqa: SIM905
)
# What a tag has after its name, up to its end.
ATTRIBUTES = r"(?:=\s*+(?:\"[^\"]*+\"?|'[^']*+'?)|[^>])*+"
# As the standard cuts HTML up: comments, what holds no tags, tags with quoted values. One that does not end goes on to
# the end of the text, so that each letter is read once.
_COMMENT = r"<!--(?:-?>|.*?(?:--!?>|\Z))"
_TAG = rf"<(?P<end>/?)(?P<name>[a-z][^\s/>]*+){ATTRIBUTES}>?"
_RAW = "script|style|textarea|title|xmp|iframe|noembed|noframes"
TOKEN = re.compile(rf"{_COMMENT}|<(?P<raw>{_RAW})(?=[\s/>]).*?(?:</(?P=raw)(?=[\s/>])|\Z)|{_TAG}", re.S | re.I)
_COMMENT_OR_TAG = re.compile(f"{_COMMENT}|{_TAG}", re.S | re.I)
_RAW_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])[^>]*>?", re.I) for name in _RAW.split("|")}
_CLEAN_TAG = re.compile(r'<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)(?: [a-z-]+="[^"]*")*>')
_VOID = frozenset(("area", "br", "col", "embed", "hr", "img", "input", "link", "source", "track", "wbr"))


def elements(html: str, name: str) -> Iterator[tuple[int, int]]:
    """Yield where the outermost elements of a name begin and end in foreign HTML.

    One that is not closed goes on to the end of the text, as in a browser, but for `embed`, which has no end.
    """
    depth = start = end = 0
    while tag := _COMMENT_OR_TAG.search(html, end):
        end, found, is_end = tag.end(), (tag["name"] or "").lower(), bool(tag["end"])
        if found in _RAW_ENDS and not is_end:
            close = _RAW_ENDS[found].search(html, end)
            end = close.end() if close else len(html)
        if found != name or (is_end and not depth):
            continue
        is_whole = name in _RAW_ENDS or name == "embed" or (name == "svg" and tag[0].endswith("/>"))
        start = start if depth else tag.start()
        depth += -1 if is_end else not is_whole
        if not depth:
            yield start, end
    if depth:
        yield start, len(html)


def opening(element: str) -> str:
    """Return the start tag with which the HTML of an element begins."""
    tag = _COMMENT_OR_TAG.match(element)
    return tag[0] if tag else ""


def bounded(html: str) -> str:
    """Leave out tags of foreign HTML that are nested too deep, as far as that can be told unread; what they hold stays.

    To clean 50,000 `<div>` takes five seconds, and twice as many four times as long.
    """
    if html.count("<") - sum(map(html.count, _CELLS)) <= DEEPEST // max(_LEVELS.values()):
        return html
    stack = _Stack()
    return TOKEN.sub(lambda tag: tag[0] if stack.keeps(tag["end"], (tag["name"] or "").lower()) else "", html)


class _Stack:
    """The elements that are open, about as a browser would have them."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.depth = 0
        self.left_out: Counter[str] = Counter()

    def keeps(self, end: str, name: str) -> bool:
        """Tell whether a tag stays."""
        if not name or name in _NEVER_COUNTED:
            return True
        return self._closes(name) if end else self._opens(name)

    def _opens(self, name: str) -> bool:
        levels = _LEVELS.get(name, 1)
        if self.depth + levels > DEEPEST:
            self.left_out[name] += 1
            return False
        self.names.append(name)
        self.depth += levels
        return True

    def _closes(self, name: str) -> bool:
        if self.left_out[name]:
            self.left_out[name] -= 1
            return False
        at = self._opened(name)
        if at is not None:
            goes_on = self.names[at + 1 :] if name in _FORMATTING else self._formatting(at + 1)
            self.names[at:] = goes_on
            self.depth = sum(_LEVELS.get(each, 1) for each in self.names)
        return True

    def _opened(self, name: str) -> int | None:
        """Return which open element an end tag is for; None if it is for none of them."""
        for at in range(len(self.names) - 1, -1, -1):
            if self.names[at] == name:
                return at
            is_words = name in _FOR_WORDS and name not in _FORMATTING
            if self.names[at] == "table" or (is_words and self.names[at] not in _FOR_WORDS):
                return None
        return None

    def _formatting(self, start: int) -> list[str]:
        return [each for each in self.names[start:] if each in _FORMATTING]


def cut(clean: str) -> str:
    """Leave out the elements of clean HTML that are nested too deep; what they hold stays."""
    if clean.count("</") <= DEEPEST:
        return clean
    depth = 0

    def kept(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag["name"] in _VOID:
            return tag[0]
        depth += -1 if tag["end"] else 1
        return tag[0] if depth + bool(tag["end"]) <= DEEPEST else ""

    return _CLEAN_TAG.sub(kept, clean)
