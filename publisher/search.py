"""Make the index that the search of the site reads: Pagefind's, in parts, so that one edit makes one part again."""

from __future__ import annotations

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

# The list of tags, the map of a part, which names it, and the entry, which names that.
UNSETTLED = re.compile(r"filter/[^/]+|pagefind\.[^/]+\.pf_meta|" + re.escape(ENTRY))

# Of what Pagefind writes, the first part brings what searches, every part its index. Its interfaces stay behind.
_PROGRAMS = ("pagefind.js", "pagefind-worker.js")
_INDEX = re.compile(r"(?:fragment|index)/[^/]+|" + UNSETTLED.pattern)

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
    """Return the files of one part of the index, by their paths in its folder.

    The same records give the same files, but for those in `UNSETTLED`: Pagefind 1.5 writes the tags in the order of a
    hash table that is seeded anew each time, and names a file by its content (its issue 638). Readers find the same.
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
    return {
        path: file.read_bytes()
        for path, file in sorted(found.items())
        if _INDEX.fullmatch(path) or (is_first and path in programs)
    }
