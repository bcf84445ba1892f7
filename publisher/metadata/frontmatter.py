"""Find what a notebook says about itself, wherever people put it."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from publisher import slugs
from publisher.metadata import headings, keys, opening
from publisher.metadata.fields import lines
from publisher.metadata.written import Entry, Place, Scalar, Table, Text, UnreadableError, from_json, from_yaml
from publisher.words import languages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from publisher.cells import Cell, Document, Sidecar
    from publisher.errors import Problem
    from publisher.metadata.opening import Opening
    from publisher.metadata.written import Value

YAML_SIZE = 65_536
_HIDING = {"draft", "unlisted"}
_HOLDING = ("draft", "status", "published", "unlisted", "date")
_MOST_QUOTED = 20  # values without their quotes: more of them are no slips
# Plain notebook metadata belongs to many tools: only these keys mean there what they mean to us.
PLAIN_METADATA = (
    "title", "subtitle", "date", "tags", "category", "authors", "author", "description", "summary", "slug", "draft",
    "featured-img", "featured-image",
)  # fmt: skip

_FENCED = re.compile(r"\A(?P<before>\s*)---[ \t]*\n(?P<yaml>.*?)(?:(?<=\n)|\A)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_KEY = re.compile(r"^([A-Za-z][\w-]*)[ \t]*:(?=\s|$)", re.M)
_UNQUOTED = re.compile(r"([A-Za-z][\w-]*[ \t]*:[ \t]+)([^\s\"'\[{|>#].*?)[ \t]*")
_NEEDS_QUOTES = ("mapping values are not allowed", "cannot start any token")


class Source(Struct, frozen=True):
    """One place where front matter was found. Whether keys that nobody knows are worth a word is `is_ours`."""

    entries: tuple[Entry, ...]
    is_ours: bool = True


class FrontMatter(Struct, frozen=True):
    """What was found, most authoritative first, and the cells without it.

    The last source is the content itself and always has a title; `title_given` tells whether one before has one, too.
    `warnings` and `errors` are what was wrong with the form; the values are not looked at yet.
    """

    path: str
    sources: tuple[Source, ...]
    cells: tuple[Cell, ...]
    title_given: bool
    warnings: tuple[Problem, ...] = ()
    errors: tuple[Problem, ...] = ()


Defaults = tuple[tuple[str, dict[str, object]], ...]


def front_matter(document: Document, defaults: Defaults = ()) -> FrontMatter:
    """Find the front matter of a notebook; what is wrong with it is told by `metadata.parse`.

    `defaults` are what holds in a folder, and those in it, for a notebook that does not say otherwise.
    """
    finding = _Finding(document.path, list(document.cells))
    finding.fenced()
    finding.notebook_metadata(document.metadata)
    for sidecar in document.sidecars:
        finding.sidecar(sidecar)
    finding.opening()
    given = finding.has("title")
    finding.add(_language(document.path))
    finding.defaults(defaults)
    finding.add(_content(document, finding.cells))
    return FrontMatter(
        document.path,
        tuple(finding.sources),
        tuple(finding.cells),
        given,
        tuple(finding.warnings),
        tuple(finding.errors),
    )


class _Finding:
    """What has been found so far."""

    def __init__(self, path: str, cells: list[Cell]) -> None:
        self.path = path
        self.cells = cells
        self.sources: list[Source] = []
        self.warnings: list[Problem] = []
        self.errors: list[Problem] = []

    def add(self, entries: Iterable[Entry], is_ours: bool = True) -> None:
        if found := tuple(entries):
            self.sources.append(Source(found, is_ours))

    def has(self, key: str) -> bool:
        return any(
            keys.KNOWN.get(keys.name(entry.key)) == key and not is_empty(entry.value)
            for source in self.sources
            for entry in source.entries
        )

    def put(self, cell: Cell, body: str) -> None:
        """Put what is left of a cell in its place: prose now, whatever it was; nothing if nothing is left."""
        index = self.cells.index(cell)
        self.cells[index : index + 1] = [replace(cell, kind="markdown", source=body)] if body.strip() else []

    def fenced(self) -> None:
        """Take YAML between two `---` at the top of the first raw and of the first markdown cell."""
        for kind in ("raw", "markdown"):
            cell = next((cell for cell in self.cells if cell.kind == kind and cell.source.strip()), None)
            if cell is None or (cell.number > 1 and self._prose_before(cell)):
                continue
            if match := _FENCED.match(cell.source):
                self._fence(cell, match)
            elif _is_left_open(cell.source):
                place = _text(self.path, cell.source, cell.number).place(0, 0)
                self.errors.append(place.problem("the front matter has no closing `---`", "add a line `---` below it"))
                self.add(_holding_lines(_text(self.path, cell.source, cell.number)))

    def _prose_before(self, cell: Cell) -> bool:
        before = (other for other in self.cells if other.number < cell.number)
        return any(other.kind == "markdown" and other.source.strip() for other in before)

    def _fence(self, cell: Cell, match: re.Match[str]) -> None:
        lines = match["yaml"].removesuffix("\n").split("\n")
        text = Text(self.path, lines, cell.number, first=match["before"].count("\n") + 2)
        try:
            table = self._yaml(text)
        except UnreadableError as error:
            if _looks_like_front_matter(match["yaml"]):
                hint = "mend it; quotes around a value help most often"
                self.errors.append(error.place.problem(f"the front matter is not YAML: {error}", hint))
                self.add(_holding_lines(text))
                self.put(cell, cell.source[match.end() :])
            return
        if isinstance(table, Table) and table.entries and _is_front_matter(table):
            self.add(table.entries)
            self.put(cell, cell.source[match.end() :])

    def _yaml(self, text: Text) -> Value:
        """Read YAML; a value that only lacks its quotes, as `title: One: two` does, gets them, and a warning."""
        if sum(map(len, text.lines)) > YAML_SIZE:
            raise UnreadableError(f"it is longer than {YAML_SIZE:,} characters", text.place(0, 0))
        warnings: list[Problem] = []
        while True:
            try:
                value = from_yaml(text)
            except UnreadableError as error:
                line = (error.place.line or 0) - text.first
                quoted = _quote(text.lines[line : line + 1], str(error))
                if not quoted or len(warnings) == _MOST_QUOTED:
                    raise
                message = "this value needs quotes; it was read as if it had them"
                warnings.append(error.place.problem(message, f"write {quoted}"))
                text = replace(text, lines=[*text.lines[:line], quoted, *text.lines[line + 1 :]])
            else:
                self.warnings.extend(warnings)
                return value

    def notebook_metadata(self, metadata: Mapping[str, object]) -> None:
        """Take what programs write into the notebook's own metadata."""
        for key in ("publisher", "nikola"):
            held = metadata.get(key)
            if isinstance(held, dict):
                self.add(self._json_entries(held.items()), is_ours=key == "publisher")
        plain = [item for item in metadata.items() if keys.name(item[0]) in PLAIN_METADATA]
        self.add(self._json_entries(plain), is_ours=False)

    def _json_entries(self, items: Iterable[tuple[str, object]]) -> Iterator[Entry]:
        place = Place(self.path)
        return (Entry(key, from_json(value, place), place) for key, value in items)

    def sidecar(self, sidecar: Sidecar) -> None:
        """Take a file beside the notebook, in whichever of its dialects it is."""
        text = sidecar.text.replace("\r\n", "\n")
        if match := _FENCED.match(text):
            block = Text(sidecar.path, match["yaml"].split("\n"), first=match["before"].count("\n") + 2)
            try:
                table = self._yaml(block)
            except UnreadableError as error:
                self.errors.append(error.place.problem(f"is not YAML: {error}", "mend it; quotes help most often"))
                self.add(_holding_lines(block))
                return
            self.add(table.entries if isinstance(table, Table) else ())
        else:
            self.add(lines(_text(sidecar.path, text)))

    def opening(self) -> None:
        """Take the opening of the first prose: fastpages' and nbdev's `# Title`, or the list of pelican-jupyter."""
        cell = next((cell for cell in self.cells if cell.kind == "markdown" and cell.source.strip()), None)
        if cell is None:
            return
        found = opening.read(_text(self.path, cell.source, cell.number))
        if found.title and (found.items or found.summary):
            self._take_opening(cell, found)
        elif any(keys.name(item.key) == "title" for item in found.items):
            self.add(found.items)
            self.put(cell, found.rest)

    def _take_opening(self, cell: Cell, found: Opening) -> None:
        """Take the block; a line that says what a better source has said already stays in the text."""
        heading = found.heading if self.has("title") else ""
        quote = found.quote if not found.summary or self.has("description") else ""
        self.add(entry for entry in (found.title, found.summary, *found.items) if entry)
        self.put(cell, "\n\n".join(part for part in (heading, quote, found.rest) if part))

    def defaults(self, defaults: Defaults) -> None:
        """Take what the settings say for the notebook's folder; the innermost folder is heard first."""
        place = Place("pyproject.toml")
        inside = [each for each in defaults if self.path.startswith(f"{each[0]}/")]
        for _, table in sorted(inside, key=lambda each: -len(each[0])):
            self.add(Entry(key, from_json(value, place), place) for key, value in table.items())


def _holding_lines(text: Text) -> Iterator[Entry]:
    """Yield what lines say, each on its own, of whether a post is held back: together they cannot be read."""
    read = 0
    for number, line in enumerate(text.lines):
        key = _KEY.match(line)
        read += len(line)
        if key and keys.KNOWN.get(keys.name(key[1])) in _HOLDING and read <= YAML_SIZE:
            with suppress(UnreadableError):
                found = from_yaml(replace(text, lines=[line], first=text.first + number))
                yield from found.entries if isinstance(found, Table) else ()


def _text(file: str, source: str, cell: int | None = None) -> Text:
    return Text(file, source.split("\n"), cell)


def is_empty(value: Value) -> bool:
    """Tell whether a key was written without saying anything."""
    if isinstance(value, Scalar):
        return value.data is None or (isinstance(value.data, str) and not value.data.strip())
    return not (value.items if not isinstance(value, Table) else value.entries)


def is_front_matter(source: str) -> bool:
    """Tell whether a text begins with a block of YAML that says what front matter says."""
    match = _FENCED.match(source)
    if match is None or len(match["yaml"]) > YAML_SIZE:
        return False
    try:
        table = from_yaml(Text("", match["yaml"].removesuffix("\n").split("\n")))
    except UnreadableError:
        return False
    return isinstance(table, Table) and any(keys.is_recognised(entry.key) for entry in table.entries)


def _quote(lines: Sequence[str], reason: str) -> str:
    """Return the line with quotes around its value, if that is all it lacks; else nothing."""
    if not lines or not any(part in reason for part in _NEEDS_QUOTES):
        return ""
    match = _UNQUOTED.fullmatch(lines[0])
    if not match:
        return ""
    value = match[2].replace("\\", "\\\\").replace('"', '\\"')
    return f'{match[1]}"{value}"'


def _looks_like_front_matter(yaml: str) -> bool:
    return any(keys.name(key) in keys.KNOWN for key in _KEY.findall(yaml))


def _is_front_matter(table: Table) -> bool:
    """Tell front matter from a sentence with a colon in it between two rules."""
    named = [entry.key for entry in table.entries]
    return any(keys.is_recognised(key) or keys.nearest(key) for key in named) or not any(" " in key for key in named)


def _is_left_open(source: str) -> bool:
    """Tell whether a cell begins as front matter does and never ends it: `---`, then keys with a title or a date.

    Among lines that are no keys, one that holds a post back is enough.
    """
    match = re.match(r"\s*---[ \t]*\n([A-Za-z](?:.+(?:\n|\Z))+)", source)
    lines = match[1].splitlines() if match else []
    found = [keys.name(key[1]) for line in lines if (key := _KEY.match(line))]
    wanted = {"title", "date", *_HIDING} if len(found) == len(lines) else _HIDING
    return bool(match and _KEY.match(match[1])) and not wanted.isdisjoint(found)


def _content(document: Document, cells: Sequence[Cell]) -> Iterator[Entry]:
    """Say what the text and the file's name say."""
    place = Place(document.path)
    name = document.metadata.get("name")
    title = headings.title(cells) or headings.spoken(name if isinstance(name, str) else "")
    yield Entry("title", Scalar(title or headings.spoken(_bare_name(document.path)), place), place)
    if found := slugs.date_in(slugs.name_of(document.path)):
        yield Entry("date", Scalar(found[1], place), place)


def _language(path: str) -> Iterator[Entry]:
    """Say which language the file's name ends in, as `post.de.ipynb` does."""
    _, language = languages.in_name(path.removesuffix(".ipynb"))
    if language:
        place = Place(path)
        yield Entry("language", Scalar(language, place), place)


def _bare_name(path: str) -> str:
    name, _ = languages.in_name(slugs.name_of(path))
    return slugs.without_date(name) or name
