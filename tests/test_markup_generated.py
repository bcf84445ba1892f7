"""Cleaning, over documents made of nasty pieces, as a browser would read what comes out."""

from __future__ import annotations

import os
import random
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings

from publisher import markup, words
from publisher.markdown import embedded
from publisher.outputs import styler
from tests.support.generated import (
    DOCUMENTS,
    _scheme,
    alive,
    document,
)

ENGLISH = words.of("en")
EXAMPLES = int(os.environ.get("PUBLISHER_EXAMPLES", "300"))


@given(DOCUMENTS)
@settings(max_examples=EXAMPLES)
def test_whatever_is_cleaned_is_clean_and_stays_as_it_is(html: str) -> None:
    for cleaned in (markup.clean(html), markup.clean(markup.tame(styler.inlined(html), ENGLISH).html)):
        assert alive(cleaned) == []
        assert markup.clean(cleaned) == cleaned
    assert alive(embedded.tame(html, ENGLISH).replace(embedded.table_open(ENGLISH), "<div>")) == []


def test_ten_thousand_documents_are_clean_and_stay_as_they_are() -> None:
    chance = random.Random(5)
    for _ in range(10_000):
        html = document(chance)
        cleaned = markup.clean(html)
        assert markup.clean(cleaned) == cleaned, html
        assert alive(cleaned) == [], html


@pytest.mark.parametrize(
    "html",
    ["<p onclick=x>", "<svg>", "<a href=' java\nscript:1'>", "<p style='margin:-9px'>", "<p id=x>", "<video src=//x>"],
)
def test_what_is_alive_is_seen(html: str) -> None:
    assert alive(html)
    assert not alive(markup.clean(html))


def test_schemes_are_found_as_browsers_find_them() -> None:
    assert urlsplit("java\tscript:1").scheme == _scheme("\x01java\tscript:1") == "javascript"
