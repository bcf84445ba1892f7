"""Tables in clean HTML: contained on phones, and read aloud with their headers."""

from __future__ import annotations

import re

from publisher.markup import escape

_TABLE_START = re.compile(r'<table((?: [a-z-]+="[^"]*")*)>')
_HEADER = re.compile(r"<th((?: [a-z-]+=\"[^\"]*\")*)>(\s*</th>)?")
_NUMBER = re.compile(
    r"<td>(\s*[-+\u2212]?(?:\d[\d,\u202f]*\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*%?\s*|NaN|nan|None|inf)</td>", re.I
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
    html = _scoped(head, "col") + found + (_scoped(body, "row") if found else "")
    label = escape(caption or "Table")
    below = f"<caption>{escape(caption, quote=False)}</caption>" if caption else ""
    start = _TABLE_START.match(html)
    if start:
        region = f'<div class="table" role="region" aria-label="{label}" tabindex="0">'
        html = f"{region}{start[0]}{below}{html[start.end() :]}"
    return html.replace("</table>", "</table></div>")


def _scoped(html: str, scope: str) -> str:
    def header(match: re.Match[str]) -> str:
        if match[2]:
            return f"<td{match[1]}></td>"  # an empty header says nothing, and screen readers say that
        return f"<th{match[1]}>" if "scope=" in match[1] else f'<th scope="{scope}"{match[1]}>'

    return _HEADER.sub(header, html)
