"""Tell whether readers get to see something else than before, whatever the markup around it has become."""

from __future__ import annotations

import re
from hashlib import blake2b
from html import unescape
from typing import TYPE_CHECKING

from publisher.outputs import frames

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publisher.article import Article, Figure
    from publisher.beside import File

_TAG = re.compile(r"<[^<>]*>")


def digest(article: Article, subtitle: str, files: Mapping[str, File | None]) -> str:
    """Return a digest of what readers see of an article: its words, its code and outputs, its images and media.

    Another version of this package may mark it up in another way, make other sizes of its images or draw its
    charts by another script, and the digest is the same. `files` are those that the notebook names.
    """
    seen = blake2b(digest_size=16)
    for text in (article.title, words(subtitle), words(article.body)):
        seen.update(text.encode("utf-8", "replace") + b"\0")
    for figure in article.figures:
        seen.update(f"{figure.alt}\0{_identity(figure, files)}\0".encode("utf-8", "replace"))
    for path in sorted(article.files.keys() - frames.framed(article.body)):
        seen.update(f"{path}\0".encode())  # which is named by its content
    return seen.hexdigest()


def words(html: str) -> str:
    """Return the text of clean or own HTML, every run of blanks as one."""
    return " ".join(unescape(_TAG.sub("", html)).split())


def _identity(figure: Figure, files: Mapping[str, File | None]) -> str:
    if figure.data:
        return blake2b(figure.data, digest_size=16).hexdigest()
    file = files.get(figure.path)
    return file.digest if file else ""
