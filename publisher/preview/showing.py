"""What browsers are shown: a site in memory, and what its author should know of each page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from html import escape, unescape
from threading import Condition
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from msgspec import Struct, field

from publisher import pages
from publisher.errors import Problem
from publisher.release import Release
from publisher.words import Words

if TYPE_CHECKING:
    from datetime import datetime

    from publisher.work import Edition

_NAMED = re.compile(rb'\s(?:src|srcset|href|poster|data)="([^"]+)"')
_BODY = re.compile(rb"<body\b[^>]*>")
_BANNER = (
    "all:initial;display:block;padding:.4rem 1rem;background:#7a4a00;color:#fff;"
    "font:600 .9rem/1.4 system-ui,sans-serif;text-align:center"
)


class Showing(Struct, frozen=True):
    """A site as it is shown: its release, the bytes of its files, and banners by the paths of pages.

    `style` is the URL of its style sheet. `problems` are why it is not as its sources are. `words` are in the language
    of the blog.
    """

    words: Words
    release: Release = Release()
    files: Mapping[str, bytes] = field(default_factory=dict)
    banners: Mapping[str, str] = field(default_factory=dict)
    style: str = ""
    problems: tuple[Problem, ...] = ()

    def path(self, url: str) -> str | None:
        """Return the path of the file at the path part of a URL, as it was asked for; None if there is none.

        It is looked up among those of the release, so that none can lead anywhere else.
        """
        try:
            name = unquote(url, errors="strict")
        except UnicodeDecodeError:
            return None
        if not name.startswith("/") or name.count("/") != url.count("/"):
            return None
        path = name[1:] + "index.html" * name.endswith("/")
        return path if path in self.files else None

    def version(self, path: str) -> str:
        """Return what stands for all that is seen of a page but the style of the site, which can be exchanged in it."""
        html = self.files.get(path, b"")
        digest = blake2b(html.replace(self.style.encode(), b"") if self.style else html, digest_size=12)
        digest.update(self.banners.get(path, "").encode())
        for name in sorted(set(self._shown_by(path, html))):
            digest.update(f"{name} {self.release.entries[name].digest}".encode())
        return digest.hexdigest()

    def _shown_by(self, path: str, html: bytes) -> Iterator[str]:
        """Yield the files of the site, other than pages, that a page names and may show."""
        for value in _NAMED.findall(html):
            for part in unescape(value.decode("utf-8", "replace")).split(","):  # a `srcset` has several
                url = urlsplit(urljoin(f"/{path}", part.split(" ")[0])) if (part := part.strip()) else None
                name = unquote(url.path)[1:] if url and not url.netloc and url.path != self.style else ""
                if name in self.release.entries and not name.endswith(".html"):
                    yield name

    def page(self, path: str, script: str) -> bytes:
        """Return a page with its banner, and with the element of the script that keeps it up to date at its end."""
        html = self.files.get(path, b"<!doctype html><meta charset=utf-8><title>404</title>")
        if path in self.banners:
            end = found.end() if (found := _BODY.search(html)) else 0
            banner = f'<aside style="{_BANNER}">{escape(self.banners[path])}</aside>'
            html = b"".join((html[:end], banner.encode(), html[end:]))
        return html + script.encode()


def banners(edition: Edition, now: datetime) -> dict[str, str]:
    """Return what to say above the pages of drafts and of posts that are not due yet, by path, in their languages."""
    found = {}
    for post, _ in edition.entries:
        wording = pages.words_of(edition.typesetting.site, post.metadata.language)
        date = post.metadata.date
        if post.metadata.draft:
            found[post.path] = str(wording.preview_draft)
        elif date and date > now and (day := pages.date(date, wording)):
            found[post.path] = wording.preview_future(date=day.text)
    return found


class News(Struct, frozen=True):
    """What there is to see: its number, the site, the URL of the post saved last, and how many were saved so far."""

    number: int
    showing: Showing
    saved: str = ""
    saves: int = 0


class Window:
    """Where a site is shown: one thread shows, others look and wait for what comes next."""

    def __init__(self, showing: Showing) -> None:
        self._news = News(0, showing)
        self._changed = Condition()
        self._open: Counter[str] = Counter()

    @property
    def news(self) -> News:
        """What is shown."""
        return self._news

    def show(self, showing: Showing, saved: str = "") -> None:
        """Show a site, and tell all who wait; `saved` is the URL of a post that was just saved."""
        with self._changed:
            last = self._news
            self._news = News(last.number + 1, showing, saved or last.saved, last.saves + bool(saved))
            self._changed.notify_all()

    @contextmanager
    def opened(self, url: str) -> Iterator[None]:
        """Note that a page is looked at."""
        with self._changed:
            self._open[url] += 1
        try:
            yield
        finally:
            with self._changed:
                self._open[url] -= 1

    def looked_at(self) -> tuple[str, ...]:
        """Return the notebooks whose pages are looked at."""
        with self._changed:
            urls = [url for url, number in self._open.items() if number]
        entries, paths = self._news.showing.release.entries, map(self._news.showing.path, urls)
        owners = (entries[path].owner for path in paths if path)
        return tuple(dict.fromkeys(filter(None, owners)))

    def after(self, number: int, seconds: float) -> News | None:
        """Return what is shown as soon as it is not what had that number; None if that is so all the time."""
        with self._changed:
            is_new = self._changed.wait_for(lambda: self._news.number != number, seconds)
            return self._news if is_new else None


def told(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Return what the script of a page has to say of problems."""
    return [_told(problem) for problem in problems]


def _told(problem: Problem) -> dict[str, str]:
    numbers = (("cell", problem.cell), ("line", problem.line))
    place = [problem.file, *(f"{name} {number}" for name, number in numbers if number is not None)]
    return {
        "place": ", ".join(filter(None, place)),
        "message": problem.message,
        "source": problem.source or "",
        "hint": problem.hint,
    }
