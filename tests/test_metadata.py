"""Front matter, checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher import notebooks
from publisher.errors import NotebookError, Problem
from publisher.metadata import Metadata, frontmatter, keys, parse, slash_dates, slash_order
from tests.support.notebooks import notebook


def read(yaml: str) -> tuple[Metadata, tuple[Problem, ...]]:
    found = frontmatter.front_matter(notebooks.parse(notebook(f"---\n{yaml}\n---"), "post.ipynb"))
    return parse(found, path="post.ipynb", timezone="Europe/Berlin", slash_order=slash_order(slash_dates(found)))


def wrong(yaml: str) -> tuple[Problem, ...]:
    with pytest.raises(NotebookError) as caught:
        read(yaml)
    return caught.value.problems


def test_all_that_is_wrong_is_told_at_once_with_line_caret_and_right_form() -> None:
    yaml, expected = (Path(__file__).parent / "metadata/wrong.txt").read_text("utf-8").split("\n---\n")
    assert "\n".join(map(str, wrong(yaml))) == expected.rstrip("\n")


@pytest.mark.parametrize(
    ("yaml", "names"),
    [
        ("author: Ada Lovelace", ["Ada Lovelace"]),
        ("author: Ada, Grace and Alan", ["Ada", "Grace", "Alan"]),
        ("author: Jeremy Howard & Hamel Husain", ["Jeremy Howard", "Hamel Husain"]),
        ("authors: [Ada, 'Hopper, Grace']", ["Ada", "Hopper, Grace"]),
        ("authors: Lovelace, Ada; Hopper, Grace", ["Lovelace, Ada", "Hopper, Grace"]),
        ("authors:\n  - name: Ada\n    orcid: 0000-0002-0760-5497\n  - Grace", ["Ada", "Grace"]),
        ("author:\n  name: {given: Ada, family: Lovelace, literal: Ada Lovelace}", ["Ada Lovelace"]),
        ("author: Ada <ada@example.org>", ["Ada"]),
        ("author: '<a href=\"javascript:x\">Ada</a> and <b>Bob</b>'", ["Ada", "Bob"]),
    ],
)
def test_authors_are_read_in_every_form(yaml: str, names: list[str]) -> None:
    authors = read(yaml)[0].authors
    assert [author.name for author in authors] == names
    assert all(author.url.startswith(("", "https://orcid.org/0000")) for author in authors)
    assert not any("javascript" in author.url for author in authors)


def test_an_author_may_have_a_page() -> None:
    assert read("authors: [{name: Ada, url: 'https://example.org/ada'}]")[0].authors[0].url == "https://example.org/ada"
    problem = wrong("authors:\n  - name: Ada\n    url: javascript:alert(1)")[0]
    assert (problem.line, problem.column) == (4, 10)


@pytest.mark.parametrize(
    ("yaml", "tags"),
    [
        ("tags: [b, a]\ncategories: [A, c]\ncategory: d", ("b", "a", "c", "d")),
        ("tags: python, plots", ("python", "plots")),
        ("tags: '[python, plots]'", ("python", "plots")),
        ("categories: Long form", ("Long form",)),
        ("tags: ['#one', ' two  three ', '']", ("one", "two three")),
        ("tags: []", ()),
    ],
)
def test_tags_and_categories_are_merged_without_doubles(yaml: str, tags: tuple[str, ...]) -> None:
    assert read(yaml)[0].tags == tags


@pytest.mark.parametrize(
    ("yaml", "image"),
    [
        ("image: images/x.png", "images/x.png"),
        ("featured_image: 3", 3),
        ("image: ", None),
        ("image: none", None),
        ("image: false", None),
        ("cover: {image: c.jpg}", "c.jpg"),
    ],
)
def test_an_image_is_a_path_or_the_number_of_a_figure(yaml: str, image: str | int | None) -> None:
    assert read(yaml)[0].image == image


def test_an_image_on_another_site_is_a_warning_and_not_used() -> None:
    metadata, warnings = read("image: https://example.org/x.png")
    assert metadata.image is None
    assert [(warning.line, warning.column) for warning in warnings] == [(2, 8)]


def test_there_is_no_figure_zero() -> None:
    assert "no figure 0" in wrong("image: 0")[0].message


@pytest.mark.parametrize(
    ("yaml", "draft", "unlisted"),
    [
        ("draft: true", True, False),
        ("draft: no", False, False),
        ("status: draft", True, False),
        ("status: private", False, True),
        ("status: published", False, False),
        ("published: false", True, False),
        ("published: 2020-01-01", False, False),
        ("hide: true", False, True),
        ("hide: false\nsearch_exclude: true", False, True),
        ("hide: [toc, navigation]", False, False),
    ],
)
def test_what_is_not_for_all_is_known_by_every_name(yaml: str, draft: bool, unlisted: bool) -> None:
    metadata = read(yaml)[0]
    assert (metadata.draft, metadata.unlisted) == (draft, unlisted)


def test_a_status_that_is_none_is_an_error_lest_a_draft_be_published() -> None:
    assert wrong("status: drfat")[0].hint == "write `draft`, `private` or `published`"


def test_other_keys_are_read() -> None:
    metadata = read(
        "subtitle: S\nsummary: D\ndate-modified: 2024-05-06\nfocus: 60% 30%\nimage-alt: A\npinned: true\ntype: page\n"
        "series: [Parts]\nlang: de_DE\ntoc: no\nlicense: {text: CC BY, url: x}\ncanonical: https://example.org/x/"
    )[0]
    assert (metadata.subtitle, metadata.description, metadata.focus, metadata.image_alt) == ("S", "D", (0.6, 0.3), "A")
    assert (metadata.pinned, metadata.is_page, metadata.series, metadata.language) == (True, True, "Parts", "de-DE")
    assert (metadata.toc, metadata.license, metadata.canonical) == (False, "CC BY", "https://example.org/x/")
    assert str(metadata.updated) == "2024-05-06 00:00:00+02:00"


def test_aliases_are_paths_of_this_site() -> None:
    assert read("aliases: [/2019/old.html, older/]\n")[0].aliases == ("/2019/old.html", "/older/")
    assert read("redirect_from: /x/")[0].aliases == ("/x/",)
    for path in ("https://evil.example/x", "//evil.example", "/../../etc", "/a?b", "javascript\\:x"):
        assert wrong(f"aliases: ['{path}']")


def test_a_moving_date_is_a_warning_and_no_date() -> None:
    metadata, warnings = read("date: last-modified")
    assert metadata.date is None
    assert "different day each time" in warnings[0].message


def test_slashed_dates_need_a_proof() -> None:
    assert read("date: 12/25/2020")[0].date is not None
    assert wrong("date: 03/04/2020")[0].hint == "write it as 2020-03-04 or 2020-04-03"


def test_unknown_keys_draw_a_warning_with_the_nearest_name() -> None:
    metadata, warnings = read("titel: x\nfoo: bar\nbadges: true\ntoc-depth: 2\n_quarto: {a: b}\ncode-fold: true")
    assert metadata.title == "Post"
    assert [(warning.line, warning.hint) for warning in warnings] == [
        (2, "did you mean `title`?"),
        (3, "nothing uses it: correct its name, or remove it"),
    ]


def test_no_key_is_both_ours_and_foreign() -> None:
    assert not set(keys.KNOWN) & keys.FOREIGN
    assert len(keys.KNOWN) == sum(map(len, keys.KEYS))
