"""What conversion makes of a notebook, and the notes it takes on the way."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from msgspec import Struct, field

from publisher import words
from publisher.errors import Problem
from publisher.words import Words

ASSET = "asset:"  # before the path of a file that an article brings along; no author's HTML can have it


class Figure(Struct, frozen=True):
    """One image that an article shows.

    Its bytes are in `data`, or in the file that `path` names as the author wrote it (one of the two).
    `is_output` tells a plot from an image in prose; `is_thumbnail` means that the author chose it for the card.
    `scheme` is `light` or `dark` for one that is seen on such pages alone.
    """

    cell: int
    alt: str = ""
    data: bytes = b""
    path: str = ""
    mime: str = ""
    is_output: bool = False
    is_thumbnail: bool = False
    scheme: str = ""


class Heading(Struct, frozen=True):
    """A heading of the body, level 2 to 6, its HTML without any link and its plain text."""

    level: int
    id: str
    html: str
    text: str


class Link(Struct, frozen=True):
    """A link that an author wrote, as written; `cell` says where."""

    href: str
    cell: int


class Article(Struct, frozen=True):
    """A notebook as HTML.

    `body` is an HTML fragment in which `<img src="figure:N" …>` stands for the N-th figure, from 1, and
    in which links are as the author wrote them. Where it shows or links to one of its `files`, by their paths
    below the output folder, it says `asset:PATH`; `libraries` are the names of the script libraries that these
    load. `text` is the plain text of its prose, a blank line between paragraphs. `title` is plain; `title_html`
    may hold code and emphasis. `undescribed` has the cell of every image and figure that the author gave no
    alternative text.
    """

    title: str
    title_html: str
    body: str
    text: str
    excerpt: str
    figures: tuple[Figure, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    libraries: tuple[str, ...] = ()
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    words: int = 0
    code_lines: int = 0
    problems: tuple[Problem, ...] = ()
    undescribed: tuple[int, ...] = ()


class Limits(Struct, frozen=True):
    """How much of one output a page shows: characters of a text, rows of a table; 0 is all of it."""

    characters: int = 150_000
    rows: int = 1_000


class Label(Struct, frozen=True):
    """A label of a formula: the id of its place, what a reference to it says, and the tag of the formula.

    `is_added` means that the author wrote no tag, `is_placed` that its place is on the page already.
    """

    id: str
    text: str
    tag: str = ""
    is_added: bool = False
    is_placed: bool = False


STUB = "TODO"  # begins an alternative text that still has to be written


def described(alt: str) -> str:
    """Return an alternative text, or "" for a stub of one: what is to be done is no description."""
    return "" if alt.lstrip().casefold().startswith(STUB.casefold()) else alt.strip()


RESERVED_IDS = frozenset({"_main", "contents", "series"})  # of the frame around the article


class Notes(Struct):
    """What is noted while one notebook is converted: the only thing that changes as conversion goes on.

    `cell` is the number of the cell in hand, `attachments` are its own. `markdown` is the environment of
    the Markdown parser, in which footnotes are shared over all cells. `macros` are the definitions of TeX
    that formulas made so far, by name, `labels` those of all formulas. Outputs may run scripts if it `runs_scripts`:
    `scripts` has the path of each library that they may load, `libraries` those that they do load. `widgets` are the
    models of the notebook's widgets, by id. `words` are those of the language that it is written in; `language` is
    that of its code.
    """

    path: str
    title: str = ""
    language: str = "python"
    words: Words = field(default_factory=lambda: words.of(words.FALLBACK))
    remote_images: bool = False
    runs_scripts: bool = False
    scripts: Mapping[str, str] = field(default_factory=dict)
    widgets: Mapping[str, Any] = field(default_factory=dict)
    libraries: set[str] = field(default_factory=set)
    limits: Limits = Limits()
    cell: int = 0
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    undescribed: list[int] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=lambda: set(RESERVED_IDS))
    numbers: dict[str, int] = field(default_factory=dict)
    levels: list[int] = field(default_factory=list)
    markdown: dict[str, object] = field(default_factory=dict)
    macros: dict[str, str] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    title_seen: bool = False

    def warn(self, message: str, hint: str = "", kind: str = "") -> None:
        """Note what the author should know about the cell in hand."""
        problem = Problem(self.path, message, hint, cell=self.cell or None, kind=kind)
        if problem not in self.problems[-20:]:  # one output may be tried in several forms
            self.problems.append(problem)

    def show(self, figure: Figure) -> str:
        """Add a figure; return the source that stands for it in an `<img>`."""
        self.figures.append(figure)
        return f"figure:{len(self.figures)}"

    def attach(self, data: bytes, suffix: str, folder: str = "media") -> str:
        """Add a file that the article brings along, named by its content; return the URL that stands for it."""
        path = f"{folder}/{sha256(data).hexdigest()[:16]}{suffix}"
        self.files[path] = data
        return ASSET + path

    def level(self, written: int) -> int:
        """Return the level from 2 to 6 for a heading written as `written`: one h1 a page, no level skipped."""
        while self.levels and self.levels[-1] >= written:
            self.levels.pop()
        self.levels.append(written)
        return min(len(self.levels) + 1, 6)

    def unique(self, wanted: str) -> str:
        """Return an id not used on this page yet: `wanted`, else `wanted-2` and so on."""
        candidate, number = wanted, self.numbers.get(wanted, 1)
        while candidate in self.ids:
            number += 1
            candidate = f"{wanted}-{number}"
        self.numbers[wanted] = number
        self.ids.add(candidate)
        return candidate
