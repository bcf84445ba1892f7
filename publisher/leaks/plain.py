"""Return texts as readers see and copy them: without colours, invisible letters, and markup within a word."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_]|[()][0-9A-Z]|[ -~])?")  # words of a command of OSC stay
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_WORD = r"[\w.~+/=%:@-]"
_TAG = (
    r"(?:/?(?:wbr|br|span|b|i|em|strong|a|code|font|mark|u|s|small|tt|kbd|samp|var|ins|del|sub|sup|bdi|nobr)\b[^<>]{0,300}"
    r"|!--[^<>]{0,80}--)>"
)
_ENTITY = r"(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,20});"
_MARKUP = re.compile(rf"<{_TAG}|&{_ENTITY}|\\(?=[_-])", re.I)
_MORE = rf"(?:<{_TAG}|&{_ENTITY}){{0,4}}(?={_WORD})"
# Markup within a word: tags, entities, and what Markdown and LaTeX write before an underscore. Each begins with one
# letter of its own, which is found faster than one of several.
_WITHIN = {
    "<": re.compile(rf"<(?<={_WORD}<){_TAG}{_MORE}", re.I),
    "&": re.compile(rf"&(?:(?=#)|(?<={_WORD}&)|(?<=>&)(?=quot)){_ENTITY}{_MORE}", re.I),
    "\\_": re.compile(rf"\\(?<={_WORD}\\)(?=[_-]){_MORE}", re.I),
}
_AROUND = 300  # letters before and after it that are looked at


def plain(text: str) -> str:
    """Return a text without the commands of a terminal, and without letters that nobody sees."""
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    return text if text.isascii() else _INVISIBLE.sub("", text)


def unmarked(text: str) -> Iterator[str]:
    """Yield the parts of a text that have markup within words, without it."""
    start, end = 0, -_AROUND - 1
    found = (pattern.finditer(text) for sign, pattern in _WITHIN.items() if sign in text)
    for first, last in sorted(match.span() for matches in found for match in matches):
        if first - _AROUND > end:
            if end >= 0:
                yield _read(text[start:end])
            start = max(0, first - _AROUND)
        end = max(end, last + _AROUND)
    if end >= 0:
        yield _read(text[start:end])


def _read(text: str) -> str:
    return plain(_MARKUP.sub(_meant, text))


def _meant(match: re.Match[str]) -> str:
    if match[0][0] == "&":
        return html.unescape(match[0])
    return "\n" if match[0][:3].lower() == "<br" else ""
