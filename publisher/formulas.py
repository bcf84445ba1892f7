"""Keep the formulas (MathML) of foreign HTML that browsers draw; of others stay their words."""

from __future__ import annotations

import re
from html import escape, unescape

# Elements of MathML Core, but for `annotation`: it is in the page for nobody to see, and may hold any HTML.
_DRAWN = """
    math mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle merror mpadded mphantom msub msup msubsup munder mover
    munderover mmultiscripts mprescripts mtable mtr mtd semantics
"""
TAGS = frozenset(_DRAWN.split())
INNER = TAGS - {"math"}
DROPPED = frozenset(("annotation", "annotation-xml"))
# What sets how a formula looks, and neither loads nor leads: no `href`, no `xlink:href`, no `actiontype`, no `src`.
_OF_ALL = frozenset(("displaystyle", "scriptlevel", "mathvariant", "mathcolor", "mathbackground"))
_OF_ONE = {
    "math": {"display"},
    "mo": {"form", "fence", "separator", "stretchy", "symmetric", "largeop", "movablelimits", "lspace", "rspace"},
    "mspace": {"width", "height", "depth"},
    "mfrac": {"linethickness"},
    "munder": {"accentunder"},
    "mover": {"accent"},
    "munderover": {"accent", "accentunder"},
    "mtable": {"columnalign", "rowalign", "columnlines", "rowlines", "frame"},
    "mtr": {"columnalign", "rowalign"},
    "mtd": {"columnspan", "rowspan", "columnalign", "rowalign"},
}
ATTRIBUTES = {tag: _OF_ALL | _OF_ONE.get(tag, set()) for tag in TAGS}

MESSAGE = "has a formula (MathML) that browsers do not draw"
HINT = "its words are shown; write it as LaTeX"
_VALUE = re.compile(r"(?:[\w#.%+ ]|-(?=[a-z]))*", re.A)  # no negative length, which moves something over its neighbours
_START = re.compile(r"<([a-z][^\s/>]*)", re.I)
_MATH = re.compile(r"<math(?=[\s/>]).*?(?:</math\s*>|\Z)", re.S | re.I)
_NOTES = re.compile(r"<(annotation(?:-xml)?)(?=[\s/>]).*?(?:</\1\s*>|\Z)", re.S | re.I)
_WORDS = re.compile(r"""\salttext\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.I)
_TAG = re.compile(r"<[^<>]*>?")
_NONE = re.compile(r"<none\s*(?:/>|></none\s*>)", re.I)  # an empty place, as it was written before MathML Core


def is_harmless(tag: str, attribute: str, value: str) -> bool:
    """Tell whether an attribute, if it is one of a formula, has a value that only sets how that looks."""
    return attribute not in ATTRIBUTES.get(tag, ()) or _VALUE.fullmatch(value) is not None


def kept(html: str) -> tuple[str, int]:
    """Return HTML whose formulas are those that browsers draw, and of how many others only words are left."""
    if "<math" not in html and "<math" not in html.lower():
        return html, 0
    undrawn = 0

    def write(math: re.Match[str]) -> str:
        nonlocal undrawn
        formula = _NONE.sub("<mrow></mrow>", _NOTES.sub("", math[0]))
        if all(name.lower() in TAGS for name in _START.findall(formula)):
            return formula
        undrawn += 1
        return _said(formula)

    return _MATH.sub(write, html), undrawn


def _said(formula: str) -> str:
    """Return the words of a formula as HTML: those that its author gave it, else its letters and signs in a row."""
    words = _WORDS.search(formula[: formula.find(">") + 1])
    text = unescape((words[1] or words[2] or "") if words else _TAG.sub(" ", formula))
    return escape(" ".join(text.split()), quote=False)
