"""Write a feed as Atom (RFC 4287)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from publisher import __version__, markup
from publisher.feeds.values import Entry, Feed, Person
from publisher.pages import ATOM

NAMESPACE, _XHTML = "http://www.w3.org/2005/Atom", "http://www.w3.org/1999/xhtml"
_NEVER = "1970-01-01T00:00:00Z"  # a feed has to say when it changed, even one in which nothing is yet


def write(feed: Feed) -> bytes:
    """Return a feed as Atom. Browsers show it by its style sheet, with the links that are in its texts."""
    root = ElementTree.Element("feed", {"xmlns": NAMESPACE, "xml:lang": feed.language})
    _add(root, "id", feed.home)
    _add(root, "title", feed.title)
    _linked(root, "subtitle", feed.subtitle or feed.home.partition("//")[2].strip("/"), feed.home)
    _add(root, "updated", _time(feed.updated))
    _add(root, "link", rel="self", type=ATOM, href=feed.url)
    _add(root, "link", rel="alternate", type="text/html", href=feed.home)
    _people(root, feed.authors)
    for name, url in (("icon", feed.icon), ("logo", feed.logo)):
        if url:
            _add(root, name, url)
    _add(root, "generator", "publisher", version=__version__)
    for entry in feed.entries:
        _entry(ElementTree.SubElement(root, "entry", {"xml:lang": entry.language}), entry)
    ElementTree.indent(root, "")
    head = ['<?xml version="1.0" encoding="utf-8"?>']
    if feed.stylesheet:
        instruction = f'type="text/css" href="{markup.escape(feed.stylesheet)}"'
        head.append(_written(ElementTree.ProcessingInstruction("xml-stylesheet", instruction)))
    return "\n".join((*head, _written(root), "")).encode()


def _written(element: ElementTree.Element[Any]) -> str:
    return ElementTree.tostring(element, encoding="unicode")


def _entry(parent: ElementTree.Element, entry: Entry) -> None:
    _add(parent, "id", entry.id)
    _add(parent, "title", entry.title)
    _add(parent, "published", _time(entry.published))
    _add(parent, "updated", _time(entry.updated))
    _add(parent, "link", rel="alternate", type="text/html", href=entry.url)
    _people(parent, entry.authors)
    for tag in entry.tags:
        _add(parent, "category", term=markup.without_controls(tag))
    _linked(parent, "summary", entry.summary or entry.title, entry.url)
    _add(parent, "content", entry.content, type="html")


def _people(parent: ElementTree.Element, people: tuple[Person, ...]) -> None:
    for person in people:
        author = ElementTree.SubElement(parent, "author")
        _add(author, "name", person.name)
        if person.url:
            _add(author, "uri", person.url)


def _linked(parent: ElementTree.Element, name: str, text: str, url: str) -> None:
    """Add a text that is a link: the only kind of link in a feed that a browser can follow."""
    outer = ElementTree.SubElement(parent, name, {"type": "xhtml"})
    _add(ElementTree.SubElement(outer, "div", {"xmlns": _XHTML}), "a", text, href=url)


def _add(parent: ElementTree.Element, name: str, text: str = "", /, **attributes: str) -> None:
    ElementTree.SubElement(parent, name, attributes).text = markup.without_controls(text) or None


def _time(value: datetime | None) -> str:
    return value.isoformat(timespec="seconds").replace("+00:00", "Z") if value else _NEVER
