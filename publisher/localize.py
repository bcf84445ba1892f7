"""Save the images of other sites that a notebook shows beside it, and let it show these."""

from __future__ import annotations

import glob
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from publisher import markdown, notebooks, rewriting, slugs, web
from publisher.errors import NotebookError, Problem, PublisherError, SettingsError
from publisher.paths import safe_join
from publisher.report import count

if TYPE_CHECKING:
    from publisher.rewriting import Written
    from publisher.web import Answer

MEGABYTES = 20  # of the largest image that is saved
_LONGEST_NAME = 60
_MOST_NAMES = 1000  # tried until one is free

# Images by how they begin, and the ending of their files; what a server says of them may be wrong.
_KINDS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), ".png"),
    (re.compile(rb"\xff\xd8\xff"), ".jpg"),
    (re.compile(rb"GIF8[79]a"), ".gif"),
    (re.compile(rb"RIFF....WEBP", re.S), ".webp"),
    (re.compile(rb"....ftyp(?:avif|avis|mif1)", re.S), ".avif"),
    (
        re.compile(
            rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]", re.S | re.I
        ),
        ".svg",
    ),
)

# An image of Markdown, of a definition that images refer to, of HTML: what stands before the URL, and the URL.
_IMAGES = (
    re.compile(r"(!\[(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*\]\(\s*<)(https?://[^<>\s]+)(?=>)", re.I),
    re.compile(r"(!\[(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*\]\(\s*)(https?://(?:[^\s()<>]|\([^\s()<>]*\))+)", re.I),
    re.compile(r"(<img\b[^>]*?\ssrc\s*=\s*[\"'])(https?://[^\"'<>\s]+)(?=[\"'])", re.I),
)


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

    Raises NotebookError with everything that is wrong; then nothing is written.
    """
    written = _read(notebook)
    urls = dict.fromkeys(url for cell in _prose(written) for url in images(rewriting.source(cell)))
    fetched = {url: get(url, megabytes * 1_000_000) for url in urls}
    problems = [problem for url, answer in fetched.items() if (problem := _problem(notebook, url, answer))]
    if problems:
        raise NotebookError(*problems)
    files, new = _names(notebook, {url: answer.data for url, answer in fetched.items()})
    for name, data in new.items():
        rewriting.replace_file(safe_join(notebook.parent, name), data)
    if files:
        rewriting.replace_file(notebook, rewriting.write(_pointed(written, files), written.style))
    return Saved(notebook, files, tuple(new))


def _read(notebook: Path) -> Written:
    try:
        data = notebook.read_bytes()
    except OSError as error:
        raise NotebookError(Problem(str(notebook), f"cannot be read: {error.strerror}", "check its path")) from None
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
    for part, is_text in markdown.parts(source):
        for pattern in _IMAGES if is_text else ():
            yield from (match[2] for match in pattern.finditer(part))


def pointed(source: str, files: Mapping[str, str]) -> str:
    """Return the text of a cell with files in the place of remote images."""
    return "".join(_pointed_part(part, files) if is_text else part for part, is_text in markdown.parts(source))


def _pointed_part(part: str, files: Mapping[str, str]) -> str:
    for pattern in _IMAGES:
        part = pattern.sub(lambda match: match[1] + files.get(match[2], match[2]), part)
    return part


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
    return next((ending for pattern, ending in _KINDS if pattern.match(data[:4096])), "")


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
    last = unquote(urlsplit(url).path.rpartition("/")[2])
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
