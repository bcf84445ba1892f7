"""Tell which files of a blog are saved: at once where the system says so, else when it is looked for."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from publisher import sources, templating
from publisher.config.load import FILE
from publisher.errors import Problem, PublisherError

if TYPE_CHECKING:
    from publisher.config import Settings
    from publisher.sources import Signature

QUIET = 20  # milliseconds without another change, after which a file is taken for written
AT_MOST = 100  # milliseconds to wait for that
# No system tells of every change: not on a network drive, not where a link leads, not in a folder that is only
# being found. So all is looked at this often, but for no more than a fiftieth of the time.
_LOOK_EVERY = 1_500
_SHARE = 50


def changes(
    settings: Callable[[], Settings], looked: Mapping[str, Signature], tell: Callable[[Problem], object]
) -> Iterator[set[str]]:
    """Yield the paths of the files of a blog that are not what they were, each time that there are any.

    `looked` is how they looked before they were first read. `settings` are asked for again and again: they say what
    belongs to the blog. `tell` hears why the system cannot tell of changes, again and again where that is so.
    """
    due = 0.0
    while True:
        watched = folders(settings())
        for is_told in _told(watched, tell):
            if not is_told and time.monotonic() < due:
                continue
            begun = time.monotonic()
            before, looked = looked, _look_again(settings(), looked)
            due = begun + _SHARE * (time.monotonic() - begun)
            # Not what the system told: it may tell of a file that was seen with another one, or name what is none.
            if saved := {path for path, _ in before.items() ^ looked.items()}:
                yield saved
            if folders(settings()) != watched:
                break


def _told(watched: Iterable[str], tell: Callable[[Problem], object]) -> Iterator[bool]:
    """Yield True when the system tells of a change in these folders, and False now and then."""
    try:
        yield from _told_by_system(watched)
    except FileNotFoundError:  # one of them is just being removed
        return
    except (OSError, RuntimeError, ValueError) as error:  # too many watches; watchfiles' own; names that are no text
        tell(Problem("", f"the system does not tell what is saved: {error}", "it takes a few seconds to be seen"))
    while True:
        time.sleep(_LOOK_EVERY / 1_000)
        yield False


def _told_by_system(watched: Iterable[str]) -> Iterator[bool]:
    import watchfiles

    for found in watchfiles.watch(
        *watched,
        watch_filter=None,
        debounce=AT_MOST,
        step=QUIET,
        rust_timeout=_LOOK_EVERY,
        yield_on_timeout=True,
        recursive=False,
    ):
        yield bool(found)


def _look_again(settings: Settings, before: Mapping[str, Signature]) -> Mapping[str, Signature]:
    """Look; where that cannot be, return what was there before, and what is in the way as a file of its own.

    So what is in the way is told by whoever makes the site then, and the site is made again when it is gone.
    """
    try:
        return look(settings)
    except PublisherError as error:
        return {**before, **{problem.file: sources.RACY for problem in error.problems}}


def look(settings: Settings) -> Mapping[str, Signature]:
    """Return the signatures of all that the site is made of."""
    return {**sources.look(settings).files, **dict(sources.beside(settings.root / FILE))}


def folders(settings: Settings) -> frozenset[str]:
    """Return the folders that what the site is made of lies in: each by itself, as more may lie beside them."""
    root = settings.root
    tops = (root / settings.source, root / settings.static, root / "templates", templating.packaged())
    files = (root / FILE, *(root / name for name in (settings.logo, settings.social_font) if name))
    below = (folder for top in tops for folder in _visible(str(top)))
    # Not by Path.is_dir, which raises where it may not look.
    return frozenset({*below, *(str(file.parent) for file in files if os.path.isdir(file.parent))})


def _visible(top: str) -> Iterator[str]:
    for folder, names, _ in os.walk(top):
        names[:] = [name for name in names if not name.startswith(".")]
        yield folder
