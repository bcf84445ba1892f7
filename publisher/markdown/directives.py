"""Fenced divs and directives: `:::{note}`, ```` ```{note} ````, `::: {.callout-note}` and what is written like them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from publisher import highlight
from publisher.markdown import callouts, prose
from publisher.markdown.blocks import LONGEST_HEADING, line_of

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_OPENING = re.compile(r"(`{3,}|~{3,}|:{3,})[ \t]*(.*)")
_BRACED = re.compile(r"\{([^{}]*)\}[ \t]*(.*)")
_NAME = re.compile(r"[A-Za-z][\w:.+-]*")
_BARE = re.compile(r"([A-Za-z][\w-]*)[ \t]*:*[ \t]*(.*)")
_OPTION = re.compile(r":([\w-]+):[ \t]*(.*)")
_YAML_OPTION = re.compile(r"([\w-]+):[ \t]*(.*)")
_HEADING = re.compile(r"#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*")
_COLUMNS = re.compile(r"[1-9]\d?")

_CODE = frozenset(
    (
        *("code", "code-block", "code-cell", "sourcecode", "ipython", "prompt"),
        *("raw", "eval-rst", "literalinclude", "parsed-literal", "mermaid", "graphviz"),
    )
)
_FOLDED = frozenset(("toggle", "dropdown", "details", "collapse"))
# Lists that a site builder would fill.
_WITHOUT_PROSE = frozenset(("toctree", "contents", "tableofcontents", "bibliography", "footbibliography", "index"))
_PICTURES = frozenset(("figure", "image"))
_DEPTH = "directives"  # how many are open: a div without a name writes nothing that would count
_NO_LANGUAGES = _FOLDED | _WITHOUT_PROSE | _PICTURES | callouts.KINDS.keys() | {"math"}


class Directive(Struct):
    """A fence, its name (a class name for Pandoc's divs), what is written after it, and its options."""

    fence: str
    name: str
    argument: str
    options: dict[str, str] = field(default_factory=dict)
    is_div: bool = False


def rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a directive or a div; its content is Markdown unless its name says otherwise."""
    position = state.bMarks[start] + state.tShift[start]
    if state.src[position : position + 3] not in ("```", "~~~", ":::") or state.is_code_block(start):
        return False
    directive = _read(line_of(state, start))
    if directive is None:
        return False
    if silent:
        return True
    close = _closing_line(state, start, end, directive.fence)
    state.line = start + 1
    body = start + 1 if directive.is_div else _read_options(state, start + 1, close, directive)
    _write(state, directive, body, close)
    state.line = min(close + 1, end)
    return True


def _read(line: str) -> Directive | None:
    opening = _OPENING.fullmatch(line)
    if opening is None:
        return None
    fence, info = opening[1], opening[2].strip()
    if fence[0] != ":" and ("`" in info or not info.startswith("{")):
        return None
    if not info:
        return Directive(fence, "", "", is_div=True)
    if braced := _BRACED.fullmatch(info):
        return _read_braced(fence, braced[1].strip(), braced[2].strip(" :"))
    if fence[0] == ":" and (bare := _BARE.fullmatch(info)):
        return Directive(fence, bare[1].lower(), bare[2].strip(), is_div=True)
    return None


def _read_braced(fence: str, inside: str, argument: str) -> Directive | None:
    name = _NAME.match(inside)
    if name and "=" not in inside.split()[0]:
        found = Directive(fence, name[0].lower(), argument, prose.attributes(inside[name.end() :]))
        is_code = fence[0] != ":" and found.name not in _NO_LANGUAGES and highlight.knows(found.name)
        return None if is_code else found
    attributes = prose.attributes(inside)
    if fence[0] != ":":
        return None  # `{.python}`: code
    name_of_class = attributes.get("class", "").removeprefix("callout-")
    return Directive(fence, name_of_class, argument, attributes, is_div=True)


def _closing_line(state: StateBlock, start: int, end: int, fence: str) -> int:
    """Return the line of the closing fence, or the end: a fence left open lasts as long as its cell."""
    depth, inner = 1, ""
    if fence[0] == ":" and not line_of(state, start).strip(": \t"):
        return start  # a closing fence whose opening one is in a cell before
    for line in range(start + 1, end):
        if not state.isEmpty(line) and state.sCount[line] < state.blkIndent:
            return line - 1
        text = line_of(state, line).rstrip()
        if fence[0] != ":":
            if text.startswith(fence) and not text.strip(fence[0]):
                return line
        elif inner:
            inner = "" if text.startswith(inner) and not text.strip(inner[0]) else inner
        elif text.startswith(("```", "~~~")):
            inner = text[: len(text) - len(text.lstrip(text[0]))]
        elif text.startswith(":::"):
            depth += 1 if text.strip(": \t") else -1
            if not depth:
                return line
    return end


def _read_options(state: StateBlock, line: int, close: int, directive: Directive) -> int:
    """Read `:name: value` lines, or a block of YAML between `---`; return the first line after them."""
    if line < close and line_of(state, line).rstrip() == "---":
        last = next((number for number in range(line + 1, close) if line_of(state, number).rstrip() == "---"), None)
        if last is not None:
            for number in range(line + 1, last):
                if option := _YAML_OPTION.fullmatch(line_of(state, number)):
                    directive.options[option[1]] = option[2].strip("\"' ")
            return last + 1
    while line < close and (option := _OPTION.fullmatch(line_of(state, line))):
        directive.options[option[1]] = option[2].strip()
        line += 1
    return line


def _write(state: StateBlock, directive: Directive, body: int, close: int) -> None:
    name = directive.name
    options = directive.options
    if identifier := options.get("id") or options.get("name") or options.get("label"):
        state.push("target", "", 0).meta = {"id": identifier}
    if not name and not directive.options:
        _write_content(state, body, close)
    elif name in callouts.KINDS and (not directive.is_div or _is_callout(directive)):
        _write_callout(state, directive, body, close)
    elif name in _CODE:
        _write_verbatim(state, "fence", directive, body, close)
    elif name == "math":
        _write_verbatim(state, "math_block", directive, body, close)
    elif name in _FOLDED:
        _write_folded(state, directive, body, close)
    elif name in _PICTURES and directive.argument:
        _write_picture(state, directive, body, close)
    elif directive.options.get("id", "").startswith("fig-"):
        _write_figure(state, directive, body, close)
    elif name not in _WITHOUT_PROSE:
        _write_other(state, directive, body, close)


def _is_callout(directive: Directive) -> bool:
    return directive.options.get("class", "callout-").startswith("callout-") or directive.name in (
        "note",
        "tip",
        "warning",
        "important",
        "caution",
    )


def _write_callout(state: StateBlock, directive: Directive, body: int, close: int) -> None:
    kind, default = callouts.KINDS[directive.name]
    title = directive.options.get("title") or directive.argument
    first = next((line for line in range(body, close) if not state.isEmpty(line)), close)
    if directive.is_div and not title and first < close and (heading := _heading(line_of(state, first))):
        title, body = heading[1], first + 1
    _open_callout(state, kind, _fold(directive), title, default)
    _write_content(state, body, close)
    _close_callout(state, kind, _fold(directive))


def _write_folded(state: StateBlock, directive: Directive, body: int, close: int) -> None:
    fold = "open" if "open" in directive.options else "closed"
    _open_callout(state, "note", fold, directive.argument or directive.options.get("title") or "", "details")
    _write_content(state, body, close)
    _close_callout(state, "note", fold)


def _heading(line: str) -> re.Match[str] | None:
    return _HEADING.fullmatch(line) if len(line) <= LONGEST_HEADING else None


def _fold(directive: Directive) -> str:
    collapse = directive.options.get("collapse", "").lower()
    if collapse in ("true", "false"):
        return "closed" if collapse == "true" else "open"
    return "closed" if "dropdown" in directive.options.get("class", "") else ""


def _open_callout(state: StateBlock, kind: str, fold: str, title: str, default: str) -> None:
    """Open a callout with its title, or the word of the catalogue that is its `default`."""
    callouts.mark(state.push("callout_open", "", 1), kind, fold, "open")
    if title:
        _write_inline(state, title)
    else:
        state.push(callouts.WORD, "", 0).content = default
    callouts.mark(state.push("callout_title_close", "", 0), kind, fold, "title_close")


def _close_callout(state: StateBlock, kind: str, fold: str) -> None:
    callouts.mark(state.push("callout_close", "", -1), kind, fold, "close")


def _write_inline(state: StateBlock, text: str) -> None:
    token = state.push("inline", "", 0)
    token.content, token.children = text, []


def _write_content(state: StateBlock, body: int, close: int) -> None:
    """Parse what is in a directive; what lies deeper than blocks may lie is dropped, as theirs is."""
    depth = state.env.get(_DEPTH, 0)
    if depth >= state.md.options["maxNesting"]:
        return
    last, parent = state.lineMax, state.parentType
    state.lineMax, state.parentType, state.env[_DEPTH] = close, "container", depth + 1
    state.md.block.tokenize(state, body, close)
    state.lineMax, state.parentType, state.env[_DEPTH] = last, parent, depth


def _write_verbatim(state: StateBlock, kind: str, directive: Directive, body: int, close: int) -> None:
    token = state.push(kind, "code", 0)
    token.meta = directive.options
    token.info = directive.argument or ("python" if directive.name == "code-cell" else "")
    token.content = state.getLines(body, close, state.sCount[body - 1], True) if body < close else ""
    if kind == "math_block" and not token.content:
        token.content = directive.argument


def _write_picture(state: StateBlock, directive: Directive, body: int, close: int) -> None:
    options = directive.options
    token = state.push("figure_open", "", 1)
    token.meta = {
        "src": directive.argument,
        "alt": options.get("alt", ""),
        "width": options.get("width", ""),
        "height": options.get("height", ""),
    }
    if body < close and directive.name == "figure":
        state.push("figcaption_open", "", 1)
        _write_content(state, body, close)
        state.push("figcaption_close", "", -1)
    state.push("figure_close", "", -1)


def _write_figure(state: StateBlock, directive: Directive, body: int, close: int) -> None:
    """Write Quarto's `::: {#fig-name}`: pictures, then a last paragraph that is their caption."""
    first = len(state.tokens)
    state.push("figure_open", "", 1)
    _write_content(state, body, close)
    if (
        len(state.tokens) > first + 4
        and state.tokens[-1].type == "paragraph_close"
        and state.tokens[-3].type == "paragraph_open"
    ):
        paragraph = state.tokens[-3:]
        del state.tokens[-3:]
        state.push("figcaption_open", "", 1)
        state.tokens += paragraph
        state.push("figcaption_close", "", -1)
    state.push("figure_close", "", -1)


def _write_other(state: StateBlock, directive: Directive, body: int, close: int) -> None:
    """Keep the content of a div or directive that we know nothing about, and its title."""
    columns = directive.options.get("layout-ncol", "")
    if _COLUMNS.fullmatch(columns):
        state.push("columns_open", "", 1).meta = {"columns": columns}
    title = directive.options.get("title") or (
        "" if directive.is_div and directive.name != "details" else directive.argument
    )
    if title:
        state.push("paragraph_open", "p", 1)
        _write_inline(state, f"**{title}**" if "*" not in title else title)
        state.push("paragraph_close", "p", -1)
    _write_content(state, body, close)
    if _COLUMNS.fullmatch(columns):
        state.push("columns_close", "", -1)
