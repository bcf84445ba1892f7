"""Remember what a listing shows of each post, so that its card stays when its notebook fails the next time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from publisher import stamps
from publisher.config import Author
from publisher.images import Picture, Variant
from publisher.metadata import Metadata
from publisher.pages import Post
from publisher.stamps import Stamp


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


def _picture(record: Mapping[str, Any]) -> Picture:
    variants = tuple(Variant(*variant) for variant in record["variants"])
    return Picture(record["width"], record["height"], variants, form=record["form"])
