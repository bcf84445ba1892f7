"""Streams, plain text and tracebacks, as a terminal would show them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from publisher.article import Notes
from publisher.markup import escape, preformatted, without_controls
from publisher.notebooks import joined
from publisher.outputs import ansi, whole
from publisher.outputs.images import Labels
from publisher.words import Words

SHOWN_LINES = 40  # a longer text is folded after this many lines, if that hides more than a few
SHOWN_CHARACTERS = 12_000  # or after this many characters, whatever their lines
_HIDDEN_AT_LEAST = 10
FIRST, _LAST = 20_000, 5_000  # characters shown of a text that is longer than its limit
_MESSAGE = 20_000  # characters of the message of an exception; the traceback has it again
_LONG_LINE = 2_000  # a line of more characters is wrapped: nobody scrolls that far

_SILENT = str.maketrans("", "", "\x07\x0e\x0f\x1b")  # what a terminal obeys, and shows nothing of
_CUT_ESCAPE = re.compile(r"\x1b[^@-Z\\^-~]*\[?[0-?]*[ -/]*\Z")


def show_stream(name: str, text: str, notes: Notes) -> str:
    """Show what a cell wrote to `stdout` or `stderr`."""
    return show_text(text, notes, "text stderr" if name == "stderr" else "text") if text.strip("\n") else ""


def show_plain(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show the text/plain form of a result."""
    text = joined(data)
    return show_text(text, notes) if text.strip() else ""


def show_text(text: str, notes: Notes, classes: str = "text") -> str:
    """Show a text as a terminal would: folded if it is long, and only its ends if it is longer than the limit."""
    text = _settled(text).rstrip()
    limit = notes.limits.characters
    if not limit or len(text) <= limit:
        return _folded(text, classes, notes.words)
    notes.warn(
        f"has an output of {len(text):,} characters, of which the page shows the ends",
        "print less, or raise `limits.characters`",
    )
    start, end = _ends(text, min(FIRST, limit * 4 // 5), min(_LAST, limit // 5))
    left_out = len(text) - len(start) - len(end)
    whole_text = _printable(ansi.plain(text))
    link = whole.link(whole_text, notes.words.whole_text, ".txt", notes)
    more = whole.note(notes.words.left_out(left_out), link, notes)
    return f"{_folded(start, classes, notes.words)}{more}{_pre(end, classes)}"


def _ends(text: str, first: int, last: int) -> tuple[str, str]:
    """Return the beginning and the end of a text, cut between lines where these are not too long."""
    start, end = text[:first], text[len(text) - last :]
    if (newline := start.rfind("\n")) > first // 2:
        start = start[:newline]
    if 0 <= (newline := end.find("\n")) < last // 2:
        end = end[newline + 1 :]
    return _CUT_ESCAPE.sub("", start), end


def show_error(output: Mapping[str, Any], notes: Notes) -> str:
    """Show an exception: the message, then the traceback folded."""
    lines = output.get("traceback")
    trace = "\n".join(line for line in lines if isinstance(line, str)) if isinstance(lines, list) else ""
    return _error(output.get("ename"), output.get("evalue"), trace, notes)


def show_program_error(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show an exception as VS Code keeps it: an object with name, message and stack."""
    if not isinstance(data, dict):
        return ""
    stack = data.get("stack")
    return _error(data.get("name"), data.get("message"), stack if isinstance(stack, str) else "", notes)


def _error(name: object, value: object, trace: str, notes: Notes) -> str:
    named, said = (_printable(_plain(word))[:_MESSAGE] for word in (name, value))
    named = escape(named or notes.words.callout_error)
    message = f'<p class="error-message"><strong>{named}</strong>: {escape(said)}</p>'
    if not trace.strip():
        return f'<div class="error">{message}</div>'
    is_short = not notes.limits.characters or len(trace) <= notes.limits.characters
    body = preformatted(terminal(trace)) if is_short else show_text(trace, notes)
    label = escape(notes.words.traceback, quote=False)
    return f'<div class="error">{message}<details><summary>{label}</summary>{body}</details></div>'


def _printable(text: str) -> str:
    return without_controls(text.translate(_SILENT) if not text.isprintable() else text)


def _plain(text: object) -> str:
    return ansi.plain(text) if isinstance(text, str) else ""


def _folded(text: str, classes: str, words: Words) -> str:
    cut = _opening(text)
    if text.count("\n", cut) <= _HIDDEN_AT_LEAST and len(text) - cut <= SHOWN_CHARACTERS // 4:
        return _pre(text, classes)
    lines = text.count("\n") + 1
    told = words.show_lines(lines) if lines > SHOWN_LINES else words.show_characters(len(text))
    rest = text[cut:].removeprefix("\n")
    return (
        f"{_pre(_CUT_ESCAPE.sub('', text[:cut]), classes)}"
        f'<details class="long"><summary>{told}</summary>{_pre(rest, classes)}</details>'
    )


def _opening(text: str) -> int:
    """Return where a long text is cut: after so many lines, or within a line that is too long itself."""
    end = -1
    for _ in range(SHOWN_LINES):
        following = text.find("\n", end + 1)
        if following < 0 or following > SHOWN_CHARACTERS:
            break
        end = following
    else:
        return end
    if len(text) <= SHOWN_CHARACTERS:
        return len(text)
    return end if end > SHOWN_CHARACTERS // 2 else SHOWN_CHARACTERS


def _pre(text: str, classes: str) -> str:
    is_long = len(text) > _LONG_LINE and max(map(len, text.split("\n"))) > _LONG_LINE
    return preformatted(_coloured(text), f"{classes} wrapped" if is_long else classes)


def terminal(text: str) -> str:
    """Return the HTML of text that may move the cursor and change colours as on a terminal."""
    return _coloured(_settled(text))


def _settled(text: str) -> str:
    """Return what is left of a text when the cursor has gone where it was sent."""
    if "\r" in text:
        text = "\n".join(map(_overwritten, text.replace("\r\n", "\n").split("\n")))
    return _erased(text) if "\b" in text else text


def _coloured(text: str) -> str:
    return _printable(ansi.html(text))


def _erased(text: str) -> str:
    """Return what is left of a text when each backspace has taken the character before it, within its line."""
    kept: list[str] = []
    for character in text:
        if character != "\b":
            kept.append(character)
        elif kept and kept[-1] != "\n":
            kept.pop()
    return "".join(kept)


def _overwritten(line: str) -> str:
    """Return what is left of a line whose carriage returns sent the cursor back to its start."""
    if "\r" not in line:
        return line
    parts = line.split("\r")
    if "\x1b" in line:  # columns cannot be counted through colour codes: the last thing written stands
        return next((part for part in reversed(parts) if part), "")
    shown = ""
    for part in reversed(parts):  # the last one on top: each adds only what reaches beyond those after it
        shown += part[len(shown) :]
    return shown
