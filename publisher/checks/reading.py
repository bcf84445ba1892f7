"""A notebook as an editor has it at hand: what is written, what it says of itself, what was made of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from publisher import options

if TYPE_CHECKING:
    from publisher.cells import Cell, Document
    from publisher.metadata import FrontMatter
    from publisher.posts import Made


class Reading:
    """One notebook: its file, its cells, its front matter, and the post that was made of it."""

    def __init__(self, data: bytes, document: Document, front: FrontMatter, made: Made) -> None:
        self.data = data
        self.document = document
        self.front = front
        self.metadata = made.metadata
        self.made = made

    @property
    def path(self) -> str:
        """The path of the notebook below the source folder."""
        return self.document.path

    @cached_property
    def code(self) -> tuple[tuple[Cell, options.Options], ...]:
        """The cells of code that are on the page, each with how it is shown there."""
        return tuple(self._code())

    def _code(self) -> Iterator[tuple[Cell, options.Options]]:
        hides_code = {"hide_input": self.document.metadata.get("hide_input")}
        for cell in self.front.cells:
            wishes = options.read(cell, hides_code) if cell.kind == "code" else None
            if wishes and not wishes.removed:
                yield cell, wishes
