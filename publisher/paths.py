"""Make paths of names that come from elsewhere: one spelling of each, and none that leads out of its folder."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from publisher.errors import Problem, PublisherError

_DRIVE = re.compile(r"[A-Za-z]:")
# Names without anything special: most of them, and many times as fast to tell.
_PLAIN = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)*")
# What Windows takes for a device, whatever follows a dot, and a dot at the end of a name, which it drops.
_ODD = re.compile(
    r"(?:(?<=/)|^)(?:(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[1-9\xb9\xb2\xb3])(?:\.[^/]*)?|[^/]*\.)(?=/|$)",
    re.I,
)
_STEP = 255  # bytes of a name, on most file systems
_WHOLE = 800  # bytes of a path, which macOS ends at 1,024 with all above it
_SHOWN = 80  # characters


def check_name(name: str) -> str:
    """Return `name` if it is the one plain spelling of a path below some folder. Raises PublisherError."""
    if reason := _unsafe(name):
        raise PublisherError(Problem("", f"{name!r} cannot be a file of the site: {reason}", "use another name"))
    return name


def _unsafe(name: str) -> str:
    if _PLAIN.fullmatch(name):
        return ""
    parts = name.split("/")
    if not name:
        return "it is empty"
    if "\0" in name or "\\" in name:
        return "it holds a NUL character or a backslash"
    if name.startswith("/") or _DRIVE.match(name):
        return "it is absolute"
    if ".." in parts:
        return "it leaves the output folder"
    if "" in parts or "." in parts:
        return "it has an empty step"
    return "" if is_text(name) else "it is not text"


def is_text(name: str) -> bool:
    """Tell whether a name, or what was typed, is text: what is not UTF-8 comes as halves of surrogate pairs."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def unfit(path: str) -> str:
    """Say why some file system could not hold a file of the site at a path; "" if each can."""
    if len(path) * 4 > _STEP:
        if len(path.encode()) > _WHOLE:
            return f"is longer than {_WHOLE} bytes"
        if any(len(step.encode()) > _STEP for step in path.split("/")):
            return f"has a step of more than {_STEP} bytes"
    odd = _ODD.search(path)
    return f"has the step {odd[0]!r}, which no file on Windows can be called" if odd else ""


def shortened(path: str) -> str:
    """Return a path as a message can show it."""
    return path if len(path) <= _SHOWN else f"{path[:_SHOWN]}…"


def named_from(path: str, name: str) -> str:
    """Return the path that a file at `path` means by `name`: from its own folder, or from the top with a `/`.

    It never leads out of the top.
    """
    folder = PurePosixPath() if name.startswith("/") else PurePosixPath(path).parent
    steps: list[str] = []
    for step in folder.joinpath(name.lstrip("/")).parts:
        if step == "..":
            del steps[-1:]
        else:
            steps.append(step)
    return "/".join(steps)


def folded(path: str) -> str:
    """Return what a file system that knows neither case nor forms of composition takes the path for."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def folders(path: str) -> Iterator[str]:
    """Yield the folders that a path lies in, the nearest first, without the root."""
    while path := path.rpartition("/")[0]:
        yield path


def resolved(path: Path) -> Path:
    """Return where a path leads, links followed; a link that leads to itself stays (`Path.resolve` would give up)."""
    return Path(os.path.realpath(path))


def safe_join(root: Path, name: str, *others: Path) -> Path:
    """Return the file `name` below `root`, links resolved: they may lead to `others` as well, and nowhere else.

    Raises PublisherError for whatever would be outside.
    """
    whole = resolved(root)
    try:
        joined = whole.joinpath(check_name(name)).resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of symbolic links, or what no file system takes for a name
        joined = whole.parent
    if not any(joined != each and joined.is_relative_to(each) for each in (whole, *map(resolved, others))):
        raise PublisherError(Problem("", f"{name!r} leads out of {root}", "links may not lead out of it"))
    return joined
