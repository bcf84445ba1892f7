"""Formulas as words, for what is no page: excerpts, titles of windows, feeds, search."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from functools import lru_cache

from publisher.math import macros

_SIGNS = {
    "times": "×", "cdot": "·", "pm": "±", "mp": "∓", "div": "÷", "ast": "*", "star": "⋆", "circ": "∘", "bullet": "•",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "approx": "≈", "sim": "∼", "simeq": "≃",
    "equiv": "≡", "propto": "∝", "ll": "≪", "gg": "≫", "infty": "∞", "partial": "∂", "nabla": "∇", "sum": "∑",
    "prod": "∏", "coprod": "∐", "int": "∫", "iint": "∬", "iiint": "∭", "oint": "∮", "bigcup": "⋃", "bigcap": "⋂",
    "bigoplus": "⨁", "bigotimes": "⨂", "cong": "≅", "supset": "⊃", "supseteq": "⊇", "top": "⊤", "bot": "⊥", "sqrt": "√",
    "in": "∈", "notin": "∉", "subset": "⊂", "subseteq": "⊆",
    "cup": "∪", "cap": "∩", "emptyset": "∅", "varnothing": "∅", "forall": "∀", "exists": "∃", "neg": "¬", "lnot": "¬",
    "land": "∧", "wedge": "∧", "lor": "∨", "vee": "∨", "to": "→", "rightarrow": "→", "leftarrow": "←",
    "Rightarrow": "⇒", "Leftarrow": "⇐", "leftrightarrow": "↔", "Leftrightarrow": "⇔", "iff": "⇔", "implies": "⇒",
    "mapsto": "↦", "longrightarrow": "⟶", "uparrow": "↑", "downarrow": "↓", "ldots": "…", "dots": "…", "cdots": "⋯",
    "vdots": "⋮", "ddots": "⋱", "langle": "⟨", "rangle": "⟩", "mid": "|", "vert": "|", "Vert": "‖", "|": "‖",
    "lvert": "|", "rvert": "|", "lVert": "‖", "rVert": "‖", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
    "perp": "⊥", "parallel": "∥", "otimes": "⊗", "oplus": "⊕", "odot": "⊙", "ell": "ℓ", "hbar": "ℏ", "Re": "ℜ",
    "Im": "ℑ", "wp": "℘", "aleph": "ℵ", "prime": "′", "degree": "°", "dagger": "†", "quad": " ", "qquad": " ",
    "setminus": "∖", "backslash": "∖", "colon": ":", "varepsilon": "ε", "varphi": "φ", "vartheta": "ϑ", "varrho": "ϱ",
    "varsigma": "ς", "lambda": "λ", "Lambda": "Λ", ",": " ", ";": " ", ":": " ", " ": " ", "!": "", "{": "{", "}": "}",
    "%": "%", "$": "$", "&": "&", "#": "#", "_": "_", "\\": " ",
}  # fmt: skip
# What says how a formula looks, not what it says.
_SILENT = frozenset(
    """
    left right big Big bigg Bigg bigl bigr Bigl Bigr displaystyle textstyle limits nolimits mathrm mathbf mathit mathsf
    mathtt mathcal mathscr mathfrak boldsymbol bm pmb text textbf textit textrm texttt mbox hbox operatorname mathop
    mathbin mathrel hline nonumber notag tag hat bar vec tilde dot ddot overline underline widehat widetilde rm bf it
    cal tfrac middle
    """.split()  # noqa: SIM905 (reads better)
)
_DOUBLE = str.maketrans("CNPQRZ", "ℂℕℙℚℝℤ")
_RAISED = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-=()aeoxijnk", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓᵢⱼₙₖ")
_CAN_BE_RAISED, _CAN_BE_LOWERED = (re.compile(rf"[{marks}]{{1,6}}") for marks in (r"0-9+\-=()ni", r"0-9+\-=()aeoxijnk"))

_DONE = str.maketrans("\ue005\ue006\ue007\ue008", "{}^_", "\ue009")
_FOLLOWED = re.compile(r"(?<!\\)(\\[a-zA-Z]+)(?=\\)")  # by a command of which a letter may be all that remains
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_HIDDEN = re.compile(
    r"\\(?:label|tag\*?)\s*\{[^{}]*\}|\\(?:begin|end)\s*\{[^{}]*\}(?:\{[lcr|]*\})?|\\(?:color|hspace|vspace)\{[^{}]*\}"
)
_DOUBLE_STRUCK = re.compile(r"\\mathbb\s*(?:\{([^{}]*)\}|(\w))")
_FRACTION = re.compile(r"\\[dt]?frac\s*(?:\{([^{}]*)\}|(\w))\s*(?:\{([^{}]*)\}|(\w))")
_SCRIPT = re.compile(r"([\^_])\s*(?:\{([^{}]*)\}|(\\[a-zA-Z]+|[^\s{}\\]))")
_WRAPPED = re.compile(r"\\([a-zA-Z]+)\*?\s*\{([^{}]*)\}")
_GROUP = re.compile(r"(?<![a-zA-Z^_}\]\\])\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([a-zA-Z]+|[^a-zA-Z])[ \t]*")
_DEEPEST = 12  # braces within braces that are taken apart
_LONGEST = 2000


@lru_cache(maxsize=4096)
def readable(tex: str) -> str:
    r"""Return a formula as a line of text: `x² + α`, `(a + b)/2`. What has no sign of its own keeps its name."""
    text, _ = macros.split(_COMMENT.sub("", tex[:_LONGEST]))
    text = _FOLLOWED.sub("\\1\ue009", _HIDDEN.sub(" ", text).replace("&", " ").replace("~", " "))
    text = _DOUBLE_STRUCK.sub(lambda match: (match[1] or match[2] or "").translate(_DOUBLE), text)
    for _ in range(_DEEPEST):  # from the inside out
        simpler = _SCRIPT.sub(_script, _FRACTION.sub(_fraction, _WRAPPED.sub(_unwrapped, _GROUP.sub(r"\1", text))))
        if simpler == text:
            break
        text = simpler
    text = _COMMAND.sub(_command, text).replace("{", "").replace("}", "").translate(_DONE)
    return " ".join(text.split())


def _unwrapped(match: re.Match[str]) -> str:
    if match[1] == "sqrt":
        return f"√{match[2]}" if _is_one(match[2]) else f"√({match[2]})"
    return match[2] if match[1] in _SILENT else match[0]


def _fraction(match: re.Match[str]) -> str:
    parts = (
        (braced if braced is not None else single).strip() for braced, single in (match.group(1, 2), match.group(3, 4))
    )
    above, below = (f"({part})" if len(part) > 1 and not _is_one(part) else part for part in parts)
    return f"{above}/{below}"


def _is_one(part: str) -> bool:
    return re.fullmatch(r"\s*(?:\w+|\\[a-zA-Z]+)\s*", part) is not None


def _script(match: re.Match[str]) -> str:
    inner = (match[2] if match[2] is not None else match[3]).strip()
    table, possible = (_RAISED, _CAN_BE_RAISED) if match[1] == "^" else (_LOWERED, _CAN_BE_LOWERED)
    if possible.fullmatch(inner):
        return inner.translate(table)
    mark = "\ue007" if match[1] == "^" else "\ue008"  # it is not to be found again
    return f"{mark}{inner}" if len(inner) == 1 or _is_one(inner) else f"{mark}({inner})"


def _command(match: re.Match[str]) -> str:
    name = match[1]
    if name in "{}":
        return "\ue005" if name == "{" else "\ue006"
    if name in _SIGNS:
        return f"{_SIGNS[name]} " if len(name) > 1 and match[0][-1].isspace() else _SIGNS[name]
    if name in _SILENT:
        return ""
    letter = _greek(name)
    blank = " " if match[0][-1].isspace() else ""
    return f"{letter or name}{blank}"


def _greek(name: str) -> str:
    size = "CAPITAL" if name[:1].isupper() else "SMALL"
    with suppress(KeyError):
        return unicodedata.lookup(f"GREEK {size} LETTER {name.upper()}")
    return ""
