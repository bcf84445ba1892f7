"""Make the notebook of a new post: its front matter, a cell for words and one for code."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from publisher import paths, slugs
from publisher.config import listings
from publisher.config.checks import WrongSettingError
from publisher.errors import Problem, SettingsError
from publisher.metadata import dates, values
from publisher.metadata.written import Place, Scalar

if TYPE_CHECKING:
    from publisher.scaffold.kernels import Kernel

# What every reader of YAML takes as this text without quotes: letters first, no mark that means something.
_PLAIN = re.compile(r"[^\W\d_](?:[\w .'’()/+?!-]*[\w.'’)?!+])?")
# Words that some readers take for something else.
_SPOKEN = frozenset(("true", "false", "yes", "no", "on", "off", "y", "n", "null", "none"))
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T][\d:.+-]+)?", re.A)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class Post(Struct, frozen=True):
    """What is known of a post when it is begun; `date` is as front matter has it."""

    title: str
    date: str
    tags: tuple[str, ...] = ()
    draft: bool = False


def begin(title: str, tags: str, date: str, draft: bool, timezone: str, now: datetime) -> tuple[Post, bool]:
    """Return a post from what was typed, and whether its date is after `now`. Raises SettingsError."""
    words = " ".join(title.split())
    if not words:
        hint = 'write for instance: invoke new "How long is a second?"'
        raise SettingsError(Problem("", "the title is empty", hint))
    if not all(map(paths.is_text, (title, tags))):
        raise SettingsError(Problem("", f"{title + tags!r} is no text", "type it anew, or write it in Jupyter"))
    day, is_future = read_date(date, timezone, now)
    return Post(words, day, values.read_tags(Scalar(tags, Place("--tags"))), draft), is_future


def read_date(written: str, timezone: str, now: datetime) -> tuple[str, bool]:
    """Return a date as front matter has it, and whether it is after today; nothing written is today.

    Raises SettingsError for what is no date in front matter either.
    """
    if written.strip().casefold() in ("", "today"):
        return now.date().isoformat(), False
    try:
        moment = dates.read(written, timezone)
    except dates.DateError as error:
        raise SettingsError(Problem("--date", str(error), error.hint)) from None
    return _shortest(moment, written, timezone), moment > now


def _shortest(moment: datetime, written: str, timezone: str) -> str:
    """Return the shortest text that means the moment: a day, a time of the blog's time zone, else what was written."""
    local = moment.replace(tzinfo=None)
    forms = (local.date().isoformat(), local.isoformat(" ", "minutes"), local.isoformat(" "))
    return next((form for form in forms if dates.read(form, timezone) == moment), written.strip())


def file_name(title: str) -> str:
    """Return the name of the file of a post, which is also the last part of its address."""
    return f"{slugs.slugify(title)}.ipynb"


def place(source: str, folder: str, post: Post) -> str:
    """Return the path of a post from the folder of its blog. Raises SettingsError for a folder that has no posts."""
    name = file_name(post.title)
    if not folder.strip():
        return f"{source}/{name}"
    try:
        below = listings.folder(folder)
    except WrongSettingError as wrong:
        raise SettingsError(Problem("--folder", str(wrong), wrong.hint)) from None
    if any(part.startswith((".", "_")) for part in below.split("/")):
        hint = "choose a name that begins with a letter"
        raise SettingsError(Problem("--folder", f"{folder!r} is a folder whose notebooks are no posts", hint))
    return f"{source}/{below}/{name}"


def front_matter(post: Post) -> str:
    """Return what a post says of itself, as YAML."""
    lines = ["---", f"title: {scalar(post.title)}", f"date: {_date(post.date)}"]
    if post.tags:
        lines.append(f"tags: [{', '.join(map(scalar, post.tags))}]")
    if post.draft:
        lines.append("draft: true")
    return "\n".join([*lines, "---"])


def _date(text: str) -> str:
    return text if _DAY.fullmatch(text) else scalar(text)


def scalar(text: str) -> str:
    """Return a text as YAML: as it is where nothing can be mistaken, else in quotes.

    What JSON escapes YAML escapes alike; what YAML takes for a line's end or cannot print is escaped as well.
    """
    if _PLAIN.fullmatch(text) and text.casefold() not in _SPOKEN:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def notebook(post: Post, kernel: Kernel) -> bytes:
    """Return the notebook of a post, in the very form in which Jupyter saves it."""
    cells = [
        _cell("raw", post, front_matter(post)),
        _cell("markdown", post),
        _cell("code", post, execution_count=None, outputs=[]),
    ]
    specification = {"display_name": kernel.display_name, "language": kernel.language, "name": kernel.name}
    metadata = {"kernelspec": specification, "language_info": {"name": kernel.language}}
    return as_saved({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def _cell(kind: str, post: Post, source: str = "", **more: object) -> dict[str, object]:
    name = hashlib.sha256(f"{kind} {post.title}".encode()).hexdigest()[:8]
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source.splitlines(keepends=True), **more}


def as_saved(content: dict[str, object]) -> bytes:
    """Return a notebook as bytes, as Jupyter writes it, so that the first save changes nothing that was not edited."""
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
