"""Remember what a listing shows of each post, so that its card stays when its notebook fails the next time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import convert, to_builtins
from msgspec.structs import asdict, replace

from publisher.config import Author
from publisher.errors import Problem, SettingsError
from publisher.images import Picture, Variant
from publisher.metadata import Metadata
from publisher.pages import Post
from publisher.posts import Holding, twin_path
from publisher.release import Entry, Release
from publisher.stamps import Stamp

_OF_THE_SITE = "assets/"  # of which nothing belongs to a post

_FORMER = (
    *("title", "date", "draft", "pinned", "unlisted", "is_page"),
    *("series", "language", "canonical", "aliases", "guid", "translates"),
)


class _Record(Post, frozen=True, kw_only=True, omit_defaults=True):
    """A post, the files that its page needs, and its stamp; types that `Post` has for type checkers alone, again."""

    metadata: Metadata
    date: datetime | None = None
    updated: datetime | None = None
    authors: tuple[Author, ...] = ()
    picture: Picture | None = None
    files: tuple[str, ...]
    read: str
    changed: datetime | None = None


def dump(posts: Iterable[tuple[Post, tuple[str, ...]]], stamps: Mapping[str, Stamp] = {}) -> dict[str, dict[str, Any]]:
    """Return the JSON-able record of each post and of the files that its page needs, by the path of its notebook."""
    return {post.notebook: _record(post, files, stamps.get(post.notebook, Stamp())) for post, files in posts}


def _record(post: Post, files: tuple[str, ...], stamp: Stamp) -> dict[str, Any]:
    record: dict[str, Any] = to_builtins(_Record(**asdict(post), files=files, read=stamp.read, changed=stamp.changed))
    del record["notebook"]
    return record


def load(notebook: str, record: Mapping[str, Any]) -> tuple[Post, tuple[str, ...]] | None:
    """Return the post and the files that `dump` recorded; None if the record is not one of ours."""
    try:
        found = convert({**_todays(record), "notebook": notebook}, _Record)
    except (KeyError, TypeError, ValueError):
        return None
    return Post(**{name: getattr(found, name) for name in Post.__struct_fields__}), found.files


def _todays(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a record in today's form: what metadata say stood beside the rest once."""
    if "metadata" in record:
        return record
    picture = record["picture"]
    if picture:
        variants = [dict(zip(Variant.__struct_fields__, each, strict=True)) for each in picture["variants"]]
        picture = {**picture, "variants": variants}
    authors = [dict(zip(Author.__struct_fields__, each, strict=True)) for each in record["authors"]]
    return {**record, "metadata": {key: record[key] for key in _FORMER}, "authors": authors, "picture": picture}


def pages(release: Release) -> set[str]:
    """Return the paths of the pages of posts, as far as its files tell which these are: each has its twin beside it."""
    return {path for path in release.entries if path.endswith(".html") and twin_path(path) in release.entries}


def why_not_kept(
    notebook: str,
    record: Mapping[str, Any] | None,
    metadata: Metadata | None,
    holding: Holding,
) -> str:
    """Return why the page of a recorded post does not stay though its notebook failed; "" if it does.

    `metadata` is what the notebook says now, None if that cannot be read.
    """
    if record is None:
        return ""  # there is none
    entry = load(notebook, record)
    if entry is None:
        return "a publisher before this one made it, which did not say whether it was a draft"
    for each, then in ((entry[0].metadata, "it was made from"), (metadata, "the notebook is now")):
        if each and holding.holds(each):
            return f"{then} {'a draft' if holding.is_draft(each) else 'a post of the future'}"
    return ""


def unlisted_by(entry: tuple[Post, tuple[str, ...]], metadata: Metadata | None) -> tuple[Post, tuple[str, ...]]:
    """Return an entry that no page lists if the notebook says so by now."""
    post, files = entry
    if metadata is None or not metadata.unlisted:
        return entry
    return replace(post, metadata=replace(post.metadata, unlisted=True)), files


def unlisted(posts: Iterable[tuple[Post, tuple[str, ...]]], entries: Mapping[str, Entry]) -> frozenset[str]:
    """Return which files of a release only unlisted posts have: no page tells what they are called."""
    hidden: set[str] = set()
    told: set[str] = set()
    for post, files in posts:
        (hidden if post.metadata.unlisted else told).update((post.notebook, *files))
    found = {path for path, entry in entries.items() if path in hidden or entry.owner in hidden} if hidden else set()
    return frozenset(found - told)


def retained(release: Release, posts: Iterable[Post], now: datetime, prefixes: tuple[str, ...]) -> dict[str, str]:
    """Return which files below the prefixes may stay for readers of the pages of a release, and whose each is.

    Those of posts that are gone, or that are or were drafts or posts of the future, go with their pages.
    """
    holding = Holding(now, drafts=True)
    public = {post.notebook for post in posts if not holding.holds(post.metadata)}
    public.intersection_update(notebook for notebook, record in release.posts.items() if not _is_held(record, holding))
    owners = {path: notebook for notebook in sorted(public) for path in release.posts[notebook].get("files", ())}
    found = {}
    for path, entry in release.entries.items():
        owner = entry.owner if entry.age else owners.get(path, "")
        if path.startswith(prefixes) and (owner in public or path.startswith(_OF_THE_SITE)):
            found[path] = owner
    return found


def check_rollback(former: Release | None, current: Release, now: datetime) -> None:
    """Raise SettingsError if going back would show drafts, or posts of the future, that are held back by now."""
    holding = Holding(now, drafts=True)
    shown = [
        notebook
        for notebook, record in (former.posts.items() if former else ())
        if notebook not in current.posts and (notebook in current.held or _is_held(record, holding))
    ]
    if shown:
        message, hint = "the release before shows it, and it is held back now", "publish it with --drafts or --future"
        raise SettingsError(*(Problem(notebook, message, hint) for notebook in sorted(shown)))


def _is_held(record: Mapping[str, Any], holding: Holding) -> bool:
    try:
        return holding.holds(convert(_todays(record)["metadata"], Metadata))
    except (KeyError, TypeError, ValueError):
        return True  # of an older publisher, which did not say
