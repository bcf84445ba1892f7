"""The map of a site: which files it has, what is in each, and which notebook each belongs to."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publisher.errors import Problem, PublisherError

VERSION = 1

_DRIVE = re.compile(r"[A-Za-z]:")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the site: the SHA-256 of its bytes in hex, and how many they are.

    `owner` is the path of the notebook that it belongs to, "" if there is no single one.
    """

    digest: str
    size: int
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """The whole site: its files by path, and a small record of each post by the path of its notebook.

    A record is JSON; what it holds is the business of whoever makes it.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    posts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changes:
    """What one release writes, leaves and removes where another one was.

    `foreign` are the files found there that we did not make; they are looked for only where something changes.
    """

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()


def dump(release: Release) -> bytes:
    """Return a release as JSON: the same release is the same bytes. A line a file, so that a diff can be read."""
    files = {path: [entry.digest, entry.size, entry.owner] for path, entry in release.entries.items()}
    lines = (f'{{"version":{VERSION}', _table("files", files), _table("posts", release.posts))
    return (",\n".join(lines) + "}\n").encode()


def _table(name: str, rows: Mapping[str, object]) -> str:
    written = (f"{_json(key)}:{_json(rows[key])}" for key in sorted(rows))
    return f'"{name}":{{\n' + ",\n".join(written) + "}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load(data: bytes) -> Release | None:
    """Return the release that `dump` wrote; None for anything else, since what it lists may be deleted."""
    try:
        raw = json.loads(data)
        if raw["version"] != VERSION:
            return None
        entries = {str(path): _entry(path, row) for path, row in raw["files"].items()}
        posts = {str(path): dict(record) for path, record in raw["posts"].items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, PublisherError):
        return None
    return Release(entries, posts)


def _entry(path: str, row: Any) -> Entry:
    digest, size, owner = row
    check_name(path)
    if not (_DIGEST.fullmatch(digest) and type(size) is int and size >= 0 and isinstance(owner, str)):
        raise ValueError(path)
    return Entry(digest, size, owner)


def compare(old: Release, new: Release) -> Changes:
    """Return what `new` writes, leaves and removes where `old` is."""
    before, after = old.entries, new.entries
    unchanged = {path for path in after if path in before and before[path].digest == after[path].digest}
    return Changes(
        written=tuple(sorted(after.keys() - unchanged)),
        unchanged=tuple(sorted(unchanged)),
        removed=tuple(sorted(before.keys() - after.keys())),
    )


def check_name(name: str) -> str:
    """Return `name` if it is the one plain spelling of a path below some folder. Raises PublisherError."""
    if reason := _unsafe(name):
        raise PublisherError(Problem("", f"{name!r} cannot be a file of the site: {reason}", "use another name"))
    return name


def _unsafe(name: str) -> str:
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
    return "" if _is_text(name) else "it is not text"


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True


def safe_join(root: Path, name: str) -> Path:
    """Return the file `name` below `root`, links resolved. Raises PublisherError for whatever would be outside."""
    whole = root.resolve()
    try:
        joined = whole.joinpath(check_name(name)).resolve()
    except (OSError, RuntimeError):  # a loop of symbolic links
        joined = whole.parent
    if not joined.is_relative_to(whole) or joined == whole:
        raise PublisherError(Problem("", f"{name!r} leads out of {root}", "links may not lead out of it"))
    return joined


def check_paths(entries: Mapping[str, Entry]) -> None:
    """Raise PublisherError, with every clash, if some file system could not hold all these files beside each other."""
    problems = [*_same_names(entries), *_files_that_are_folders(entries)]
    if problems:
        raise PublisherError(*problems)


def _same_names(entries: Mapping[str, Entry]) -> Iterator[Problem]:
    by_key: dict[str, str] = {}
    for path in sorted(entries):
        other = by_key.setdefault(key(path), path)
        if other != path:
            yield clash(path, entries[path].owner, other, entries[other].owner)


def _files_that_are_folders(entries: Mapping[str, Entry]) -> Iterator[Problem]:
    keys = {key(path): path for path in entries}
    for path in sorted(entries):
        other = next((keys[above] for above in folders(key(path)) if above in keys), None)
        if other is not None:
            yield clash(path, entries[path].owner, other, entries[other].owner)


def clash(path: str, owner: str, other: str, other_owner: str) -> Problem:
    """Word that two files cannot both be in one site."""
    if path == other:
        message = f"writes {path!r}, as {other_owner or 'the site'} does"
    else:
        message = f"writes {path!r}, which cannot be beside {other!r}{f' of {other_owner}' if other_owner else ''}"
    return Problem(owner or path, message, "give one of them another `slug` or name")


def key(path: str) -> str:
    """Return what a file system that knows neither case nor forms of composition takes the path for."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def folders(path: str) -> Iterator[str]:
    """Yield the folders that a path lies in, the nearest first, without the root."""
    while path := path.rpartition("/")[0]:
        yield path
