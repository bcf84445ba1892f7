"""Make posts: the place of each on the site, its article, its pictures and its card."""

from __future__ import annotations

import hashlib
import mimetypes
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from publisher import images
from publisher.article import Article, Figure
from publisher.config import ImageSettings
from publisher.convert import Conversion, convert
from publisher.errors import NotebookError, Problem
from publisher.notebooks import Notebook
from publisher.slugs import slug_of, slugify

# Files that come along: data, documents, code, media. Anything else a browser might run as a page of the site.
_KINDS = (
    "csv tsv json jsonl geojson yaml yml toml npy npz parquet feather arrow h5 hdf5 nc mat pkl db sqlite fits",
    "dat log ics txt md rst bib tex pdf epub xls xlsx ods doc docx odt ppt pptx odp zip gz bz2 xz tar 7z",
    "py r jl ipynb c h cpp rs go java sh sql ini cfg mplstyle stl obj ply glb",
    "png jpg jpeg gif webp avif bmp tif tiff mp3 wav ogg oga flac m4a mp4 m4v webm ogv mov mid",
)
PASSIVE = frozenset(f".{kind}" for kinds in _KINDS for kind in kinds.split())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post is: its site-relative URL, which begins with `/`, and the path of its page below the output."""

    url: str
    path: str


@dataclass(frozen=True, slots=True)
class Making:
    """What is needed to make posts, beside the notebooks themselves."""

    source: Path
    static: Path
    conversion: Conversion
    images: ImageSettings
    accent: str


@dataclass(frozen=True, slots=True)
class Rendering:
    """Pixels still to be made: the paths of the files, the pure function that makes their bytes, and whose they are."""

    paths: tuple[str, ...]
    make: Callable[[], Mapping[str, bytes]]
    notebook: str
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Cards:
    """The card's picture, perhaps a cover, the lead picture that opens the article, and their pixels to be made."""

    picture: images.Picture
    is_cover: bool
    lead: images.Picture | None
    lead_alt: str
    renderings: tuple[Rendering, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside the notebook that the article links to, where it goes, and the SHA-256 of its bytes in hex."""

    href: str
    file: Path
    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class Made:
    """A post before its page is laid out. `pictures` has one for each figure of the article, None for a broken one."""

    notebook: Notebook
    article: Article
    pictures: tuple[images.Picture | None, ...]
    card: Cards
    renderings: tuple[Rendering, ...]
    attachments: tuple[Attachment, ...]
    problems: tuple[Problem, ...]

    def without_pixels(self) -> Made:
        """Return the same without what holds the bytes of images."""
        return replace(self, renderings=(), card=replace(self.card, renderings=()))


@dataclass(frozen=True, slots=True)
class Failed:
    """A notebook that could not be made into a post, and why."""

    notebook: str
    problems: tuple[Problem, ...]


def place(notebook: Notebook, permalink: str) -> Place:
    """Return where a post goes. One without a date leaves out the parts of the permalink that need one."""
    date = notebook.metadata.date
    folder = PurePosixPath(notebook.path).parent
    folder = folder.parent if PurePosixPath(notebook.path).name == "index.ipynb" else folder
    values = {
        "slug": notebook.metadata.slug or slug_of(notebook.path),
        "path": "/".join(slugify(part) for part in folder.parts),
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


def clashes(places: Mapping[str, Place], reserved: Container[str]) -> Iterator[Problem]:
    """Yield a problem for every notebook whose page would be where another's, or a reserved page, is."""
    for notebook, where in places.items():
        if where.path in reserved:
            message = f"has the URL of another page of the site: {unquote(where.url)}"
            yield Problem(notebook, message, "give it another `slug`")
    by_path: dict[str, list[str]] = defaultdict(list)
    for notebook, where in places.items():
        by_path[unicodedata.normalize("NFC", where.path).casefold()].append(notebook)
    for notebooks in by_path.values():
        for notebook in notebooks if len(notebooks) > 1 else ():
            others = " and ".join(sorted(set(notebooks) - {notebook}))
            message = f"has the same URL as {others}: {unquote(places[notebook].url)}"
            yield Problem(notebook, message, "give one of them another `slug`")


def make(notebook: Notebook, making: Making) -> Made:
    """Convert one notebook, find and plan its pictures, and choose its card; no pixel is made yet."""
    article = convert(notebook, making.conversion)
    problems: list[Problem] = []
    figures = tuple(_with_data(figure, notebook, making, problems) for figure in article.figures)
    pictures = tuple(_plan(figure, notebook, making, problems) for figure in figures)
    good = [
        replace(figure, data=figure.data if picture else b"") for figure, picture in zip(figures, pictures, strict=True)
    ]
    card = _illustrate(notebook, article, good, making, problems)
    renderings = (
        Rendering(
            picture.paths, partial(images.render, figure.data, picture, making.images), notebook.path, figure.cell
        )
        for figure, picture in zip(figures, pictures, strict=True)
        if picture
    )
    return Made(
        notebook=notebook,
        article=replace(article, figures=()),
        pictures=pictures,
        card=card,
        renderings=(*renderings, *card.renderings),
        attachments=tuple(_attachments(article, notebook, making, problems)),
        problems=(*article.problems, *problems),
    )


def try_to_make(notebook: Notebook, making: Making) -> Made | Failed:
    """Make a post, or say why it cannot be made: one bad notebook is one bad notebook, whatever is wrong with it."""
    try:
        return make(notebook, making)
    except NotebookError as error:
        return Failed(notebook.path, error.problems)
    except Exception as error:  # noqa: BLE001 - the boundary between one notebook and the others
        return Failed(notebook.path, (unexpected(notebook.path, error),))


def unexpected(path: str, error: Exception) -> Problem:
    """Word a fault of ours that one notebook brought to light."""
    message = f"cannot be converted: {type(error).__name__}: {error}"
    return Problem(path, message, "this is a fault of publisher: please report it with the notebook")


def render(rendering: Rendering) -> Mapping[str, bytes] | Problem:
    """Make pixels, or say why that cannot be done: some images turn out to be broken only when they are decoded."""
    try:
        return rendering.make()
    except images.ImageError as error:
        return Problem(rendering.notebook, error.what, error.hint, rendering.cell)


def download_path(place: Place) -> str:
    """Return where the notebook of a post can be fetched: beside its page, under its name."""
    if place.path.endswith("index.html"):
        folder = PurePosixPath(place.path).parent
        return f"{folder}/{folder.name or 'index'}.ipynb" if folder.name else "index.ipynb"
    return f"{place.path.removesuffix('.html')}.ipynb"


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


def _with_data(figure: Figure, notebook: Notebook, making: Making, problems: list[Problem]) -> Figure:
    if figure.data or not figure.path:
        return figure
    file = local_file(figure.path, notebook.path, making.source, making.static)
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
    return replace(figure, data=file.read_bytes(), mime=mimetypes.guess_type(file.name)[0] or "")


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
    alt: str = ""
    is_lead: bool = False


def _illustrate(
    notebook: Notebook, article: Article, figures: Sequence[Figure], making: Making, log: list[Problem]
) -> Cards:
    """Plan the card: the image that the author named, else the best figure, else a cover made from the title."""
    focus = notebook.metadata.focus
    for source in _sources(notebook, figures, making, log):
        try:
            card = images.plan_card(source.data, source.mime, making.images, focus)
            lead = images.plan(source.data, source.mime, making.images) if source.is_lead else None
        except images.ImageError as error:
            log.append(Problem(notebook.path, f"its card's {error.what}", error.hint))
            continue
        make_card = partial(images.render_card, source.data, card, making.images, focus)
        renderings = [Rendering(card.paths, make_card, notebook.path)]
        if lead:
            make_lead = partial(images.render, source.data, lead, making.images)
            renderings.append(Rendering(lead.paths, make_lead, notebook.path))
        return Cards(card, False, lead, source.alt, tuple(renderings))
    return cover(notebook, article.title, making.images, making.accent)


def cover(notebook: Notebook, title: str, presets: ImageSettings, accent: str) -> Cards:
    """Plan a cover, which a post without a good figure gets."""
    slug = notebook.metadata.slug or slug_of(notebook.path)
    picture = images.plan_cover(title, slug, accent, presets.card_size)
    make_cover = partial(images.render_cover, title, slug, accent, picture)
    return Cards(picture, True, None, "", (Rendering(picture.paths, make_cover, notebook.path),))


def _sources(notebook: Notebook, figures: Sequence[Figure], making: Making, log: list[Problem]) -> Iterator[_Source]:
    """Yield what a card could be made of, what the author asked for first."""
    wanted = notebook.metadata.image
    if isinstance(wanted, str):
        if file := local_file(wanted, notebook.path, making.source, making.static):
            shown = {figure.data for figure in figures}
            data = file.read_bytes()
            yield _Source(
                data, mimetypes.guess_type(file.name)[0] or "", notebook.metadata.image_alt, data not in shown
            )
        else:
            log.append(
                Problem(notebook.path, f"names the image {wanted!r}, which does not exist", "check the path of `image`")
            )
    elif isinstance(wanted, int):
        if 1 <= wanted <= len(figures):
            yield _Source(figures[wanted - 1].data, figures[wanted - 1].mime)
        else:
            log.append(
                Problem(notebook.path, f"names figure {wanted} as its image, but has {len(figures)}", "count from 1")
            )
    chosen = next((figure for figure in figures if figure.is_thumbnail and figure.data), None)
    if chosen:
        yield _Source(chosen.data, chosen.mime)
    best = images.choose(figures)
    if best is not None:
        yield _Source(figures[best].data, figures[best].mime)


def _attachments(article: Article, notebook: Notebook, making: Making, problems: list[Problem]) -> Iterator[Attachment]:
    seen = set()
    for link in article.links:
        path = _path_meant(link.href)
        if not path or path.endswith((".ipynb", "/")) or link.href in seen:
            continue
        seen.add(link.href)
        file = local_file(path, notebook.path, making.source, making.static)
        if file is None:
            continue  # a page of the site, perhaps: the check of links will tell
        if path.startswith("/") and file.is_relative_to(making.static.resolve()):
            continue  # copied as it is, to where the link leads
        if file.suffix.lower() not in PASSIVE:
            message = f"links to {path!r}, which is no kind of file that comes along"
            problems.append(Problem(notebook.path, message, "put it into `static/` if that is meant", link.cell))
            continue
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        name = f"{slugify(file.stem)}{file.suffix.lower()}"
        yield Attachment(link.href, file, f"files/{digest[:12]}/{name}", digest)


def _path_meant(href: str) -> str:
    """Return the path of a link that stays in the blog; "" for one that leads elsewhere, or is no address at all."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc else parts.path
