"""What the page shows that its author hardly meant: tracebacks, outputs of nothing, images that nobody described."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from publisher import markdown
from publisher.checks.kinds import Finding, found
from publisher.notebooks import joined
from publisher.report import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from publisher.cells import Cell
    from publisher.checks.reading import Reading

_EXPECTED = frozenset(("raises-exception", "raises_exception"))
_EMPTY_FIGURE = re.compile(r"<Figure size [\d.]+x[\d.]+ with 0 Axes>")


def tracebacks(reading: Reading) -> Iterator[Finding]:
    """Yield the cells that show an exception which no tag expects."""
    for cell, wishes in reading.code:
        if not (wishes.show_output and wishes.error) or _is_expected(cell):
            continue
        for output in cell.outputs:
            if output["output_type"] == "error":
                hint = "mend the cell and run it, or tag it `raises-exception`"
                yield found("traceback", reading.path, f"shows the traceback of {_named(output)}", hint, cell.number)
                break


def _is_expected(cell: Cell) -> bool:
    tags = cell.metadata.get("tags")
    return isinstance(tags, list) and bool(_EXPECTED.intersection(tags))


def _named(output: Mapping[str, Any]) -> str:
    name = output.get("ename")
    return name if isinstance(name, str) and name else "an exception"


def empty_outputs(reading: Reading) -> Iterator[Finding]:
    """Yield the cells with an output that shows nothing."""
    for cell, wishes in reading.code:
        if wishes.show_output and any(map(_is_empty, cell.outputs)):
            hint = "end its last line with `;`, or run it again"
            yield found("empty-output", reading.path, "has an output that shows nothing", hint, cell.number)


def _is_empty(output: Mapping[str, Any]) -> bool:
    if output["output_type"] == "stream":
        return not str(output["text"]).strip()
    data = output.get("data")
    if output["output_type"] == "error" or not isinstance(data, dict):
        return False
    texts = [joined(value).strip() for value in data.values() if isinstance(value, str | list)]
    if len(texts) < len(data):  # JSON
        return False
    return not any(texts) or (list(data) == ["text/plain"] and bool(_EMPTY_FIGURE.fullmatch(texts[0])))


def missing_alts(reading: Reading) -> Iterator[Finding]:
    """Yield the cells with images or figures that have no alternative text."""
    kinds = {cell.number: cell.kind for cell in reading.document.cells}
    for number, images in sorted(Counter(reading.made.article.undescribed).items()):
        is_code = kinds.get(number) == "code"
        hint = "say what it shows: `#| fig-alt: …`" if is_code else "say what it shows: `![…](image.png)`"
        what = f"has {count(images, 'image')} without an alternative text"
        yield found("missing-alt", reading.path, what, hint, number)


def heading_order(reading: Reading) -> Iterator[Finding]:
    """Yield the headings that skip a level below the one before; where the first stands is the author's choice."""
    before = 0
    for cell in reading.front.cells:
        for level in markdown.levels(cell.source) if cell.kind == "markdown" else ():
            if before and level > before + 1:
                what = f"has a heading of level {level} below one of level {before}"
                yield found("heading-order", reading.path, what, f"write `{'#' * (before + 1)}`", cell.number)
            before = level
