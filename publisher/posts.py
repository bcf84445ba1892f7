"""Make posts: the place of each on the site, its article, its pictures and its card."""

from __future__ import annotations

import hashlib
import mimetypes
import re
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from publisher import excerpt, images, markdown, notebooks
from publisher import metadata as about
from publisher.article import Article, Figure
from publisher.config import ImageSettings
from publisher.convert import Conversion, convert
from publisher.errors import NotebookError, Problem
from publisher.metadata import Metadata, SlashOrder
from publisher.notebooks import Notebook, Source
from publisher.slugs import slug_of, slugify

# Files that come along: data, documents, code, media. Anything else a browser might run as a page of the site.
_KINDS = (
    "csv tsv json jsonl geojson yaml yml toml npy npz parquet feather arrow h5 hdf5 nc mat pkl db sqlite fits",
    "dat log ics txt md rst bib tex pdf epub xls xlsx ods doc docx odt ppt pptx odp zip gz bz2 xz tar 7z",
    "py r jl ipynb c h cpp rs go java sh sql ini cfg mplstyle stl obj ply glb",
    "png jpg jpeg gif webp avif bmp tif tiff mp3 wav ogg oga flac m4a mp4 m4v webm ogv mov mid",
)
_ID = re.compile(r' (?:id|name)="([^"]*)"')
PASSIVE = frozenset(f".{kind}" for kinds in _KINDS for kind in kinds.split())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post is: its site-relative URL, which begins with `/`, and the path of its page below the output."""

    url: str
    path: str


@dataclass(frozen=True, slots=True)
class Holding:
    """What is held back: drafts, and what is dated after `now`, None being never."""

    now: datetime | None = None
    drafts: bool = False

    def is_draft(self, metadata: Metadata) -> bool:
        """Tell whether a post is held back as a draft."""
        return self.drafts and metadata.draft

    def is_future(self, metadata: Metadata) -> bool:
        """Tell whether a post is no draft and held back as one of the future."""
        is_late = self.now is not None and metadata.date is not None and metadata.date > self.now
        return is_late and not self.is_draft(metadata)

    def holds(self, metadata: Metadata) -> bool:
        """Tell whether a post is held back."""
        return self.is_draft(metadata) or self.is_future(metadata)


@dataclass(frozen=True, slots=True)
class Making:
    """What posts are made with, beside their notebooks.

    `order` is how the dates of this blog like 03/04/2025 are read, as far as that is known yet.
    """

    conversion: Conversion
    images: ImageSettings
    accent: str
    timezone: str = "UTC"
    order: SlashOrder | None = None
    holding: Holding = Holding()


@dataclass(frozen=True, slots=True)
class File:
    """A file of the blog that a notebook names: its own name, the SHA-256 of its bytes in hex, those of an image."""

    name: str
    digest: str
    data: bytes | None = None
    is_static: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """A notebook to be made into a post, and the files that it names, as far as that is known: None for one missing."""

    source: Source
    files: Mapping[str, File | None]


@dataclass(frozen=True, slots=True)
class Rendering:
    """Pixels still to be made: the pictures of one image, by its bytes, or of a cover, and whose they are."""

    source: bytes | images.Cover
    pictures: tuple[images.Picture, ...]
    presets: ImageSettings
    notebook: str
    cell: int | None = None
    focus: tuple[float, float] | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of all its files."""
        return tuple(path for picture in self.pictures for path in picture.paths)

    @property
    def is_at_hand(self) -> bool:
        """Whether nothing has to be decoded or drawn."""
        return all(picture.form in ("kept", "svg") for picture in self.pictures)


@dataclass(frozen=True, slots=True)
class Card:
    """The card's picture, perhaps a cover, and the lead picture that opens the article."""

    picture: images.Picture
    is_cover: bool
    lead: images.Picture | None = None
    lead_alt: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside the notebook that the article links to, by `name`; where it goes, and its SHA-256 in hex."""

    href: str
    name: str
    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class Made:
    """A post before its page is laid out. `pictures` has one for each figure of the article, None for a broken one.

    `asked` are the files that it named: their digests, "" for those that do not exist. `slashes` are its dates
    like 03/04/2025, which the whole blog has to explain, and `order` is how they were read.
    """

    notebook: str
    digest: str
    metadata: Metadata
    article: Article
    subtitle_html: str
    pictures: tuple[images.Picture | None, ...]
    card: Card
    attachments: tuple[Attachment, ...]
    problems: tuple[Problem, ...]
    asked: Mapping[str, str]
    slashes: tuple[str, ...] = ()
    order: str = ""

    def without(self, lost: Container[str]) -> Made:
        """Return the same without the pictures of which a file could not be made; a card's is not among them."""
        pictures = tuple(each if each and not _is_lost(each, lost) else None for each in self.pictures)
        lead = self.card.lead if self.card.lead and not _is_lost(self.card.lead, lost) else None
        return replace(self, pictures=pictures, card=replace(self.card, lead=lead))


def _is_lost(picture: images.Picture, lost: Container[str]) -> bool:
    return any(path in lost for path in picture.paths)


@dataclass(frozen=True, slots=True)
class Outline:
    """What the site knows of a post while its article is not in hand.

    `content` stands for all that was made of the notebook. `files` are the paths of its pictures. `references` are
    links that may lead to other notebooks, as written; `ids` are those of the article's elements.
    """

    notebook: str
    digest: str
    content: str
    metadata: Metadata
    title: str
    title_html: str
    subtitle_html: str
    excerpt: str
    minutes: int
    picture: images.Picture
    is_cover: bool
    files: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    references: tuple[str, ...]
    ids: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Fresh:
    """A post just made, its pixels that are still to be made, and those that were at hand."""

    made: Made
    renderings: tuple[Rendering, ...]
    pixels: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """A notebook that is not published yet: a draft, or a post of the future."""

    notebook: str
    metadata: Metadata
    slashes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """A notebook that names files which were not given: images that it shows, files that it links to."""

    notebook: str
    shown: tuple[str, ...]
    linked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """A notebook that could not be made into a post, and why."""

    notebook: str
    problems: tuple[Problem, ...]
    slashes: tuple[str, ...] = ()


Outcome = Fresh | Held | Asking | Failed


def place(notebook: str, metadata: Metadata, permalink: str) -> Place:
    """Return where a post goes. One without a date leaves out the parts of the permalink that need one."""
    date = metadata.date
    values = {
        "slug": metadata.slug or slug_of(notebook),
        "path": _folder_of(notebook) if "{path}" in permalink else "",
        "year": f"{date:%Y}" if date else "",
        "month": f"{date:%m}" if date else "",
        "day": f"{date:%d}" if date else "",
    }
    url = re.sub("/{2,}", "/", permalink.format(**values))
    path = url.lstrip("/")
    if not url.endswith(".html"):
        url = f"{url.rstrip('/')}/"
        path = f"{url.lstrip('/')}index.html"
    return Place(quote(url), path)


def _folder_of(notebook: str) -> str:
    """Return the folder of a notebook as a part of an address; that of an `index.ipynb` is named by its slug."""
    path = PurePosixPath(notebook)
    folder = path.parent.parent if path.name == "index.ipynb" else path.parent
    return "/".join(slugify(part) for part in folder.parts)


def clashes(places: Mapping[str, Place], reserved: Container[str]) -> Iterator[Problem]:
    """Yield a problem for every notebook whose page would be where another's, or a reserved page, is."""
    for notebook, where in places.items():
        if where.path in reserved:
            message = f"has the URL of another page of the site: {unquote(where.url)}"
            yield Problem(notebook, message, "give it another `slug`")
    by_path: dict[str, list[str]] = defaultdict(list)
    for notebook, where in places.items():
        by_path[unicodedata.normalize("NFC", where.path).casefold()].append(notebook)
    for rivals in by_path.values():
        for notebook in rivals if len(rivals) > 1 else ():
            others = " and ".join(sorted(set(rivals) - {notebook}))
            message = f"has the same URL as {others}: {unquote(places[notebook].url)}"
            yield Problem(notebook, message, "give one of them another `slug`")


def try_to_make(task: Task, making: Making) -> Outcome:
    """Make a post, or say why it cannot be made: one bad notebook is one bad notebook, whatever is wrong with it."""
    path = task.source.path
    slashes: tuple[str, ...] = ()
    try:
        document = notebooks.parse(task.source.data, path, task.source.sidecars)
        front = about.front_matter(document)
        slashes = about.slash_dates(front)
        notebook, warnings = notebooks.interpret(document, front, making.timezone, making.order)
        if making.holding.holds(notebook.metadata):
            return Held(path, notebook.metadata, slashes)
        made = make(notebook, making, task.files)
    except NotebookError as error:
        return Failed(path, error.problems, slashes)
    except MemoryError:  # the limit of a worker, which words it
        raise
    except Exception as error:  # noqa: BLE001 - the boundary between one notebook and the others
        return Failed(path, (unexpected(path, error),), slashes)
    if isinstance(made, Asking):
        return made
    order = (making.order or "") if slashes else ""
    whole = replace(made.made, problems=(*warnings, *made.made.problems), slashes=slashes, order=order)
    return _with_pixels_at_hand(Fresh(whole, made.renderings))


def _with_pixels_at_hand(fresh: Fresh) -> Fresh:
    """Return a post with the images that go out as they came: to send them to and fro would cost more."""
    pixels: dict[str, bytes] = {}
    later = []
    for rendering in fresh.renderings:
        done = render(rendering) if rendering.is_at_hand else None
        if isinstance(done, Mapping):
            pixels.update(done)
        else:
            later.append(rendering)
    return replace(fresh, renderings=tuple(later), pixels=pixels)


def warm_up() -> None:
    """Do what every process would do for its first post, so that processes forked from this one need not."""
    from PIL import Image

    markdown.plain("warm")
    Image.preinit()


def make(notebook: Notebook, making: Making, files: Mapping[str, File | None]) -> Fresh | Asking:
    """Convert one notebook, find and plan its pictures, and choose its card; no pixel is made yet.

    `files` are those that the notebook names. If one is missing there, it is asked for.
    """
    metadata = notebook.metadata
    chosen = (metadata.image,) if isinstance(metadata.image, str) else ()
    if asking := _asking(notebook, chosen, (), files):
        return asking
    article = convert(notebook, making.conversion)
    shown = (*chosen, *(figure.path for figure in article.figures if figure.path and not figure.data))
    linked = tuple(path for link in article.links if (path := _file_meant(link.href)))
    if asking := _asking(notebook, shown, linked, files):
        return asking
    problems: list[Problem] = []
    pictures, card, renderings = _pictures(notebook, article, making, files, problems)
    attachments = tuple(_attachments(article, notebook, files, problems))
    made = Made(
        notebook=notebook.path,
        digest=notebook.digest,
        metadata=metadata,
        article=replace(article, figures=(), problems=()),
        subtitle_html=markdown.inline(metadata.subtitle or metadata.description),
        pictures=pictures,
        card=card,
        attachments=attachments,
        problems=(*article.problems, *problems),
        asked={name: found.digest if (found := files[name]) else "" for name in (*shown, *linked)},
    )
    return Fresh(made, renderings)


def make_of_files(notebook: Notebook, making: Making, source: Path, static: Path) -> Fresh:
    """Make a post with the files of two folders that it names."""
    files: dict[str, File | None] = {}
    while isinstance(made := make(notebook, making, files), Asking):
        files |= {name: open_file(name, notebook.path, source, static) for name in (*made.shown, *made.linked)}
    return made


def _asking(
    notebook: Notebook, shown: Sequence[str], linked: Sequence[str], files: Mapping[str, File | None]
) -> Asking | None:
    unseen = tuple(name for name in dict.fromkeys(shown) if name not in files or _lacks_data(files[name]))
    unknown = tuple(name for name in dict.fromkeys(linked) if name not in files)
    return Asking(notebook.path, unseen, unknown) if unseen or unknown else None


def _lacks_data(file: File | None) -> bool:
    return file is not None and file.data is None


def _pictures(
    notebook: Notebook, article: Article, making: Making, files: Mapping[str, File | None], problems: list[Problem]
) -> tuple[tuple[images.Picture | None, ...], Card, tuple[Rendering, ...]]:
    """Plan the pictures of a post and its card; return them, and the pixels to be made."""
    figures = tuple(_with_data(figure, notebook, files, problems) for figure in article.figures)
    pictures = tuple(_plan(figure, notebook, making, problems) for figure in figures)
    good = [
        replace(figure, data=figure.data if picture else b"") for figure, picture in zip(figures, pictures, strict=True)
    ]
    card, card_renderings = _illustrate(notebook, article, good, making, files, problems)
    renderings = (
        Rendering(figure.data, (picture,), making.images, notebook.path, figure.cell, notebook.metadata.focus)
        for figure, picture in zip(figures, pictures, strict=True)
        if picture
    )
    return pictures, card, _joined((*renderings, *card_renderings))


def _joined(renderings: Iterable[Rendering]) -> tuple[Rendering, ...]:
    """Make one of those that decode the same image. What is not decoded for can be made even if that goes wrong."""
    joined: dict[object, Rendering] = {}
    for each in renderings:
        key = each.source if all(picture.is_decoded for picture in each.pictures) else each.paths
        known = joined.get(key, each)
        joined[key] = replace(known, pictures=tuple(dict.fromkeys((*known.pictures, *each.pictures))))
    return tuple(joined.values())


def outline(made: Made, content: str) -> Outline:
    """Return the small part of a post; `content` stands for the whole."""
    article, card = made.article, made.card
    pictures = [picture for picture in (*made.pictures, card.picture, card.lead) if picture]
    return Outline(
        notebook=made.notebook,
        digest=made.digest,
        content=content,
        metadata=made.metadata,
        title=article.title,
        title_html=article.title_html,
        subtitle_html=made.subtitle_html,
        excerpt=article.excerpt,
        minutes=excerpt.reading_minutes(article.words, article.code_lines),
        picture=card.picture,
        is_cover=card.is_cover,
        files=tuple(dict.fromkeys(path for picture in pictures for path in picture.paths)),
        attachments=made.attachments,
        references=tuple(dict.fromkeys(link.href for link in article.links if _means_notebook(link.href))),
        ids=tuple(sorted(set(_ID.findall(article.body)))),
        problems=made.problems,
    )


def _means_notebook(href: str) -> bool:
    try:
        return unquote(urlsplit(href).path).endswith(".ipynb")
    except ValueError:
        return False


def unexpected(path: str, error: Exception) -> Problem:
    """Word a fault of ours that one notebook brought to light."""
    message = f"cannot be converted: {type(error).__name__}: {error}"
    return Problem(path, message, "this is a fault of publisher: please report it with the notebook")


def render(rendering: Rendering) -> Mapping[str, bytes] | Problem:
    """Make pixels, or say why that cannot be done: some images turn out to be broken only when they are decoded."""
    source = rendering.source
    try:
        if isinstance(source, images.Cover):
            return images.render_cover(source, rendering.pictures[0])
        return images.render(source, rendering.pictures, rendering.presets, rendering.focus)
    except images.ImageError as error:
        return Problem(rendering.notebook, error.what, error.hint, rendering.cell)


def download_path(place: Place) -> str:
    """Return where the notebook of a post can be fetched: beside its page, under its name."""
    folder, _, name = place.path.rpartition("/")
    if name != "index.html":
        return f"{place.path.removesuffix('.html')}.ipynb"
    return f"{folder}/{folder.rpartition('/')[2]}.ipynb" if folder else "index.ipynb"


def local_file(href: str, notebook_path: str, source: Path, static: Path) -> Path | None:
    """Return the file that a relative link of a notebook means, or None.

    A path with a leading `/` is looked for in the source folder, then in `static`; nothing outside of them is found.
    """
    name = unquote(href.split("#")[0].split("?")[0])
    if not name or "\0" in name or any(step.startswith(".") and step not in (".", "..") for step in name.split("/")):
        return None
    beside = (source / notebook_path).parent
    candidates = (
        [source / name.lstrip("/"), static / name.lstrip("/")]
        if name.startswith("/")
        else [beside / name, source / name]
    )
    roots = (source.resolve(), static.resolve())
    for candidate in candidates:
        try:
            found = candidate.resolve()
            if any(found.is_relative_to(root) for root in roots) and found.is_file():
                return found
        except OSError:  # a name that is too long, or a loop of links
            continue
    return None


def open_file(name: str, notebook: str, source: Path, static: Path) -> File | None:
    """Return the file that a notebook names, with its bytes; None if there is none."""
    found = local_file(name, notebook, source, static)
    if found is None:
        return None
    data = found.read_bytes()
    return File(found.name, hashlib.sha256(data).hexdigest(), data, found.is_relative_to(static.resolve()))


def _with_data(figure: Figure, notebook: Notebook, files: Mapping[str, File | None], problems: list[Problem]) -> Figure:
    if figure.data or not figure.path:
        return figure
    file = files[figure.path]
    if file is None:
        problems.append(
            Problem(
                notebook.path,
                f"shows {figure.path!r}, which does not exist",
                "check the path of the image",
                figure.cell,
            )
        )
        return figure
    return replace(figure, data=file.data or b"", mime=mimetypes.guess_type(file.name)[0] or "")


def _plan(figure: Figure, notebook: Notebook, making: Making, problems: list[Problem]) -> images.Picture | None:
    if not figure.data:
        return None
    try:
        return images.plan(figure.data, figure.mime, making.images)
    except images.ImageError as error:
        problems.append(Problem(notebook.path, error.what, error.hint, figure.cell))
        return None


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a card's picture comes from: the bytes of an image."""

    data: bytes
    mime: str
    cell: int | None = None
    alt: str = ""
    is_lead: bool = False


def _illustrate(
    notebook: Notebook,
    article: Article,
    figures: Sequence[Figure],
    making: Making,
    files: Mapping[str, File | None],
    log: list[Problem],
) -> tuple[Card, tuple[Rendering, ...]]:
    """Plan the card: the image that the author named, else the best figure, else a cover made from the title."""
    focus = notebook.metadata.focus
    for source in _sources(notebook, figures, files, log):
        try:
            picture = images.plan_card(source.data, source.mime, making.images, focus)
            lead = images.plan(source.data, source.mime, making.images) if source.is_lead else None
        except images.ImageError as error:
            log.append(Problem(notebook.path, f"its card's {error.what}", error.hint))
            continue
        renderings = tuple(
            Rendering(source.data, (each,), making.images, notebook.path, source.cell, focus)
            for each in (picture, lead)
            if each
        )
        return Card(picture, False, lead, source.alt), renderings
    card, rendering = cover(notebook.path, notebook.metadata, article.title, making.images, making.accent)
    return card, (rendering,)


def cover(notebook: str, metadata: Metadata, title: str, presets: ImageSettings, accent: str) -> tuple[Card, Rendering]:
    """Plan a cover, which a post without a good figure gets."""
    slug = metadata.slug or slug_of(notebook)
    source = images.Cover(title, slug, accent)
    picture = images.plan_cover(source, presets)
    return Card(picture, True), Rendering(source, (picture,), presets, notebook)


def _sources(
    notebook: Notebook, figures: Sequence[Figure], files: Mapping[str, File | None], log: list[Problem]
) -> Iterator[_Source]:
    """Yield what a card could be made of, what the author asked for first."""
    wanted = notebook.metadata.image
    if isinstance(wanted, str):
        if file := files[wanted]:
            shown = {figure.data for figure in figures}
            data = file.data or b""
            yield _Source(
                data, mimetypes.guess_type(file.name)[0] or "", None, notebook.metadata.image_alt, data not in shown
            )
        else:
            log.append(
                Problem(notebook.path, f"names the image {wanted!r}, which does not exist", "check the path of `image`")
            )
    elif isinstance(wanted, int):
        if 1 <= wanted <= len(figures):
            yield _of_figure(figures[wanted - 1])
        else:
            log.append(
                Problem(notebook.path, f"names figure {wanted} as its image, but has {len(figures)}", "count from 1")
            )
    chosen = next((figure for figure in figures if figure.is_thumbnail and figure.data), None)
    if chosen:
        yield _of_figure(chosen)
    best = images.choose(figures)
    if best is not None:
        yield _of_figure(figures[best])


def _of_figure(figure: Figure) -> _Source:
    return _Source(figure.data, figure.mime, figure.cell)


def _attachments(
    article: Article, notebook: Notebook, files: Mapping[str, File | None], problems: list[Problem]
) -> Iterator[Attachment]:
    seen = set()
    for link in article.links:
        path = _file_meant(link.href)
        if not path or link.href in seen:
            continue
        seen.add(link.href)
        file = files[path]
        if file is None:
            continue  # a page of the site, perhaps: the check of links will tell
        if path.startswith("/") and file.is_static:
            continue  # copied as it is, to where the link leads
        stem, suffix = PurePosixPath(file.name).stem, PurePosixPath(file.name).suffix.lower()
        if suffix not in PASSIVE:
            message = f"links to {path!r}, which is no kind of file that comes along"
            problems.append(Problem(notebook.path, message, "put it into `static/` if that is meant", link.cell))
            continue
        yield Attachment(link.href, path, f"files/{file.digest[:12]}/{slugify(stem)}{suffix}", file.digest)


def _file_meant(href: str) -> str:
    """Return the path of a link that may lead to a file of the blog; "" for all others, and for notebooks."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or parts.path.endswith((".ipynb", "/")):
        return ""
    return parts.path
