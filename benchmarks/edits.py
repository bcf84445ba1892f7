"""Change a blog as its author would, one thing at a time; each number makes another change of the same kind."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from publisher import templating

Edit = Callable[[Path, int], None]  # of a blog's folder, with the number of the change

_TEMPLATE = "card.html.j2"


def prose(blog: Path, number: int) -> None:
    """Add a sentence to the first cell of prose."""
    _change(_chosen(blog), lambda raw: _append(_first(raw, "markdown"), f"\n\nSentence {number} came later."))


def code(blog: Path, number: int) -> None:
    """Add a line to the first cell of code."""
    _change(_chosen(blog), lambda raw: _append(_first(raw, "code"), f"\nlater = {number} * 2  # came later"))


def title(blog: Path, number: int) -> None:
    """Give a post another title, which the posts beside it and the listing show, too."""
    _change(_chosen(blog), lambda raw: _retitle(raw, f"A title, version {number}"))


def template(blog: Path, number: int) -> None:
    """Change the mark-up of the cards."""
    text = (templating.packaged() / _TEMPLATE).read_text("utf-8")
    own = blog / "templates" / _TEMPLATE
    own.parent.mkdir(exist_ok=True)
    own.write_text(text.replace("<li ", f'<li data-version="{number}" ', 1), "utf-8")


def setting(blog: Path, number: int) -> None:
    """Make every excerpt some words shorter."""
    file = blog / "pyproject.toml"
    text = re.sub(r"(?m)^excerpt-words = .*\n", "", file.read_text("utf-8"))
    written = f"[tool.publisher]\nexcerpt-words = {40 - number}\n"
    file.write_text(text.replace("[tool.publisher]\n", written, 1), "utf-8")


def _chosen(blog: Path) -> Path:
    """Return the notebook in the middle of those that have prose and code."""
    files = sorted((blog / "notebooks").rglob("*.ipynb"))
    middle = len(files) // 2
    return next(file for file in (*files[middle:], *files[:middle]) if kinds(file) >= {"markdown", "code"})


def kinds(file: Path) -> set[str]:
    """Return the kinds of cells in a notebook of format 4; none for one that is broken or older."""
    try:
        return {cell["cell_type"] for cell in json.loads(file.read_bytes())["cells"]}
    except (ValueError, KeyError):
        return set()


def _change(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    raw = json.loads(file.read_bytes())
    change(raw)
    file.write_text(json.dumps(raw, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _first(raw: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(cell for cell in raw["cells"] if cell["cell_type"] == kind)
    return found


def _append(cell: dict[str, Any], text: str) -> None:
    cell["source"] = "".join(cell["source"]) + text


def _retitle(raw: dict[str, Any], words: str) -> None:
    """Write a title where it has most authority: in the front matter of the first cell, else in the metadata."""
    cell = raw["cells"][0]
    source = "".join(cell["source"])
    if source.startswith("---\n"):
        others = re.sub(r"(?m)^title:.*\n", "", source.removeprefix("---\n"), count=1)
        cell["source"] = f"---\ntitle: {words}\n{others}"
    else:
        raw["metadata"].setdefault("publisher", {})["title"] = words
