"""Make the index that the search of the site reads: Pagefind's, in parts, so that one edit makes one part again."""

from __future__ import annotations

import gzip
import html
import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from publisher.errors import Problem, PublisherError, SettingsError
from publisher.markup import escape

FOLDER = "pagefind/"
PARTS = f"{FOLDER}parts.json"  # how many parts there are
ENTRY = "pagefind-entry.json"  # what a part begins with: it names the rest of it by hashes
EXTRA = "search"
# What has the program. The extended one, which is larger, knows where words end in languages without spaces.
_BINARIES = ("pagefind_bin_extended", "pagefind_bin")
DISTRIBUTIONS = tuple(name.replace("_", "-") for name in _BINARIES)

# Pagefind takes 8 ms a post (10,000 characters each) and knows no increments, so the posts are dealt into parts, which
# it merges while it searches. One edit costs a part of up to 32 posts, a quarter of a second; a query costs a
# reader one piece of index for each part. Above 512 posts the parts grow instead.
_PART_SIZE = 32
_MOST_PARTS = 16

# Of what Pagefind writes, the first part brings what searches, every part its index. Its interfaces stay behind.
_PROGRAMS = ("pagefind.js", "pagefind-worker.js")
_INDEX = re.compile(r"(?:fragment|index|filter)/[^/]+|pagefind\.[^/]+\.pf_meta|" + re.escape(ENTRY))

_SIGNATURE = b"pagefind_dcd"
_TEXT, _ARRAY = 3, 4  # major types of CBOR

_UNREAD = re.compile(r"<(math|svg|style|script|summary|iframe)\b.*?</\1>|<a class=\"anchor\".*?</a>", re.S)
_DIV = re.compile(r"<(/?)div\b([^>]*)>")
_OF_OUTPUT = re.compile(r' class="output[ "]')
_INLINE = re.compile(r"</?(?:a|abbr|b|bdi|cite|code|del|em|i|ins|kbd|mark|s|small|span|strong|sub|sup|u|var)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")


class Record(Struct, frozen=True):
    """What can be found of a post: where it is, what it says, and what a result shows of it.

    `date` is in words; `picture` is the URL of one, or "".
    """

    notebook: str
    url: str
    title: str
    text: str
    tags: tuple[str, ...] = ()
    date: str = ""
    picture: str = ""


def is_wanted(setting: bool | str, versions: Mapping[str, str]) -> bool:
    """Tell whether a site gets a search: if the author wants one, or said nothing and Pagefind is installed.

    Raises SettingsError if it is wanted and cannot be had.
    """
    is_there = any(versions.get(f"version of {name}") for name in DISTRIBUTIONS)
    if setting is True and not is_there:
        hint = f'pip install "notebook-publisher[{EXTRA}]", or remove the setting'
        raise SettingsError(Problem("pyproject.toml", "`search` is true, but Pagefind is not installed", hint))
    return is_there and setting is not False


def text_of(body: str, with_outputs: bool = False) -> str:
    """Return what an article's body says, prose and code in their order; what cells put out only if it is wanted.

    `body` is well-formed. Formulas, drawings and labels of ours are no text.
    """
    shown = body if with_outputs else "".join(_without_outputs(body))
    spaced = _TAG.sub(" ", _INLINE.sub("", _UNREAD.sub(" ", shown)))
    return " ".join(html.unescape(spaced).split())


def _without_outputs(body: str) -> Iterator[str]:
    """Yield what stands outside of the outputs of cells."""
    start = depth = 0
    for match in _DIV.finditer(body):
        if depth:
            depth += -1 if match[1] else 1
            start = match.end()
        elif _OF_OUTPUT.search(match[2]):
            yield body[start : match.start()]
            depth = 1
    if not depth:
        yield body[start:]


def deal(notebooks: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Deal notebooks into parts by a hash of their paths, so that another post leaves most parts as they are."""
    paths = sorted(notebooks)
    count = 1
    while count < _MOST_PARTS and count * _PART_SIZE < len(paths):
        count *= 2
    parts: list[list[str]] = [[] for _ in range(count)]
    for path in paths:
        parts[int(_hash(path), 16) % count].append(path)
    return tuple(tuple(part) for part in parts if part)


def _hash(path: str) -> str:
    return blake2b(path.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def folder(number: int) -> str:
    """Return the folder of a part, counted from 0."""
    return f"{FOLDER}{number}/"


def parts_file(count: int) -> bytes:
    """Return the file that says how many parts there are."""
    return json.dumps({"parts": count}).encode()


def indexes(parts: Sequence[tuple[int, Sequence[Record]]], language: str, jobs: int) -> Iterator[dict[str, bytes]]:
    """Yield the files of parts, given as number and records; several are made at once by as many programs."""
    with ThreadPoolExecutor(max(1, jobs)) as threads:
        made = [threads.submit(index, records, language, is_first=number == 0) for number, records in parts]
        yield from (each.result() for each in made)


def index(records: Sequence[Record], language: str, *, is_first: bool = True) -> dict[str, bytes]:
    """Return the files of one part of the index, by their paths in its folder: the same records give the same bytes.

    All posts are indexed as of one language, the blog's, whatever their own: Pagefind makes one index a language and
    asks only that of the page, so that a reader of German pages would never find an English post.
    """
    with TemporaryDirectory(prefix="publisher-search-") as name:
        where = Path(name)
        for record in records:
            file = where / "pages" / f"{_hash(record.notebook)}.html"
            file.parent.mkdir(exist_ok=True)
            file.write_text(document(record), encoding="utf-8")
        _run(where, language)
        return _files(where / "index", is_first)


def document(record: Record) -> str:
    """Return a post as Pagefind reads it."""
    meta = (("title", record.title), ("url", record.url), ("date", record.date), ("image", record.picture))
    said = "".join(f'<p data-pagefind-meta="{name}">{escape(value)}</p>' for name, value in meta if value)
    tags = "".join(f'<p data-pagefind-filter="tag">{escape(tag)}</p>' for tag in record.tags)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"></head>'
        f"<body><div data-pagefind-ignore>{said}{tags}</div>"
        f"<main data-pagefind-body><h1>{escape(record.title)}</h1><p>{escape(record.text)}</p></main></body></html>"
    )


def _run(where: Path, language: str) -> None:
    """Run the program. Its Python interface takes a tenth of a second for every message, and fails at large ones."""
    command = [_program(), "--site", "pages", "--output-path", "index", "--silent"]
    command += ["--force-language", language.lower().split("-")[0]]
    try:
        done = subprocess.run(command, cwd=where, capture_output=True, check=False)  # noqa: S603 - its own words alone
    except OSError as error:
        raise _failed(str(error.strerror)) from None
    if done.returncode:
        raise _failed((done.stderr or done.stdout).decode("utf-8", "replace").strip()[-300:])


def _program() -> str:
    """Return the path of the program."""
    for name in _BINARIES:
        if find_spec(name):
            return str(import_module(name).get_executable())
    raise _failed("it is not installed")


def _failed(why: str) -> PublisherError:
    return PublisherError(Problem("search", f"Pagefind made no index: {why}", "or set `search = false`"))


def _files(output: Path, is_first: bool) -> dict[str, bytes]:
    entry = json.loads((output / ENTRY).read_bytes())
    programs = {*_PROGRAMS, *(f"wasm.{each['wasm'] or 'unknown'}.pagefind" for each in entry["languages"].values())}
    found = {file.relative_to(output).as_posix(): file for file in output.rglob("*") if file.is_file()}
    files = {
        path: file.read_bytes()
        for path, file in sorted(found.items())
        if _INDEX.fullmatch(path) or (is_first and path in programs)
    }
    return _settled(files)


def _settled(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with the tags in order: Pagefind 1.5 writes them as its hash table has them, never the same.

    Their file gets the name of its new content; so does the map of the part, which names it, in the entry.
    """
    settled: dict[str, bytes] = {}
    names: dict[str, str] = {}
    order = sorted(files, key=lambda path: (path == ENTRY, path.endswith(".pf_meta")))  # what names others comes later
    for path in order:
        data = files[path]
        if path.startswith("filter/"):
            data = _in_order(_plain(data))
        elif path.endswith(".pf_meta"):
            data = _plain(data)
        elif path != ENTRY:
            settled[path] = data
            continue
        for old, new in names.items():
            data = data.replace(_stem(old), _stem(new))
        names[path] = path if path == ENTRY else _renamed(path, data)
        settled[names[path]] = data
    return settled


def _plain(data: bytes) -> bytes:
    """Return the content of a file, which the program reads compressed and otherwise."""
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def _stem(path: str) -> bytes:
    """Return what other files call a file: `en_2a325a2`."""
    name = path.rpartition("/")[2].removeprefix("pagefind.")
    return name.partition(".")[0].encode()


def _renamed(path: str, data: bytes) -> str:
    """Return the path of a file with a hash of its content in place of the one that it has, as long as that."""
    stem = _stem(path).decode()
    language, _, former = stem.rpartition("_")
    return path.replace(stem, f"{language}_{blake2b(data).hexdigest()[: len(former)]}")


def _in_order(data: bytes) -> bytes:
    """Return a list of tags with its tags in order: CBOR of a name and an array, as `_SIGNATURE` announces."""
    name = len(_SIGNATURE) + 1
    start = _end_of_item(data, name)
    count, at = _head(data, start)
    head, tags = data[:at], []
    for _ in range(count):
        end = _end_of_item(data, at)
        tags.append(data[at:end])
        at = end
    return head + b"".join(sorted(tags)) + data[at:]


def _head(data: bytes, at: int) -> tuple[int, int]:
    """Return the number in the head of an item of CBOR (RFC 8949, section 3), and where what it counts begins."""
    small = data[at] & 31
    if small < 24:
        return small, at + 1
    end = at + 1 + (1 << (small - 24))
    return int.from_bytes(data[at + 1 : end]), end


def _end_of_item(data: bytes, at: int) -> int:
    """Return where an item ends: a number, a text, or an array of items."""
    kind = data[at] >> 5
    count, at = _head(data, at)
    if kind == _ARRAY:
        for _ in range(count):
            at = _end_of_item(data, at)
        return at
    return at + count if kind == _TEXT else at
