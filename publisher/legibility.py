"""See that the colours of a style sheet can be read: text, links and code on paper, in the light and in the dark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from publisher import contrast
from publisher.config.load import problem_at
from publisher.contrast import READABLE, Colour
from publisher.errors import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from publisher.config import Theme

GROUNDS = ("--paper", "--tint")
TEXTS = (
    "--ink", "--soft", "--muted", "--link", "--code-comment", "--code-keyword", "--code-string", "--code-number",
    "--code-name", "--code-builtin", "--code-special", "--code-error",
)  # fmt: skip
SCHEMES = ("light", "dark")

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_STEP = re.compile(r"""((?:[^{};"'u]+|"[^"]*"|'[^']*'|url\([^)]*\)|u)*+)([{};])""")
_PROPERTY = re.compile(r"\s*(--[\w-]+)\s*:(.*)", re.S)
_IN_SCHEME = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)")
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.I)
_NAMED = {"white": "#fff", "black": "#000"}
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*\)")
_LIGHT_DARK = re.compile(r"light-dark\((.*)\)", re.S)
_MIX = re.compile(r"color-mix\(\s*in oklab\s*,\s*(.+?)\s+(\d+(?:\.\d+)?)%\s*,\s*(.+?)\s*\)", re.S)
_MOST_STEPS = 20  # from one custom property to the next

Properties = Mapping[str, str]


class Pair(Struct, frozen=True):
    """A text on a ground that cannot be read well, by their custom properties."""

    text: str
    ground: str
    scheme: str
    ratio: float


def properties(sheet: str, scheme: str) -> dict[str, str]:
    """Return the custom properties of `:root` in a scheme: what stands in no layer wins, then what comes last."""
    layered: dict[str, str] = {}
    plain: dict[str, str] = {}
    inside: list[str] = []
    for text, mark in _STEP.findall(_COMMENT.sub("", sheet)):
        if inside and inside[-1] == ":root" and (match := _PROPERTY.fullmatch(text)) and _holds(inside, scheme):
            (layered if inside[0].startswith("@layer") else plain)[match[1]] = match[2].strip()
        if mark == "{":
            inside.append(" ".join(text.split()))
        elif mark == "}":
            del inside[-1:]
    return {**layered, **plain}


def _holds(inside: list[str], scheme: str) -> bool:
    """Tell whether a rule holds in a scheme on any screen."""
    conditions = (_IN_SCHEME.fullmatch(each) or each for each in inside[:-1] if not each.startswith("@layer"))
    return all(isinstance(each, re.Match) and each[1] == scheme for each in conditions)


def resolved(value: str, known: Properties, scheme: str, steps: int = _MOST_STEPS) -> Colour | None:
    """Return the colour that a value is, or None if it is written in a way that is not understood here."""
    value = value.strip()
    if not steps:
        return None
    if match := _VARIABLE.fullmatch(value):
        return resolved(known.get(match[1], ""), known, scheme, steps - 1)
    if match := _LIGHT_DARK.fullmatch(value):
        return resolved(_half(match[1], scheme), known, scheme, steps - 1)
    if match := _MIX.fullmatch(value):
        one, other = (resolved(match[group], known, scheme, steps - 1) for group in (1, 3))
        return contrast.mixed(one, other, float(match[2]) / 100) if one and other else None
    digits = _NAMED.get(value.lower(), value)
    return contrast.parsed(digits) if _HEX.fullmatch(digits) else None


def _half(both: str, scheme: str) -> str:
    """Return the value of a scheme: what is left or right of the comma that is in no brackets."""
    depth = 0
    for at, letter in enumerate(both):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            return both[:at] if scheme == "light" else both[at + 1 :]
    return ""


def unreadable(sheet: str) -> Iterator[Pair]:
    """Yield the worst pair of each text of a style sheet that is below what WCAG asks for."""
    known = {scheme: properties(sheet, scheme) for scheme in SCHEMES}
    for text in TEXTS:
        pairs = (Pair(text, ground, scheme, _ratio(text, ground, known[scheme], scheme)) for ground, scheme in _PLACES)
        worst = min(pairs, key=lambda pair: pair.ratio)
        if worst.ratio < READABLE:
            yield worst


_PLACES = tuple((ground, scheme) for scheme in SCHEMES for ground in GROUNDS)


def _ratio(text: str, ground: str, known: Properties, scheme: str) -> float:
    """Return the contrast, as good as any where a colour is not known."""
    one, other = (resolved(f"var({name})", known, scheme) for name in (text, ground))
    return contrast.contrast(one, other) if one and other else READABLE


def problems(sheet: str, extra: str, theme: Theme, accent: str, root: Path) -> Iterator[Problem]:
    """Yield what of a style sheet cannot be read; `extra` is the part of it that the author has added."""
    added = {*properties(extra, "light"), *properties(extra, "dark")}
    for pair in unreadable(sheet):
        known = properties(sheet, pair.scheme)
        if added & {*_involved(pair.text, known), *_involved(pair.ground, known)}:
            yield _of_style(pair, "templates/extra.css")
        elif pair.text == "--link":
            yield _of_accent(pair, sheet, theme, accent, root)
        else:
            yield _of_style(pair, "templates/assets/style.css")


def _involved(name: str, known: Properties, steps: int = _MOST_STEPS) -> Iterator[str]:
    """Yield the custom properties that one is made of, itself included."""
    yield name
    for other in _VARIABLE.findall(known.get(name, "")) if steps else ():
        yield from _involved(other, known, steps - 1)


def _of_style(pair: Pair, file: str) -> Problem:
    message = f"`{pair.text}` on `{pair.ground}` has a contrast of {_written(pair)}"
    return Problem(file, message, "make one of them lighter or darker")


def _written(pair: Pair) -> str:
    return f"{int(100 * pair.ratio) / 100:.2f}:1 in the {pair.scheme}, where {READABLE}:1 is needed"


def _of_accent(pair: Pair, sheet: str, theme: Theme, accent: str, root: Path) -> Problem:
    """Say which accent would do: that of the settings, or the one for the dark if there is one."""
    has_own = pair.scheme == "dark" and bool(theme.accent_dark)
    name, value = ("accent-dark", theme.accent_dark) if has_own else ("accent", accent)
    derived = " as a link, which is lighter there," if pair.scheme == "dark" and not has_own else ""
    message = f"`{name}` {value}{derived} has a contrast of {_written(pair)}"
    better = contrast.nearest(contrast.parsed(value), _judge(sheet, theme, has_own))
    hint = f'write {name} = "{contrast.written(better)}"' if better else "choose another colour"
    return problem_at(root, ("theme", name) if has_own or theme.accent else (name,), message, hint)


def _judge(sheet: str, theme: Theme, is_for_dark: bool) -> Callable[[Colour], bool]:
    """Return a function that tells whether links of an accent can be read wherever it is seen."""
    schemes = ("dark",) if is_for_dark else ("light",) if theme.accent_dark else SCHEMES
    known = {scheme: properties(sheet, scheme) for scheme in schemes}
    name = "--link" if is_for_dark else "--accent"

    def is_good(colour: Colour) -> bool:
        ratios = (
            _ratio("--link", ground, {**known[scheme], name: contrast.written(colour)}, scheme)
            for scheme in schemes
            for ground in GROUNDS
        )
        return all(ratio >= READABLE for ratio in ratios)

    return is_good
