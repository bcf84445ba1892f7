"""TeX as it is before it is drawn: what authors write for MathJax, put as Temml takes it."""

from __future__ import annotations

import re
from collections.abc import Mapping

# These begin a display of their own; all other environments need dollars around them.
_OWN_DISPLAY = re.compile(r"\\begin\{(?:align|alignat|equation|eqnarray|flalign|gather|multline|math|displaymath)\*?\}")
_LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")
_REFERENCE = re.compile(r"\\(?:eq)?ref\s*\{([^{}]*)\}")
_NUMBERED = re.compile(r"\\(begin|end)\{(align|alignat|equation|flalign|gather|multline)\}")
_ARRAY = re.compile(r"\\(begin|end)\{eqnarray\*?\}")
_NO_NUMBER = re.compile(r"\\(?:nonumber|notag)(?![a-zA-Z])")
_MATH = re.compile(r"\\(?:begin|end)\{(?:displaymath|math)\}")


def delimited(source: str) -> str:
    """Return the source of a displayed formula as an author would write it."""
    source = source.strip()
    return source if _OWN_DISPLAY.match(source) else f"$${source}$$"


def reference(source: str) -> str:
    r"""Return the name in a formula that is nothing but `\eqref{name}` or `\ref{name}`, as written, else ""."""
    source = source.strip()
    return source if _REFERENCE.fullmatch(source) else ""


def labels(source: str) -> list[str]:
    r"""Return the names that `\label` gives in a formula."""
    return [name.strip() for name in _LABEL.findall(source)]


def without_labels(source: str) -> str:
    r"""Drop every `\label{…}`."""
    return _LABEL.sub("", source)


def with_tags(source: str, tags: Mapping[str, str]) -> str:
    r"""Put `\tag{…}` in the place of the labels that have one to be added; drop the others."""

    def tagged(match: re.Match[str]) -> str:
        tag = tags.get(match[1].strip())
        return rf"\tag{{{tag}}}" if tag else ""

    return _LABEL.sub(tagged, source)


def with_references(source: str, texts: Mapping[str, str]) -> str:
    r"""Put words in the place of every `\eqref{name}` within a formula, where no link can be."""
    return _REFERENCE.sub(lambda match: rf"\text{{{texts.get(match[1].strip(), '???')}}}", source)


def rewritten(source: str) -> str:
    """Return a formula as Temml takes it: environments without numbers, which we give ourselves, and no `eqnarray`."""
    source = _NUMBERED.sub(r"\\\1{\2*}", source)
    source = _ARRAY.sub(lambda match: r"\begin{darray}{rcl}" if match[1] == "begin" else r"\end{darray}", source)
    return _MATH.sub("", _NO_NUMBER.sub("", source))
