"""Make one folder like another, link by link, touching only what differs."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Container, Iterable, Iterator, Mapping

from msgspec import Struct, field

from publisher import disk

# The coarsest time that a file system keeps of a folder (FAT: two seconds), in nanoseconds.
_COARSE = 2_000_000_000

Times = tuple[int, int]


class Tree(Struct, frozen=True):
    """What lies below a folder: each file with the number of its inode, each folder ("" is the root) with its status.

    Two names with one inode are one file, and no byte has to be read to know that. Links are not followed.
    `empty` are the folders with nothing in them; `since` is when the look began, in nanoseconds.
    """

    files: dict[str, int] = field(default_factory=dict)
    folders: dict[str, os.stat_result] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)
    since: int = field(default_factory=time.time_ns)


def look(root: str, settled: Mapping[str, Times] = {}) -> Tree:
    """Return what lies below a folder. One that does not exist has not even a root.

    A folder of `settled` that still has its times is not listed: nothing came into it or left it, so that its files
    are those that whoever knows the times knows as well. To ask for the times costs a fifth of a listing.
    """
    tree = Tree()
    for name in sorted({"", *settled}):
        status = _status(root, name, tree)
        if status is not None:
            tree.folders[name] = status
            if settled.get(name) != times(status):
                _look_below(root, name, settled, tree)
    return tree


def times(status: os.stat_result) -> Times:
    """Return what changes when something is put into a folder, or removed; nobody can set both of them back."""
    return status.st_mtime_ns, status.st_ctime_ns


def is_young(status: os.stat_result, tree: Tree) -> bool:
    """Tell whether one more change, within one tick of the clock, could have left no trace in the times."""
    return max(times(status)) > tree.since - _COARSE


def _status(root: str, name: str, tree: Tree) -> os.stat_result | None:
    """Return the status of a folder; None if nothing, a file or a link is there, or where a folder above it was."""
    if not name:
        return os.stat(root) if os.path.lexists(root) else None
    if name.rpartition("/")[0] not in tree.folders:
        return None
    try:
        found = os.lstat(f"{root}/{name}")
    except FileNotFoundError:
        return None
    return found if stat.S_ISDIR(found.st_mode) else None


def _look_below(root: str, name: str, settled: Container[str], tree: Tree) -> None:
    """Note the files in a folder, and all that is in its folders but for those that have their own turn."""
    todo = [name]
    while todo:
        todo += _look_into(root, todo.pop(), settled, tree)


def _look_into(root: str, name: str, settled: Container[str], tree: Tree) -> list[str]:
    new = []
    below = f"{name}/" if name else ""
    is_empty = True
    with os.scandir(f"{root}/{below}") as found:
        for entry in found:
            is_empty = False
            path = below + entry.name
            if not entry.is_dir(follow_symlinks=False):
                tree.files[path] = entry.inode()
            elif path not in settled:
                tree.folders[path] = entry.stat(follow_symlinks=False)
                new.append(path)
    if is_empty and name:
        tree.empty.append(name)
    return new


def conform(root: str, have: Tree, wanted: Mapping[str, int], folders: Iterable[str], source: str) -> None:
    """Make a folder hold the wanted files, linked from `source` where it does not, and none that is not wanted.

    `wanted` says of each path which inode it has to be; 0 is a file that is still to come. `have` is what the folder
    holds. No file is ever opened, since it may have another name in a site that is shown.
    """
    missing = dict(wanted)
    for path, inode in have.files.items():
        if missing.get(path) == inode:
            del missing[path]
        else:
            os.unlink(f"{root}/{path}")
    _conform_folders(root, have, folders)
    for path, inode in missing.items():
        if inode:
            disk.link(f"{source}/{path}", f"{root}/{path}")


def _conform_folders(root: str, have: Tree, folders: Iterable[str]) -> None:
    kept = {"", *folders}
    for name in sorted(have.folders.keys() - kept, reverse=True):  # the inner ones first
        os.rmdir(f"{root}/{name}")
    for name in sorted(kept - have.folders.keys()):
        os.mkdir(f"{root}/{name}")


def copy_modes(old: Tree, new: str, have: Tree, folders: Iterable[str]) -> None:
    """Give folders below `new` the permissions and the owner that those of the same name have in `old`.

    `have` is what was known of `new` before; folders that are newer are asked.
    """
    for name in ("", *folders):
        if wanted := old.folders.get(name):
            disk.give_mode(f"{new}/{name}", wanted, have.folders.get(name) or os.stat(f"{new}/{name}"))


def came_since(root: str, seen: Tree) -> Iterator[str]:
    """Yield the files that were put below a folder, or replaced there, since it was looked at.

    Where a folder that was settled changed, that may be all of its files.
    """
    for name, before in seen.folders.items():
        try:
            changed = os.stat(f"{root}/{name}").st_mtime_ns
        except FileNotFoundError:
            continue
        if changed != before.st_mtime_ns or is_young(before, seen):
            yield from _came_into(root, name, seen)


def _came_into(root: str, name: str, seen: Tree) -> Iterator[str]:
    below = f"{name}/" if name else ""
    with os.scandir(f"{root}/{below}") as found:
        for entry in found:
            path = below + entry.name
            if not entry.is_dir(follow_symlinks=False):
                if seen.files.get(path) != entry.inode():
                    yield path
            elif path not in seen.folders:
                yield from (f"{path}/{file}" for file in look(f"{root}/{path}").files)


def bring(paths: Iterable[str], old: str, new: str) -> None:
    """Link files of `old` into `new`, in the place of what is there."""
    for path in paths:
        os.makedirs(os.path.dirname(f"{new}/{path}"), exist_ok=True)
        spare = f"{old}/{path}.publisher"
        disk.link(f"{old}/{path}", spare)
        os.replace(spare, f"{new}/{path}")
