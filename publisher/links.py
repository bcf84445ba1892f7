"""Find what leads nowhere in the finished site: links, anchors and images, checked without a network."""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

# A start tag of our own HTML, every value in double quotes; or the end of the article, after which no cell is meant.
# Tags of highlighted code are most of a page and carry nothing but a class.
_TAG = re.compile(r'<(?!span class="[^"]*">)(?:([a-z][a-z0-9-]*)((?:\s+[^\s"=<>/]+(?:="[^"]*")?)+)\s*/?>|(/article>))')
_ATTRIBUTE = re.compile(r'\s(href|src|srcset|imagesrcset|poster|id|name|data-cell)="([^"]*)"')
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_TOP = frozenset({"", "top"})

NO_PAGE = "a link leads to a page that does not exist"
NO_FILE = "a link leads to a file that does not exist"
NO_ANCHOR = "a link leads to a place that the page does not have"
NO_IMAGE = "an image does not exist"
NO_RESOURCE = "a file that the page needs does not exist"


@dataclass(frozen=True, slots=True)
class Broken:
    """Something in the page at `page` that leads nowhere; `cell` is the number of the cell that it is in, if any."""

    page: str
    href: str
    what: str
    cell: int | None = None
    hint: str = ""


class Reference(NamedTuple):
    """Where a tag leads, as written but unescaped, and the cell it is in."""

    tag: str
    href: str
    cell: int | None


@dataclass(slots=True)
class Scan:
    """What a page has that others may lead to, and where it leads itself."""

    ids: set[str] = field(default_factory=set)
    references: list[Reference] = field(default_factory=list)


def scan(html: str) -> Scan:
    """Return the ids of a finished page, and where each of its links, images and files leads."""
    found = Scan()
    cell: int | None = None
    for tag, attributes, end in _TAG.findall(html):
        if end:
            cell = None
            continue
        for name, value in _ATTRIBUTE.findall(attributes):
            if name == "data-cell":
                cell = int(value) if value.isdecimal() else None
            elif name == "id" or (name == "name" and tag == "a"):
                found.ids.add(unescape(value))
            elif name != "name":
                found.references.extend(Reference(tag, href, cell) for href in _hrefs(name, unescape(value)))
    return found


def _hrefs(name: str, value: str) -> Iterable[str]:
    if name in ("srcset", "imagesrcset"):
        return [candidate.split()[0] for candidate in value.split(", ") if candidate.strip()]
    return [value.strip()]


def check(pages: Iterable[tuple[str, str]], paths: Collection[str], base_url: str = "") -> list[Broken]:
    """Return what leads nowhere in the pages, given as pairs of path and HTML, in their order.

    `paths` are all files of the site. `base_url` is where it will be: what lies outside is not ours to check.
    Of a page only its ids are kept, and the links to places in other pages; files are looked up at once.
    """
    return _Check(paths if isinstance(paths, (set, frozenset, dict)) else frozenset(paths), base_url).run(pages)


class _Waiting(NamedTuple):
    """A link to a place in a page whose ids may not be known yet; `order` is where it stands among what is broken."""

    order: tuple[int, int]
    page: str
    target: str
    fragment: str
    reference: Reference


class _Check:
    def __init__(self, paths: Collection[str], base_url: str) -> None:
        self.paths = paths
        base = urlsplit(base_url)
        self.origin = f"{base.scheme}://{base.netloc}" if base.netloc else ""
        self.prefix = f"{base.path.rstrip('/')}/"
        self.ids: dict[str, set[str]] = {}
        self.waiting: list[_Waiting] = []
        self.spellings: dict[str, list[str]] = {}
        self.broken: list[tuple[tuple[int, int], Broken]] = []

    def run(self, pages: Iterable[tuple[str, str]]) -> list[Broken]:
        for number, (page, html) in enumerate(pages):
            found = scan(html)
            self.ids[page] = found.ids
            for place, reference in enumerate(dict.fromkeys(found.references)):
                self.look_up((number, place), page, reference)
        for link in self.waiting:
            self.find_place(link)
        return [broken for _, broken in sorted(self.broken, key=lambda pair: pair[0])]

    def look_up(self, order: tuple[int, int], page: str, reference: Reference) -> None:
        path, _, fragment = reference.href.partition("#")
        target = self.resolve(page, path.partition("?")[0])
        if target is None:
            return
        file = self.file(target)
        if file is None:
            self.broken.append((order, self.missing(page, target, reference)))
        elif fragment and file.endswith(".html"):
            self.waiting.append(_Waiting(order, page, file, fragment, reference))

    def resolve(self, page: str, path: str) -> str | None:
        """Return the path below the site's root that a URL without query and fragment names; None for one elsewhere."""
        if not path:
            return page
        if self.origin and (path + "/").startswith(self.origin + "/"):
            path = path.removeprefix(self.origin) or "/"
        if path.startswith("//") or _SCHEME.match(path):
            return None
        joined = posixpath.join(self.prefix, posixpath.dirname(page), unquote(path))
        plain = posixpath.normpath(joined) + ("/" if joined.endswith(("/", "/.", "/..")) else "")
        plain = plain.replace("//", "/")
        if not f"{plain}/".startswith(self.prefix):
            return None
        return plain[len(self.prefix) :]

    def file(self, target: str) -> str | None:
        """Return the file that a server sends for a path of the site."""
        if target == "" or target.endswith("/"):
            candidates: tuple[str, ...] = (f"{target}index.html",)
        else:
            candidates = (target, f"{target}/index.html")
        return next((path for path in candidates if path in self.paths), None)

    def missing(self, page: str, target: str, reference: Reference) -> Broken:
        return Broken(page, reference.href, _what(reference.tag, target), reference.cell, self.nearest_path(target))

    def nearest_path(self, target: str) -> str:
        """Name the one file that differs only in case, which some systems take for the same and a server does not."""
        if not self.spellings:
            for path in sorted(self.paths):
                self.spellings.setdefault(_plain(path), []).append(path)
        same = self.spellings.get(_plain(target), [])
        return f"did you mean {same[0].removesuffix('index.html')!r}?" if len(same) == 1 else ""

    def find_place(self, link: _Waiting) -> None:
        ids = self.ids.get(link.target)
        if ids is None:  # a page that is not ours, such as an author's own HTML file
            return
        fragment = unquote(link.fragment.partition(":~:")[0])
        if fragment in ids or link.fragment in ids or fragment.lower() in _TOP:
            return
        near = difflib.get_close_matches(fragment, sorted(ids), n=1)
        hint = f"did you mean #{near[0]}?" if near else ""
        broken = Broken(link.page, link.reference.href, NO_ANCHOR, link.reference.cell, hint)
        self.broken.append((link.order, broken))


def _plain(path: str) -> str:
    return path.removesuffix("index.html").rstrip("/").casefold()


def _what(tag: str, target: str) -> str:
    if tag in ("img", "source", "video"):
        return NO_IMAGE
    if tag not in ("a", "area"):
        return NO_RESOURCE
    name = posixpath.basename(target)
    return NO_PAGE if "." not in name or name.endswith(".html") else NO_FILE
