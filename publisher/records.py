"""Remember what a listing shows of each post, so that its card stays when its notebook fails the next time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from publisher import stamps
from publisher.config import Author
from publisher.errors import Problem, SettingsError
from publisher.images import Picture, Variant
from publisher.metadata import Metadata
from publisher.pages import Post
from publisher.posts import Holding, twin_path
from publisher.release import Entry, Release
from publisher.stamps import Stamp

_OF_THE_SITE = "assets/"  # of which nothing belongs to a post


def dump(posts: Iterable[tuple[Post, tuple[str, ...]]], stamps: Mapping[str, Stamp] = {}) -> dict[str, dict[str, Any]]:
    """Return the JSON-able record of each post and of the files that its page needs, by the path of its notebook."""
    return {post.notebook: _record(post, files, stamps.get(post.notebook, Stamp())) for post, files in posts}


def _record(post: Post, files: tuple[str, ...], stamp: Stamp) -> dict[str, Any]:
    return {
        "url": post.url,
        "path": post.path,
        "title": post.title,
        "title_html": post.title_html,
        "excerpt": post.excerpt,
        "minutes": post.minutes,
        "tags": list(post.tags),
        "date": post.date.isoformat() if post.date else None,
        "updated": post.updated.isoformat() if post.updated else None,
        "guid": post.metadata.guid,
        "read": stamp.read,
        "changed": stamp.changed.isoformat() if stamp.changed else None,
        "draft": post.metadata.draft,
        "pinned": post.metadata.pinned,
        "unlisted": post.metadata.unlisted,
        "is_page": post.metadata.is_page,
        "series": post.metadata.series,
        "aliases": list(post.metadata.aliases),
        "language": post.metadata.language,
        "canonical": post.metadata.canonical,
        "translates": post.metadata.translates,
        "authors": [[author.name, author.url] for author in post.authors],
        "picture": _picture_record(post.picture) if post.picture else None,
        "is_cover": post.is_cover,
        "terms": list(post.terms),
        "files": list(files),
    }


def _picture_record(picture: Picture) -> dict[str, Any]:
    variants = [[each.path, each.width, each.height, each.mime] for each in picture.variants]
    return {"width": picture.width, "height": picture.height, "variants": variants, "form": picture.form}


def load(notebook: str, record: Mapping[str, Any]) -> tuple[Post, tuple[str, ...]] | None:
    """Return the post and the files that `dump` recorded; None if the record is not one of ours."""
    try:
        date = datetime.fromisoformat(record["date"]) if record["date"] else None
        stamps.recorded(record)  # read from there by who needs it
        updated = datetime.fromisoformat(record["updated"]) if record["updated"] else None
        picture = record["picture"]
        metadata = Metadata(
            title=record["title"],
            date=date,
            draft=record["draft"],
            pinned=record["pinned"],
            unlisted=record["unlisted"],
            is_page=record["is_page"],
            series=record["series"],
            language=record["language"],
            canonical=record["canonical"],
            aliases=tuple(record["aliases"]),
            guid=record["guid"],
            translates=record["translates"],
        )
        post = Post(
            notebook=notebook,
            url=record["url"],
            path=record["path"],
            metadata=metadata,
            title=record["title"],
            title_html=record["title_html"],
            excerpt=record["excerpt"],
            minutes=record["minutes"],
            tags=tuple(record["tags"]),
            date=date,
            updated=updated,
            authors=tuple(Author(name, url) for name, url in record["authors"]),
            picture=_picture(picture) if picture else None,
            is_cover=record["is_cover"],
            terms=tuple(record["terms"]),
        )
        return post, tuple(record["files"])
    except (KeyError, TypeError, ValueError, IndexError):
        return None


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
        date = datetime.fromisoformat(record["date"]) if record["date"] else None
        return holding.holds(Metadata("", date=date, draft=record["draft"]))
    except (KeyError, TypeError, ValueError):
        return True  # of an older publisher, which did not say


def _picture(record: Mapping[str, Any]) -> Picture:
    variants = tuple(Variant(*variant) for variant in record["variants"])
    return Picture(record["width"], record["height"], variants, form=record["form"])
