"""Macros: those that a notebook defines, and some that MathJax has and Temml has not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_DEFINES = re.compile(
    r"\\(?:(newcommand|renewcommand|providecommand)\*?|(DeclareMathOperator)(\*?)|(g?def)|(let))(?![a-zA-Z])\s*"
)
_NAME = re.compile(r"\\(?:[a-zA-Z@]+|[^a-zA-Z\s{}])")
_BRACED_NAME = re.compile(rf"\{{\s*({_NAME.pattern})\s*\}}|({_NAME.pattern})")
_COUNT = re.compile(r"\s*\[\s*([0-9])\s*\]")
_DEFAULT = re.compile(r"\s*\[([^\[\]]*)\]")
_PARAMETERS = re.compile(r"(?:#[1-9])*\s*")
_LET = re.compile(rf"({_NAME.pattern})\s*=?\s*({_NAME.pattern}|[^\s{{}}])")
_SPACE = re.compile(r"\s*")
_WITHOUT_ARGUMENTS = re.compile(rf"\\def({_NAME.pattern})\{{(.*)\}}", re.S)
_DEEPEST = 3  # macros within each other that words are made of
_LONGEST_WORDS = 2000
_LONGEST = 500  # characters of one: as 1,000 are expanded in a formula, a bomb takes a second

# What Jupyter's MathJax knows and Temml does not; links, classes and styles leave their words.
_BUILT_IN = {
    name: rf"\def{name}{body}"
    for name, body in {
        r"\mbox": r"#1{\text{#1}}",
        r"\href": r"#1#2{#2}",
        r"\url": r"#1{\text{#1}}",
        r"\class": r"#1#2{#2}",
        r"\cssId": r"#1#2{#2}",
        r"\style": r"#1#2{#2}",
        r"\require": r"#1{}",
        r"\unicode": r"#1{\char#1}",
        r"\displaylines": r"#1{\begin{gathered}#1\end{gathered}}",
        r"\abs": r"#1{\left\lvert#1\right\rvert}",
        r"\norm": r"#1{\left\lVert#1\right\rVert}",
        r"\dv": r"#1#2{\frac{d#1}{d#2}}",
        r"\pdv": r"#1#2{\frac{\partial#1}{\partial#2}}",
        r"\dd": r"{\mathrm{d}}",
        r"\qty": r"{}",
    }.items()
}


class _Found(NamedTuple):
    name: str
    definition: str
    end: int


def split(source: str) -> tuple[str, list[tuple[str, str]]]:
    """Take the definitions out of a formula; return what remains, and each name with its definition as TeX."""
    rest: list[str] = []
    found: list[tuple[str, str]] = []
    position = 0
    for match in _DEFINES.finditer(source):
        if match.start() < position or source[: match.start()].endswith("\\\\\\"):
            continue
        macro = _read(match, source)
        if macro:
            rest.append(source[position : match.start()])
            position = macro.end
            found.append((macro.name, macro.definition))
    return "".join(rest) + source[position:], found


def preamble(source: str, known: Mapping[str, str]) -> str:
    """Return the definitions that a formula needs, those that they need too, in the order of the notebook."""
    needed: set[str] = set()
    waiting = _NAME.findall(source)
    while waiting:
        name = waiting.pop()
        definition = known.get(name) or _BUILT_IN.get(name)
        if definition and name not in needed:
            needed.add(name)
            waiting += _NAME.findall(definition)
    ours = (definition for name, definition in _BUILT_IN.items() if name in needed and name not in known)
    theirs = (definition for name, definition in known.items() if name in needed)
    return "".join([*ours, *theirs])


def expanded(source: str, known: Mapping[str, str]) -> str:
    """Put what macros without arguments stand for in their place, to be read as words; cut where that is long."""
    for _ in range(_DEEPEST if known else 0):
        source = _NAME.sub(lambda name: _meant(name[0], known), source[:_LONGEST_WORDS])
    return source


def _meant(name: str, known: Mapping[str, str]) -> str:
    definition = _WITHOUT_ARGUMENTS.fullmatch(known.get(name, ""))
    return definition[2] if definition else name


def _read(match: re.Match[str], source: str) -> _Found | None:
    if match[5]:
        return _let(source, match.end())
    named = _BRACED_NAME.match(source, match.end())
    if not named:
        return None
    name, position = named[1] or named[2], named.end()
    if match[4]:
        parameters = _PARAMETERS.match(source, position)
        arguments, position = (parameters[0].strip(), parameters.end()) if parameters else ("", position)
        return _found(name, arguments, "", _body(source, position))
    if match[2]:
        operator = _body(source, position)
        wrapped = (rf"\operatorname{match[3]}{{{operator[0]}}}", operator[1]) if operator else None
        return _found(name, "", "", wrapped)
    count = _COUNT.match(source, position)
    default = _DEFAULT.match(source, count.end()) if count else None
    position = (default or count or named).end()
    arguments = "".join(f"#{number}" for number in range(1, int(count[1]) + 1)) if count else ""
    return _found(name, arguments, default[0].strip() if default else "", _body(source, position))


def _let(source: str, position: int) -> _Found | None:
    match = _LET.match(source, position)
    return _Found(match[1], rf"\let{match[1]}={match[2]} ", match.end()) if match else None


def _found(name: str, arguments: str, default: str, body: tuple[str, int] | None) -> _Found | None:
    if body is None or len(body[0]) > _LONGEST:
        return None
    if not default:
        return _Found(name, rf"\def{name}{arguments}{{{body[0]}}}", body[1])
    inner = rf"\opt@{name[1:]}" if name[1:].isalpha() else r"\opt@"  # `[default]` stands for a first argument left out
    choice = rf"\def{name}{{\@ifnextchar[{{{inner}}}{{{inner}{default}}}}}"
    return _Found(name, rf"\def{inner}[#1]{arguments[2:]}{{{body[0]}}}{choice}", body[1])


def _body(source: str, position: int) -> tuple[str, int] | None:
    """Return what stands between braces, or the one command or character that stands there without, and its end."""
    blank = _SPACE.match(source, position)
    position = blank.end() if blank else position
    if not source.startswith("{", position):
        single = _NAME.match(source, position)
        return (single[0], single.end()) if single else None
    depth = 0
    for at in range(position, len(source)):
        if source[at] in "{}" and not _is_escaped(source, at):
            depth += 1 if source[at] == "{" else -1
            if depth == 0:
                return source[position + 1 : at], at + 1
    return None


def _is_escaped(source: str, at: int) -> bool:
    before = source[:at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1
