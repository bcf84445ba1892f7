"""Open what is a regular file, and nothing else that may have its name: no link, pipe, socket, device or folder.

A blog may be checked out from anywhere, and Git carries links. What we write, empty or delete is never reached by one.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

# A pipe would have us wait for its other end. Windows knows neither, and has to look before.
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_FLAGS = _NO_FOLLOW | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"))


class IrregularError(OSError):
    """What has the name of a file, or of a folder, is something else; `strerror` says what."""


def opened(file: Path | str, flags: int = os.O_RDONLY) -> int:
    """Open a regular file by its own name, without following a link and without waiting; return its descriptor.

    Raises IrregularError for what is no such file, OSError for all else.
    """
    if not _NO_FOLLOW:
        _check(file)
    try:
        descriptor = os.open(file, flags | _FLAGS, 0o666)
    except OSError:
        _check(file)  # what systems say of links and sockets differs
        raise
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        os.close(descriptor)
        raise irregular(file, found)
    return descriptor


def read(file: Path | str) -> bytes:
    """Return the bytes of a regular file, without following a link. Raises IrregularError for what is none."""
    with open(opened(file), "rb", buffering=0) as stream:
        return stream.read()


def read_linked(file: Path | str) -> bytes:
    """Return the bytes of an author's file, which may be a link to one. Raises IrregularError for what is none."""
    found = os.stat(file)
    if not stat.S_ISREG(found.st_mode):
        raise irregular(file, found)
    return Path(file).read_bytes()


def is_folder(folder: Path | str) -> bool:
    """Tell whether there is a folder. Raises IrregularError if something else is there, such as a link to one."""
    try:
        found = os.lstat(folder)
    except (FileNotFoundError, NotADirectoryError):
        return False
    if not stat.S_ISDIR(found.st_mode):
        raise irregular(folder, found)
    return True


def irregular(file: Path | str, found: os.stat_result) -> IrregularError:
    """Return the error that says what is there."""
    kinds = ((stat.S_ISLNK, "a symbolic link"), (stat.S_ISDIR, "a folder"), (stat.S_ISREG, "a file"))
    what = next((words for is_one, words in kinds if is_one(found.st_mode)), "a pipe, a socket or a device")
    return IrregularError(errno.EEXIST, f"{what} has its name", str(file))


def _check(file: Path | str) -> None:
    try:
        found = os.lstat(file)
    except OSError:
        return
    if not stat.S_ISREG(found.st_mode):
        raise irregular(file, found)
