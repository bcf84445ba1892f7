"""Tables in clean HTML: contained on phones, and read aloud with their headers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from html import unescape

from publisher.article import Notes
from publisher.markup import escape
from publisher.outputs import whole
from publisher.words import Words

_WINDOW = 100  # a table of more rows scrolls in a window of its own

_TABLE_START = re.compile(r'<table((?: [a-z-]+="[^"]*")*)>')
_HEADER = re.compile(r"<th((?: [a-z-]+=\"[^\"]*\")*)>((?:\s|&nbsp;)*</th>)?")
_ROW = re.compile(r"(<tr[^>]*>)(.*?)</tr>", re.S)
_CELL = re.compile(r"<t[hd]\b[^>]*>.*?</t[hd]>", re.S)
_EMPTY = re.compile(r"<t[hd]\b[^>]*>\s*</t[hd]>")
WHOLE_TABLE = re.compile(r"<table\b(?:(?!<table\b).)*?</table>", re.S)
_TAG = re.compile(r"<[^<>]*>")
_NUMBER = re.compile(
    r"<td>(\s*[-+\u2212]?[$€£¥]?(?:\d[\d,.\u202f]{0,30}|\.\d{1,30})(?:e[-+]?\d{1,4})?\s*(?:[%€]\s*)?|NaN|None|-?inf)</td>",
    re.I,
)


def with_tables(html: str, words: Words, caption: str = "") -> str:
    """Put every table of clean HTML into a labelled region that scrolls, and give its header cells a scope.

    A long one scrolls downwards too.
    """
    if "<table" not in html:
        return html
    html = _NUMBER.sub(r'<td class="number">\1</td>', html)
    head, *tables = re.split(r"(?=<table\b)", html)
    return head + "".join(_table(table, "" if index else caption, words) for index, table in enumerate(tables))


def shortened(html: str, notes: Notes) -> str:
    """Cut the tables of clean HTML after so many rows, with the whole of each as a file; others stay."""
    limit = notes.limits.rows
    if not limit or html.count("<tr") <= limit:
        return html
    return WHOLE_TABLE.sub(lambda table: _cut(table[0], limit, notes), html)


def _cut(table: str, limit: int, notes: Notes) -> str:
    head, found, rest = table.partition("<tbody>")
    body, _, after = rest.partition("</tbody>")
    rows = [match.end() for match in _ROW.finditer(body)]
    if len(rows) <= limit or "<tbody" in after:
        return table
    grid = list(_grid(_ROW.findall(table)))
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(grid)
    link = whole.link(file.getvalue(), notes.words.whole_table, ".csv", notes)
    note = whole.note(told(limit, len(rows), max(map(len, grid)), notes), link, notes)
    return f"{head}{found}{body[: rows[limit - 1]]}</tbody>{after}{note}"


def told(shown: int, rows: int, columns: int, notes: Notes) -> str:
    """Return how much of a table is shown, in words; warn if that is not all."""
    words = notes.words
    size = {"rows": words.number(rows), "columns": words.number(columns)}
    if shown == rows:
        return words.table_size(**size)
    notes.warn(f"has a table of {rows:,} rows, of which the page shows {shown:,}", "show fewer, or raise `limits.rows`")
    return words.table_start(shown=words.number(shown), **size)


def _grid(rows: Iterable[tuple[str, str]]) -> Iterator[list[str]]:
    """Yield the words of the cells of each row; one that spans several places is followed, and repeated below."""
    below: dict[int, tuple[int, str]] = {}
    for _, row in rows:
        words: list[str] = []
        for cell in _CELL.findall(row):
            _fill(words, below)
            text = unescape(_TAG.sub("", cell)).strip()
            across, down = (_span(cell, name) for name in ("colspan", "rowspan"))
            if down > 1:
                below.update({len(words) + at: (down - 1, text if not at else "") for at in range(across)})
            words += [text, *[""] * (across - 1)]
        _fill(words, below)
        yield words


def _fill(words: list[str], below: dict[int, tuple[int, str]]) -> None:
    while (place := len(words)) in below:
        left, text = below.pop(place)
        words.append(text)
        if left > 1:
            below[place] = (left - 1, text)
            break


def _span(cell: str, name: str) -> int:
    found = re.match(rf'<t[hd][^>]* {name}="(\d{{1,3}})"', cell)
    return max(int(found[1]), 1) if found else 1


def _table(html: str, caption: str, words: Words) -> str:
    head, found, body = html.partition("</thead>")
    html = (_one_header(_scoped(head, "col")) + found + _scoped(body, "row")) if found else _scoped(head, "col")
    label = escape(caption or words.table)
    below = f"<caption>{escape(caption, quote=False)}</caption>" if caption else ""
    classes = "table window" if html.count("<tr") > _WINDOW else "table"
    start = _TABLE_START.match(html)
    if start:
        region = f'<div class="{classes}" role="region" aria-label="{label}" tabindex="0">'
        html = f"{region}{start[0]}{below}{html[start.end() :]}"
    return html.replace("</table>", "</table></div>")


def _one_header(head: str) -> str:
    """Join the last two rows of a head where pandas gave one to the names of the index alone.

    They then stand above the index, where the other row is empty.
    """
    rows = list(_ROW.finditer(head))
    columns, names = (_CELL.findall(row[2]) for row in rows[-2:]) if len(rows) > 1 else ([], [])
    width = next((at for at, cell in enumerate(names) if _EMPTY.fullmatch(cell)), 0)
    is_apart = all(map(_EMPTY.fullmatch, [*columns[:width], *names[width:]])) and "span=" not in "".join(columns)
    if not width or len(columns) != len(names) or not is_apart:
        return head
    joined = "".join([*names[:width], *columns[width:]])
    return f"{head[: rows[-2].start()]}{rows[-2][1]}{joined}</tr>{head[rows[-1].end() :]}"


def _scoped(html: str, scope: str) -> str:
    def header(match: re.Match[str]) -> str:
        if match[2]:
            return f"<td{match[1]}></td>"  # an empty header says nothing, and screen readers say that
        return f"<th{match[1]}>" if "scope=" in match[1] else f'<th scope="{scope}"{match[1]}>'

    return _HEADER.sub(header, html)
