"""Write a few files of the author's, all of them or none."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from publisher.errors import Problem, PublisherError

# What the system says, and what to do.
_HINTS = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space",
    errno.EROFS: "choose a folder that can be written",
    errno.EACCES: "change its permissions, or choose another folder",
    errno.EPERM: "change its permissions, or choose another folder",
    errno.ENOTDIR: "move away the file that is where a folder has to be",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EBUSY: "save it where it is open, then try again",
}
_NO_LINK = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})


class Change(Struct, frozen=True):
    """A file to write: what is to be in it, and what is in it before; None if it may not be there."""

    path: str
    after: bytes
    before: bytes | None = None


def write(root: Path, changes: Iterable[Change]) -> None:
    """Write files below `root`, in their order; if one cannot be written, none is. Raises PublisherError.

    A file that came, or was changed, since it was looked at is never overwritten.
    """
    writing = _Writing()
    try:
        for change in changes:
            writing.prepare(root, change)
        writing.place()
    except OSError as error:
        writing.undo()
        raise PublisherError(_problem(writing.path, error)) from error
    except BaseException:
        writing.undo()
        raise
    finally:
        writing.tidy()


def _problem(path: str, error: OSError) -> Problem:
    if isinstance(error, FileExistsError):
        return Problem(path, "exists already, and was left as it is", "choose another name, or edit that file")
    hint = _HINTS.get(error.errno or 0, "put that right, then try again")
    return Problem(path, f"cannot be written: {error.strerror or error}", hint)


class _Writing:
    """What was written so far, so that it can be taken back: new folders, files under other names, files in place."""

    def __init__(self) -> None:
        self.path = ""
        self.folders: list[Path] = []
        self.prepared: list[tuple[Path, Path, Change]] = []
        self.placed: list[tuple[Path, Change]] = []

    def prepare(self, root: Path, change: Change) -> None:
        """Write the content under another name, beside where it belongs: what can fail, fails here."""
        self.path = change.path
        file = root / change.path
        if change.before is None and os.path.lexists(file):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file))
        if change.before is not None:
            file = _led_to(root, file)
        self._make_folder(file.parent)
        beside = file.with_name(f".new-{os.getpid()}-{file.name}"[:255])
        self.prepared.append((beside, file, change))
        with open(beside, "xb") as stream:
            stream.write(change.after)
            stream.flush()
            os.fsync(stream.fileno())

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        if os.path.lexists(folder):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
        self._make_folder(folder.parent)
        folder.mkdir()
        self.folders.append(folder)

    def place(self) -> None:
        """Give each file its name."""
        for beside, file, change in self.prepared:
            self.path = change.path
            if change.before is None:
                _name(beside, file, change)
            else:
                _replace(beside, file, change)
            self.placed.append((file, change))

    def undo(self) -> None:
        """Take back what is in place, as far as the system lets us."""
        for file, change in reversed(self.placed):
            with suppress(OSError):
                if change.before is None:
                    file.unlink()
                else:
                    file.write_bytes(change.before)
        self.tidy()
        for folder in reversed(self.folders):
            with suppress(OSError):
                folder.rmdir()

    def tidy(self) -> None:
        """Remove the other names."""
        for beside, _, _ in self.prepared:
            with suppress(OSError):
                beside.unlink()


def _led_to(root: Path, file: Path) -> Path:
    """Return what is written for a file, so that a link stays one. Raises PublisherError for one that leads out."""
    found = file.resolve()
    if file.is_symlink() and not any(found.is_relative_to(each.resolve()) for each in (root, file.parent)):
        message = f"is a link to {found}, which is not of the blog"
        raise PublisherError(
            Problem(str(file), message, "change that file yourself, or put a copy in the place of the link")
        )
    return found


def _name(beside: Path, file: Path, change: Change) -> None:
    """Give a file its name unless another one has it: a rename would take its place."""
    try:
        os.link(beside, file)
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        _copy(file, change.after)


def _copy(file: Path, content: bytes) -> None:
    """Write a new file, whole or not at all."""
    with open(file, "xb") as stream:
        try:
            stream.write(content)
            stream.flush()
        except OSError:
            file.unlink()
            raise


def _replace(beside: Path, file: Path, change: Change) -> None:
    if file.read_bytes() != change.before:
        raise OSError(errno.EBUSY, "another program changed it meanwhile", str(file))
    os.chmod(beside, file.stat().st_mode & 0o7777)
    os.replace(beside, file)
