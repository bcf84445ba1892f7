"""The memory of posts from one publish to the next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from publisher import listing, ordering, records, templating
from publisher.config import Settings
from publisher.pages import Site
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
        {"files": None},
        {"tags": 3},
    ],
)
def test_a_damaged_record_is_none_of_ours(damage: dict[str, Any]) -> None:
    assert records.load("a.ipynb", {**recorded(), **damage}) is None


def test_a_record_without_one_of_its_parts_is_none_of_ours() -> None:
    whole = recorded()
    for missing in whole:
        part = {key: value for key, value in whole.items() if key != missing}
        assert records.load("a.ipynb", part) is None, missing
    assert records.load("a.ipynb", {}) is None
