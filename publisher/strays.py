"""Leave out tags that mean nothing in HTML, such as `<path>` in "cp <path> here", and keep the words after them.

The cleaner takes elements of drawings and formulas that stand outside of one for an attack, and drops them with all
that is in them: the rest of the paragraph, or of the text.
"""

from __future__ import annotations

import re
from collections.abc import Set

# What is known to HTML beside what cleaning keeps or drops whole: how it is read depends on these.
_OTHERS = """
    address applet area article aside base body button canvas datalist dialog dir fieldset footer form frame frameset
    head header hgroup html image input label legend link listing main map marquee menu meta nav nobr noframes optgroup
    option output param picture plaintext rb rtc search svg math
"""
_KNOWN = frozenset(_OTHERS.split())
_NAME = re.compile(r"<([a-zA-Z][^\s/>]*)")
# Comments, what holds no tags, and tags with quoted values. One that does not end goes on to the end of the text.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<raw>script|style|textarea|title|xmp|iframe|noembed|noframes|svg)(?=[\s/>]).*?(?:</(?P=raw)(?=[\s/>])|\Z)"
    r"|</?(?P<name>[a-z][^\s/>]*+)(?:=\s*+(?:\"[^\"]*+\"?|'[^']*+'?)|[^>])*+>?",
    re.S | re.I,
)


def left_out(html: str, known: Set[str]) -> str:
    """Return HTML without the tags that are neither of HTML nor `known`; within drawings all stay."""
    if all(name.lower() in known or name.lower() in _KNOWN for name in set(_NAME.findall(html))):
        return html

    def kept(token: re.Match[str]) -> str:
        name = (token["name"] or "").lower()
        return token[0] if not name or name in known or name in _KNOWN else ""

    return _TOKEN.sub(kept, html)
