"""Data as outputs: JSON folded, tables of records as tables, places on a sketch."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from publisher.article import Notes
from publisher.markup import escape, preformatted, without_controls
from publisher.notebooks import joined
from publisher.outputs import sketch, tables, text, whole
from publisher.outputs.images import Labels, figure
from publisher.words import Words

_OPEN_DEPTH = 6  # levels of JSON that fold; deeper ones are written out
_FOLDS = 400  # folds of one output: more would be slower to show than to read
_BRANCHES = (dict, list)


def show_json(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show JSON: a line that says what it is, all else folded."""
    if isinstance(data, str) and (parsed := _parsed(data)) is not None:
        data = parsed
    written = _written(data)
    if not written:
        return ""
    limit = notes.limits.characters
    body = text.show_text(written, notes) if _is_large(data, written, limit) else _nodes(data, notes.words)
    return f'<details class="json"><summary>JSON: {_told(data, notes.words)}</summary>{body}</details>'


def show_geojson(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show places as a sketch, where there is one to draw, with the data folded below it."""
    if isinstance(data, str):
        data = _parsed(data)
    drawing = sketch.draw(data)
    if not drawing:
        return show_json(data, metadata, labels, notes) if data else ""
    told = notes.words.map_sketch(shapes=sketch.count(data, notes.words))
    shown = figure(drawing.encode(), "image/svg+xml", {"alt": told}, labels, notes)
    return shown + show_json(data, metadata, labels, notes)


def show_records(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show a Tabular Data Resource as a table with a file of all its rows."""
    rows = data.get("data") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        return ""
    names = _columns(data.get("schema"), rows)
    shown = rows[: notes.limits.rows or None]
    head = "".join(f"<th>{_cell(name)}</th>" for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(row.get(name))}</td>' for name in names)}</tr>" for row in shown)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    html = tables.with_tables(table, notes.words, labels.table_caption)
    told = tables.told(len(shown), len(rows), len(names), notes)
    return f'<div class="html">{html}{whole.note(told, _csv(names, rows, notes), notes)}</div>'


def show_unknown(data: Any, metadata: Mapping[str, Any], labels: Labels, notes: Notes) -> str:
    """Show what no family knows: data as JSON, words as words."""
    if isinstance(data, dict) or (isinstance(data, list) and not all(isinstance(line, str) for line in data)):
        return show_json(data, metadata, labels, notes) if data else ""
    if isinstance(data, str | list):
        words = joined(data)
        return "" if _is_binary(words) else text.show_plain(words, metadata, labels, notes)
    return ""


def _is_binary(words: str) -> bool:
    """Tell whether this is no text but something else in base64."""
    line = words.replace("\n", "")
    return len(line) > 200 and line.isascii() and line.rstrip("=").replace("+", "a").replace("/", "a").isalnum()


def _parsed(written: str) -> Any:
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return None


def _written(data: Any) -> str:
    """Return JSON, indented; "" for what is nested deeper than anybody could read.

    The standard library takes 27 ms for a chart of 90 kB, msgspec under one, but it does not write every number.
    """
    try:
        return msgspec.json.format(msgspec.json.encode(data)).decode()
    except RecursionError:
        return ""
    except (ValueError, TypeError, OverflowError):
        return json.dumps(data, indent=2, ensure_ascii=False)


def _is_large(data: Any, written: str, limit: int) -> bool:
    is_long = bool(limit) and len(written) > limit
    return is_long or not isinstance(data, _BRANCHES) or _branches(data) > _FOLDS


def _branches(data: Any) -> int:
    """Return how many objects and lists there are, up to what is too many."""
    found, waiting = 0, [data]
    while waiting and found <= _FOLDS:
        value = waiting.pop()
        found += 1
        inner = value.values() if isinstance(value, dict) else value
        waiting += [each for each in inner if isinstance(each, _BRANCHES)]
    return found


def _told(data: Any, words: Words) -> str:
    if isinstance(data, dict):
        return words.json_keys(len(data))
    if isinstance(data, list):
        return words.json_items(len(data))
    return words.json_text if isinstance(data, str) else words.json_value


def _nodes(data: Any, words: Words, depth: int = 0) -> str:
    """Return the entries of an object or a list: plain ones in lines, those with more in them folded."""
    return f'<div class="node">{"".join(_entries(data, words, depth))}</div>'


def _entries(data: Any, words: Words, depth: int) -> Iterator[str]:
    lines: list[str] = []
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        name = f"{without_controls(str(key))}: " if isinstance(data, dict) else ""
        if isinstance(value, _BRANCHES) and value and depth < _OPEN_DEPTH and len(json.dumps(value)) > _SHORT:
            yield from _lines(lines)
            lines = []
            label = f"{name or f'{key}: '}{_told(value, words)}"
            yield f"<details><summary>{escape(label, quote=False)}</summary>{_nodes(value, words, depth + 1)}</details>"
        else:
            lines.append(name + without_controls(json.dumps(value, ensure_ascii=False)))
    yield from _lines(lines)


_SHORT = 72  # characters of an object or a list that is written in its line


def _lines(lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield preformatted(escape("\n".join(lines), quote=False))


def _columns(schema: Any, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    fields = schema.get("fields") if isinstance(schema, dict) else None
    named = [field.get("name") for field in fields if isinstance(field, dict)] if isinstance(fields, list) else []
    names = [name for name in named if isinstance(name, str)]
    return names or list(dict.fromkeys(key for row in rows for key in row))


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return without_controls(value)
    return "" if value is None else without_controls(json.dumps(value, ensure_ascii=False))


def _cell(value: Any) -> str:
    return escape(_plain(value), quote=False)


def _csv(names: Sequence[str], rows: Sequence[Mapping[str, Any]], notes: Notes) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_plain(row.get(name)) for name in names] for row in rows)
    return whole.link(file.getvalue(), notes.words.whole_data, ".csv", notes)
