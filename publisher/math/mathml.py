"""What of MathML may be on a page: elements, attributes and values that Temml writes, and nothing else."""

from __future__ import annotations

import re
from html import escape

_ELEMENTS = frozenset(
    """
    math mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle merror mpadded mphantom msub msup msubsup munder mover
    munderover mmultiscripts mprescripts none mtable mtr mtd menclose semantics annotation
    """.split()  # noqa: SIM905 (reads better)
)
_ATTRIBUTES = frozenset(
    """
    accent accentunder class columnalign columnlines columnspacing columnspan depth dir display displaystyle fence
    form frame height largeop linethickness lspace mathbackground mathcolor mathsize mathvariant maxsize minsize
    movablelimits notation rowlines rowspacing rowspan rspace scriptlevel separator stretchy style symmetric voffset
    width
    """.split()  # noqa: SIM905 (reads better)
)
_PROPERTIES = re.compile(
    r"(?:color|background-color|text-align|vertical-align|width|height|padding|margin|border)(?:-\w+)*"
    r"|font-(?:size|weight|style)|math-(?:depth|style|shift)|text-(?:transform|decoration)|line-height"
)
# The rest is for fonts that we do not use. Each of these has its rule in the style sheet.
CLASSES = frozenset(
    """
    tml-right tml-left tml-cancel tml-xcancel upstrike downstrike sout tml-fbox tml-overline tml-underline tml-vec
    tml-jot tml-small tml-tag tml-prime circle-pad textcircle chr-sml chr-med chr-lrg chr-sml-vec chr-med-vec
    chr-lrg-vec tml-tilde-2 tml-tilde-3 tml-tilde-4 tml-hat-1 tml-hat-2 tml-hat-3 tml-hat-4 longdiv-top longdiv-arc
    phasor-bottom phasor-angle actuarial
    """.split()  # noqa: SIM905 (reads better)
)
_TAG = re.compile(r'<(/?)([a-zA-Z]+)((?: [a-zA-Z-]+="[^"<>]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-zA-Z-]+)="([^"]*)"')
_VALUE = re.compile(r"(?!.*-\d{3})[\w#.%+ -]*")  # no url(), no call; nothing is moved far to the left
_NO_SPAN = re.compile(r'<span class="tml-eqn"></span>')  # a place for a number that we do not give


# Letters that are bold as they are, which a bold row would make bold twice.
_LETTER = re.compile("<mi>(?=[\U0001d400-\U0001d7ff])")
_BOLD = "font-weight:bold"


def checked(html: str) -> str:
    """Return MathML without the attributes that it does not need. Raises ValueError for what may not be on a page."""
    html = _NO_SPAN.sub("", html)
    if _BOLD in html:
        html = _LETTER.sub('<mi style="font-weight:normal">', html)
    cleaned = _TAG.sub(_tag, html)
    if "<" in _TAG.sub("", cleaned) or not cleaned.startswith("<math") or not cleaned.endswith("</math>"):
        raise ValueError("it would bring more than a formula into the page")
    return cleaned


def annotated(mathml: str, tex: str) -> str:
    """Add the TeX that a formula was written as, for those who copy it; `x` alone is what it says.

    Over 1,139 real formulas that is 1.3 times the bytes.
    """
    if tex.isalnum():
        return mathml
    start, end = mathml.index(">") + 1, len("</math>")
    note = f'<annotation encoding="application/x-tex">{escape(tex, quote=False)}</annotation>'
    return f"{mathml[:start]}<semantics>{mathml[start:-end]}{note}</semantics></math>"


def _tag(match: re.Match[str]) -> str:
    name = match[2]
    if name not in _ELEMENTS:
        raise ValueError(f"it would bring the element {name} into the page")
    written = _ATTRIBUTE.findall(match[3]) if name == "mstyle" else _deep(_ATTRIBUTE.findall(match[3]))
    return f"<{match[1]}{name}{''.join(map(_attribute, written))}>"


def _deep(written: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Say by a style how deep in a formula something stands: the attribute for that is for `mstyle` alone."""
    attributes = dict(written)
    level = attributes.pop("scriptlevel", "")
    if level.isdecimal() and "math-depth" not in attributes.get("style", ""):
        attributes["style"] = ";".join(filter(None, (f"math-depth:{level}", attributes.get("style", ""))))
    return list(attributes.items())


def _attribute(attribute: tuple[str, str]) -> str:
    name, value = attribute
    if name == "class":
        value = " ".join(word for word in value.split() if word in CLASSES)
    elif name == "style":
        value = ";".join(part for part in value.split(";") if _is_harmless(part))
    elif not _VALUE.fullmatch(value):
        return ""
    return f' {name}="{value}"' if name in _ATTRIBUTES and value else ""


def _is_harmless(declaration: str) -> bool:
    name, _, value = declaration.partition(":")
    return _PROPERTIES.fullmatch(name.strip()) is not None and _VALUE.fullmatch(value) is not None
