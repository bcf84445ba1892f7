"""Markdown rendered, and what must not come of it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from publisher import markdown
from publisher.article import Notes


def render(*cells: str, title: str = "") -> tuple[list[str], Notes]:
    """Return the HTML of each cell of a notebook, and the notes taken."""
    notes = Notes("a.ipynb", title=title)
    markdown.prepare(cells, notes)
    html = []
    for number, cell in enumerate(cells, start=1):
        notes.cell = number
        html.append(markdown.render(cell, notes))
    return html, notes


_SCHEMES = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.I)


class _Watch(HTMLParser):
    """Collects what must not be in any page."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "base",
            "meta",
            "input",
            "form",
            "svg",
            "link",
            "textarea",
            "title",
        }:
            self.wrong.append(tag)
        for name, value in attrs:
            scheme = _SCHEMES.match(value or "")
            allowed = {"http", "https", "mailto", "tel", "attachment"} | (
                {"data"} if tag in {"img", "video", "audio", "source"} else set()
            )
            if name.startswith("on") or (name in {"href", "src"} and scheme and scheme[1].lower() not in allowed):
                self.wrong.append(f"{tag} {name}={value}")


def dangers_of(html: str) -> list[str]:
    watch = _Watch()
    watch.feed(html)
    watch.close()
    return watch.wrong
