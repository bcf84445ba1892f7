"""What feeds have to be: as the standards say, and fit for readers that show them far from the site."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
import html5lib
import jsonschema
from lxml import etree

from tests.support import CHECKOUT

ATOM = "{http://www.w3.org/2005/Atom}"
_SCHEMA = CHECKOUT / "tests/schemas/atom.rng"
_FORBIDDEN = ("script", "iframe", "object", "embed", "style", "form", "input", "button", "svg", "noscript", "template")
_ATTRIBUTES = re.compile(r"on.*|style|class|data-.*|tabindex|role|srcset|sizes|loading|decoding|aria-.*", re.I)
_URLS = ("href", "src", "poster")
_OWN_NOTE = re.compile(r"#fn(?:ref)?-\d+(?:-\d+)?-[0-9a-f]{8}")
_TEXT = {"type": "string", "minLength": 1}
_URL = {"type": "string", "pattern": r"^https?://[^\s]+$"}
_PEOPLE = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"name": _TEXT, "url": _URL, "avatar": _URL},
        "anyOf": [{"required": [name]} for name in ("name", "url", "avatar")],
        "additionalProperties": False,
    },
}
_TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$"}
JSON_FEED = {  # https://www.jsonfeed.org/version/1.1/
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        **dict.fromkeys(("title", "description", "user_comment", "language"), _TEXT),
        **dict.fromkeys(("home_page_url", "feed_url", "next_url", "icon", "favicon"), _URL),
        "authors": _PEOPLE,
        "expired": {"type": "boolean"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
                "additionalProperties": False,
                "properties": {
                    **dict.fromkeys(("id", "title", "content_html", "content_text", "summary", "language"), _TEXT),
                    **dict.fromkeys(("url", "external_url", "image", "banner_image"), _URL),
                    **dict.fromkeys(("date_published", "date_modified"), _TIME),
                    "authors": _PEOPLE,
                    "tags": {"type": "array", "items": _TEXT, "uniqueItems": True},
                },
            },
        },
    },
}


def faults(site: Path) -> list[str]:
    """Return what is wrong with any feed of a site."""
    atoms = sorted(site.rglob("feed.xml"))
    assert site / "feed.xml" in atoms
    found = [fault for file in atoms for fault in atom_faults(file.read_bytes())]
    return [*found, *json_faults((site / "feed.json").read_bytes())]


def atom_faults(data: bytes) -> Iterator[str]:
    """Yield what is wrong with an Atom feed."""
    parsed = feedparser.parse(data, response_headers={"content-type": "application/atom+xml; charset=utf-8"})
    if parsed.bozo or parsed.version != "atom10":
        yield f"feedparser: {parsed.version}, {parsed.get('bozo_exception')}"
    schema = etree.RelaxNG(etree.parse(_SCHEMA))
    tree = etree.fromstring(data)
    if not schema.validate(tree):
        yield f"schema: {schema.error_log.last_error}"
    ids = [element.text for element in tree.iter(f"{ATOM}id")]
    if len(set(ids)) != len(ids):
        yield "an id is there twice"
    times = tree.iter(f"{ATOM}published", f"{ATOM}updated")
    if not all(datetime.fromisoformat(time.text).tzinfo for time in times):
        yield "a time without a zone"
    for entry in tree.iter(f"{ATOM}entry"):
        yield from content_faults(entry.findtext(f"{ATOM}content") or "")


def json_faults(data: bytes) -> Iterator[str]:
    """Yield what is wrong with a JSON feed."""
    feed = json.loads(data)
    yield from (error.message[:300] for error in jsonschema.Draft202012Validator(JSON_FEED).iter_errors(feed))
    if len({item["id"] for item in feed["items"]}) != len(feed["items"]):
        yield "an id is there twice"
    for item in feed["items"]:
        yield from content_faults(item["content_html"])


def content_faults(html: str) -> Iterator[str]:
    """Yield what feed readers should not get in the content of an entry."""
    if not html.strip():
        yield "no content"
    reader = _Reader()
    reader.feed(html)
    reader.close()
    yield from reader.faults
    yield from (f"twice the id {name}" for name in reader.ids if reader.ids.count(name) > 1)
    yield from (f"no {target} for a footnote" for target in reader.notes if target not in reader.ids)
    parser = html5lib.HTMLParser(strict=False)
    parser.parseFragment(html)
    for _, code, about in parser.errors:
        yield f"html5lib: {code} {about}"


def ids_of(html: str) -> list[str]:
    """Return the ids in HTML."""
    reader = _Reader()
    reader.feed(html)
    return reader.ids


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.notes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values: dict[str, Any] = dict(attrs)
        if tag in _FORBIDDEN:
            self.faults.append(f"<{tag}>")
        self.faults += [f"{tag} has {name}" for name in values if _ATTRIBUTES.fullmatch(name)]
        addresses = [values[name] for name in _URLS if name in values]
        self.faults += [f"{tag} leads to {address}" for address in addresses if not self._is_whole(address)]
        if tag == "img" and "alt" not in values:
            self.faults.append("img without alt")
        if tag == "math" and not values.get("alttext"):
            self.faults.append("math without alttext")
        if "id" in values:
            self.ids.append(values["id"])

    def _is_whole(self, url: str) -> bool:
        if _OWN_NOTE.fullmatch(url):
            self.notes.append(url.removeprefix("#"))
            return True
        return urlsplit(unescape(url)).scheme in ("http", "https", "mailto", "tel")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"a comment: {data[:40]}")
