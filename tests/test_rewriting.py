from __future__ import annotations

import codecs
import json
from typing import Any

import nbformat
import pytest

from publisher import rewriting
from tests.support.notebooks import notebook

RAW: dict[str, Any] = {
    "cells": [{"cell_type": "markdown", "metadata": {"b": 1, "a": []}, "source": ["Grüße\n", '\u2028 \t \\ " \x7f']}],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 4,
}


@pytest.mark.parametrize("indent", [1, 2, 4, "\t", None])
@pytest.mark.parametrize("is_ascii", [True, False])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(("mark", "end"), [(b"", "\n"), (codecs.BOM_UTF8, ""), (b"", "\n\n")])
def test_what_is_read_is_written_as_it_was(
    indent: int | str | None, is_ascii: bool, line_end: str, mark: bytes, end: str
) -> None:
    text = json.dumps(RAW, indent=indent, ensure_ascii=is_ascii) + end
    data = mark + text.replace("\n", line_end).encode()
    written = rewriting.read(data)
    assert written is not None
    assert rewriting.write(written.raw, written.style) == data


def test_what_nbformat_writes_is_written_as_it_was() -> None:
    text = nbformat.writes(nbformat.from_dict(RAW)) + "\n"  # type: ignore[no-untyped-call]
    written = rewriting.read(text.encode())
    assert written is not None
    assert rewriting.write(written.raw, written.style).decode() == text


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff", b'{"nbformat": 3, "cells": []}', b"[" * 100_000])
def test_what_is_no_notebook_of_format_4_is_not_read(data: bytes) -> None:
    assert rewriting.read(data) is None


def test_the_line_of_a_cell_is_where_it_begins_in_the_file() -> None:
    raw = json.loads(notebook("One", '"cells": [', "Three"))
    text = json.dumps({"metadata": {"x": '"cells": ['}, **raw}, indent=1)
    lines = text.splitlines()
    found = rewriting.first_lines(text.encode())
    assert len(found) == 3
    assert all(lines[line - 1] == "  {" for line in found)
    assert rewriting.first_lines(b'{"cells": [}') == ()


def test_long_lines_of_a_difference_are_cut() -> None:
    shown = rewriting.difference("a", b"x" * 1000 + b"\n", b"y\n")
    assert max(map(len, shown.splitlines())) < 210
    assert "+y\n" in shown
