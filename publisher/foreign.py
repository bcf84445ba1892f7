"""Tell the files in an output folder that we did not make, so that they stay, and those that are in the way."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Container, Mapping
from pathlib import Path

from publisher import disk, tree
from publisher.errors import Problem, TargetError
from publisher.paths import folders
from publisher.release import MANIFEST, Entry, Release, above
from publisher.tree import Tree


def find(shown: Tree, current: Release) -> list[str]:
    """Return the files of a folder that are not of its release; an empty folder has a `/` at its end."""
    found = [path for path in shown.files if path not in current.entries and path != MANIFEST]
    ours = above(current.entries) if shown.empty else set()
    found += [f"{name}/" for name in shown.empty if name not in ours]
    return sorted(found)


def named(release: Release, folder: str) -> dict[str, Entry]:
    """Return the files of a folder, by path, that are inside what the nameless ones of its release are."""
    digests: dict[int, set[str]] = defaultdict(set)
    for entry in release.nameless:
        digests[entry.size].add(entry.digest)
    found = {}
    for path in find(tree.look(folder), release):
        file = f"{folder}/{path}"
        status = os.lstat(file)
        if stat.S_ISREG(status.st_mode) and status.st_size in digests:
            entry = Entry(disk.digest(file), status.st_size)
            if entry.digest in digests[entry.size]:
                found[path] = entry
    return found


def check(found: list[str], output: Path, shown: Path, entries: Mapping[str, Entry], hint: str) -> list[str]:
    """Return those of the foreign files that stay foreign in a new release.

    Raises TargetError with all that are where the release has a file or a folder, or lie below one of its files.
    """
    if not found:
        return []
    places = above(entries)
    in_the_way = [path for path in found if _is_in_the_way(path, shown, entries, places)]
    if in_the_way:
        message = "is in the way, and publisher did not make it"
        raise TargetError(*(Problem(str(output / path), message, hint) for path in in_the_way))
    return [path for path in found if path.rstrip("/") not in entries]


def _is_in_the_way(path: str, shown: Path, entries: Mapping[str, Entry], places: Container[str]) -> bool:
    name = path.rstrip("/")
    if any(folder in entries for folder in folders(name)):
        return True
    if path.endswith("/"):
        return name in entries
    return name in places or (name in entries and not _is_same(shown / name, entries[name]))


def _is_same(file: Path, entry: Entry) -> bool:
    return stat.S_ISREG(os.lstat(file).st_mode) and disk.digest(file) == entry.digest
