"""Inline rules that notebooks need beside CommonMark's: formulas in brackets, roles, attributes, shortcodes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from markdown_it.helpers import parseLinkLabel

from publisher.markdown import prose
from publisher.markdown.blocks import last_of, looks_like_tex

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

InlineRule = Callable[["StateInline", bool], bool]

_BRACKETS = re.compile(r"(\\\\?)(?:\((.+?)\1\)|\[(.+?)\1\])", re.S)
_REFERENCE = re.compile(r"\\(?:eq)?ref\{[^{}\n]{1,100}\}")
_ROLE = re.compile(r"\{([A-Za-z][\w:.+-]*)\}(`+)(?!`)(.+?)(?<!`)\2(?!`)", re.S)
_ROLE_WITH_TARGET = re.compile(r"(.*?)\s*<([^<>]+)>", re.S)
_ATTRIBUTES = re.compile(prose.ATTRIBUTES)
_VIDEO = re.compile(r"\{\{<\s*video\s+[\"']?([^\s\"'>]+)[^>]*>\}\}")

_PRICE = re.compile(
    r"\$\d[\d.,]*[KMBkmb]?[.,;:!?)]*\s+"
    r"(?:[A-Za-z]{3,}|a|an|as|at|by|if|in|is|of|on|or|so|to|we)(?=[\s.,;:!?])"
)

_CODE_ROLES = frozenset(
    "code func class meth mod attr obj data exc command file kbd guilabel option envvar program samp".split()  # noqa: SIM905 (reads better)
)
_TAKES_ATTRIBUTES = frozenset(("image", "code_inline", "link_close", "math_inline", "math_inline_double"))


def math_brackets(state: StateInline, silent: bool) -> bool:
    r"""Parse `\\(x\\)`, `\\[x\\]`, and with one backslash each if it looks like TeX."""
    if state.src[state.pos] != "\\":
        return False
    if max(last_of(state.src, "\\)"), last_of(state.src, "\\]")) < state.pos:
        return False
    match = _BRACKETS.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    tex, marks = (match[2], "\\^=_+<>") if match[2] else (match[3], "\\^=")
    is_variable = match[2] is not None and len(tex.strip()) == 1 and tex.strip().isalpha()
    if len(match[1]) == 1 and not is_variable and not looks_like_tex(tex, marks):
        return False
    if not silent:
        token = state.push("math_inline" if match[2] else "math_inline_double", "math", 0)
        token.content = tex
    state.pos = match.end()
    return True


def math_reference(state: StateInline, silent: bool) -> bool:
    r"""Parse `\eqref{name}` and `\ref{name}` in words, as MathJax does."""
    if state.src[state.pos] != "\\":
        return False
    match = _REFERENCE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push("math_reference", "a", 0).content = match[0]
    state.pos = match.end()
    return True


def without_prices(rule: InlineRule) -> InlineRule:
    """Keep the dollar rule from taking `$10. The other costs $5` for a formula."""

    def dollars(state: StateInline, silent: bool) -> bool:
        if state.src[state.pos] != "$" or _PRICE.match(state.src, state.pos):
            return False
        return rule(state, silent)

    return dollars


def link_label(state: StateInline, start: int, disable_nested: bool = False) -> int:
    """Return where a label that begins at `start` ends, as markdown-it finds it; -1 if it does not.

    It is not looked for where no bracket closes: a text of thousands that open would take a minute.
    """
    if last_of(state.src, "]") < start:
        return -1
    return parseLinkLabel(state, start, disable_nested)


def span(state: StateInline, silent: bool) -> bool:
    """Parse Pandoc's `[words]{.class}`: the words."""
    if state.src[state.pos] != "[" or last_of(state.src, "]{") < state.pos:
        return False
    end = state.md.helpers.parseLinkLabel(state, state.pos)
    match = _ATTRIBUTES.match(state.src, end + 1, state.posMax) if end >= 0 else None
    if match is None:
        return False
    if not silent:
        start, last = state.pos + 1, state.posMax
        state.pos, state.posMax = start, end
        state.md.inline.tokenize(state)
        state.posMax = last
    state.pos = match.end()
    return True


def braces(state: StateInline, silent: bool) -> bool:
    """Parse what begins with a brace: attributes of what stands before it, a role, a shortcode."""
    if state.src[state.pos] != "{":
        return False
    return _attributes(state, silent) or _role(state, silent) or _shortcode(state, silent)


def _attributes(state: StateInline, silent: bool) -> bool:
    if state.pending or not state.tokens or state.tokens[-1].type not in _TAKES_ATTRIBUTES:
        return False
    match = _ATTRIBUTES.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.tokens[-1].meta["attributes"] = prose.attributes(match[0])
    state.pos = match.end()
    return True


def _role(state: StateInline, silent: bool) -> bool:
    match = _ROLE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        _write_role(state, match[1].lower().rpartition(":")[2] or match[1], match[1].lower(), match[3])
    state.pos = match.end()
    return True


def _write_role(state: StateInline, name: str, full: str, content: str) -> None:
    parts = _ROLE_WITH_TARGET.fullmatch(content)
    words, target = (parts[1] or parts[2], parts[2]) if parts else (content, content)
    if name == "math":
        state.push("math_inline", "math", 0).content = content
    elif name == "eq":
        state.push("math_reference", "a", 0).content = target
    elif name in _CODE_ROLES:
        state.push("code_inline", "code", 0).content = words.lstrip("~")
    elif full == "download":
        _write_link(state, target, words)
    elif name in ("sub", "sup"):
        state.push(f"{name}_open", name, 1)
        state.push("text", "", 0).content = content
        state.push(f"{name}_close", name, -1)
    else:
        state.push("text", "", 0).content = words


def _shortcode(state: StateInline, silent: bool) -> bool:
    match = _VIDEO.match(state.src, state.pos, state.posMax)
    if match is None or not state.md.validateLink(match[1]):
        return False
    if not silent:
        _write_link(state, match[1], f"Video: {match[1]}")
    state.pos = match.end()
    return True


def _write_link(state: StateInline, href: str, text: str) -> None:
    if not state.md.validateLink(href):
        state.push("text", "", 0).content = text
        return
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text", "", 0).content = text
    state.push("link_close", "a", -1)
