"""Find the secrets of a text, also where lines are broken within one, and what is packed in base64 or digits."""

from __future__ import annotations

import re
import zlib
from binascii import Error, a2b_base64
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator
from functools import cache
from itertools import accumulate

from msgspec import Struct

from publisher.leaks.kinds import KINDS, Kind
from publisher.leaks.people import positions

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+/-~\r\n"  # a line may end within a secret
_RUNS = bytes(ord("a") if letter in _LETTERS else ord(" ") for letter in range(256))
# Only a token of Hugging Face is of letters alone; of the others, few are without a digit, and mix cases then.
_DIGIT = re.compile(r"\d|hf_|[a-z][A-Z]{2}[a-z]|[a-z][A-Z][a-z][A-Z]|A[KS]IA")
_SHORTEST = 20  # letters of a run; of 7.1 MB of texts of 100 notebooks 0.2 are left, with what is before each
_LONGEST = 4000  # letters of base64 that are looked at; it has none of the signs that most tokens have
_END = 400  # letters at the end of it that are looked at as well
_BEFORE = 100  # letters before a run that may say what it is
_AFTER = 8  # letters after it: the quote that ends it, behind backslashes
_CONTEXT = 2000  # letters before a mark that may say what it is
_UNBROKEN = re.compile(r"[\w.~+/=%:@-]{5,250}\r?\n(?=[\w.~+/=%:@-])")
_OF_LINE = 4  # letters of a token behind its mark, before the end of a line
_WINDOW = 2000  # letters from a mark in which broken lines are joined
_LINE_END = re.compile(r"(?<=[\w.~+/=%:@-])\r?\n(?=[\w.~+/=%:@-])")
_ESCAPED = re.compile(r"\\[nrt]")  # an end of a line as JSON and repr write it, before which no word goes on
_BETWEEN = "\n\0\n"  # texts, so that nothing begins in one and ends in another
_DEPTH = 2  # base64 in base64, as in a secret of Kubernetes
_PRINTABLE = bytes(range(32, 127)) + b"\t\n\r"
_URLSAFE = bytes.maketrans(b"-_", b"+/")
_FIRST = frozenset("CDIJKLMNOPQRSTUVWXYZabcdefHe")  # as base64 of a text begins
_HEAD = 24  # letters of base64 that tell whether it is a text
_WRAPPED = 60  # letters of a line of base64 that goes on in the next, or more
_FIRST_DIGITS = frozenset("0234567")
_DIGITS_OF_TEXT = re.compile(r"(?:[2-7][0-9A-Fa-f]|0[9AaDd]){16,}(?![0-9A-Fa-f])")
_PACKED = (b"x\x01", b"x\x9c", b"x\xda", b"\x1f\x8b")  # as zlib and gzip begin
_LARGEST = 1 << 20  # bytes of what was packed


class _Index:
    """Which kinds, by their order, have marks that may be anywhere, that begin a word, or of any case.

    Most begin a word: to gather the beginnings of all words takes less time than to look for each mark.
    """

    def __init__(self, is_broken: bool) -> None:
        self.anywhere: dict[bytes, list[int]] = {}
        self.first: dict[bytes, list[int]] = {}
        self.any_case: dict[bytes, list[int]] = {}
        for order, kind in enumerate(KINDS):
            for mark in kind.marks if kind.is_broken == is_broken else ():
                kinds = self.any_case if kind.any_case else self.first if _begins_word(kind, mark) else self.anywhere
                kinds.setdefault(mark.encode(), []).append(order)
        self.heads = {mark: (_HEAD_OF_WORD.match(mark) or [b""])[0] for mark in self.first}

    def marks(self, letters: bytes) -> Iterator[tuple[int, list[int], Iterator[int]]]:
        """Yield the length of each mark that is in a text, its kinds and its places."""
        heads = {word[:_LETTERS_OF_HEAD] for word in set(letters.translate(_WORDS).split())} if self.first else ()
        for mark, kinds in self.first.items():
            if self.heads[mark] in heads and mark in letters:
                yield len(mark), kinds, positions(mark, letters)
        for mark, kinds in self.anywhere.items():
            if mark in letters:
                yield len(mark), kinds, positions(mark, letters)
        lower = letters.lower()
        for mark, kinds in self.any_case.items():
            if mark in lower:
                yield len(mark), kinds, positions(mark, lower)


def _begins_word(kind: Kind, mark: str) -> bool:
    """Tell whether a mark is only where a word begins, and has as many letters of that word as are gathered."""
    is_whole = len(mark) >= _LETTERS_OF_HEAD or not mark.isalnum()
    return is_whole and kind.form.startswith(_NO_LETTER) and not kind.lead and not kind.is_broken


_NO_LETTER = (r"(?<![\w", "(?<![A-Za-z0-9")
_LETTERS_OF_HEAD = 4
_HEAD_OF_WORD = re.compile(rb"[A-Za-z0-9]{1,%d}" % _LETTERS_OF_HEAD)
_WORDS = bytes(letter if chr(letter).isalnum() and letter < 128 else ord(" ") for letter in range(256))
_BROKEN, _WHOLE = _Index(is_broken=True), _Index(is_broken=False)


class Secret(Struct, frozen=True):
    """A secret: where it is, of which kind, and itself."""

    at: int
    kind: Kind
    text: str


class _Claims:
    """The parts of a text that are secrets: none is within or across another."""

    def __init__(self) -> None:
        self.spans: list[tuple[int, int]] = []

    def claim(self, start: int, end: int) -> bool:
        """Take a part, if none of it is taken."""
        if not self.is_free(start, end):
            return False
        insort(self.spans, (start, end))
        return True

    def is_free(self, start: int, end: int) -> bool:
        """Tell whether nothing of a part is taken."""
        after = bisect_left(self.spans, (end,))
        return after == 0 or self.spans[after - 1][1] <= start


def secrets(text: str, depth: int = _DEPTH) -> list[Secret]:
    """Return each secret of a text, in order. What two kinds claim is of the first."""
    letters = text.encode("latin-1", "replace")
    starts, parts, packed = _suspects(text, letters)
    short = _ESCAPED.sub(r"\\" + "\n", "\0".join(parts))
    places = list(accumulate((len(part) + 1 for part in parts), initial=0))
    hits = [*_matches(_BROKEN, text, letters, text, lambda at: 0)]
    hits += _matches(
        _WHOLE,
        short,
        short.encode("latin-1", "replace"),
        text,
        lambda at: starts[which := bisect_right(places, at) - 1] - places[which],
    )
    claims, found = _Claims(), []
    for order, start, end, secret in sorted(hits):
        if claims.claim(start, end):
            found.append(Secret(start, KINDS[order], secret))
    free = [(at, inner) for at, end, inner in packed if claims.is_free(at, end)] if depth else []
    found += _within([at for at, _ in free], [inner for _, inner in free], depth - 1) if free else []
    return sorted(found, key=lambda each: each.at)


def _within(starts: list[int], texts: list[str], depth: int) -> Iterator[Secret]:
    """Yield the secrets of texts that were packed in another, at the places where these are in it."""
    places = list(accumulate((len(text) + len(_BETWEEN) for text in texts), initial=0))
    for each in secrets(_BETWEEN.join(texts), depth):
        yield Secret(starts[bisect_right(places, each.at) - 1], each.kind, each.text)


def _suspects(text: str, letters: bytes) -> tuple[list[int], list[str], list[tuple[int, int, str]]]:
    """Return the parts of a text that have a long run of letters and digits, with where they begin.

    The third are the texts that are packed in such runs, each with its place.
    """
    flat = letters.translate(_RUNS)
    spans: list[list[int]] = [[0, 0]]
    packed: list[tuple[int, int, str]] = []
    seen = set()
    room = _LARGEST
    at = flat.find(b"a" * _SHORTEST)
    while at >= 0:
        end = flat.find(b" ", at)
        end = end if end >= 0 else len(flat)
        run = text[max(0, at - 3) : end]
        if run not in seen and _DIGIT.search(run):
            seen.add(run)
            for first, last in _looked_at(text, at, end):
                _extend(spans, first, last)
            for first, last, inner in _unpacked(text[at:end], room):
                room -= len(inner)
                packed.append((at + first, at + last, inner))
        at = flat.find(b"a" * _SHORTEST, end)
    return [start for start, _ in spans], [text[start:end] for start, end in spans], packed


def _looked_at(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a run that may have secrets in letters: of a payload in base64 the beginning and the end."""
    if end - start <= _LONGEST or text.find("_", start, end) >= 0 or text.find("-", start, end) >= 0:
        yield start, end + _AFTER
    else:
        yield start, start + _LONGEST
        yield max(start + _LONGEST, end - _END), end + _AFTER


def _extend(spans: list[list[int]], start: int, end: int) -> None:
    """Add a run and what is before it; runs that are near each other may be one secret, and stay together."""
    if start - _BEFORE <= spans[-1][1]:
        spans[-1][1] = max(end, spans[-1][1])
    else:
        spans.append([start - _BEFORE, end])


@cache
def _pattern(form: str) -> re.Pattern[str]:
    return re.compile(form)  # when its mark is found: to compile all takes 20 ms of every start


def _matches(
    index: _Index, text: str, letters: bytes, whole: str, moved: Callable[[int], int]
) -> Iterator[tuple[int, int, int, str]]:
    """Yield the order of the kind of each secret, where it begins and ends, and itself.

    `text` is of parts of the `whole`, and `letters` are its own, in a byte each; `moved` tells how far a place of it is
    from that in the whole.
    """
    for length, orders, places in index.marks(letters):
        for place in places:
            for order in orders:
                kind = KINDS[order]
                at = place + length if kind.is_named else max(0, place - kind.lead)
                match, shift = _pattern(kind.form).match(text, at), 0
                if not match and not kind.is_named:
                    match, shift = _across_lines(kind, length, text, at)
                if match and kind.is_real(match[group := match.lastindex or 0]):
                    before = (place if kind.is_named else at) + moved(place)
                    shift += moved(place)
                    if kind.follows(whole[max(0, before - _CONTEXT) : before]):
                        yield order, match.start(group) + shift, match.end(group) + shift, match[group]


def _across_lines(kind: Kind, length: int, text: str, at: int) -> tuple[re.Match[str] | None, int]:
    """Return what matches if a terminal has broken the lines of a token, and how far that is moved."""
    line = _UNBROKEN.match(text, at)
    if not line or line.end() - at < length + kind.lead + _OF_LINE:
        return None, 0
    before = text[max(0, at - _BEFORE) : at]
    joined = _LINE_END.sub("", text[at : at + _WINDOW])
    return _pattern(kind.form).match(before + joined, len(before)), at - len(before)


def _unpacked(run: str, room: int) -> Iterator[tuple[int, int, str]]:
    """Yield the texts that are packed in a run of letters, as base64 or in hexadecimal digits, each with its place."""
    at = 0
    while at + _HEAD <= len(run):
        line_end = end if (end := run.find("\n", at)) >= 0 else len(run)
        if run[at] in _FIRST and line_end - at >= _HEAD and _is_packed(run[at : at + _HEAD]):
            line = run[at:line_end].rstrip("\r")
            yield at, line_end, _said(_from_base64(line), room)
            if len(line) >= _WRAPPED and (last := _block_end(run, at, line_end + 1)) > line_end:
                yield at, last, _said(_from_base64("".join(run[at:last].split())), room)
                line_end = last
        elif run[at] in _FIRST_DIGITS and (match := _DIGITS_OF_TEXT.match(run, at)):
            yield at, match.end(), bytes.fromhex(match[0]).decode("latin-1")
        at = line_end + 1


def _is_packed(head: str) -> bool:
    """Tell whether base64 begins as a text does, or as one that is compressed."""
    inner = _from_base64(head)
    return not inner.translate(None, _PRINTABLE) or inner[:2] in _PACKED


def _block_end(run: str, start: int, second: int) -> int:
    """Return where a block of base64 ends, whose lines are as long as its first; the last may be shorter."""
    width, at = second - start, second
    while run[at + width - 1 : at + width] == "\n" and "\n" not in run[at : at + width - 1]:
        at += width
    end = run.find("\n", at, at + width)
    return end if end >= 0 else min(len(run), at + width - 1)


def _said(data: bytes, room: int) -> str:
    """Return bytes as a text, unpacked if they are compressed."""
    if data[:2] in _PACKED:
        try:
            data = zlib.decompressobj(32 + zlib.MAX_WBITS).decompress(data, max(1, room))
        except zlib.error:
            return ""
    return data.decode("utf-8", "replace")


def _from_base64(letters: str) -> bytes:
    """Return the bytes of base64, in either alphabet, whatever its end lacks."""
    plain = letters.encode("ascii", "replace").translate(_URLSAFE)
    plain = plain[: len(plain) - (len(plain) % 4 == 1)]
    try:
        return a2b_base64(plain + b"=" * (-len(plain) % 4))
    except Error:
        return b""
