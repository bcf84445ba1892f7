"""Read the elements of a few lines of HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from msgspec import Struct


class Element(Struct):
    """An element as it is written: its tag, its attributes, and the text in it if that is a script or a style."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


def read(html: str) -> tuple[list[Element], list[str]]:
    """Return the elements in their order, and the texts between them."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found, reader.strays


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Element] = []
        self.strays: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            self.found[-1].text += data
        elif data.strip():
            self.strays.append(data.strip())
