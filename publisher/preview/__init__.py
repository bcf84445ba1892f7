"""Show the blog while its author writes: what is saved is in the browser at once, drafts included."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from publisher.config import Options, end_of_today
from publisher.errors import PublisherError, internal
from publisher.preview import watching
from publisher.preview.rounds import Desk, notebook_of
from publisher.preview.server import Server
from publisher.preview.showing import Window
from publisher.preview.telling import Teller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from publisher.config import Settings
    from publisher.pages import Post
    from publisher.report import PlainReporter

__all__ = ["Wishes", "preview"]

_AT_ONCE = 3  # pages that are made before all others; where more change, no author waits for one of them


class Wishes(Struct, frozen=True):
    """How to preview: from which port on, in how many processes, and whether pages follow what is saved."""

    port: int = 8000
    jobs: int = 1
    follow: bool = False


def preview(
    load: Callable[[], Settings], wishes: Wishes, reporter: PlainReporter, ready: Callable[[str], object]
) -> None:
    """Show the blog and keep it up to date, until somebody interrupts; `ready` gets its address.

    `load` reads the settings, again and again. Nothing is written but the cache.
    """
    latest = Latest(load)
    desk = Desk(load, lambda settings: wanted(settings, wishes.jobs))
    window = Window(desk.showing)
    teller = Teller(reporter)
    with Server(window, secrets.token_urlsafe(16), wishes.port, teller.noticed) as server:
        looked = watching.look(latest())
        update(desk, window, teller)
        server.start()
        ready(server.url)
        for saved in watching.changes(latest, looked, teller.noticed):
            begun = time.perf_counter()
            followed = show_saved(saved, desk, window, teller, latest(), wishes.follow)
            update(desk, window, teller, followed)
            teller.done_in(time.perf_counter() - begun)


def wanted(settings: Settings, jobs: int) -> Options:
    """Return what is wanted of every round: all posts, whenever they are due."""
    return Options(now=end_of_today(settings.timezone, os.environ), drafts=True, future=True, jobs=jobs)


class Latest:
    """The settings as they were when they last could be read."""

    def __init__(self, load: Callable[[], Settings]) -> None:
        self._load = load
        self._settings = load()

    def __call__(self) -> Settings:
        """Return them."""
        with suppress(PublisherError):
            self._settings = self._load()
        return self._settings


def show_saved(
    saved: Iterable[str], desk: Desk, window: Window, teller: Teller, settings: Settings, follow: bool
) -> str:
    """Show the pages of the notebooks that were saved, or else those that are looked at, before all others.

    Return the notebook whose page still has to be followed, if any.
    """
    source = settings.root / settings.source
    notebooks = sorted({notebook_of(path, source) for path in saved} - {""}, key=lambda path: _time(source / path))
    teller.saved(notebooks)
    followed = notebooks[-1] if follow and notebooks else ""
    first = notebooks or window.looked_at()
    for notebook in first if len(first) <= _AT_ONCE else ():
        if post := _page(notebook, desk, window, teller):
            is_followed = notebook == followed
            window.show(desk.showing, post.url if is_followed else "")
            followed = "" if is_followed else followed
    return followed


def _page(notebook: str, desk: Desk, window: Window, teller: Teller) -> Post | None:
    """Make the page of one notebook, if it can be made alone."""
    try:
        return desk.page(notebook, teller.silent)
    except PublisherError:  # `update` meets it again, and tells
        return None
    except Exception as error:
        # Told here: the whole site is made in another way, which may well succeed.
        if os.environ.get("PUBLISHER_DEBUG"):
            raise
        desk.fail((internal(error),))
        teller.failed(desk.showing.problems)
        window.show(desk.showing)
        return None


def _time(file: Path) -> int:
    with suppress(OSError):
        return file.stat().st_mtime_ns
    return 0


def update(desk: Desk, window: Window, teller: Teller, followed: str = "") -> None:
    """Make the whole site and show it, or why it cannot be made; `followed` is the notebook whose page to go to."""
    try:
        teller.warned(desk.whole(teller))
    except PublisherError as error:
        desk.fail(error.problems)
    except Exception as error:
        if os.environ.get("PUBLISHER_DEBUG"):
            raise
        desk.fail((internal(error),))
    finally:
        teller.stop()
    teller.failed(desk.showing.problems)
    window.show(desk.showing, desk.url(followed))
