"""Callouts: notes, tips and warnings in the many spellings that authors use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

# What it is called in MyST, Quarto, GitHub, fastpages or Docusaurus: how it looks, and the word that is its title when
# none is given.
KINDS = {
    "note": ("note", "callout_note"),
    "info": ("note", "callout_info"),
    "abstract": ("note", "callout_abstract"),
    "seealso": ("note", "callout_see_also"),
    "admonition": ("note", "callout_note"),
    "todo": ("note", "callout_to_do"),
    "exercise": ("note", "callout_exercise"),
    "solution": ("note", "callout_solution"),
    "example": ("note", "callout_example"),
    "question": ("note", "callout_question"),
    "tip": ("tip", "callout_tip"),
    "hint": ("tip", "callout_hint"),
    "success": ("tip", "callout_success"),
    "important": ("important", "callout_important"),
    "warning": ("warning", "callout_warning"),
    "attention": ("warning", "callout_attention"),
    "caution": ("caution", "callout_caution"),
    "danger": ("caution", "callout_danger"),
    "error": ("caution", "callout_error"),
}

WORD = "word"  # a token whose content is a key of the catalogue of words

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
        kind, word = KINDS[alert[1].lower()]
        fold = {"-": "closed", "+": "open"}.get(alert[2], "")
        title = _inline(tokens[index], alert[3].strip()) if alert[3].strip() else _word(tokens[index], word)
        _convert(tokens, index, kind, title, fold, words.content[alert.end() :])
    elif prefix := _PREFIX.match(words.content):
        kind, word = KINDS[prefix[2].lower()]
        _convert(tokens, index, kind, _word(tokens[index], word), "", words.content[prefix.end() :])


def _inline(like: Token, content: str) -> Token:
    return type(like)("inline", "", 0, content=content, children=[])


def _word(like: Token, key: str) -> Token:
    return type(like)(WORD, "", 0, content=key)


def _convert(tokens: list[Token], index: int, kind: str, title: Token, fold: str, rest: str) -> None:
    tokens[index + 2].content = rest
    mark(tokens[_closing(tokens, index)], kind, fold, "close")
    mark(tokens[index], kind, fold, "open")
    end = type(tokens[index])("callout_title_close", "", 0)
    mark(end, kind, fold, "title_close")
    tokens[index + 1 : index + 1] = [title, end]


def _closing(tokens: list[Token], index: int) -> int:
    level = tokens[index].level
    return next(
        place
        for place in range(index + 1, len(tokens))
        if tokens[place].type == "blockquote_close" and tokens[place].level == level
    )
