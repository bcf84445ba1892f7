"""Repairs that are safe: each keeps a notebook valid, and the page that is made of it as it is.

One moves front matter to the top, which makes it count where it was not read before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from typing import TYPE_CHECKING, Any

from publisher import markdown, notebooks, options, rewriting
from publisher.article import STUB
from publisher.checks import files, saying, shown

if TYPE_CHECKING:
    from publisher.cells import Cell
    from publisher.checks.reading import Reading

Raw = dict[str, Any]

_HASHED = re.compile(r"(?:i?python|julia|r)[-\d.]*")  # languages whose comments begin with `#`
_UNDESCRIBED = re.compile(r"!\[\](?=\()")


def with_front_matter_first(raw: Raw, reading: Reading) -> Raw:
    """Move the front matter of a notebook to its top."""
    cell = saying.displaced(reading.document.cells)
    if cell is None:
        return raw
    cells = list(raw["cells"])
    return {**raw, "cells": [cells.pop(cell.number - 1), *cells]}


def with_ids(raw: Raw, reading: Reading) -> Raw:
    """Give cells the ids that publishing gives them."""
    wrong = files.wrong_ids(reading.document)
    return _with_cells(raw, lambda number, cell: {**cell, "id": wrong[number]} if number in wrong else cell)


def with_stubs(raw: Raw, reading: Reading) -> Raw:
    """Put `TODO` where an alternative text is missing: authors see it, and it counts as none."""
    images = list(reading.made.article.undescribed)
    cells = {cell.number: cell for cell in reading.document.cells if cell.number in images}
    is_hashed = _HASHED.fullmatch(notebooks.language(reading.document.metadata)) is not None

    def stubbed(number: int, cell: Raw) -> Raw:
        known = cells.get(number)
        if known and known.kind == "markdown":
            return _with_described_images(cell)
        if known and known.kind == "code" and is_hashed:
            return _with_described_figures(cell, known, images.count(number))
        return cell

    return _with_cells(raw, stubbed)


def without_volatile_metadata(raw: Raw, reading: Reading) -> Raw:
    """Take out metadata that change from run to run."""
    return files.without_volatile(raw, reading) or raw


# What is repaired, by the kinds of what is found; cells are counted as they were read, so what moves them comes last.
FIXES: tuple[tuple[tuple[str, ...], Callable[[Raw, Reading], Raw]], ...] = (
    (("cell-id",), with_ids),
    (("missing-alt",), with_stubs),
    (("volatile-metadata",), without_volatile_metadata),
    (("late-front-matter", "unread-front-matter"), with_front_matter_first),
)


def fixed(reading: Reading, kinds: Container[str]) -> bytes | None:
    """Return the file of a notebook with all repaired that is of these kinds; None if nothing of it is."""
    known = dict(reading.document.raw)
    if known.get("nbformat") != 4 or _repaired(known, reading, kinds) == known:
        return None
    written = rewriting.read(reading.data)  # which takes long, as it looks for the style
    return rewriting.write(_repaired(written.raw, reading, kinds), written.style) if written else None


def _repaired(raw: Raw, reading: Reading, kinds: Container[str]) -> Raw:
    for names, fix in FIXES:
        if any(name in kinds for name in names):
            raw = fix(raw, reading)
    return raw


def _with_cells(raw: Raw, change: Callable[[int, Raw], Raw]) -> Raw:
    cells = [change(number, cell) if isinstance(cell, dict) else cell for number, cell in enumerate(raw["cells"], 1)]
    return {**raw, "cells": cells}


def _with_described_images(cell: Raw) -> Raw:
    source = rewriting.source(cell)
    stub = f"![{STUB}: describe this image]"
    parts = (_UNDESCRIBED.sub(stub, part) if is_text else part for part, is_text in markdown.parts(source))
    text = "".join(parts)
    return cell if text == source else rewriting.with_source(cell, text)


def _with_described_figures(cell: Raw, known: Cell, number: int) -> Raw:
    wishes, source = options.read(known), rewriting.source(cell)
    is_magic = source.lstrip().startswith("%%")
    if wishes.alts or wishes.captions or is_magic or number != sum(map(shown.is_image, known.outputs)):
        return cell
    text = f'"{STUB}: describe this figure"'
    line = f"#| fig-alt: {text}" if number == 1 else f"#| fig-alt: [{', '.join([text] * number)}]"
    return rewriting.with_source(cell, f"{line}\n{source}")
