"""See what a blog is made from, and whether it is as it was, without opening a file."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from publisher import templating
from publisher.errors import Problem, PublisherError

if TYPE_CHECKING:
    from publisher.config import Settings

# Size, time of change, time of change of the inode, and its number: what git's index looks at, too.
Signature = tuple[int, int, int, int]
RACY: Signature = (-1, -1, -1, -1)  # like no signature that a file has: it has to be read again

_CODE = (".py", ".toml")  # catalogues of words are code, too
_PACKAGE = os.path.dirname(__file__)


class Look(Struct, frozen=True):
    """The signature of every file that a publish may read, by its path."""

    files: Mapping[str, Signature]

    def digest(self) -> str:
        """Return one digest of all signatures."""
        lines = (f"{path}\0{signature}" for path, signature in sorted(self.files.items()))
        return blake2b("\n".join(lines).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def look(settings: Settings) -> Look:
    """Look at all files of a blog: notebooks and what lies beside them, static files, templates, and this package."""
    root = settings.root
    files = dict(_walk(str(root / settings.source), skips=_is_hidden))
    for file in filter(None, (settings.logo, settings.social_font)):
        files.update(beside(root / file))
    for folder in (root / settings.static, root / "templates", templating.packaged()):
        files.update(_walk(str(folder)))
    files.update(_walk(_PACKAGE, skips=_is_compiled))
    return Look(files)


def beside(file: Path) -> Iterator[tuple[str, Signature]]:
    """Yield the path and the signature of a single file."""
    with suppress(OSError):
        found = file.stat()
        yield str(file), (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def _is_hidden(name: str) -> bool:
    return name.startswith(".")


def _is_compiled(name: str) -> bool:
    return name == "__pycache__"


def _walk(folder: str, skips: Callable[[str], bool] | None = None) -> Iterator[tuple[str, Signature]]:
    try:
        with os.scandir(folder) as scan:
            entries = list(scan)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:  # what cannot be seen would look deleted, and its pages would go
        raise PublisherError(Problem(folder, f"cannot be read: {error.strerror}", "check its permissions")) from None
    for entry in entries:
        if skips and skips(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, skips)
        elif signature := _signature(entry):
            yield entry.path.encode("utf-8", "backslashreplace").decode(), signature  # names need not be text


def _signature(entry: os.DirEntry[str]) -> Signature | None:
    """Return the signature of what an entry leads to; of a link to a folder its own; None if it leads nowhere."""
    try:
        found = entry.stat()
        if stat.S_ISDIR(found.st_mode):
            found = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def package_files() -> Iterable[str]:
    """Return the files of this package, sorted: code that changed makes other pages, whatever its version says."""
    return sorted(path for path, _ in _walk(_PACKAGE, skips=_is_compiled) if path.endswith(_CODE))


def package_digest() -> str:
    """Return a digest of the code of this package."""
    digest = blake2b(digest_size=16)
    for path in package_files():
        digest.update(f"{os.path.relpath(path, _PACKAGE)}\0".encode())
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()


def settled(seen: Mapping[str, Signature], stamp: int) -> dict[str, Signature]:
    """Return the signatures as they may be remembered by someone who read the files after `stamp`.

    `stamp` is the time of change of a file that was written before anything was read, in nanoseconds. A file
    changed at that very tick of the clock, or later, can change again and look the same: it is remembered as racy.
    """
    return {path: RACY if signature[1] >= stamp else signature for path, signature in seen.items()}
