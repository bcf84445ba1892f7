"""Tell whether there is anything to do, from what files look like and the head of the ledger alone."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from publisher import cache as caches
from publisher import disk, ingredients, sources
from publisher.cache import Cache
from publisher.ledger import Files, Head, Ledger

if TYPE_CHECKING:
    from datetime import datetime

    from publisher.config import Options, Settings
    from publisher.report import Summary
    from publisher.sources import Look

# The file of the lock stays on Windows, where it cannot be removed while it is open.
_LITTER = ("stage-", "next-", *(() if sys.platform == "win32" else ("lock",)))


def summary(settings: Settings, options: Options) -> Summary | None:
    """Return what the last publish said, if publishing now would do nothing; None if it might do something.

    No notebook is parsed, and no library that makes pages is imported.
    """
    begun = time.perf_counter()
    if options.force or options.strict:
        return None
    ledger = Ledger(Cache(settings.root / settings.cache), settings.root / settings.output)
    head = ledger.head()
    if head is None or not head.seen or head.wanted != wanted(settings, options) or not _is_due(head, options.now):
        return None
    files, look = ledger.files(head), sources.look(settings)
    if look.digest() != head.seen and not _is_same(ledger, head, files, look):
        return None
    output = str(settings.root / settings.output)
    if not _are_there(output, files.outputs) or _is_littered(output):
        return None
    return replace(head.summary, seconds=time.perf_counter() - begun)


def wanted(settings: Settings, options: Options) -> str:
    """Return a digest of what is asked for, and of the versions that would make it."""
    chosen = f"{settings!r} {options.drafts} {options.future}"
    return caches.key(chosen, ingredients.versions())


def _is_due(head: Head, now: datetime) -> bool:
    """Tell whether the same posts are held back as when the head was written."""
    return (head.since is None or head.since <= now) and (head.until is None or now < head.until)


def _are_there(folder: str, outputs: Mapping[str, tuple[int, int]]) -> bool:
    """Tell whether every file of the site has the size and the time of change that it was left with."""
    if not outputs:
        return False
    start = os.path.join(folder, "")
    try:
        for path, (size, changed) in outputs.items():
            if path[-1] == "/":
                continue  # a folder: whatever else lies in it is no business of ours
            found = os.lstat(start + path)
            if found.st_mtime_ns != changed or found.st_size != size or not stat.S_ISREG(found.st_mode):
                return False
    except OSError:
        return False
    return True


def _is_littered(folder: str) -> bool:
    """Tell whether a publish that was killed left something beside the site, which the next one removes."""
    where, name = os.path.split(os.path.realpath(folder))
    prefixes = tuple(f".{name}.{what}" for what in _LITTER)
    return any(beside.startswith(prefixes) for beside in os.listdir(where))


def _is_same(ledger: Ledger, head: Head, files: Files, look: Look) -> bool:
    """Tell whether files that look changed are the same inside, such as after a checkout; remember how they look."""
    if look.files.keys() != files.sources.keys():
        return False
    stamp = ledger.cache.stamp()
    for path, signature in look.files.items():
        former, digest = files.sources[path]
        if signature != former and not (digest and _digest(path) == digest):
            return False
    settled = sources.settled(look.files, stamp)
    table = {path: (signature, files.sources[path][1]) for path, signature in settled.items()}
    ledger.save(replace(head, seen=sources.Look(settled).digest()), Files(table, files.outputs))
    return True


def _digest(path: str) -> str:
    try:
        return disk.digest(path)
    except OSError:
        return ""
