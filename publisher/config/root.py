"""Find the folder of the blog, from where the author stands."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.config.load import FILE

if TYPE_CHECKING:
    from collections.abc import Mapping

SOURCE = "notebooks"  # where the settings do not say
TASKS = ("tasks.py", "tasks/__init__.py")
MARK = b"publisher.tasks"  # in a tasks.py that has the commands


def find_root(start: Path) -> Path | None:
    """Return the folder of the blog that `start` is in, or None.

    A blog has settings, or a tasks.py with the commands: the nearest such folder counts. A folder that has nothing but
    notebooks counts only from inside itself, not from below, so that nobody's own collection of notebooks is published
    by accident; nor does it count among the notebooks of a blog.
    """
    marked = next((folder for folder in (start, *start.parents) if is_marked(folder)), None)
    if marked == start or not (start / SOURCE).is_dir():
        return marked
    return marked if marked and start.is_relative_to(_source(marked)) else start


def seen_from(here: Path, root: Path, path: str) -> str:
    """Return a path of the blog as one would type it from another folder."""
    return path if here == root or os.path.isabs(path) else os.path.relpath(root / path, here)


def is_marked(folder: Path) -> bool:
    """Tell whether the files of a folder say that it is a blog."""
    return any(MARK in _content(folder / name) for name in TASKS) or _has_settings(_content(folder / FILE))


def _has_settings(content: bytes) -> bool:
    if b"publisher" not in content:
        return False
    try:
        tool = _read(content).get("tool", {})
    except (ValueError, RecursionError):  # reading it in earnest tells what is wrong
        return b"tool.publisher" in content
    return isinstance(tool, dict) and "publisher" in tool


def _source(blog: Path) -> Path:
    """Return the folder of notebooks of a marked blog, as far as its settings can be read."""
    try:
        source = _read(_content(blog / FILE))["tool"]["publisher"]["source"]
    except (ValueError, LookupError, TypeError, RecursionError):
        source = SOURCE
    return blog / str(source)


def _read(content: bytes) -> Mapping[str, Any]:
    return tomllib.loads(content.decode("utf-8-sig"))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes() if file.is_file() else b""
    except OSError:
        return b""
