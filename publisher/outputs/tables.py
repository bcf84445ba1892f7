"""Tables in clean HTML: contained on phones, and read aloud with their headers."""

from __future__ import annotations

import re

from publisher.markup import escape

_TABLE_START = re.compile(r'<table((?: [a-z-]+="[^"]*")*)>')
_HEADER = re.compile(r"<th((?: [a-z-]+=\"[^\"]*\")*)>((?:\s|&nbsp;)*</th>)?")
_ROW = re.compile(r"(<tr[^>]*>)(.*?)</tr>", re.S)
_CELL = re.compile(r"<t[hd]\b[^>]*>.*?</t[hd]>", re.S)
_EMPTY = re.compile(r"<t[hd]\b[^>]*>\s*</t[hd]>")
_NUMBER = re.compile(
    r"<td>(\s*[-+\u2212]?[$€£¥]?(?:\d[\d,.\u202f]{0,30}|\.\d{1,30})(?:e[-+]?\d{1,4})?\s*(?:[%€]\s*)?|NaN|None|-?inf)</td>",
    re.I,
)


def with_tables(html: str, caption: str = "") -> str:
    """Put every table of clean HTML into a labelled region that scrolls, and give its header cells a scope."""
    if "<table" not in html:
        return html
    html = _NUMBER.sub(r'<td class="number">\1</td>', html)
    head, *tables = re.split(r"(?=<table\b)", html)
    return head + "".join(_table(table, "" if index else caption) for index, table in enumerate(tables))


def _table(html: str, caption: str) -> str:
    head, found, body = html.partition("</thead>")
    html = (_one_header(_scoped(head, "col")) + found + _scoped(body, "row")) if found else _scoped(head, "col")
    label = escape(caption or "Table")
    below = f"<caption>{escape(caption, quote=False)}</caption>" if caption else ""
    start = _TABLE_START.match(html)
    if start:
        region = f'<div class="table" role="region" aria-label="{label}" tabindex="0">'
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
