"""Files beside a notebook that it names: images that it shows, files that come along with its page."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from publisher import magic
from publisher.errors import NotebookError, Problem, PublisherError
from publisher.paths import resolved, safe_join
from publisher.slugs import slugify

if TYPE_CHECKING:
    from publisher.article import Article
    from publisher.notebooks import Notebook

# Files that come along: data, documents, code, media. Anything else a browser might run as a page of the site; one of
# these too if it begins like a page, where a server has no type for it. For plain text every server has one.
_KINDS = (
    "csv tsv json jsonl geojson yaml yml toml npy npz parquet feather arrow h5 hdf5 nc mat pkl db sqlite fits",
    "dat log ics txt md rst bib tex pdf epub xls xlsx ods doc docx odt ppt pptx odp zip gz bz2 xz tar 7z",
    "py r jl ipynb c h cpp rs go java sh sql ini cfg mplstyle stl obj ply glb",
    "png jpg jpeg gif webp avif bmp tif tiff mp3 wav ogg oga flac m4a mp4 m4v webm ogv mov mid",
)
_ALWAYS_TYPED = frozenset((".txt",))
PASSIVE = frozenset(f".{kind}" for kinds in _KINDS for kind in kinds.split())


class File(Struct, frozen=True):
    """A file of the blog that a notebook names: its own name, the SHA-256 of its bytes in hex, those of an image.

    It `is_markup` if it begins like a page.
    """

    name: str
    digest: str
    data: bytes | None = None
    is_static: bool = False
    is_markup: bool = False

    @property
    def identity(self) -> str:
        """What decides what comes of it: its bytes, its name, and whether it lies among the static files."""
        return f"{self.digest} {self.name}{' (static)' if self.is_static else ''}"


class Attachment(Struct, frozen=True):
    """A file beside the notebook that the article links to, by `name`; where it goes, and its SHA-256 in hex."""

    href: str
    name: str
    path: str
    digest: str


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
    found = (_found(candidate, root, other) for candidate in candidates for root, other in _both(source, static))
    return next((file for file in found if file), None)


def _both(source: Path, static: Path) -> tuple[tuple[Path, Path], tuple[Path, Path]]:
    return (source, static), (static, source)


def _found(candidate: Path, root: Path, other: Path) -> Path | None:
    """Return the file if it is below `root` as its path is spelled, and below one of the two wherever links lead."""
    spelled, top = os.path.abspath(candidate), os.path.join(os.path.abspath(root), "")
    if not spelled.startswith(top):
        return None
    try:
        found = safe_join(root, spelled.removeprefix(top).replace(os.sep, "/"), other)
        is_there = any(_is_open(found, resolved(each)) for each in (root, other)) and found.is_file()
    except (OSError, PublisherError):  # a name that is too long, or that leads out
        return None
    return found if is_there else None


def _is_open(file: Path, root: Path) -> bool:
    """Tell whether a file lies below a folder and is not hidden there, wherever links led."""
    return file.is_relative_to(root) and not any(step.startswith(".") for step in file.relative_to(root).parts)


def open_file(name: str, notebook: str, source: Path, static: Path) -> File | None:
    """Return the file that a notebook names, with its bytes; None if there is none. Raises NotebookError."""
    found = local_file(name, notebook, source, static)
    if found is None:
        return None
    try:
        data = found.read_bytes()
    except OSError as error:
        problem = Problem(notebook, f"names {name!r}, which cannot be read: {error.strerror}", "check its permissions")
        raise NotebookError(problem) from None
    is_static = found.is_relative_to(resolved(static))
    return File(found.name, hashlib.sha256(data).hexdigest(), data, is_static, magic.is_markup(data))


def is_markup(file: Path) -> bool:
    """Tell whether a file begins like a page; one that cannot be read may."""
    try:
        with open(file, "rb") as opened:
            return magic.is_markup(opened.read(magic.LOOKED_AT))
    except OSError:
        return True


def attachments(
    article: Article, notebook: Notebook, files: Mapping[str, File | None], problems: list[Problem]
) -> Iterator[Attachment]:
    """Yield the files that come along with an article because it links to them; note those that may not."""
    seen = set()
    for link in article.links:
        path = file_meant(link.href)
        if not path or link.href in seen:
            continue
        seen.add(link.href)
        file = files[path]
        if file is None:
            continue  # a page of the site, perhaps: the check of links will tell
        if path.startswith("/") and file.is_static:
            continue  # copied as it is, to where the link leads
        stem, suffix = PurePosixPath(file.name).stem, PurePosixPath(file.name).suffix.lower()
        if reason := _reason_to_refuse(file, suffix):
            message = f"links to {path!r}, which {reason}"
            problems.append(Problem(notebook.path, message, "put it into `static/` if that is meant", link.cell))
            continue
        yield Attachment(link.href, path, f"files/{file.digest[:12]}/{slugify(stem)}{suffix}", file.digest)


def _reason_to_refuse(file: File, suffix: str) -> str:
    if suffix not in PASSIVE:
        return "is no kind of file that comes along"
    if file.is_markup and suffix not in _ALWAYS_TYPED:
        return "begins like a page, and may be run as one"
    return ""


def file_meant(href: str) -> str:
    """Return the path of a link that may lead to a file of the blog; "" for all others, and for notebooks."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or parts.path.endswith((".ipynb", "/")):
        return ""
    return parts.path
