"""Attributes of finished HTML: changed in tags alone, whatever stands in texts and values."""

from __future__ import annotations

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher import html_tags
from publisher.markup import escape
from tests.support.letters import LOOKED_FOR

EXAMPLES = int(os.environ.get("PUBLISHER_EXAMPLES", "200"))
NAMES = ("href", "src", "id", "title", "alt", "data-cell", "aria-label", "open")
TEXTS = st.lists(st.sampled_from(LOOKED_FOR) | st.text(max_size=3), max_size=3).map("".join)
TAGS = st.tuples(st.sampled_from(("a", "img", "h2", "div")), st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=4))
PARTS = st.lists(st.tuples(TEXTS, TAGS), max_size=5)


def tag(name: str, attributes: dict[str, str]) -> str:
    return "".join((f"<{name}", *(f' {key}="{escape(value)}"' for key, value in attributes.items()), ">"))


def html_of(parts: list[tuple[str, tuple[str, dict[str, str]]]]) -> str:
    return "".join(f"{escape(text, quote=False)}{tag(*start)}" for text, start in parts)


@given(PARTS, st.sets(st.sampled_from(NAMES), min_size=1))
@settings(max_examples=EXAMPLES, deadline=None)
def test_what_is_no_attribute_stays_whatever_it_looks_like(
    parts: list[tuple[str, tuple[str, dict[str, str]]]], names: set[str]
) -> None:
    def changed(attributes: dict[str, str]) -> dict[str, str]:
        return {name: f'{value}"<' if name in names else value for name, value in attributes.items()}

    html, wanted = html_of(parts), tuple(sorted(names))
    found = [start for start in html_tags.found(html, *wanted) if names & start[1].keys()]
    assert found == [start for _, start in parts if names & start[1].keys()]
    expected = html_of([(text, (name, changed(attributes))) for text, (name, attributes) in parts])
    assert html_tags.changed(html, wanted, lambda _, attributes: changed(attributes)) == expected
    assert html_tags.changed(html, wanted, lambda _, attributes: attributes) == html


def test_attributes_come_and_go() -> None:
    html = '<a href="/x" id="old">x</a><img src="y" />'
    changes = {"a": {"id": None, "download": "a&b"}, "img": {"alt": ""}}
    assert (
        html_tags.changed(html, ("href", "src"), lambda name, _: changes[name])
        == '<a href="/x" download="a&amp;b">x</a><img src="y" alt="" />'
    )


def test_json_between_single_quotes_is_no_attribute() -> None:
    html = """<a href="/s" data-words='{"a": "see id=", "b": "href="}' rel="x">x</a>"""
    assert list(html_tags.found(html, "id", "href")) == [("a", {"href": "/s", "data-words": "", "rel": "x"})]


def test_a_text_of_many_names_takes_no_longer_for_each(ends: None) -> None:
    html = "<p>" + ' id="x"' * 1_000_000 + "</p>"
    assert html_tags.changed(html, ("id",), lambda *_: {"id": None}) == html
