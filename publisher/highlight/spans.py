"""Runs of code as HTML: a span with a short class, or nothing around what has none."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

Run = tuple[str, str]  # a class, or "", and the text that has it

# Pygments' short classes that say something about looks; close kin share one: fewer bytes, fewer rules of style.
CLASSES = (
    *("bp", "c", "cp", "cpf", "cs", "fm", "gd", "ge", "ges", "gh", "gi", "go", "gp", "gr", "gs", "gt", "gu"),
    *("k", "kc", "kd", "kn", "kp", "kr", "kt", "m", "na", "nb", "nc", "nd", "ne", "nf", "ni", "nl", "nn", "no"),
    *("nt", "nv", "o", "ow", "py", "s", "sd", "se", "si", "sr", "ss"),
)
SAME = {
    **dict.fromkeys(("mb", "mf", "mh", "mi", "il", "mo"), "m"),
    **dict.fromkeys(("s1", "s2", "sa", "sb", "sc", "dl", "sh", "sx"), "s"),
    **dict.fromkeys(("c1", "cm", "ch"), "c"),
    **dict.fromkeys(("vc", "vg", "vi", "vm"), "nv"),
}

_class = itemgetter(0)


def escape(text: str) -> str:
    """Return a text as HTML; quotes may stand in code as they are."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def span(name: str, text: str) -> str:
    """Return a text in its class; white space alone has none."""
    return f'<span class="{name}">{escape(text)}</span>' if name and text and not text.isspace() else escape(text)


def spans(runs: Iterable[Run]) -> str:
    """Return runs as HTML; neighbours of one class share a span."""
    filled = [run for run in runs if run[1]]
    return "".join([span(name, "".join([text for _, text in group])) for name, group in groupby(filled, _class)])
