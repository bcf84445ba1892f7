"""Find in a notebook what should not be published: secrets, places in photographs, addresses of people."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import accumulate
from pathlib import Path

from msgspec import Struct

from publisher.cells import Document
from publisher.errors import Problem
from publisher.images import origin
from publisher.leaks.parts import Piece, pieces
from publisher.leaks.people import EMAIL, HOME, people
from publisher.leaks.plain import plain, unmarked
from publisher.leaks.search import secrets

__all__ = [
    "PLACE",
    "Leak",
    "Leaks",
    "find",
    "in_file",
    "is_inspected",
    "mark",
    "needless",
    "of_photograph",
    "told_of_photograph",
    "worded_of_file",
]

PLACE = "the position where a photograph was taken"
_SILENCE = 'if it may be published, add "{mark}" to `allowed-leaks`'
_HINTS = {
    PLACE: "remove the position from the image and insert it again",
    HOME: "run it with paths that are relative",
    EMAIL: "leave it out of what is printed",
}
_REVOKE = "take it out, and revoke it: others may have seen it"
_MOST_SECRETS = 200  # of a notebook, that are told one by one: each takes 3 ms
_MORE = f"more than {_MOST_SECRETS} secrets"
_REVOKE_ALL = "take them out; those that follow are not told one by one"
_MARKS_TOLD = 5
_SEPARATOR = "\n\0\n"  # so that nothing begins in one piece and ends in another
_ROUNDS = 10_000  # 3 ms: a guess at a weak password takes as long
_EMBEDDED = re.compile(r"data:image/(?:a?png|jpe?g|webp|avif|tiff|heic|gif)(?:;[\w=.-]{1,40}){0,3};base64,\s{0,20}")
_BASE64 = re.compile(r"[A-Za-z0-9+/\r\n]*={0,2}")
# Files that come along and are looked into: photographs, programs, settings. Data may be large, and is no one's secret.
_PHOTOGRAPHS = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".tif", ".tiff")
_TEXTS = (".py", ".r", ".jl", ".sh", ".sql", ".ini", ".cfg", ".toml", ".yaml", ".yml")


class Leak(Struct, frozen=True):
    """One thing found: of which kind, where, and the mark that allows it. The thing itself goes nowhere."""

    kind: str
    cell: int | None
    part: str
    mark: str
    is_guess: bool = False


class Leaks(Struct, frozen=True):
    """What was found in one notebook: what makes it fail, what is only told, and which allowances it needed."""

    failures: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    allowed: tuple[str, ...] = ()


def find(document: Document, allowed: Collection[str] = ()) -> Leaks:
    """Return what a notebook should not tell the world. Pure; no problem says any part of a secret."""
    all_pieces = [*pieces(document.raw), *(Piece(None, each.path, each.text) for each in document.sidecars)]
    all_pieces += [Piece(None, "metadata", text) for text in document.dropped]
    whole = _Whole([piece for piece in all_pieces if not piece.is_image])
    images = [_image(piece, piece.text) for piece in all_pieces if piece.is_image]
    images += _embedded(whole)
    described = [Piece(piece.cell, "image", words) for piece, _, said in images if (words := said.words)]
    leaks = list(_secrets(_Whole([*described, *whole.unmarked()], whole)))
    leaks += _places((piece, data) for piece, data, said in images if said.has_position)
    used = {leak.mark for leak in leaks}.intersection(allowed)
    left = [leak for leak in leaks if leak.mark not in used]
    failures = [_worded(leak, document.path) for leak in left if not leak.is_guess]
    warnings, silenced = _told(whole, document.path, allowed)
    guesses = [_worded(leak, document.path) for leak in left if leak.is_guess]
    return Leaks(tuple(failures), (*guesses, *warnings), tuple(sorted(used | silenced)))


class _Whole:
    """All texts as one, since thousands of small searches take longer than one; knows what each part of it was."""

    def __init__(self, pieces: list[Piece], first: _Whole | None = None) -> None:
        texts = [plain(piece.text) for piece in pieces]
        self.pieces: list[Piece] = [*first.pieces, *pieces] if first else pieces
        self.texts: list[str] = [*first.texts, *texts] if first else texts
        self.text = _SEPARATOR.join(self.texts)
        self.starts = list(accumulate((len(text) + len(_SEPARATOR) for text in self.texts), initial=0))

    def piece(self, at: int) -> Piece:
        """Return the piece that a place of the text is in."""
        return self.pieces[bisect_right(self.starts, at) - 1]

    def is_output(self, at: int) -> bool:
        """Tell whether a place of the text is in an output."""
        return self.piece(at).part == "output"

    def unmarked(self) -> Iterator[Piece]:
        """Yield what the texts say without the markup within words, where there is any."""
        for piece, text in zip(self.pieces, self.texts, strict=True):
            yield from (Piece(piece.cell, piece.part, each) for each in unmarked(text))


def _secrets(whole: _Whole) -> Iterator[Leak]:
    """Yield every secret once, where it is first."""
    seen = set()
    for each in secrets(whole.text):
        if (each.kind.name, each.text) in seen:
            continue
        seen.add((each.kind.name, each.text))
        piece = whole.piece(each.at)
        if len(seen) > _MOST_SECRETS:
            yield Leak(_MORE, piece.cell, piece.part, "")
            return
        yield Leak(each.kind.name, piece.cell, piece.part, mark(each.kind.name, each.text), each.kind.is_guess)


def _embedded(whole: _Whole) -> Iterator[tuple[Piece, str, origin.Said]]:
    """Yield the images that stand in texts as data URIs, with the beginning of their data and what they say."""
    for match in _EMBEDDED.finditer(whole.text) if "data:image/" in whole.text else ():
        yield _image(whole.piece(match.start()), whole.text, match.end(), _BASE64.match(whole.text, match.end()))


def _image(
    piece: Piece, text: str, start: int = 0, data: re.Match[str] | None = None
) -> tuple[Piece, str, origin.Said]:
    """Return an image in base64, which is all of a text or a part of it, with its beginning and what it says."""
    said = origin.said(origin.of_base64(text, start))
    rest = origin.after(origin.end_of_base64(text, start, data.end() if data else None))
    words = f"{said.words}\n{rest}" if rest else said.words
    return piece, text[start : start + 4096] if data else text, origin.Said(said.has_position, words)


def _places(images: Iterable[tuple[Piece, str]]) -> Iterator[Leak]:
    seen = set()
    for piece, data in images:
        found = mark(PLACE, data)
        if found not in seen:
            seen.add(found)
            yield Leak(PLACE, piece.cell, piece.part, found)


def mark(kind: str, secret: str) -> str:
    """Return what stands for one secret of a kind in `allowed-leaks`: 16 digits from which it cannot be read."""
    data, salt = secret.encode("utf-8", "surrogatepass"), f"publisher: {kind}".encode()
    return hashlib.pbkdf2_hmac("sha256", data, salt, _ROUNDS, 8).hex()


def _worded(leak: Leak, path: str) -> Problem:
    where = {"source": "", "output": " in an output", "image": " in the description of an image"}
    place = where.get(leak.part, f" in its {leak.part}")
    message = f"{'may hold' if leak.is_guess else 'holds'} {leak.kind}{place}"
    hint = f"{_HINTS.get(leak.kind, _REVOKE)}; {_SILENCE.format(mark=leak.mark)}" if leak.mark else _REVOKE_ALL
    return Problem(path, message, hint, leak.cell, kind="leak")


def _told(whole: _Whole, path: str, allowed: Collection[str]) -> tuple[tuple[Problem, ...], set[str]]:
    """Return one warning for each kind of what outputs say of people, and the marks of what is allowed."""
    found: dict[str, dict[str, int | None]] = {HOME: {}, EMAIL: {}}
    for kind, text, at in people(whole.text, whole.is_output):
        found[kind].setdefault(text, whole.piece(at).cell)
    problems, used = [], set()
    for kind, places in found.items():
        marks = {text: _quick_mark(kind, text) for text in places}
        used.update(set(marks.values()).intersection(allowed))
        left = {text: cell for text, cell in places.items() if marks[text] not in used}
        if left:
            problems.append(_summed_up(kind, left, [marks[text] for text in left], path))
    return tuple(problems), used


def _quick_mark(kind: str, text: str) -> str:
    """Return the mark of what is on the page for all to read: nothing is to be kept from guessing."""
    return hashlib.sha256(f"{kind}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _summed_up(kind: str, places: Mapping[str, int | None], marks: list[str], path: str) -> Problem:
    count = len(places)
    names = {HOME: "the home folder of a person", EMAIL: "an e-mail address"}
    many = {HOME: f"the home folders of {count} people", EMAIL: f"{count} e-mail addresses"}
    told = ", ".join(f'"{each}"' for each in marks[:_MARKS_TOLD])
    more = f" and {count - _MARKS_TOLD} more" if count > _MARKS_TOLD else ""
    message = f"shows {names[kind] if count == 1 else many[kind]} in its outputs"
    hint = f"{_HINTS[kind]}; to allow {'it' if count == 1 else 'them'}, add {told}{more} to `allowed-leaks`"
    return Problem(path, message, hint, next(iter(places.values())), kind="personal-data")


def is_inspected(name: str) -> bool:
    """Tell whether a file that comes along with a page has to be looked into."""
    return name.lower().endswith(_PHOTOGRAPHS + _TEXTS)


def in_file(name: str, data: bytes) -> Iterator[Leak]:
    """Yield what a file tells: the place where a photograph was taken, or secrets."""
    if name.lower().endswith(_PHOTOGRAPHS):
        said = origin.said(origin.of_bytes(data))
        if said.has_position:
            yield Leak(PLACE, None, "file", mark(PLACE, hashlib.sha256(data).hexdigest()))
        text = said.words + "\n" + origin.after(origin.end_of_bytes(data))
    else:
        text = data.decode("utf-8", "replace") if name.lower().endswith(_TEXTS) else ""
    whole = _Whole([Piece(None, "file", text)])
    yield from (leak for leak in _secrets(_Whole([*whole.unmarked()], whole)) if not leak.is_guess)


def worded_of_file(leak: Leak, name: str, notebook: str, cell: int) -> Problem:
    """Word what a file tells that a notebook links to."""
    hint = f"{_HINTS.get(leak.kind, _REVOKE)}; {_SILENCE.format(mark=leak.mark)}"
    return Problem(notebook, f"links to {name!r}, which holds {leak.kind}", hint, cell, kind="leak")


def of_photograph(file: Path, digest: Callable[[str], str]) -> str:
    """Return the mark of a photograph that tells where it was taken; "" for any other file."""
    if not file.name.lower().endswith(_PHOTOGRAPHS):
        return ""
    try:
        with open(file, "rb") as stream:
            has_position = origin.said(origin.of_file(stream)).has_position
    except OSError:
        return ""
    return mark(PLACE, digest(str(file))) if has_position else ""


def told_of_photograph(name: str, found: str) -> Problem:
    """Word that a static photograph tells where it was taken."""
    hint = f"remove it from the file; {_SILENCE.format(mark=found)}"
    return Problem(name, f"holds {PLACE}", hint, kind="leak")


def needless(marks: Iterable[str]) -> Iterator[Problem]:
    """Word that nothing needs these allowances any more."""
    for each in marks:
        yield Problem("pyproject.toml", f'`allowed-leaks` has "{each}", which nothing needs any more', "remove it")
