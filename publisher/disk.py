"""Ask the file system for what a swap of folders needs, and say in words what it answers."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import Problem, TargetError
from publisher.regular import IrregularError, irregular

if TYPE_CHECKING:
    from ctypes import CDLL

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2

# What a system says that knows no exchange, or whose file system does not (NFS, FAT).
_NO_EXCHANGE = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP})

# What a file system says that knows no hard links, or allows no more to this file, or not to us.
_NO_LINK = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})

# What a file system says that takes no such name: one too long, or with letters that it does not know.
NO_SUCH_NAME = frozenset({errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL})

# What the system says, what it means here and what to do.
_REASONS = (
    (errno.ENOSPC, "the disk is full", "free some space, then publish again"),
    (errno.EFBIG, "the file is larger than the system allows", "raise the limit with `ulimit -f unlimited`"),
    (errno.EDQUOT, "your disk quota is used up", "free some space, then publish again"),
    (errno.EROFS, "the file system is read-only", "set `output` to a folder that can be written"),
    (errno.EACCES, "you may not write there", "change its owner or permissions, or set `output` to another folder"),
    (errno.EPERM, "you may not write there", "change its owner or permissions, or set `output` to another folder"),
    (errno.EMFILE, "too many files are open", "raise the limit with `ulimit -n 4096`, then publish again"),
    (errno.ENFILE, "the system has too many files open", "close some programs, then publish again"),
    (errno.EIO, "the disk reports an error", "check the disk, then publish again"),
    (errno.ENAMETOOLONG, "the name is too long", "give the post a shorter `slug`"),
    (errno.ENOTDIR, "a file is where a folder has to be", "move that file away, or set `output` to another folder"),
    (
        errno.ENOENT,
        "it went away meanwhile",
        "let no other program change the folder while it is published; publish again",
    ),
    (errno.EBUSY, "it is a mount point", "set `output` to a folder inside it"),
    (
        errno.EXDEV,
        "it is a mount point, or a layer of a container",
        "set `output` to a folder inside it, or remove it first",
    ),
)


@contextmanager
def explained(path: Path, what: str, setting: str = "output") -> Iterator[None]:
    """Raise what the system complains about as a TargetError: path, reason and remedy in one line.

    `setting` is the one that says where the path is.
    """
    try:
        yield
    except OSError as error:
        if isinstance(error, IrregularError):
            raise TargetError(Problem(error.filename, f"cannot be used: {error.strerror}", "remove it")) from error
        known = {number: (reason, hint) for number, reason, hint in _REASONS}
        reason, hint = known.get(error.errno or 0, (error.strerror or str(error), "put that right, then publish again"))
        hint = hint.replace("`output`", f"`{setting}`")
        raise TargetError(Problem(str(path), f"cannot {what}: {reason}", hint)) from error


def digest(file: Path | str) -> str:
    """Return the SHA-256 of a file in hex."""
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write(file: str, data: bytes) -> os.stat_result:
    """Write a new file and return its status."""
    with open(file, "xb") as stream:
        stream.write(data)
        stream.flush()
        return os.fstat(stream.fileno())


def replace(file: str, data: bytes) -> None:
    """Write a file of ours in the place of what has its name: a link goes, what it leads to stays as it is."""
    try:
        write(file, data)
    except FileExistsError:
        found = os.lstat(file)
        if stat.S_ISDIR(found.st_mode):
            raise irregular(file, found) from None
        os.unlink(file)
        with suppress(FileExistsError):  # another publish was faster
            write(file, data)


def link(file: Path | str, new: Path | str) -> None:
    """Give a file a second name; where links are not known, copy it. A link to a file becomes a link to the same."""
    try:
        os.link(file, new, follow_symlinks=os.link not in os.supports_follow_symlinks)
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        shutil.copy2(file, new, follow_symlinks=False)


def give_mode(folder: str, wanted: os.stat_result, found: os.stat_result) -> None:
    """Give a folder the permissions and the owner of another one."""
    if (found.st_uid, found.st_gid) != (wanted.st_uid, wanted.st_gid):
        with suppress(PermissionError):  # only root may; the folder is then ours, as every new one would be
            os.chown(folder, wanted.st_uid, wanted.st_gid)
    if found.st_mode != wanted.st_mode:
        os.chmod(folder, wanted.st_mode & 0o7777)


def sync(folder: Path) -> None:
    """Wait until all that was written to the file system of `folder` is on the disk.

    One syncfs took 0.12 s for 300 files of 20 KB, an fsync for each 1.33 s.
    """
    if sys.platform == "win32":
        return  # it knows neither; a folder cannot even be opened there
    opened = os.open(folder, os.O_RDONLY)
    try:
        syncfs = getattr(_system(), "syncfs", None)
        if syncfs is None:
            os.sync()
        elif syncfs(opened) != 0:
            raise _last_error(folder)
    finally:
        os.close(opened)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if sys.platform == "win32":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def show(new: Path, shown: Path, aside: Path) -> None:
    """Put the folder `new` where `shown` is, and the folder that was there where `new` was.

    In one step where the system can; else in three renames, with the old folder `aside` in between.
    """
    if not os.path.lexists(shown):
        os.rename(new, shown)
    elif not exchange(new, shown):
        _rename_twice(new, shown, aside)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step. Return False where that is not known."""
    renameat2 = getattr(_system(), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    error = _last_error(other)
    if error.errno in _NO_EXCHANGE:
        return False
    raise error


def _rename_twice(new: Path, shown: Path, aside: Path) -> None:
    os.rename(shown, aside)
    try:
        os.rename(new, shown)
    except BaseException:
        os.rename(aside, shown)
        raise
    os.rename(aside, new)


def _system() -> CDLL | None:
    """Return the C library of this process, where there is one and Python can call it."""
    try:
        import ctypes
    except ImportError:  # built without it, or too many files are open to load it
        return None
    return None if sys.platform == "win32" else ctypes.CDLL(None, use_errno=True)


def _last_error(path: Path) -> OSError:
    import ctypes

    number = ctypes.get_errno()
    return OSError(number, os.strerror(number), str(path))


def remove_file(root: Path, path: str) -> bool:
    """Remove a file below `root`, unless a link or a folder took its place. Return whether it was there."""
    file = root / path
    if os.path.realpath(file.parent) != str(file.parent) or (file.is_dir() and not file.is_symlink()):
        return False
    try:
        file.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def remove_empty(root: Path, folders: Iterable[str]) -> None:
    """Remove those of the folders below `root` that are empty, the deepest first."""
    for name in sorted(folders, key=lambda name: name.count("/"), reverse=True):
        try:
            os.rmdir(root / name)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT, errno.ENOTDIR):
                raise


def is_alive(process: int) -> bool:
    """Tell whether another process of this number runs."""
    if process in (0, os.getpid()):
        return False
    if sys.platform == "win32":
        return True  # to ask would be to end it
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
