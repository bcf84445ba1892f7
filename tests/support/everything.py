"""A small blog with every kind of content, for looking at all that a page may hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.notebooks import PIXEL, cell, notebook, output, stream
from tests.support.outputs import BARS, PLOTLY, VEGA

SETTINGS = """
[tool.publisher]
title = "Everything"
description = "One of each kind."
page-size = 4
base-url = "https://example.org/"
authors = [{ name = "Ada Lindqvist", url = "https://ada.example/" }]
navigation = [{ title = "Posts", url = "/" }, { title = "About", url = "/about/" }]
"""
WORDS = "Words that follow each other until the line is full, and then a few more of them. "
CODE = 'def square(number: int) -> int:\n    """Return it."""\n    # a comment\n    return number ** 2  # and another'
LONG = "x = " + " + ".join(f"a_rather_long_name_{number}" for number in range(20))
PROSE = f"""{WORDS * 3}[A link](https://example.org/), *emphasis*, **strength**, `code`, ~~gone~~ and a note.[^1]

> {WORDS}

- one
- two

1. first
2. second

| name | value | what it is |
|:-----|------:|:-----------|
| a    |     1 | {WORDS} |

!!! note

    {WORDS}

> [!WARNING]
> {WORDS}

<details><p>{WORDS}</p></details>

<center><font color="#000080">{WORDS}</font></center>

[^1]: {WORDS}
"""
SUM = " + ".join(f"\\frac{{a_{{{number}}}}}{{b_{number}}}" for number in range(30))
MATH = f"""## Formulas

In a line $x^2$ and $\\sqrt{{2}}$, and alone, as in $\\eqref{{sum}}$:

$$\\begin{{aligned}} a &= b \\\\ c &= \\frac{{1}}{{2}} \\end{{aligned}}$$

$$\\int_0^1 {SUM} \\, dx \\label{{sum}}$$
"""
HEAD = "".join(f"<th>column {number}</th>" for number in range(14))
ROW = "".join(f"<td>{number}.25</td>" for number in range(14))
FRAME = (
    f'<table border="1" class="dataframe"><thead><tr><th></th>{HEAD}</tr></thead>'
    f"<tbody>{''.join(f'<tr><th>{row}</th>{ROW}</tr>' for row in range(4))}</tbody></table>"
)


def write(folder: Path) -> None:
    """Write the blog: an article with everything, some of one kind, and some to fill two pages of a listing."""
    (folder / "pyproject.toml").write_text(SETTINGS, "utf-8")
    posts = {
        "everything": (PROSE, MATH, *_code(), *_drawn()),
        "plain": (PROSE, cell(CODE, "code", execution_count=1)),
        **{f"filler-{number}": (WORDS, f"## Part {number}\n\n{WORDS}") for number in range(5)},
    }
    for number, (name, cells) in enumerate(posts.items(), 1):
        opening = f"# Of {name}\n\n{WORDS}"
        about = f"---\ndate: 2026-01-{number:02}\ntags: [plots, Größe]\nseries: Things\n---"
        _write(folder, name, cell(about, "raw"), opening, *cells)
    _write(folder, "about", cell("---\ntype: page\n---", "raw"), f"# About\n\n{WORDS}")


def _write(folder: Path, name: str, *cells: dict[str, Any] | str) -> None:
    place = folder / "notebooks" / f"{name}.ipynb"
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(notebook(*cells))


def _code() -> list[dict[str, Any]]:
    printed = "".join(f"line {number}\n" for number in range(200))
    failed = ["\x1b[0;31mZeroDivisionError\x1b[0m: division by zero"]
    folded = {"metadata": {"tags": ["hide-input"]}}
    return [
        cell(CODE, "code", execution_count=1, outputs=[stream(printed, "stdout")]),
        cell(LONG, "code", outputs=[stream("UserWarning: \x1b[31mred\x1b[0m and \x1b[32mgreen\x1b[0m", "stderr")]),
        cell("1 / 0", "code", outputs=[_error(failed)], **folded),
        cell("table", "code", outputs=[output({"text/html": FRAME, "text/plain": "table"})]),
        cell("data", "code", outputs=[output({"application/json": {"a": [1, {"b": "c"}]}})]),
    ]


def _drawn() -> list[dict[str, Any]]:
    chart = {"data": [{"y": [1, 3, 2]}], "layout": {"title": {"text": "Steps"}, "height": 330}}
    bundles = ({"image/png": PIXEL, "text/plain": "a figure"}, {PLOTLY: chart}, {VEGA: json.loads(json.dumps(BARS))})
    return [cell("draw()", "code", outputs=[output(bundle)]) for bundle in bundles]


def _error(traceback: list[str]) -> dict[str, Any]:
    said = {"ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": traceback}
    return {"output_type": "error", **said}
