"""The map of a site: which files it has, what is in each, and which notebook each belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from json.encoder import encode_basestring as _text
from operator import itemgetter
from typing import Annotated, Any

import msgspec
from msgspec import Struct, field

from publisher.errors import Problem, PublisherError
from publisher.paths import check_name, folded, folders

MANIFEST = ".publisher-manifest.json"
VERSION = 1

_first = itemgetter(0)
_HEX = re.compile(r"[0-9a-f]*")


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One file of the site: the SHA-256 of its bytes in hex, and how many they are.

    `owner` is the path of the notebook that it belongs to, "" if there is no single one. `age` is for how many
    releases nothing has needed it any more: it stays for readers of older pages.
    """

    digest: str
    size: Annotated[int, msgspec.Meta(ge=0)]
    owner: str = ""
    age: Annotated[int, msgspec.Meta(ge=0)] = 0


class Release(Struct, frozen=True):
    """The whole site: its files by path, and a small record of each post by the path of its notebook.

    A record is JSON; what it holds is the business of whoever makes it.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    posts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class Changes(Struct, frozen=True):
    """What one release writes, leaves and removes where another one was.

    What only stays for readers of older pages is in none of the three. `foreign` are the files found there that we
    did not make; they are looked for only where something changes.
    """

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()


class _Manifest(msgspec.Struct, frozen=True):
    version: int
    files: dict[str, Entry]
    posts: dict[str, dict[str, Any]]


_decode = msgspec.json.Decoder(_Manifest).decode
_encode = msgspec.json.Encoder(order="sorted").encode


def dump(release: Release) -> bytes:
    """Return a release as JSON: the same release is the same bytes. A line a file, so that a diff can be read."""
    files = [f"{_text(path)}:{_row(entry)}" for path, entry in sorted(release.entries.items(), key=_first)]
    posts = [f"{_text(path)}:{_encode(record).decode()}" for path, record in sorted(release.posts.items(), key=_first)]
    return f'{{"version":{VERSION},\n{_table("files", files)},\n{_table("posts", posts)}}}\n'.encode()


def _row(entry: Entry) -> str:
    age = f",{entry.age}" if entry.age else ""
    return f'["{entry.digest}",{entry.size},{_text(entry.owner)}{age}]'


def _table(name: str, rows: list[str]) -> str:
    return f'"{name}":{{\n' + ",\n".join(rows) + "}"


def load(data: bytes) -> Release | None:
    """Return the release that `dump` wrote; None for anything else, since what it lists may be deleted."""
    try:
        raw = _decode(data)
        for path in raw.files:
            check_name(path)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, PublisherError):
        return None
    digests = [entry.digest for entry in raw.files.values()]
    if raw.version != VERSION or not set(map(len, digests)) <= {64} or not _HEX.fullmatch("".join(digests)):
        return None
    return Release(raw.files, raw.posts)


def compare(old: Release, new: Release) -> Changes:
    """Return what `new` writes, leaves and removes where `old` is."""
    before = old.entries
    after = {path: entry for path, entry in new.entries.items() if not entry.age}
    unchanged = {path for path, entry in after.items() if path in before and before[path].digest == entry.digest}
    return Changes(
        written=tuple(sorted(after.keys() - unchanged)),
        unchanged=tuple(sorted(unchanged)),
        removed=tuple(sorted(before.keys() - new.entries.keys())),
    )


def check_paths(entries: Mapping[str, Entry]) -> None:
    """Raise PublisherError, with every clash, if some file system could not hold all these files beside each other."""
    problems = [*_same_names(entries), *_files_that_are_folders(entries)]
    if problems:
        raise PublisherError(*problems)


def _same_names(entries: Mapping[str, Entry]) -> Iterator[Problem]:
    if len({folded(path) for path in entries}) == len(entries):
        return
    by_key: dict[str, str] = {}
    for path in sorted(entries):
        other = by_key.setdefault(folded(path), path)
        if other != path:
            yield clash(path, entries[path].owner, other, entries[other].owner)


def _files_that_are_folders(entries: Mapping[str, Entry]) -> Iterator[Problem]:
    keys = {folded(path): path for path in entries}
    if keys.keys().isdisjoint(above(keys)):
        return
    for path in sorted(entries):
        other = next((keys[folder] for folder in folders(folded(path)) if folder in keys), None)
        if other is not None:
            yield clash(path, entries[path].owner, other, entries[other].owner)


def fitting(paths: Iterable[str], entries: Mapping[str, Entry]) -> list[str]:
    """Return those of the paths that could be beside the files of a release and each other, on any file system."""
    files = {folded(path) for path in entries}
    places = files | above(files)
    found = []
    for path in paths:
        key = folded(path)
        if key not in places and files.isdisjoint(folders(key)):
            found.append(path)
            files.add(key)
            places.update((key, *folders(key)))
    return found


def clash(path: str, owner: str, other: str, other_owner: str) -> Problem:
    """Word that two files cannot both be in one site."""
    if path == other:
        message = f"writes {path!r}, as {other_owner or 'the site'} does"
    else:
        message = f"writes {path!r}, which cannot be beside {other!r}{f' of {other_owner}' if other_owner else ''}"
    return Problem(owner or path, message, "give one of them another `slug` or name")


def shared(path: str, first: Entry, second: Entry) -> Entry:
    """Return the entry of a file that two want at one path. Raises PublisherError if they want other bytes there."""
    if first.digest != second.digest:
        raise PublisherError(clash(path, second.owner, path, first.owner))
    return first if first.owner == second.owner else Entry(first.digest, first.size)


def above(paths: Iterable[str]) -> set[str]:
    """Return all folders that any of the paths lies in, without the root."""
    found = {path.rpartition("/")[0] for path in paths}
    for folder in tuple(found):
        found.update(folders(folder))
    return found - {""}
