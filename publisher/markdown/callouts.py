"""Callouts: notes, tips and warnings in the many spellings that authors use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

# What it is called in MyST, Quarto, GitHub, fastpages or Docusaurus: how it looks, and its title when none is given.
KINDS = {
    "note": ("note", "Note"),
    "info": ("note", "Info"),
    "abstract": ("note", "Abstract"),
    "seealso": ("note", "See also"),
    "admonition": ("note", ""),
    "todo": ("note", "To do"),
    "exercise": ("note", "Exercise"),
    "solution": ("note", "Solution"),
    "example": ("note", "Example"),
    "question": ("note", "Question"),
    "tip": ("tip", "Tip"),
    "hint": ("tip", "Hint"),
    "success": ("tip", "Success"),
    "important": ("important", "Important"),
    "warning": ("warning", "Warning"),
    "attention": ("warning", "Attention"),
    "caution": ("caution", "Caution"),
    "danger": ("caution", "Danger"),
    "error": ("caution", "Error"),
}

# GitHub's and Obsidian's `> [!NOTE]` (`-` folded, `+` foldable), fastpages' `> Note: text`.
_ALERT = re.compile(r"\[!(\w+)\]([-+]?)[ \t]*([^\n]*)(?:\n|$)")
_PREFIX = re.compile(r"(\*\*|)(Note|Tip|Important|Warning|Caution)(?::\1|\1:)\s+", re.I)
_EMBED = re.compile(r"(?:youtube|twitter|video):\s*<?(https?://[^\s<>]+)>?\s*", re.I)


def open_tag(kind: str, fold: str) -> str:
    """Return the start of a callout up to its title. `fold` is `open` or `closed`, empty if readers cannot fold it."""
    if fold:
        state = " open" if fold == "open" else ""
        return f'<details class="callout callout-{kind}"{state}>\n<summary class="callout-title">'
    return f'<aside class="callout callout-{kind}" role="note">\n<p class="callout-title">'


def title_end(fold: str) -> str:
    """Return what ends the title of a callout."""
    return "</summary>\n" if fold else "</p>\n"


def close_tag(fold: str) -> str:
    """Return what ends a callout."""
    return "</details>\n" if fold else "</aside>\n"


def mark(token: Token, kind: str, fold: str, part: str) -> None:
    """Make a token one of a callout's: `part` is `open`, `title_close` or `close`."""
    token.type = f"callout_{part}"
    token.meta = {"kind": kind, "fold": fold}


def from_quote(tokens: list[Token], index: int) -> None:
    """Turn the block quote that opens at `index` into a callout if its first words say so."""
    if index + 2 >= len(tokens) or tokens[index + 1].type != "paragraph_open":
        return
    words = tokens[index + 2]
    if embed := _EMBED.fullmatch(words.content):
        words.content = f"<{embed[1]}>"
        tokens[_closing(tokens, index)].type = tokens[index].type = "nothing"
    elif (alert := _ALERT.match(words.content)) and alert[1].lower() in KINDS:
        kind, title = KINDS[alert[1].lower()]
        fold = {"-": "closed", "+": "open"}.get(alert[2], "")
        _convert(tokens, index, kind, alert[3].strip() or title, fold, words.content[alert.end() :])
    elif prefix := _PREFIX.match(words.content):
        kind, title = KINDS[prefix[2].lower()]
        _convert(tokens, index, kind, title, "", words.content[prefix.end() :])


def _convert(tokens: list[Token], index: int, kind: str, title: str, fold: str, rest: str) -> None:
    tokens[index + 2].content = rest
    mark(tokens[_closing(tokens, index)], kind, fold, "close")
    mark(tokens[index], kind, fold, "open")
    make = type(tokens[index])
    end = make("callout_title_close", "", 0)
    mark(end, kind, fold, "title_close")
    tokens[index + 1 : index + 1] = [make("inline", "", 0, content=title, children=[]), end]


def _closing(tokens: list[Token], index: int) -> int:
    level = tokens[index].level
    return next(
        place
        for place in range(index + 1, len(tokens))
        if tokens[place].type == "blockquote_close" and tokens[place].level == level
    )
