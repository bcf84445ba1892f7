"""Save the images of other sites that a notebook shows beside it, and let it show these."""

from __future__ import annotations

import glob
import re
from collections.abc import Callable, Container, Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from publisher import magic, markdown, notebooks, regular, rewriting, slugs, web, writing
from publisher.errors import NotebookError, Problem, PublisherError, SettingsError
from publisher.paths import safe_join
from publisher.report import count
from publisher.writing import Change

if TYPE_CHECKING:
    from publisher.rewriting import Written
    from publisher.web import Answer

MEGABYTES = 20  # of the largest image that is saved
_LONGEST_NAME = 60
_MOST_NAMES = 1000  # tried until one is free

_ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/avif": ".avif",
}
_DRAWING = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]", re.S | re.I
)

# A directive of MyST, an image of Markdown, or of HTML: what stands before the URL, and the URL.
_DIRECTIVE = re.compile(
    r"^( {0,3}(?:`{3,}|~{3,}|:{3,})[ \t]*\{(?:figure|image)\}[ \t]*)(https?://[^\s<>`]+)(?=[ \t]*$)", re.I | re.M
)
# The tag of an image in HTML up to the value of its `src`; other values may hold what would end it.
_TAG = r"<img\b(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?\ssrc\s*=\s*"
_IMAGES = (
    _DIRECTIVE,
    re.compile(r"(!\[(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*\]\(\s*<)(https?://[^<>\s]+)(?=>)", re.I),
    re.compile(r"(!\[(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*\]\(\s*)(https?://(?:[^\s()<>]|\([^\s()<>]*\))+)", re.I),
    re.compile(rf"({_TAG}[\"']\s*)(https?://[^\"'<>\s]+)(?=\s*[\"'])", re.I),
    re.compile(rf"({_TAG})(https?://[^\"'<>\s]+)(?=[\s>])", re.I),
)
# A definition, maybe in a quote: what stands before its URL, its label, and the URL; the labels that images refer to.
_DEFINITION = re.compile(r"^((?: {0,3}>)* {0,3}\[((?:[^\[\]\\]|\\.)+)\]:\s*<?)(https?://[^<>\s]+)", re.I | re.M)
_LABEL = re.compile(r"!\[((?:[^\[\]\\]|\\.)*)\](?!\()(?:\[((?:[^\[\]\\]|\\.)*)\])?")


class Saved(Struct, frozen=True):
    """What came of a notebook: the files that its images are in by their URLs, and which of these are new."""

    notebook: Path
    files: Mapping[str, str]
    written: tuple[str, ...] = ()


class Image(Struct, frozen=True):
    """An image of another site: where it was, what its file is to be called, and its bytes."""

    url: str
    name: str
    data: bytes


def named(written: str) -> list[Path]:
    """Return the notebooks that a path means: one, those of a folder, or those that fit a glob."""
    path = Path(written)
    if path.is_dir():
        return [path / found for found in notebooks.find(path)]
    if path.exists() or not any(sign in written for sign in "*?["):
        return [path]
    found = sorted(Path(each) for each in glob.glob(written, recursive=True) if each.endswith(".ipynb"))
    if not found:
        raise SettingsError(Problem(written, "fits no notebook", "write it like 'notebooks/2026-*.ipynb'"))
    return found


def localize(notebook: Path, get: Callable[[str, int], Answer] = web.get, megabytes: int = MEGABYTES) -> Saved:
    """Save all remote images that the text of a notebook shows; the notebook then names the files.

    Raises NotebookError with everything that is wrong, PublisherError if files cannot be written or the notebook was
    changed while images came; then nothing is written.
    """
    data = _read(notebook)
    written = _parsed(data, notebook)
    urls = dict.fromkeys(url for cell in _prose(written) for url in images(rewriting.source(cell)))
    fetched = {url: get(unescape(url), megabytes * 1_000_000) for url in urls}
    problems = [problem for url, answer in fetched.items() if (problem := _problem(notebook, url, answer))]
    if problems:
        raise NotebookError(*problems)
    files, new = _names(notebook, {url: answer.data for url, answer in fetched.items()})
    if files:
        after = rewriting.write(_pointed(written, files), written.style)
        saved = (Change(str(safe_join(notebook.parent, name)), image) for name, image in new.items())
        writing.write(Path(), (*saved, Change(str(notebook), after, data)))
    return Saved(notebook, files, tuple(new))


def _read(notebook: Path) -> bytes:
    try:
        return regular.read_linked(notebook)
    except OSError as error:
        raise NotebookError(Problem(str(notebook), f"cannot be read: {error.strerror}", "check its path")) from None


def _parsed(data: bytes, notebook: Path) -> Written:
    written = rewriting.read(data)
    if written is None:
        raise NotebookError(Problem(str(notebook), "is no notebook of format 4", "save it from Jupyter"))
    return written


def _prose(written: Written) -> Iterator[dict[str, object]]:
    for cell in written.raw["cells"]:
        if isinstance(cell, dict) and cell.get("cell_type") == "markdown":
            yield cell


def images(source: str) -> Iterator[str]:
    """Yield the URLs of the remote images of a cell of text, as written; those in its code are none."""
    labels = _labels(source)
    for part, is_text in markdown.parts(source):
        if is_text:
            for pattern in _IMAGES:
                yield from (match[2] for match in pattern.finditer(part))
            yield from (match[3] for match in _DEFINITION.finditer(part) if _label(match[2]) in labels)
        elif match := _DIRECTIVE.match(part):  # within backticks, as code is
            yield match[2]


def pointed(source: str, files: Mapping[str, str]) -> str:
    """Return the text of a cell with files in the place of remote images."""
    labels = _labels(source)
    return "".join(
        _pointed_text(part, labels, files) if is_text else _pointed_fence(part, files)
        for part, is_text in markdown.parts(source)
    )


def _pointed_fence(part: str, files: Mapping[str, str]) -> str:
    match = _DIRECTIVE.match(part)
    return match[1] + files.get(match[2], match[2]) + part[match.end() :] if match else part


def _pointed_text(part: str, labels: Container[str], files: Mapping[str, str]) -> str:
    for pattern in _IMAGES:
        part = pattern.sub(lambda match: match[1] + files.get(match[2], match[2]), part)
    return _DEFINITION.sub(
        lambda match: match[1] + (files.get(match[3], match[3]) if _label(match[2]) in labels else match[3]), part
    )


def _labels(source: str) -> frozenset[str]:
    """Return the labels of definitions that the images of a cell refer to."""
    texts = (part for part, is_text in markdown.parts(source) if is_text)
    return frozenset(_label(match[2] or match[1]) for text in texts for match in _LABEL.finditer(text))


def _label(written: str) -> str:
    """Return a label as labels are compared."""
    return " ".join(written.split()).casefold()


def _pointed(written: Written, files: Mapping[str, str]) -> dict[str, object]:
    def changed(cell: dict[str, object]) -> dict[str, object]:
        source = rewriting.source(cell)
        text = pointed(source, files)
        return cell if text == source else rewriting.with_source(cell, text)

    prose = {id(cell) for cell in _prose(written)}
    return {**written.raw, "cells": [changed(cell) if id(cell) in prose else cell for cell in written.raw["cells"]]}


def _problem(notebook: Path, url: str, answer: Answer) -> Problem | None:
    if not answer.is_good:
        return Problem(
            str(notebook),
            f"{url} {answer.why or 'sends nothing'}",
            "nothing was changed; remove the image, or try later",
        )
    if not ending(answer.data):
        what = f"{url} is no image that browsers show, but {answer.kind or 'nothing known'}"
        return Problem(str(notebook), what, "nothing was changed; correct the address of the image")
    return None


def ending(data: bytes) -> str:
    """Return the ending of the file of an image, by how it begins; "" if it is none."""
    return ".svg" if _DRAWING.match(data[:4096]) else _ENDINGS.get(magic.mime(data), "")


def _names(notebook: Path, found: Mapping[str, bytes]) -> tuple[dict[str, str], dict[str, bytes]]:
    """Return the file of every URL, and those files that are new; equal bytes are one file."""
    files: dict[str, str] = {}
    new: dict[str, bytes] = {}
    by_data: dict[bytes, str] = {}
    for url, data in found.items():
        name = by_data.get(data)
        if name is None:
            name = _free_name(notebook, url, data, new)
            if not _is_there(notebook.parent / name, data):
                new[name] = data
            by_data[data] = name
        files[url] = name
    return files, new


def _free_name(notebook: Path, url: str, data: bytes, taken: Mapping[str, bytes]) -> str:
    """Return a name for a file beside a notebook that nothing else has; it is made of letters and hyphens alone."""
    last = unquote(urlsplit(unescape(url)).path.rpartition("/")[2])
    stem = slugs.slugify(last.rpartition(".")[0] or last)[:_LONGEST_NAME].strip("-") or "image"
    base = f"{slugs.slugify(notebook.stem)[:_LONGEST_NAME].strip('-') or 'notebook'}-{stem}"
    for number in range(1, _MOST_NAMES):
        name = f"{base}{f'-{number}' if number > 1 else ''}{ending(data)}"
        file = notebook.parent / name
        if name not in taken and (not file.exists() or _is_there(file, data)):
            return name
    raise PublisherError(Problem(str(notebook), f"has no free name for {url}", "remove files that nothing shows"))


def _is_there(file: Path, data: bytes) -> bool:
    try:
        return file.is_file() and file.read_bytes() == data
    except OSError:
        return False


def told(saved: Saved) -> str:
    """Return what came of a notebook, in a line."""
    if not saved.files:
        return f"{saved.notebook}: shows no image of another site"
    shown = f"{saved.notebook}: shows {count(len(saved.files), 'image')} from files beside it"
    return f"{shown} ({', '.join(saved.written)})" if saved.written else shown
