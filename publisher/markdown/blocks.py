"""Block rules that notebooks need beside CommonMark's: formulas, `#Title`, MyST targets."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

BlockRule = Callable[["StateBlock", int, int, bool], bool]

LONGEST_HEADING = 500  # characters; patterns with blanks at both ends take their time over longer lines
_TIGHT_HEADING = re.compile(r"(#{1,6})(?=[^\W\d_])(.*?)[ \t]*#*[ \t]*")
_SECOND_HASHTAG = re.compile(r"\s#[^\W\d]")
_TARGET = re.compile(r"\(([^()\s]+)\)=[ \t]*")
_BRACKET = re.compile(r"(\\\\?)\[")
_CLOSING_DOLLARS = re.compile(r"\$\$[^\S\n]*(?:\([^)$\n]+\)[^\S\n]*)?$", re.M)  # with a label after them or none


@lru_cache(maxsize=64)
def last_of(text: str, letters: str) -> int:
    """Return where some letters are last in a text, -1 if nowhere; remembered, as each of thousands of marks asks."""
    return text.rfind(letters)


@lru_cache(maxsize=8)
def _last_dollars(text: str) -> int:
    """Return where the dollars are that end the last formula of a text; -1 if none do."""
    return max((match.start() for match in _CLOSING_DOLLARS.finditer(text)), default=-1)


def line_of(state: StateBlock, line: int) -> str:
    """Return a line without its indentation."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def interrupting(rule: BlockRule) -> BlockRule:
    """Let a rule that knows no silent mode end a paragraph: `$$` right below a line of text."""

    def quiet(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if _last_dollars(state.src) < state.bMarks[start]:
            return False
        if not silent:
            return rule(state, start, end, False)
        if not state.src.startswith("$$", state.bMarks[start] + state.tShift[start]):
            return False
        line, length = state.line, len(state.tokens)
        found = rule(state, start, end, True)
        state.line = line
        del state.tokens[length:]
        return found

    return quiet


def closed_by(letters: str, rule: BlockRule) -> BlockRule:
    """Keep a rule from looking for its end where the letters that it ends with do not follow."""

    def guarded(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return last_of(state.src, letters) > state.bMarks[start] and rule(state, start, end, silent)

    return guarded


def math_brackets(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    r"""Parse `\[ … \]` and `\\[ … \\]` that begin and end lines."""
    position = state.bMarks[start] + state.tShift[start]
    if state.src[position : position + 1] != "\\" or state.is_code_block(start):
        return False
    opening = _BRACKET.match(line_of(state, start))
    if opening is None:
        return False
    closing = opening[1] + "]"
    if last_of(state.src, closing) < position:
        return False
    last = next((line for line in range(start, end) if line_of(state, line).rstrip().endswith(closing)), None)
    if last is None:
        return False
    tex = "\n".join(line_of(state, line) for line in range(start, last + 1)).strip()[len(opening[0]) : -len(closing)]
    if closing in tex or not (len(opening[1]) == 2 or looks_like_tex(tex, "\\^=")):
        return False
    if not silent:
        token = state.push("math_block", "math", 0)
        token.content = tex
        state.line = last + 1
    return True


def looks_like_tex(text: str, marks: str) -> bool:
    """Tell a formula between escaped brackets from words between them, by one of the `marks` in it."""
    return any(mark in text for mark in marks)


def tight_heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse `#Title`, a heading in old notebooks; hashtags in a row are none."""
    if silent or state.level or state.src[state.bMarks[start] : state.bMarks[start] + 1] != "#":
        return False
    line = line_of(state, start)
    match = _TIGHT_HEADING.fullmatch(line) if len(line) <= LONGEST_HEADING else None
    if match is None or _SECOND_HASHTAG.search(match[2]):
        return False
    tag = f"h{len(match[1])}"
    state.push("heading_open", tag, 1)
    token = state.push("inline", "", 0)
    token.content, token.children = match[2], []
    state.push("heading_close", tag, -1)
    state.line = start + 1
    return True


def target(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse MyST's `(name)=`, an id for what follows."""
    position = state.bMarks[start] + state.tShift[start]
    if silent or state.src[position : position + 1] != "(" or state.is_code_block(start):
        return False
    match = _TARGET.fullmatch(line_of(state, start))
    if match is None:
        return False
    state.push("target", "", 0).meta = {"id": match[1]}
    state.line = start + 1
    return True
