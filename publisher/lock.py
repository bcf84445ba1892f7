"""Let one process at a time work on a site, and name it to those that come second."""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from urllib.parse import quote, unquote

from msgspec import Struct
from msgspec.structs import asdict

from publisher import disk, regular
from publisher.disk import explained, is_alive
from publisher.errors import BusyError, Problem

_HINT = "wait until it has ended, then try again"
_TAKEN = frozenset({errno.EACCES, errno.EAGAIN})
# What a file system says that knows no locks (some network and user-space ones).
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})

# The system counts locks by process: two threads of one would both be let in, and a second look at the
# file would end the lock of the first.
_held: dict[Path, Owner] = {}
_guard = Lock()
_LOOKS, _PAUSE = 20, 0.01  # how often, and after how many seconds, to look for a name that is not there yet


class Owner(Struct, frozen=True):
    """The process that works on a site; `since` is an ISO time."""

    process: int
    host: str
    since: str


@contextmanager
def alone(file: Path, output: Path) -> Iterator[None]:
    """Hold the lock `file`, which guards `output`. Raises BusyError, which names the owner, if another one does.

    A lock of the system ends with its process, however that ends, and a forked worker does not inherit it. The file
    names the owner. It is removed while the lock is held, and whoever gets a lock makes sure that its file still has
    its name: so no two hold locks on two files of one name, and nothing is left behind but by who was killed.
    """
    me = Owner(os.getpid(), _host(), datetime.now(UTC).isoformat(timespec="seconds"))
    with _guard:
        other = _held.get(file)
        if other and other.process == me.process:
            raise _busy(output, other)
        _held[file] = me
    try:
        with explained(output, "be locked"):
            free = _take(file, output, me)
        try:
            yield
        finally:
            free()
    except KeyboardInterrupt:  # which may come between any two steps, those of freeing it too
        _sweep(file)
        raise
    finally:
        del _held[file]


def _take(file: Path, output: Path, me: Owner) -> Callable[[], None]:
    while True:
        opened = _opened(file)
        try:
            _lock(opened)
            is_ours = _is_named(opened, file)
        except OSError as error:
            owner = _named(opened)
            os.close(opened)
            if error.errno in _TAKEN:
                raise _busy(output, owner) from None
            if error.errno in _NO_LOCKS:
                return _claim(file, output, me)
            raise
        if is_ours:
            break
        os.close(opened)  # its owner removed it between our opening and locking it
    with suppress(OSError):  # an owner that cannot be written down is only not named
        os.ftruncate(opened, 0)
        os.write(opened, json.dumps(asdict(me)).encode())
    return lambda: _free(opened, file)


def _opened(file: Path) -> int:
    try:
        return regular.opened(file, os.O_RDWR | os.O_CREAT)
    except PermissionError:
        if not os.path.lexists(file):
            raise
        with explained(file, "be opened"):
            raise


if sys.platform == "win32":
    import msvcrt

    def _lock(opened: int) -> None:
        os.lseek(opened, 1 << 30, os.SEEK_SET)  # what is locked there cannot be read: lock a byte after the text
        msvcrt.locking(opened, msvcrt.LK_NBLCK, 1)
        os.lseek(opened, 0, os.SEEK_SET)

    def _free(opened: int, file: Path) -> None:
        os.close(opened)
        with suppress(OSError):  # an open file cannot be removed there: it stays, hidden and harmless
            os.unlink(file)

else:
    import fcntl

    def _lock(opened: int) -> None:
        fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _free(opened: int, file: Path) -> None:
        with suppress(OSError):
            os.unlink(file)
        os.close(opened)


def _sweep(file: Path) -> None:
    """Remove the file of a lock that nobody holds, or this process."""
    with suppress(OSError):
        opened = regular.opened(file, os.O_RDWR)
        try:
            _lock(opened)
            if _is_named(opened, file):
                os.unlink(file)
        finally:
            os.close(opened)


def _is_named(opened: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(opened), os.lstat(file))
    except FileNotFoundError:
        return False


def _named(opened: int) -> Owner | None:
    """Return the owner that a file names; one that got the lock a moment ago is about to write that down."""
    for _ in range(_LOOKS):
        if owner := _read(opened):
            return owner
        time.sleep(_PAUSE)
    return None


def _read(opened: int) -> Owner | None:
    try:
        found = json.loads(os.pread(opened, 1000, 0) if hasattr(os, "pread") else os.read(opened, 1000))
        return Owner(int(found["process"]), str(found["host"]), str(found["since"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _claim(file: Path, output: Path, me: Owner) -> Callable[[], None]:
    """Lock where the file system knows no locks: make a file that names us, give way if there is another one.

    Each process has a name of its own, so nobody can take away by mistake what another one has just made; what a
    dead process of this host left is removed. Two that come at the very same moment may both give way.
    """
    with suppress(FileNotFoundError):
        os.unlink(file)
    mine = file.with_name(f"{file.name}-{me.process}@{quote(me.host, safe='')}")
    disk.replace(str(mine), b"")
    for other in sorted(file.parent.glob(f"{file.name}-*@*")):
        owner = _owner(other)
        if other == mine or owner is None:
            continue
        if owner.host != me.host or is_alive(owner.process):
            mine.unlink()
            raise _busy(output, owner, f"{_HINT}; if it did not end well, remove {other}")
        other.unlink(missing_ok=True)
    return lambda: mine.unlink(missing_ok=True)


def _owner(file: Path) -> Owner | None:
    process, _, host = file.name.rpartition("-")[2].partition("@")
    try:
        since = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        return Owner(int(process), unquote(host), since.isoformat(timespec="seconds"))
    except (OSError, ValueError):
        return None


def _busy(output: Path, owner: Owner | None, hint: str = _HINT) -> BusyError:
    who = f": process {owner.process} on host {owner.host}, {_since(owner.since)}" if owner else ""
    return BusyError(Problem(f"{output}/", f"another publish is running{who}", hint))


def _since(since: str) -> str:
    """Word a time for somebody who waits: `since 12:03:11 (40 s ago)`."""
    try:
        begun = datetime.fromisoformat(since).astimezone()
    except ValueError:
        return f"since {since}"
    seconds = max(0, int((datetime.now(UTC) - begun).total_seconds()))
    ago = f"{seconds} s" if seconds < 120 else f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
    return f"since {begun:%H:%M:%S} ({ago} ago)"


def _host() -> str:
    if sys.platform == "win32":
        return os.environ.get("COMPUTERNAME", "this one")
    return os.uname().nodename
