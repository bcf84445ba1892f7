"""What a notebook says of itself: title, date, summary, and where its front matter stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publisher.checks.kinds import Finding, found
from publisher.metadata import frontmatter, headings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from publisher.cells import Cell
    from publisher.checks.reading import Reading

_ALONE = re.compile(r"\s*---[ \t]*\n(?:.*\n)*?(?:---|\.\.\.)\s*")


def missing_title(reading: Reading) -> Iterator[Finding]:
    """Yield that nothing but the file's name says what a post is called."""
    if not reading.front.title_given and not headings.title(reading.front.cells):
        hint = "begin its text with `# Title`, or write `title:` in front matter"
        yield found("missing-title", reading.path, "has no title but its file's name", hint)


def missing_date(reading: Reading) -> Iterator[Finding]:
    """Yield that a post has no date; a page needs none."""
    if reading.metadata.date is None and not reading.metadata.is_page:
        hint = "write `date: 2026-01-31` in front matter, or begin the file's name with it"
        yield found("missing-date", reading.path, "has no date", hint)


def missing_summary(reading: Reading) -> Iterator[Finding]:
    """Yield that cards and feeds show how the text of a post begins."""
    if not reading.metadata.description and not reading.metadata.is_page:
        hint = "write `description:` in front matter"
        yield found("missing-summary", reading.path, "has no summary", hint)


def front_matter_place(reading: Reading) -> Iterator[Finding]:
    """Yield front matter that does not stand in the first cell, whether it is read or not."""
    cell = displaced(reading.document.cells)
    if cell is None:
        return
    if any(other.number == cell.number for other in reading.front.cells):
        what, kind = "has front matter that is not read, as text stands above it", "unread-front-matter"
    else:
        what, kind = "has front matter that is not in the first cell", "late-front-matter"
    yield found(kind, reading.path, what, "move the cell to the top", cell.number)


def displaced(cells: Iterable[Cell]) -> Cell | None:
    """Return the one cell that is nothing but front matter, if it is not the first cell that says anything."""
    said = [cell for cell in cells if cell.source.strip()]
    fronts = [cell for cell in said if _is_front_matter(cell)]
    return fronts[0] if len(fronts) == 1 and fronts[0] is not said[0] else None


def _is_front_matter(cell: Cell) -> bool:
    if cell.kind == "code" or not _ALONE.fullmatch(cell.source):
        return False
    return frontmatter.is_front_matter(cell.source)
