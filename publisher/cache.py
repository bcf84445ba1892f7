"""Keep what was expensive to make under a key made of all its ingredients.

An entry is a file named by its key: a digest of its content, then the content. What comes out is what went in, or
nothing: an entry that was cut short or has a flipped bit is no entry.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

from publisher import disk, regular
from publisher.disk import explained
from publisher.errors import Problem, TargetError
from publisher.regular import IrregularError
from publisher.report import Change

Ingredients = Mapping[str, str]  # what something was made of: names as an author knows them, and values or digests

_SIZE = 16  # bytes of a digest
_NAME = re.compile(r"[0-9a-f]{31}")  # of an entry in its folder
_DAY = 86_400  # seconds
_RECENT = 14 * _DAY  # that an entry stays which the blog does not use, for those who go to and fro


def key(*ingredients: Ingredients | str) -> str:
    """Return the key of what is made of these, in this order of groups; within one, order means nothing."""
    digest = blake2b(digest_size=_SIZE)
    for group in ingredients:
        items = [("", group)] if isinstance(group, str) else sorted(group.items())
        for name, value in items:
            digest.update(f"{len(name)} {len(value)} {name}{value}".encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()


def explain(old: Ingredients, new: Ingredients) -> tuple[Change, ...]:
    """Return what changed between two lists of ingredients."""
    names = sorted(old.keys() | new.keys())
    return tuple(Change(name, old.get(name, ""), new.get(name, "")) for name in names if old.get(name) != new.get(name))


_DELETE = "delete it: the cache holds nothing that cannot be made again"


class Cache:
    """A folder of entries. It may be lost, or restored from elsewhere, at any time: all it holds can be made again.

    It `is_new` if there was none at first.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_new = not os.path.lexists(folder)
        self._root = str(folder)
        self._made: set[str] = set()

    def get(self, key: str) -> bytes | None:
        """Return what was put under a key; None if nothing was, or if it is damaged."""
        path = self._path(key)
        try:
            whole = regular.read(path)
        except OSError:
            return None
        data = whole[_SIZE:]
        if _digest(path, data) != whole[:_SIZE]:
            return None
        self._note_use(path)
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keep bytes under a key. Raises TargetError if the folder cannot take them.

        An entry is written where it stays: one that is not whole, not yet or never, is none. A rename gains nothing.
        """
        path = self._path(key)
        with explained(self.folder, f"be written ({len(data):,} bytes)", "cache"):
            self._make_folder(os.path.dirname(path))
            try:
                disk.replace(path, _digest(path, data) + data)
            except OSError:
                if os.path.isdir(path):
                    message = "cannot be used: a folder is where an entry has to be"
                    raise TargetError(Problem(path, message, _DELETE)) from None
                with suppress(OSError):
                    os.unlink(path)
                raise

    def remove(self, key: str) -> None:
        """Forget what was put under a key."""
        with suppress(OSError):
            os.unlink(self._path(key))

    def prune(self, used: Iterable[str]) -> int:
        """Remove entries that are not among the keys used, and that nobody asked for in two weeks; return how many.

        This looks at every entry, so it is done once a day.
        """
        if not self._is_due():
            return 0
        names = set(map(self._path, used))
        removed = 0
        for path in self._entries():
            with suppress(OSError):  # another publish may prune as well
                if path not in names and time.time() - os.stat(path).st_mtime > _RECENT:
                    os.unlink(path)
                    removed += 1
        return removed

    def _path(self, key: str) -> str:
        """Return the file of a key: keys may be words, their files are all named alike, in 16 folders."""
        name = blake2b(key.encode(), digest_size=_SIZE).hexdigest()
        return f"{self._root}/{name[0]}/{name[1:]}"

    def stamp(self) -> int:
        """Return what time it is by the clock of the file system, in nanoseconds."""
        with explained(self.folder, "be written", "cache"), self._marked("stamp") as mark:
            return os.fstat(mark).st_mtime_ns

    @contextmanager
    def _marked(self, name: str) -> Iterator[int]:
        """Give an empty file of the folder the time that it is; yield its descriptor."""
        self._make_folder(self._root)
        mark = os.path.join(self._root, name)
        try:
            opened = regular.opened(mark, os.O_WRONLY | os.O_CREAT)
        except (IrregularError, PermissionError):
            if not os.path.lexists(mark):
                raise
            self._clear(mark)
            opened = regular.opened(mark, os.O_WRONLY | os.O_CREAT)
        try:
            if os.fstat(opened).st_size:
                raise TargetError(Problem(mark, "cannot be used: it should be empty, and is not", _DELETE))
            os.ftruncate(opened, 0)
            yield opened
        finally:
            os.close(opened)

    def _make_folder(self, folder: str) -> None:
        if folder in self._made:
            return
        if os.path.lexists(self.folder) and not self.folder.is_dir():
            raise TargetError(Problem(str(self.folder), "cannot be the cache: it is no folder", _DELETE))
        if not self.folder.is_dir():
            self.folder.mkdir(parents=True)
            disk.replace(f"{self._root}/.gitignore", b"*\n")  # nobody wants it among the sources of a blog
        if folder != self._root:
            self._make_folder_of_entries(folder)
        self._made.add(folder)

    def _make_folder_of_entries(self, folder: str) -> None:
        try:
            has_one = regular.is_folder(folder)
        except IrregularError:
            self._clear(folder)
            has_one = False
        if not has_one:
            with suppress(FileExistsError):  # another publish was faster
                os.mkdir(folder)

    def _clear(self, path: str) -> None:
        """Remove what has a name of ours and is none of ours. Where a link leads to the cache, that is an error."""
        found = os.lstat(path)
        if os.path.islink(self._root) or stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode):
            raise regular.irregular(path, found)
        os.unlink(path)

    def _is_due(self) -> bool:
        mark = os.path.join(self.folder, "pruned")
        with suppress(OSError):
            if time.time() - os.lstat(mark).st_mtime < _DAY:
                return False
        with suppress(OSError, TargetError), self._marked("pruned"):
            pass
        return True

    def _note_use(self, path: str) -> None:
        with suppress(OSError):
            if time.time() - os.stat(path).st_mtime > _RECENT / 4:
                os.utime(path)

    def _entries(self) -> Iterator[str]:
        for folder in sorted(self.folder.glob("[0-9a-f]")):
            with suppress(OSError):
                if regular.is_folder(folder):
                    yield from (entry.path for entry in os.scandir(folder) if _NAME.fullmatch(entry.name))


def _digest(path: str, data: bytes) -> bytes:
    """Return what an entry must begin with; its name is part of it, so that no entry can stand for another."""
    return blake2b(data, digest_size=_SIZE, person=path[-16:].encode()).digest()
