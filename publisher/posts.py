"""Make posts: the place of each on the site, its article, its pictures and its card."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from msgspec import Struct, field
from msgspec.structs import replace

from publisher import (
    beside,
    config,
    excerpt,
    html_tags,
    illustrations,
    images,
    leaks,
    markdown,
    notebooks,
    related,
    substance,
    templating,
)
from publisher import metadata as about
from publisher.article import Article
from publisher.beside import Attachment, File
from publisher.cells import Document, Sidecar
from publisher.config import ImageSettings, Settings
from publisher.convert import Conversion, convert
from publisher.errors import NotebookError, Problem, PublisherError
from publisher.illustrations import Card, Rendering
from publisher.leaks import Leaks
from publisher.metadata import FrontMatterError, Metadata, SlashOrder
from publisher.notebooks import Notebook, Source
from publisher.report import count
from publisher.slugs import is_index, slug_of, slugify


class Place(Struct, frozen=True):
    """Where a post is: its site-relative URL, which begins with `/`, and the path of its page below the output."""

    url: str
    path: str


class Holding(Struct, frozen=True):
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


class Making(Struct, frozen=True):
    """What posts are made with, beside their notebooks.

    `order` is how the dates of this blog like 03/04/2025 are read, as far as that is known yet. `megabytes` is the
    size of the largest file that is taken for a notebook; 0 is no limit. `allowed` are the marks of what may be
    published although it looks like a secret. `defaults` are front matter by folder.
    """

    conversion: Conversion
    images: ImageSettings
    accent: str
    timezone: str = "UTC"
    order: SlashOrder | None = None
    holding: Holding = Holding()
    megabytes: int = 0
    allowed: tuple[str, ...] = ()
    defaults: tuple[tuple[str, dict[str, object]], ...] = ()


class Task(Struct, frozen=True):
    """A notebook to be made into a post, and the files that it names, as far as that is known: None for one missing.

    `is_first` tells that none of its pictures can be there already, so that all are rendered along with it.
    """

    source: Source
    files: Mapping[str, File | None]
    is_first: bool = False


class Made(Struct, frozen=True):
    """A post before its page is laid out. `pictures` has one for each figure of the article, None for a broken one.

    `asked` are the files that it named: what they are, "" for those that do not exist. `extras` are the paths of the
    files that the article brings along, `libraries` the names of those that they load. `slashes` are its dates
    like 03/04/2025, which the whole blog has to explain, and `order` is how they were read. `allowed` are the
    allowances that it needed. `terms` are the words that tell what it is about,
    `read` is a digest of what readers see of it.
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
    extras: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    slashes: tuple[str, ...] = ()
    order: str = ""
    allowed: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    read: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of all its pictures and extras."""
        pictures = (*self.pictures, self.card.picture, self.card.lead, self.card.large)
        paths = (path for picture in pictures if picture for path in picture.paths)
        return tuple(dict.fromkeys((*paths, *self.extras)))

    def without(self, lost: Container[str]) -> Made:
        """Return the same without the pictures of which a file could not be made; a card's is not among them."""
        pictures = tuple(each if each and not _is_lost(each, lost) else None for each in self.pictures)
        lead = self.card.lead if self.card.lead and not _is_lost(self.card.lead, lost) else None
        large = self.card.large if self.card.large and not _is_lost(self.card.large, lost) else None
        return replace(self, pictures=pictures, card=replace(self.card, lead=lead, large=large))


def _is_lost(picture: images.Picture, lost: Container[str]) -> bool:
    return any(path in lost for path in picture.paths)


class Outline(Struct, frozen=True):
    """What the site knows of a post while its article is not in hand.

    `content` stands for all that was made of the notebook, `read` for what readers see of it. `large` is what the card
    that other sites show is made of. `files` are the paths of its pictures and extras. `references` are links that may
    lead to other notebooks, as written; `ids` are those of the article's elements; `undescribed` as
    in the article.
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
    large: images.Picture | None
    is_whole: bool
    files: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    libraries: tuple[str, ...]
    references: tuple[str, ...]
    ids: tuple[str, ...]
    terms: tuple[str, ...]
    undescribed: tuple[int, ...]
    problems: tuple[Problem, ...]
    read: str = ""


class Fresh(Struct, frozen=True):
    """A post just made, its pixels that are still to be made, its other files, and what broke by the path of a file."""

    made: Made
    renderings: tuple[Rendering, ...]
    pixels: Mapping[str, bytes] = field(default_factory=dict)
    broken: Mapping[str, Problem] = field(default_factory=dict)


class Held(Struct, frozen=True):
    """A notebook that is not published yet: a draft, or a post of the future."""

    notebook: str
    metadata: Metadata
    slashes: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


class Asking(Struct, frozen=True):
    """A notebook that names files which were not given: images that it shows, files that it links to."""

    notebook: str
    shown: tuple[str, ...]
    linked: tuple[str, ...] = ()


class Failed(Struct, frozen=True):
    """A notebook that could not be made into a post, why, and its front matter as far as that could be read."""

    notebook: str
    problems: tuple[Problem, ...]
    slashes: tuple[str, ...] = ()
    metadata: Metadata | None = None


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
    folder = path.parent.parent if is_index(notebook) else path.parent
    return "/".join(slugify(part) for part in folder.parts)


def try_to_make(task: Task, making: Making) -> Outcome:
    """Make a post, or say why it cannot be made: one bad notebook is one bad notebook, whatever is wrong with it.

    What leaks is told before all else: other problems may quote it.
    """
    path, found = task.source.path, Leaks()
    slashes: tuple[str, ...] = ()
    metadata: Metadata | None = None
    try:
        notebooks.check_size(task.source.data, path, making.megabytes)
        document = notebooks.parse(task.source.data, path, task.source.sidecars)
        found = leaks.find(document, making.allowed)
        front = about.front_matter(document, making.defaults)
        slashes = about.slash_dates(front)
        notebook, warnings = notebooks.interpret(document, front, making.timezone, making.order)
        metadata = notebook.metadata
        if making.holding.holds(metadata):
            return Held(path, metadata, slashes, found.allowed)
        if found.failures:
            return Failed(path, found.failures, slashes, metadata)
        with templating.worded_errors():
            made = make(notebook, making, task.files)
    except FrontMatterError as error:
        return Failed(path, found.failures or error.problems, slashes, error.metadata)
    except PublisherError as error:
        return Failed(path, found.failures or error.problems, slashes, metadata)
    except MemoryError:  # the limit of a worker, which words it
        raise
    except Exception as error:  # noqa: BLE001 - the boundary between one notebook and the others
        return Failed(path, found.failures or (unexpected(path, error),), slashes, metadata)
    if isinstance(made, Asking):
        return made
    order = (making.order or "") if slashes else ""
    whole = _whole(made.made, (*warnings, *found.warnings), found, slashes, order)
    return _with_pixels(replace(made, made=whole), task.is_first)


def metadata_around(path: str, sidecars: tuple[Sidecar, ...], making: Making) -> Metadata:
    """Return what all but a notebook itself says of it: its name, the files beside it, and what holds in its folder."""
    front = about.front_matter(Document(path, "", (), {}, sidecars), making.defaults)
    try:
        return about.parse(front, path=path, timezone=making.timezone, slash_order=making.order)[0]
    except FrontMatterError as error:
        return error.metadata


def _whole(made: Made, warnings: Sequence[Problem], found: Leaks, slashes: tuple[str, ...], order: str) -> Made:
    """Return a post with all that was found out about its notebook before it was converted."""
    allowed = tuple(sorted({*found.allowed, *made.allowed}))
    return replace(made, problems=(*warnings, *made.problems), slashes=slashes, order=order, allowed=allowed)


def _with_pixels(fresh: Fresh, has_all: bool) -> Fresh:
    """Return a post with its pixels; without most, with the images that go out as they came: those cost nothing."""
    pixels, broken = dict(fresh.pixels), {}
    later = []
    for rendering in fresh.renderings:
        if not (has_all or rendering.is_at_hand):
            later.append(rendering)
        elif isinstance(done := illustrations.render(rendering), Problem):
            broken.update(dict.fromkeys(rendering.paths, done))
        else:
            pixels.update(done)
    return replace(fresh, renderings=tuple(later), pixels=pixels, broken=broken)


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
    chosen = tuple(name for name in (metadata.image, metadata.social_image) if name and isinstance(name, str))
    if asking := _asking(notebook, chosen, (), files):
        return asking
    article = convert(notebook, making.conversion)
    shown = (*chosen, *(figure.path for figure in article.figures if figure.path and not figure.data))
    linked = tuple(path for link in article.links if (path := beside.file_meant(link.href)))
    inspected = tuple(path for path in linked if leaks.is_inspected(path))
    if asking := _asking(notebook, (*shown, *inspected), linked, files):
        return asking
    problems: list[Problem] = []
    pictures, card, renderings = illustrations.plan(notebook, article, making.images, making.accent, files, problems)
    attachments = tuple(beside.attachments(article, notebook, files, problems))
    allowed = _check_attachments(article, attachments, files, notebook.path, making.allowed)
    made = Made(
        notebook=notebook.path,
        digest=notebook.digest,
        metadata=metadata,
        article=replace(article, figures=(), files={}, problems=()),
        subtitle_html=markdown.inline(metadata.subtitle or metadata.description),
        pictures=pictures,
        card=card,
        attachments=attachments,
        problems=(*article.problems, *problems),
        asked={name: found.identity if (found := files[name]) else "" for name in (*shown, *linked)},
        extras=tuple(article.files),
        libraries=article.libraries,
        allowed=allowed,
        terms=related.terms(article.title, article.text),
        read=substance.digest(article, metadata.subtitle or metadata.description, files),
    )
    return Fresh(made, renderings, article.files)


def _check_attachments(
    article: Article,
    attachments: Sequence[Attachment],
    files: Mapping[str, File | None],
    notebook: str,
    allowed: Container[str],
) -> tuple[str, ...]:
    """Return the allowances that files which come along need. Raises NotebookError for what leaks without one."""
    cells = {link.href: link.cell for link in reversed(article.links)}
    problems, used = [], []
    for each in attachments:
        file = files[each.name]
        for leak in leaks.in_file(each.name, file.data) if file and file.data else ():
            if leak.mark in allowed:
                used.append(leak.mark)
            else:
                problems.append(leaks.worded_of_file(leak, each.name, notebook, cells[each.href]))
    if problems:
        raise NotebookError(*problems)
    return tuple(used)


def make_of_files(notebook: Notebook, making: Making, source: Path, static: Path) -> Fresh:
    """Make a post with the files of two folders that it names."""
    files: dict[str, File | None] = {}
    while isinstance(made := make(notebook, making, files), Asking):
        files |= {name: beside.open_file(name, notebook.path, source, static) for name in (*made.shown, *made.linked)}
    return made


def _asking(
    notebook: Notebook, shown: Sequence[str], linked: Sequence[str], files: Mapping[str, File | None]
) -> Asking | None:
    unseen = tuple(name for name in dict.fromkeys(shown) if name not in files or _lacks_data(files[name]))
    unknown = tuple(name for name in dict.fromkeys(linked) if name not in files)
    return Asking(notebook.path, unseen, unknown) if unseen or unknown else None


def _lacks_data(file: File | None) -> bool:
    return file is not None and file.data is None


def outline(made: Made, content: str) -> Outline:
    """Return the small part of a post; `content` stands for the whole."""
    article, card = made.article, made.card
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
        large=card.large,
        is_whole=card.is_whole,
        files=made.files,
        attachments=made.attachments,
        libraries=made.libraries,
        references=tuple(dict.fromkeys(link.href for link in article.links if _means_notebook(link.href))),
        ids=tuple(sorted(_ids(article.body))),
        terms=made.terms,
        undescribed=article.undescribed,
        problems=made.problems,
        read=made.read,
    )


def _ids(body: str) -> set[str]:
    """Return what names places of an article."""
    return {
        attributes[key]
        for _, attributes in html_tags.found(body, "id", "name")
        for key in ("id", "name")
        if key in attributes
    }


def undescribed(outlines: Iterable[Outline], settings: Settings) -> Problem | None:
    """Return what is wrong if more images are without an alternative text than the settings allow."""
    budget = settings.check.missing_alt
    number = sum(len(each.undescribed) for each in outlines)
    if budget == "any" or number <= budget:
        return None
    message = f"{count(number, 'image')} without an alternative text, where `check.missing-alt` allows {budget}"
    hint = "describe them; `invoke check` says where they are"
    return config.problem_at(settings.root, ("check", "missing-alt"), message, hint, "too-many-missing-alts")


def _means_notebook(href: str) -> bool:
    try:
        return unquote(urlsplit(href).path).endswith(".ipynb")
    except ValueError:
        return False


def unexpected(path: str, error: Exception) -> Problem:
    """Word a fault of ours that one notebook brought to light."""
    message = f"cannot be converted: {type(error).__name__}: {error}"
    return Problem(path, message, "this is a fault of publisher: please report it with the notebook")


def twin_path(path: str) -> str:
    """Return where the Markdown of the post can be fetched whose page is at `path`: beside it."""
    return f"{path.removesuffix('.html')}.md"


def download_path(place: Place) -> str:
    """Return where the notebook of a post can be fetched: beside its page, under its name."""
    folder, _, name = place.path.rpartition("/")
    if name != "index.html":
        return f"{place.path.removesuffix('.html')}.ipynb"
    return f"{folder}/{folder.rpartition('/')[2]}.ipynb" if folder else "index.ipynb"
