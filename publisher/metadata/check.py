"""What a notebook says about itself, checked: front matter becomes valid metadata, or a list of what is wrong."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from publisher import slugs
from publisher.config.settings import Author
from publisher.errors import NotebookError
from publisher.metadata import dates, keys, values
from publisher.metadata.dates import SlashOrder
from publisher.metadata.frontmatter import FrontMatter, is_empty
from publisher.metadata.people import read_authors
from publisher.metadata.written import Entry, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from publisher.errors import Problem
    from publisher.metadata.frontmatter import Source
    from publisher.metadata.written import Value

T = TypeVar("T")

_HIDES = ("draft", "unlisted", "hide")


class Metadata(Struct, frozen=True, omit_defaults=True):
    """Front matter, parsed and valid.

    `title` and `subtitle` are inline Markdown as the author wrote them. `date` and `updated` are aware
    of their time zone. `image` is a path beside the notebook or the number of a figure, from 1, `social_image`
    always a path. `focus` is a point of the image, both coordinates from 0 to 1. `aliases` are paths that begin with
    `/`. `guid` is an IRI by which feeds know the post.
    `translates` is the path of the notebook that this one is a translation of.
    """

    title: str
    subtitle: str = ""
    description: str = ""
    date: datetime | None = None
    updated: datetime | None = None
    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    image: str | int | None = None
    image_alt: str = ""
    social_image: str = ""
    focus: tuple[float, float] | None = None
    slug: str = ""
    aliases: tuple[str, ...] = ()
    draft: bool = False
    unlisted: bool = False
    pinned: bool = False
    is_page: bool = False
    series: str = ""
    language: str = ""
    translates: str = ""
    toc: bool | None = None
    license: str = ""
    canonical: str = ""
    guid: str = ""
    citation: bool | None = None
    comments: bool = True


class FrontMatterError(NotebookError):
    """Front matter is wrong; `metadata` is what could be read of it."""

    def __init__(self, metadata: Metadata, *problems: Problem) -> None:
        super().__init__(*problems)
        self.metadata = metadata


def slash_dates(found: FrontMatter) -> tuple[str, ...]:
    """Return the dates like 01/31/2024 of a notebook: how they are read, those of the whole blog have to prove."""
    return tuple(
        entry.value.data
        for source in found.sources
        for entry in source.entries
        if keys.KNOWN.get(keys.name(entry.key)) in ("date", "updated")
        and isinstance(entry.value, Scalar)
        and isinstance(entry.value.data, str)
        and dates.is_slashed(entry.value.data)
    )


slash_order = dates.slash_order


def parse(
    found: FrontMatter, *, path: str, timezone: str, slash_order: SlashOrder | None = None
) -> tuple[Metadata, tuple[Problem, ...]]:
    """Return valid metadata and the warnings about it.

    Dates without a time zone are in `timezone`. Raises FrontMatterError with everything that is wrong.
    """
    checking = _Checking(found, timezone, slash_order)
    metadata = _metadata(checking, path)
    checking.unknown_keys()
    if checking.errors:
        raise FrontMatterError(metadata, *sorted(checking.errors, key=_order))
    return metadata, tuple(sorted(checking.warnings, key=_order))


def _order(problem: Problem) -> tuple[str, int, int]:
    return problem.file, problem.cell or 0, problem.line or 0


def _metadata(checking: _Checking, path: str) -> Metadata:
    status = checking.read("status", values.read_status, "", wrong="draft")  # it may say so
    return Metadata(
        title=checking.read("title", values.read_text, ""),
        subtitle=checking.read("subtitle", values.read_text, ""),
        description=checking.read("description", values.read_text, ""),
        date=checking.read("date", checking.date, None),
        updated=checking.read("updated", checking.date, None),
        authors=checking.read("authors", read_authors, ()),
        tags=_distinct(tag for tags in checking.read_all("tags", values.read_tags) for tag in tags),
        image=checking.read("image", checking.image, None),
        image_alt=checking.read("image-alt", values.read_text, ""),
        social_image=checking.read("social-image", checking.social_image, ""),
        focus=checking.read("focus", values.read_focus, None),
        slug=checking.read("slug", values.read_slug, "") or slugs.slug_of(path),
        aliases=_distinct(alias for aliases in checking.read_all("aliases", values.read_aliases) for alias in aliases),
        draft=checking.read("draft", values.read_truth, False, wrong=True)
        or status == "draft"
        or not checking.read("published", values.read_published, True),
        unlisted=any(checking.read_all("unlisted", values.read_hidden)) or status == "unlisted",
        pinned=any(checking.read_all("pinned", values.read_pinned)),
        is_page=checking.read("type", values.read_text, "").casefold() == "page",
        series=checking.read("series", values.read_series, ""),
        language=checking.read("language", values.read_language, ""),
        translates=checking.read("translates", partial(values.read_notebook, path=path), ""),
        toc=checking.read("toc", values.read_toc, None),
        license=checking.read("license", values.read_license, ""),
        canonical=checking.read("canonical", values.read_canonical, ""),
        guid=checking.read("guid", values.read_guid, ""),
        citation=checking.read("citation", values.read_citation, None),
        comments=checking.read("comments", values.read_comments, True),
    )


class _Checking:
    """The front matter in hand, and what was found wrong with it."""

    def __init__(self, found: FrontMatter, timezone: str, order: SlashOrder | None) -> None:
        self.found = found
        self.timezone = timezone
        self.order = order
        self.errors = list(found.errors)
        self.warnings = list(found.warnings)
        self.entry: Entry | None = None

    def read(self, key: str, check: Callable[[Value], T], default: T, wrong: T | None = None) -> T:
        """Return the checked value of the most authoritative entry; `default` if there is none.

        Of one that is wrong it is `wrong`, or `default`.
        """
        source, entries = self._best(key)
        found = next(self._checked(source, entries[:1], check), wrong if entries else None)
        return default if found is None else found

    def read_all(self, key: str, check: Callable[[Value], T]) -> list[T]:
        """Return the checked values of all entries of the most authoritative source that has any."""
        source, entries = self._best(key)
        return list(self._checked(source, entries, check))

    def _best(self, key: str) -> tuple[Source | None, list[Entry]]:
        names = keys.SYNONYMS[key]
        for source in self.found.sources:
            named = [entry for entry in source.entries if keys.name(entry.key) in names]
            ranked = sorted(named, key=lambda entry: names.index(keys.name(entry.key)))
            entries = [entry for entry in ranked if not is_empty(entry.value)]
            if entries:
                return source, entries
        return None, []

    def _checked(self, source: Source | None, entries: list[Entry], check: Callable[[Value], T]) -> Iterator[T]:
        for entry in entries:
            self.entry = entry
            try:
                yield check(entry.value)
            except values.WrongValueError as wrong:
                place = wrong.place or entry.value.place
                self.errors.append(place.problem(f"{self._named(entry, source)}: {wrong}", wrong.hint, wrong.kind))

    def _named(self, entry: Entry, source: Source | None) -> str:
        if source is self.found.sources[-1]:
            return "the file's name"
        return f"`{entry.key}`" if entry.place.line else f"`{entry.key}` of the notebook's metadata"

    def _warn(self, value: Value, message: str, hint: str) -> None:
        key = self.entry.key if self.entry else ""
        self.warnings.append(value.place.problem(f"`{key}`: {message}", hint))

    def date(self, value: Value) -> datetime | None:
        text = values.read_text(value)
        if dates.is_moving(text):
            self._warn(
                value, f"`{text}` is a different day each time, so the post has no date", "write it as 2024-01-31"
            )
            return None
        try:
            return dates.read(text, self.timezone, self.order)
        except dates.DateError as error:
            raise values.WrongValueError(str(error), error.hint, kind=error.kind) from None

    def image(self, value: Value) -> str | int | None:
        if isinstance(value, Table):
            value = values.part(value, ("path", "src", "image", "file", "url"), "image: cover.png")
        text = values.read_text(value, allow_false=True)
        if text.casefold() in ("", "false", "none", "no"):
            return None
        if values.SCHEME.match(text):
            self._warn(value, "an image on another site is not used", "save it beside the notebook and name that file")
            return None
        if re.fullmatch(r"[+-]?\d+", text, re.A):
            if int(text) < 1:
                raise values.WrongValueError(f"there is no figure {text}", "figures count from 1: `image: 1`")
            return int(text)
        return text

    def social_image(self, value: Value) -> str:
        found = self.image(value)
        if isinstance(found, int):
            raise values.WrongValueError(f"`{found}` is no file", "write `social-image: card.png`")
        return found or ""

    def unknown_keys(self) -> None:
        """Warn about every key that neither we nor another tool uses; one that seems to hide a post is an error."""
        for source in self.found.sources:
            for entry in source.entries if source.is_ours else ():
                if not keys.is_recognised(entry.key):
                    near = keys.nearest(entry.key)
                    hint = f"did you mean `{near}`?" if near else "nothing uses it: correct its name, or remove it"
                    what = f"`{entry.key}` is not a key of front matter"
                    told = self.errors if _seems_to_hide(entry, near) else self.warnings
                    told.append(entry.place.problem(what, hint, "unknown-key"))


def _seems_to_hide(entry: Entry, near: str | None) -> bool:
    """Tell whether a misspelt key asks for a post to be held back, as `drafts: true` does, and `listed: true` not."""
    is_meant = near in _HIDES and not str(near).endswith(keys.name(entry.key))
    return is_meant and values.word(entry.value) is True


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts in order, each once, however its case."""
    seen: dict[str, str] = {}
    for text in texts:
        seen.setdefault(text.casefold(), text)
    return tuple(seen.values())
