"""The map of a site: which files it has, what is in each, and which notebook each belongs to."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from json.encoder import encode_basestring as _text
from typing import Annotated, Any

import msgspec
from msgspec import Struct, field
from msgspec.structs import astuple, replace

from publisher.errors import Problem, PublisherError
from publisher.paths import check_name, folded, folders

MANIFEST = ".publisher-manifest.json"
VERSION = 2

_HEX = re.compile(r"[0-9a-f]*")
_SHORT = 16  # digits of a digest that tell one manifest from another


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

    A record is JSON; what it holds is the business of whoever makes it. `unlisted` are the paths that no page tells,
    `nameless` the files that were unlisted, while nothing is left that says what they are called. `held` are the
    notebooks that were held back.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    posts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    unlisted: frozenset[str] = frozenset()
    nameless: tuple[Entry, ...] = ()
    held: frozenset[str] = frozenset()


class Changes(Struct, frozen=True):
    """What one release writes, leaves and removes where another one was.

    What only stays for readers of older pages is in none of the three. `foreign` are the files found there that we
    did not make; they are looked for only where something changes.
    """

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()


class _Row(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file in a manifest: digest, bytes, age."""

    digest: str
    size: Annotated[int, msgspec.Meta(ge=0)]
    age: Annotated[int, msgspec.Meta(ge=0)] = 0


class _Manifest(msgspec.Struct, frozen=True):
    """What lies among the files of a site, for all to read: no name that its pages do not tell."""

    version: int
    files: dict[str, _Row]
    unlisted: list[_Row]


class _FirstManifest(msgspec.Struct, frozen=True):
    """A manifest of version 1, which told everything."""

    version: int
    files: dict[str, Entry]
    posts: dict[str, dict[str, Any]]


class _Private(msgspec.Struct, frozen=True):
    """What else there is to know of a release.

    Records of posts, names of unlisted files, the notebooks whose aged ones were, and those that were held back.
    """

    posts: Mapping[str, Mapping[str, Any]] = {}
    unlisted: dict[str, _Row] = {}
    owners: dict[str, str] = {}
    held: list[str] = []


_decode = msgspec.json.Decoder(_Manifest).decode
_decode_first = msgspec.json.Decoder(_FirstManifest).decode
_decode_private = msgspec.json.Decoder(_Private).decode
_encode = msgspec.json.Encoder(order="sorted").encode
_ERRORS = (msgspec.MsgspecError, UnicodeError, RecursionError, PublisherError)


def dump(release: Release) -> bytes:
    """Return the manifest of a release as JSON: the same files are the same bytes. A line a file, for a diff."""
    listed = sorted(release.entries.keys() - release.unlisted)
    files = [f"{_text(path)}:{_row(release.entries[path])}" for path in listed]
    unlisted = sorted(_row(release.entries[path]) for path in release.unlisted)
    return f'{{"version":{VERSION},\n{_lines("files", files, "{}")},\n{_lines("unlisted", unlisted, "[]")}}}\n'.encode()


def _row(entry: Entry) -> str:
    return f'["{entry.digest}",{entry.size}{f",{entry.age}" if entry.age else ""}]'


def _lines(name: str, rows: list[str], ends: str) -> str:
    return f'"{name}":{ends[0]}\n' + ",\n".join(rows) + ends[1]


def dump_private(release: Release) -> bytes:
    """Return as JSON what the manifest of a release does not tell; nothing if it tells all."""
    unlisted = {path: _Row(entry.digest, entry.size, entry.age) for path, entry in _unlisted(release)}
    owners = {path: entry.owner for path, entry in release.entries.items() if entry.age and entry.owner}
    private = _Private(release.posts, unlisted, owners, sorted(release.held))
    return _encode(private) if release.posts or unlisted or owners or release.held else b""


def _unlisted(release: Release) -> Iterator[tuple[str, Entry]]:
    return ((path, release.entries[path]) for path in release.unlisted)


def name_of(manifest: bytes) -> str:
    """Return what one manifest is told from others by."""
    return hashlib.sha256(manifest).hexdigest()[:_SHORT]


def load(manifest: bytes, private: bytes = b"") -> Release | None:
    """Return the release that `dump` and `dump_private` wrote; None for another manifest, as what it lists may go.

    A manifest of version 1 is understood. A private one that is not whole is none: then unlisted files are `nameless`.
    """
    try:
        if manifest.startswith(b'{"version":1,'):
            return _loaded_first(_decode_first(manifest))
        raw = _decode(manifest)
        _check(raw.files, raw.unlisted, raw.version == VERSION)
    except _ERRORS:
        return None
    known = _private(private, raw.unlisted)
    files = {**raw.files, **known.unlisted}
    owners = known.owners
    entries = {path: Entry(row.digest, row.size, owners.get(path, ""), row.age) for path, row in files.items()}
    nameless = () if known.unlisted else tuple(Entry(row.digest, row.size, "", row.age) for row in raw.unlisted)
    return Release(entries, known.posts, frozenset(known.unlisted), nameless, frozenset(known.held))


def _loaded_first(raw: _FirstManifest) -> Release:
    _check(raw.files, (), is_known=True)
    hidden: set[str] = set()
    told: set[str] = set()
    for notebook, record in raw.posts.items():
        (hidden if record.get("unlisted") else told).update((notebook, *record.get("files", ())))
    unlisted = (path for path, entry in raw.files.items() if path in hidden or entry.owner in hidden)
    return Release(raw.files, raw.posts, frozenset(unlisted) - told)


def _private(data: bytes, unlisted: list[_Row]) -> _Private:
    """Return what is private, unless that is of other files than these."""
    try:
        found = _decode_private(data)
        _check(found.unlisted, (), is_known=True)
    except _ERRORS:
        return _Private()
    return found if sorted(map(astuple, found.unlisted.values())) == sorted(map(astuple, unlisted)) else _Private()


def _check(files: Mapping[str, Entry | _Row], others: Iterable[_Row], is_known: bool) -> None:
    """Raise PublisherError if files have names or digests that none of ours has."""
    for path in files:
        check_name(path)
    digests = [entry.digest for entry in (*files.values(), *others)]
    if not is_known or not set(map(len, digests)) <= {64} or not _HEX.fullmatch("".join(digests)):
        raise PublisherError(Problem(MANIFEST, "is not one of ours"))


def named(release: Release, names: Mapping[str, Entry]) -> Release:
    """Return a release whose nameless files have the names that they were found under."""
    found = Counter((entry.digest, entry.size) for entry in names.values())
    wanted = Counter((entry.digest, entry.size) for entry in release.nameless)
    sure = {path: entry for path, entry in names.items() if found[key := (entry.digest, entry.size)] <= wanted[key]}
    left = tuple(entry for entry in release.nameless if (entry.digest, entry.size) not in found)
    return replace(
        release,
        entries={**release.entries, **sure},
        unlisted=release.unlisted.union(sure),
        nameless=left,
    )


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
