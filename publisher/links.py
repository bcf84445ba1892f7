"""Find what leads nowhere in the finished site: links, anchors and images, checked without a network."""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from publisher import html_tags

_LEADING = ("href", "src", "srcset", "imagesrcset", "poster")
_HOST = re.compile(r"(?:www\.[\w-]+|[\w-]+\.(?:com|org|net|io|dev|edu|gov))(?:[./?#:]|$)", re.I)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_TOP = frozenset({"", "top"})

NO_PAGE = "a link leads to a page that does not exist"
NO_FILE = "a link leads to a file that does not exist"
NO_ANCHOR = "a link leads to a place that the page does not have"
NO_IMAGE = "an image does not exist"
NO_RESOURCE = "a file that the page needs does not exist"

KINDS = {NO_PAGE: "broken-link", NO_FILE: "broken-link", NO_ANCHOR: "broken-anchor", NO_IMAGE: "missing-image"}


class Broken(Struct, frozen=True):
    """Something in the page at `page` that leads nowhere; `cell` is the number of the cell that it is in, if any."""

    page: str
    href: str
    what: str
    cell: int | None = None
    hint: str = ""


class Lead(NamedTuple):
    """Where something on a page leads within the site: a path below its root, a place there, and how it is written."""

    target: str
    fragment: str
    href: str
    tag: str
    cell: int | None


class Scan(Struct, frozen=True):
    """What a page has that others may lead to, and where it leads itself, once a cell, unless it has that itself."""

    ids: tuple[str, ...] = ()
    leads: tuple[Lead, ...] = ()


def scan(page: str, html: str, base_url: str = "") -> Scan:
    """Return what the finished page at the path `page` has, and where it leads.

    `base_url` is where the site will be: what lies outside is not ours to check.
    """
    site = _Site(base_url)
    ids: dict[str, None] = {}
    leads: dict[Lead, None] = {}
    for article in html.split("</article>"):  # after which no cell is meant
        cell: int | None = None
        for tag, attributes in html_tags.found(article, *_LEADING, "id", "name", "data-cell"):
            if number := attributes.get("data-cell"):
                cell = int(number) if number.isdecimal() else None
            ids.update(
                (attributes[key], None) for key in ("id", "name") if key in attributes and (key == "id" or tag == "a")
            )
            hrefs = (href for key in _LEADING if key in attributes for href in _hrefs(key, attributes[key]))
            leads.update((lead, None) for href in hrefs if (lead := site.lead(page, href, tag, cell)))
    return Scan(tuple(ids), tuple(lead for lead in leads if lead.target != page or lead.fragment not in ids))


def _hrefs(name: str, value: str) -> Iterable[str]:
    if name in ("srcset", "imagesrcset"):
        return [candidate.split()[0] for candidate in value.split(", ") if candidate.strip()]
    return [value.strip()]


class _Site:
    """Where the site is: which addresses are its own."""

    def __init__(self, base_url: str) -> None:
        base = urlsplit(base_url)
        self.origin = f"{base.scheme}://{base.netloc}" if base.netloc else ""
        self.prefix = f"{base.path.rstrip('/')}/"

    def lead(self, page: str, href: str, tag: str, cell: int | None) -> Lead | None:
        """Return where a link of a page leads; None if that is elsewhere."""
        path, _, fragment = href.partition("#")
        target = self.resolve(page, path.partition("?")[0])
        return None if target is None else Lead(target, fragment, href, tag, cell)

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


def judge(scans: Iterable[tuple[str, Scan]], paths: Collection[str]) -> list[Broken]:
    """Return what leads nowhere in pages that were scanned, in their order; `paths` are all files of the site."""
    scanned = dict(scans)
    judging = _Judging(paths if isinstance(paths, (set, frozenset, dict)) else frozenset(paths), scanned)
    served = {spelled for path in paths for spelled in _spellings(path)}
    return [
        broken
        for page, found in scanned.items()
        for lead in found.leads
        if (lead.fragment or lead.target not in served) and (broken := judging.verdict(page, lead))
    ]


def _spellings(path: str) -> tuple[str, ...]:
    """Return the paths for which a server sends a file."""
    if path == "index.html" or path.endswith("/index.html"):
        folder = path.removesuffix("index.html")
        return (path, folder, folder.rstrip("/"))
    return (path,)


class _Judging:
    def __init__(self, paths: Collection[str], scans: Mapping[str, Scan]) -> None:
        self.paths = paths
        self.scans = scans
        self.ids: dict[str, frozenset[str]] = {}
        self.spellings: dict[str, list[str]] = {}

    def verdict(self, page: str, lead: Lead) -> Broken | None:
        """Return what is broken about a lead, if anything."""
        file = self.file(lead.target)
        if file is None:
            what = _what(lead.tag, lead.target)
            return Broken(page, lead.href, what, lead.cell, self.nearest_path(lead.target) or _with_scheme(lead.href))
        if not lead.fragment or file not in self.scans:  # a page that is not ours, such as an author's own HTML file
            return None
        return self.missing_place(page, file, lead)

    def file(self, target: str) -> str | None:
        """Return the file that a server sends for a path of the site."""
        if target == "" or target.endswith("/"):
            candidates: tuple[str, ...] = (f"{target}index.html",)
        else:
            candidates = (target, f"{target}/index.html")
        return next((path for path in candidates if path in self.paths), None)

    def nearest_path(self, target: str) -> str:
        """Name the one file that differs only in case, which some systems take for the same and a server does not."""
        if not self.spellings:
            for path in sorted(self.paths):
                self.spellings.setdefault(_plain(path), []).append(path)
        same = self.spellings.get(_plain(target), [])
        return f"did you mean {same[0].removesuffix('index.html')!r}?" if len(same) == 1 else ""

    def missing_place(self, page: str, file: str, lead: Lead) -> Broken | None:
        ids = self.ids.get(file)
        if ids is None:
            ids = self.ids[file] = frozenset(self.scans[file].ids)
        fragment = unquote(lead.fragment.partition(":~:")[0])
        if fragment in ids or lead.fragment in ids or fragment.lower() in _TOP:
            return None
        near = difflib.get_close_matches(fragment, sorted(ids), n=1)
        hint = f"did you mean #{near[0]}?" if near else ""
        return Broken(page, lead.href, NO_ANCHOR, lead.cell, hint)


def _with_scheme(href: str) -> str:
    """Name the address that a link to another site would have that was written without its beginning."""
    return f"write https://{href} for another site" if _HOST.match(href) else ""


def _plain(path: str) -> str:
    return path.removesuffix("index.html").rstrip("/").casefold()


def _what(tag: str, target: str) -> str:
    if tag in ("img", "source", "video"):
        return NO_IMAGE
    if tag not in ("a", "area"):
        return NO_RESOURCE
    name = posixpath.basename(target)
    return NO_PAGE if "." not in name or name.endswith(".html") else NO_FILE
