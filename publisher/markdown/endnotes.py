"""Footnotes, numbered once over all cells of a notebook and shown at the end of the article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct, field

from publisher.markup import escape

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

    from publisher.article import Notes
    from publisher.words import Words

_REFERENCE = re.compile(r"\[\^([^\]\s]+)\]")
_KEY = "endnotes"


class Endnotes(Struct):
    """The notes in the order of their first use: `numbers` by label, HTML by label, how often each was used."""

    numbers: dict[str, int] = field(default_factory=dict)
    html: dict[str, str] = field(default_factory=dict)
    uses: dict[str, int] = field(default_factory=dict)


def labels(notes: Notes) -> dict[str, Any]:
    """Return the footnote plugin's own notes: `refs` has the labels that are defined, with a colon before each."""
    return cast(dict[str, Any], notes.markdown.setdefault("footnotes", {"refs": {}, "list": {}}))


def of(notes: Notes) -> Endnotes:
    """Return the endnotes of the notebook in hand."""
    return cast(Endnotes, notes.markdown.setdefault(_KEY, Endnotes()))


def reference_rule(state: StateInline, silent: bool) -> bool:
    """Parse `[^label]` where that label is defined in any cell."""
    if not state.src.startswith("[^", state.pos) or not state.env["footnotes"]["refs"]:
        return False
    match = _REFERENCE.match(state.src, state.pos, state.posMax)
    if match is None or ":" + match[1] not in state.env["footnotes"]["refs"]:
        return False
    if not silent:
        state.push("footnote_ref", "", 0).meta = {"label": match[1]}
    state.pos = match.end()
    return True


def inline_rule(state: StateInline, silent: bool) -> bool:
    """Parse `^[the note itself]`."""
    if not state.src.startswith("^[", state.pos):
        return False
    end = state.md.helpers.parseLinkLabel(state, state.pos + 1)
    if end < 0:
        return False
    if not silent:
        token = state.push("footnote_inline", "", 0)
        token.children = []
        state.md.inline.parse(state.src[state.pos + 2 : end], state.md, state.env, token.children)
    state.pos = end + 1
    return True


def refer(label: str, notes: Notes) -> str:
    """Return the raised number that leads to a note; number it if it is new."""
    endnotes = of(notes)
    number = endnotes.numbers.setdefault(label, len(endnotes.numbers) + 1)
    use = endnotes.uses[label] = endnotes.uses.get(label, 0) + 1
    back = _back(number, use)
    notes.ids.update((f"fn-{number}", back))
    label = escape(notes.words.footnote(number=number))
    link = f'<a href="#fn-{number}" id="{back}" aria-label="{label}">{number}</a>'
    return f'<sup class="footnote-ref">{link}</sup>'


def section(notes: Notes) -> str:
    """Return the notes that were referred to, each with links back."""
    endnotes = of(notes)
    if not endnotes.numbers:
        return ""
    words = notes.words
    items = "".join(_item(endnotes, label, number, words) for label, number in endnotes.numbers.items())
    label = escape(words.footnotes)
    return f'<section class="footnotes" role="doc-endnotes" aria-label="{label}">\n<ol>\n{items}</ol>\n</section>\n'


def _item(endnotes: Endnotes, label: str, number: int, words: Words) -> str:
    links = " ".join(_link_back(_back(number, use), words) for use in range(1, endnotes.uses[label] + 1))
    html = endnotes.html.get(label, "").rstrip()
    html = f"{html[:-4]} {links}</p>" if html.endswith("</p>") else f"{html} {links}"
    return f'<li id="fn-{number}">{html}</li>\n'


def _link_back(name: str, words: Words) -> str:
    arrow = "\u21a9\ufe0e"  # as text, never as an emoji
    label = escape(words.footnote_back)
    return f'<a class="footnote-back" href="#{name}" role="doc-backlink" aria-label="{label}">{arrow}</a>'


def _back(number: int, use: int) -> str:
    return f"fnref-{number}" if use == 1 else f"fnref-{number}-{use}"
