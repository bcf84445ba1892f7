"""Streams, plain text and tracebacks, as a terminal would show them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from typing import Any

from publisher.article import Notes
from publisher.markup import escape, without_controls
from publisher.notebooks import joined
from publisher.outputs.images import Labels

SHOWN_LINES = 40  # a longer text is folded after this many lines, if that hides more than a few
_HIDDEN_AT_LEAST = 10

_OPERATING_SYSTEM_COMMAND = re.compile(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_ESCAPE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


def show_stream(name: str, text: str) -> str:
    """Show what a cell wrote to `stdout` or `stderr`."""
    return _folded(text, "text stderr" if name == "stderr" else "text") if text.strip("\n") else ""


def show_plain(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show the text/plain form of a result."""
    text = joined(data)
    return _folded(text, "text") if text.strip() else ""


def show_error(output: Mapping[str, Any]) -> str:
    """Show an exception: the message, then the traceback folded."""
    name, value = without_controls(_plain(output.get("ename"))), without_controls(_plain(output.get("evalue")))
    lines = output.get("traceback")
    trace = "\n".join(line for line in lines if isinstance(line, str)) if isinstance(lines, list) else ""
    message = f'<p class="error-message"><strong>{escape(name) or "Error"}</strong>: {escape(value)}</p>'
    if not trace.strip():
        return f'<div class="error">{message}</div>'
    body = f'<pre class="text" tabindex="0">{terminal(trace)}</pre>'
    return f'<div class="error">{message}<details><summary>Traceback</summary>{body}</details></div>'


def _plain(text: object) -> str:
    return _ESCAPE.sub("", text) if isinstance(text, str) else ""


def _folded(text: str, classes: str) -> str:
    lines = text.rstrip().split("\n")
    if len(lines) <= SHOWN_LINES + _HIDDEN_AT_LEAST:
        return f'<pre class="{classes}" tabindex="0">{terminal(text.rstrip())}</pre>'
    first, rest = "\n".join(lines[:SHOWN_LINES]), "\n".join(lines[SHOWN_LINES:])
    return (
        f'<pre class="{classes}" tabindex="0">{terminal(first)}</pre>'
        f'<details class="long"><summary>Show all {len(lines):,} lines</summary>'
        f'<pre class="{classes}" tabindex="0">{terminal(rest)}</pre></details>'
    )


def terminal(text: str) -> str:
    """Return the HTML of text that may move the cursor and change colours as on a terminal."""
    if "\r" in text:
        text = "\n".join(map(_overwritten, text.replace("\r\n", "\n").split("\n")))
    if "\b" in text:
        text = _erased(text)
    if "\x1b" not in text:
        return escape(without_controls(text), quote=False)
    text = _OPERATING_SYSTEM_COMMAND.sub("", text)
    return without_controls(_ansi2html()(text))  # it escapes, and has Jupyter's classes for colours


@cache
def _ansi2html() -> Callable[[str], str]:
    """Return nbconvert's filter, loaded from its file: importing the whole package takes 0.7 s."""
    package = find_spec("nbconvert")
    (folder,) = (package and package.submodule_search_locations) or [""]
    spec = spec_from_file_location("publisher.outputs._ansi", f"{folder}/filters/ansi.py")
    if spec is None or spec.loader is None:
        raise ImportError("nbconvert.filters.ansi")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[str], str] = module.ansi2html
    return found


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
    for part in filter(None, parts):
        shown = part + shown[len(part) :]
    return shown
