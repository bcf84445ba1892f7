"""Tell search engines which pages there are, and since when each is what it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from xml.etree import ElementTree

from msgspec import Struct

from publisher import markup

PATH, ROBOTS = "sitemap.xml", "robots.txt"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


class Location(Struct, frozen=True):
    """The absolute address of a page, and when it last changed, if that is known."""

    url: str
    changed: datetime | None = None


def write(locations: Iterable[Location]) -> bytes:
    """Return the sitemap of these pages."""
    root = ElementTree.Element("urlset", {"xmlns": _NAMESPACE})
    for location in locations:
        parent = ElementTree.SubElement(root, "url")
        ElementTree.SubElement(parent, "loc").text = markup.without_controls(location.url)
        if location.changed:
            ElementTree.SubElement(parent, "lastmod").text = day(location.changed)
    ElementTree.indent(root, "")
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def day(value: datetime) -> str:
    """Return a time as the W3C has it; midnight stands for the whole day."""
    is_day = (value.hour, value.minute, value.second) == (0, 0, 0)
    return value.date().isoformat() if is_day else value.isoformat(timespec="seconds")


def robots(base_url: str = "") -> bytes:
    """Return the file that lets every robot in, and says where the sitemap is if that is known."""
    where = f"\nSitemap: {base_url}/{PATH}\n" if base_url else ""
    return f"User-agent: *\nAllow: /\n{where}".encode()
