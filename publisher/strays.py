"""Put HTML as the cleaner takes it: without tags that mean nothing, such as `<path>` in "cp <path> here".

It takes elements of drawings and formulas that stand outside of one for an attack, and drops them with all that is in
them: the rest of the paragraph, or of the text.
"""

from __future__ import annotations

import re
from collections.abc import Set

from publisher import formulas
from publisher.nesting import TOKEN

# What is known to HTML beside what cleaning keeps or drops whole: how it is read depends on these.
_OTHERS = """
    address applet area article aside base body button canvas datalist dialog dir fieldset footer form frame frameset
    head header hgroup html image input label legend link listing main map marquee menu meta nav nobr noframes optgroup
    option output param picture plaintext rb rtc search svg math
"""
_KNOWN = frozenset(_OTHERS.split())
_NAME = re.compile(r"<([a-zA-Z][^\s/>]*)")

_MANY = 1000
_MANY_REFERENCES = re.compile(rf"(?:&[^&]*){{{_MANY}}}")
_BREAK = "<!---->"


def left_out(html: str, known: Set[str]) -> str:
    """Return HTML without the tags that are neither of HTML nor `known`; those of formulas are known within one."""
    names = {name.lower() for name in _NAME.findall(html)} - _KNOWN
    if names <= known and names.isdisjoint(formulas.INNER):
        return html
    depth = 0  # of formulas within each other

    def kept(token: re.Match[str]) -> str:
        nonlocal depth
        name = (token["name"] or "").lower()
        if name == "math":
            depth = max(0, depth - 1) if token["end"] else depth + (not token[0].endswith("/>"))
        is_known = depth > 0 if name in formulas.INNER else not name or name in known or name in _KNOWN
        return token[0] if is_known else ""

    return TOKEN.sub(kept, html)


def broken(html: str) -> str:
    """Return HTML with comments, which cleaning drops, in texts of very many ampersands.

    The cleaner takes a time that grows with the square of those in one text: 7 s for a million, so 0.1 s.
    """
    if html.count("&") <= _MANY:
        return html
    parts, end = [], 0
    for token in TOKEN.finditer(html):
        parts += [_with_breaks(html[end : token.start()]), token[0]]
        end = token.end()
    return "".join((*parts, _with_breaks(html[end:])))


def _with_breaks(text: str) -> str:
    return _MANY_REFERENCES.sub(rf"\g<0>{_BREAK}", text)
