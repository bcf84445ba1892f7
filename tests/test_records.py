"""The memory of posts from one publish to the next."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from publisher import listing, ordering, records, templating
from publisher.config import Author, Settings
from publisher.images import Picture, Variant
from publisher.metadata import Metadata
from publisher.pages import Post, Site
from publisher.stamps import Stamp, stamps
from tests.support import posts as examples

FILES = ("a/index.html", "img/1-640.webp")


def recorded(**metadata: Any) -> dict[str, Any]:
    """Return what is left of a post after a way through JSON."""
    found: dict[str, Any] = json.loads(json.dumps(records.dump([(examples.post("a", **metadata), FILES)])))
    return found["a.ipynb"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"date": ""},
        {"title": "A <b> & “c”", "date": "2024-02-29T12:30:00"},
        {"pinned": True, "series": "Both", "language": "de"},
        {"unlisted": True},
        {"is_page": True},
    ],
)
def test_a_listing_of_recorded_posts_is_the_same(metadata: dict[str, Any]) -> None:
    post = examples.post("a", **metadata)
    loaded = records.load("a.ipynb", recorded(**metadata))
    assert loaded is not None
    assert loaded[1] == FILES
    environment = templating.environment(templating.read((templating.packaged(),)))
    site = Site("Blog")
    blog = Settings(root=Path())
    before, after = (
        [
            listing.listing_page(environment, site, part)
            for each in listing.listings([one], blog)
            for part in each.parts()
        ]
        for one in (post, loaded[0])
    )
    assert before == after
    assert ordering.neighbours([post]).keys() == ordering.neighbours([loaded[0]]).keys()
    assert loaded[0].metadata.series == post.metadata.series


def test_records_do_not_depend_on_the_order_of_posts() -> None:
    pairs = [(examples.post(name), FILES) for name in "abc"]
    assert records.dump(pairs) == records.dump(pairs[::-1])


@pytest.mark.parametrize(
    "damage",
    [
        {"date": "yesterday"},
        {"date": 7},
        {"picture": {"width": 1}},
        {"picture": {"width": 1, "height": 1, "form": "card", "variants": [[1, 2]]}},
        {"metadata": {"title": "A", "draft": "no"}},
        {"authors": [["Ada", ""]]},
        {"files": None},
        {"tags": 3},
    ],
)
def test_a_damaged_record_is_none_of_ours(damage: dict[str, Any]) -> None:
    assert records.load("a.ipynb", {**recorded(), **damage}) is None


@pytest.mark.parametrize(
    "part", ["url", "path", "metadata", "title", "title_html", "excerpt", "minutes", "files", "read"]
)
def test_a_record_without_what_each_has_is_none_of_ours(part: str) -> None:
    assert records.load("a.ipynb", {key: value for key, value in recorded().items() if key != part}) is None


METADATA = Metadata(
    title="A *b*",
    subtitle="Sub",
    description="What it is about",
    date=datetime(2024, 2, 29, 12, 30, 1, 5, tzinfo=UTC),
    updated=datetime(2024, 3, 1, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
    authors=(Author("Ada", "https://example.org/"), Author("Bob")),
    tags=("x", "y"),
    image=3,
    image_alt="A lake",
    social_image="card.png",
    focus=(0.25, 0.5),
    slug="a-b",
    aliases=("/old/", "/older/"),
    draft=True,
    unlisted=True,
    pinned=True,
    is_page=True,
    series="Both",
    language="de",
    translates="b.ipynb",
    toc=False,
    license="CC-BY-4.0",
    canonical="https://example.org/a/",
    guid="urn:a",
    citation=True,
    comments=False,
)
POST = Post(
    notebook="a.ipynb",
    url="/a/",
    path="a/index.html",
    metadata=METADATA,
    title="A b",
    title_html="A <em>b</em>",
    excerpt="Words",
    minutes=3,
    subtitle_html="Sub",
    tags=("X", "Y"),
    date=METADATA.date,
    updated=METADATA.updated,
    authors=METADATA.authors,
    picture=Picture(640, 360, (Variant("img/a.webp", 320, 180, "image/webp"),), "cover", 7),
    is_cover=True,
    source_url="/a/a.ipynb",
    social_card="/img/card.png",
    terms=("word", "other"),
)


@pytest.mark.parametrize("whole", [POST, METADATA, POST.picture], ids=["post", "metadata", "picture"])
def test_the_post_of_these_tests_sets_every_field(whole: Post | Metadata | Picture) -> None:
    defaults = whole.__struct_defaults__
    optional = whole.__struct_fields__[-len(defaults) :]
    assert all(getattr(whole, name) != default for name, default in zip(optional, defaults, strict=True))


@pytest.mark.parametrize("post", [POST, replace(POST, metadata=Metadata("A"), picture=None, date=None, authors=())])
def test_no_field_of_a_post_is_lost(post: Post) -> None:
    stamp = Stamp("digest", datetime(2025, 1, 1, tzinfo=UTC))
    record = json.loads(json.dumps(records.dump([(post, FILES)], {"a.ipynb": stamp})))["a.ipynb"]
    assert records.load("a.ipynb", record) == (post, FILES)
    found = stamps([post], {"a.ipynb": "digest"}, {"a.ipynb": record}, datetime(2026, 1, 1, tzinfo=UTC))
    assert (found["a.ipynb"].read, found["a.ipynb"].changed) == (stamp.read, stamp.changed)


# As records were written once
FORMER: dict[str, Any] = {
    "url": "/a/",
    "path": "a/index.html",
    "title": "A",
    "title_html": "A",
    "excerpt": "Words",
    "minutes": 3,
    "tags": ["x"],
    "date": "2024-02-29T12:30:00+01:00",
    "updated": None,
    "guid": "urn:a",
    "read": "digest",
    "changed": None,
    "draft": True,
    "pinned": False,
    "unlisted": True,
    "is_page": False,
    "series": "Both",
    "aliases": ["/old/"],
    "language": "de",
    "canonical": "",
    "translates": "b.ipynb",
    "authors": [["Ada", "https://example.org/"], ["Bob", ""]],
    "picture": {"width": 640, "height": 360, "variants": [["img/a.webp", 320, 180, "image/webp"]], "form": "cover"},
    "is_cover": True,
    "terms": ["word"],
    "files": list(FILES),
}


def test_a_former_record_is_understood() -> None:
    date = datetime(2024, 2, 29, 12, 30, tzinfo=timezone(timedelta(hours=1)))
    said = {
        "draft": True,
        "unlisted": True,
        "series": "Both",
        "language": "de",
        "translates": "b.ipynb",
        "guid": "urn:a",
    }
    metadata = Metadata("A", date=date, aliases=("/old/",), **said)  # type: ignore[arg-type]
    picture = Picture(640, 360, (Variant("img/a.webp", 320, 180, "image/webp"),), "cover")
    assert records.load("a.ipynb", FORMER) == (
        Post(
            notebook="a.ipynb",
            url="/a/",
            path="a/index.html",
            metadata=metadata,
            title="A",
            title_html="A",
            excerpt="Words",
            minutes=3,
            tags=("x",),
            date=date,
            authors=(Author("Ada", "https://example.org/"), Author("Bob")),
            picture=picture,
            is_cover=True,
            terms=("word",),
        ),
        FILES,
    )


@pytest.mark.parametrize("part", ["date", "draft", "unlisted", "authors", "picture", "files"])
def test_a_former_record_that_does_not_say_all_is_none_of_ours(part: str) -> None:
    assert records.load("a.ipynb", {key: value for key, value in FORMER.items() if key != part}) is None


@pytest.mark.parametrize(
    "damage", [{"authors": [["Ada"]]}, {"authors": 3}, {"picture": {"variants": [[1]]}}, {"picture": 3}]
)
def test_a_damaged_former_record_is_none_of_ours(damage: dict[str, Any]) -> None:
    assert records.load("a.ipynb", {**FORMER, **damage}) is None
