"""HTML outputs, cleaned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from publisher import controls, formulas, markup
from publisher.article import Notes
from publisher.markup import Tamed
from publisher.notebooks import joined
from publisher.outputs import bokeh, frames, overlong, scripted, static, styler
from publisher.outputs.images import Labels, adopt
from publisher.outputs.tables import shortened, with_tables

_TAG = re.compile(r"<[^>]+>")
_EMPTY_LINK = re.compile(r'<a((?: [a-z-]+="[^"]*")*)>\s*</a>')  # a logo, once its style sheet is gone
_TARGET = re.compile(r" (?:id|name)=")
_ASKS_FOR_TRUST = re.compile(r"<span\b[^<>]*>Make this Notebook Trusted[^<]*</span>")  # folium, to who sees no map
_LEFT_OUT = ("has an HTML output whose scripts and frames were left out", "what needs no script is shown")
_SEEN = re.compile(r"<(?:img|audio|video|hr|input|progress|table)\b")


def show(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show an HTML output: what runs in a frame; else without scripts, and "" if nothing is to be seen then."""
    source = joined(data)
    if bokeh.is_place(source):
        return " "  # the next output draws in it
    if scripted.runs(source) and (shown := _show_running(source, labels, notes)):
        return shown
    # Where scripts run, the author knows already why these do not.
    return _show_still(source, labels, notes, is_told=notes.runs_scripts and scripted.runs(source))


def _show_still(source: str, labels: Labels, notes: Notes, *, is_told: bool = False) -> str:
    tamed, html = _cleaned(scripted.opened(source), notes)
    is_seen = _is_seen(html)
    if not is_seen and not (_is_lost(tamed) and static.is_name_alone(labels)):
        return ""
    if not is_told:
        _warn_of_lost(tamed, notes)
    return _finished(html, labels, notes) if is_seen else frames.note(notes.words.interactive_output, notes)


def _show_running(source: str, labels: Labels, notes: Notes) -> str:
    """Show HTML that runs; pages in frames beside words, or each other, by themselves, or these would be lost."""
    parts = scripted.parted(_ASKS_FOR_TRUST.sub("", source))
    if not notes.runs_scripts or len(parts) == 1:
        return scripted.show_html(source, labels, notes)
    if len(parts) == 3 and not any(_says(part, notes) for part in parts[::2]):
        return scripted.show_html(parts[1], labels, notes)
    *beside, rest = parts
    shown = [
        _show_frame(part, labels, notes) if place % 2 else show(part, {}, labels, notes)
        for place, part in enumerate(beside)
    ]
    has_more = scripted.has_pages(rest)
    return "".join(shown) + (_show_still(rest, labels, notes) if has_more else show(rest, {}, labels, notes))


def _show_frame(source: str, labels: Labels, notes: Notes) -> str:
    told = len(notes.problems)
    if shown := show(source, {}, labels, notes):
        return shown
    if len(notes.problems) == told:
        notes.warn(*_LEFT_OUT)
    return frames.note(notes.words.interactive_output, notes)


def _says(html: str, notes: Notes) -> bool:
    return bool(html.strip()) and _is_seen(markup.clean(markup.tame(html, notes.words).html))


def _finished(html: str, labels: Labels, notes: Notes) -> str:
    html = _EMPTY_LINK.sub(lambda match: match[0] if _TARGET.search(match[1]) else "", html)
    html = with_tables(shortened(overlong.shortened(html, notes), notes), notes.words, labels.table_caption)
    html = markup.without_headings(html)
    return f'<div class="html">{adopt(html, notes, is_output=True, labels=labels)}</div>'


def _cleaned(source: str, notes: Notes) -> tuple[Tamed, str]:
    tamed = markup.tame(styler.inlined(_ASKS_FOR_TRUST.sub("", source)), notes.words)
    return tamed, markup.clean(tamed.html)


def _is_lost(tamed: Tamed) -> bool:
    return bool(tamed.scripts or tamed.frames or tamed.idle)


def _warn_of_lost(tamed: Tamed, notes: Notes) -> None:
    """Warn once of all that readers of an output miss: controls do nothing without the scripts that serve them."""
    if tamed.scripts or tamed.frames:
        notes.warn(*_LEFT_OUT)
    elif tamed.idle:
        notes.warn(controls.message(tamed.idle), controls.HINT)
    if tamed.formulas:
        notes.warn(formulas.MESSAGE, formulas.HINT)


def _is_seen(html: str) -> bool:
    return bool(_SEEN.search(html)) or bool(_TAG.sub("", html).replace("&nbsp;", " ").strip())
