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
_DESCRIBE = {
    "text": "say what it shows: `![…](image.png)`",
    "plots": "say what it shows: `#| fig-alt: …`",
    "html": "say what it shows in the HTML that the code makes: `<img alt=…`",
}
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
    """Yield the cells whose outputs show nothing, or the name of a figure in which nothing is drawn."""
    for cell, wishes in reading.code:
        if wishes.show_output and cell.outputs:
            texts = [_text(output) for output in cell.outputs]
            if not any(texts) or any(map(_EMPTY_FIGURE.fullmatch, texts)):
                hint = "clear the output, or mend the cell and run it again"
                yield found("empty-output", reading.path, "has an output that shows nothing", hint, cell.number)


def _text(output: Mapping[str, Any]) -> str:
    """Return the text of an output; of what is more than text, or no text, its kind."""
    if output["output_type"] == "stream":
        return str(output["text"]).strip()
    data = output.get("data")
    if not isinstance(data, dict):
        return str(output["output_type"])
    told = {mime: joined(value).strip() if isinstance(value, str | list) else mime for mime, value in data.items()}
    return told["text/plain"] if list(told) == ["text/plain"] else " ".join(filter(None, told.values()))


def missing_alts(reading: Reading) -> Iterator[Finding]:
    """Yield the cells with images or figures that have no alternative text."""
    cells = {cell.number: cell for cell in reading.document.cells}
    for number, images in sorted(Counter(reading.made.article.undescribed).items()):
        cell = cells.get(number)
        what = f"has {count(images, 'image')} without an alternative text"
        yield found("missing-alt", reading.path, what, _DESCRIBE[_form(cell) if cell else "text"], number)


def _form(cell: Cell) -> str:
    """Return where the images of a cell come from: its text, plots, or HTML that its code makes."""
    if cell.kind != "code":
        return "text"
    return "plots" if any(map(is_image, cell.outputs)) else "html"


def is_image(output: Mapping[str, Any]) -> bool:
    """Tell whether an output is an image."""
    data = output.get("data")
    return isinstance(data, dict) and any(str(mime).startswith("image/") for mime in data)


def heading_order(reading: Reading) -> Iterator[Finding]:
    """Yield the headings that skip a level below the one before; where the first stands is the author's choice."""
    before = 0
    for cell in reading.front.cells:
        for level in markdown.levels(cell.source) if cell.kind == "markdown" else ():
            if before and level > before + 1:
                what = f"has a heading of level {level} below one of level {before}"
                yield found("heading-order", reading.path, what, f"write `{'#' * (before + 1)}`", cell.number)
            before = level
