"""Addresses made from words and file names."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher import slugs

CASES = [
    [part.strip() for part in line.split("|")]
    for line in (Path(__file__).parent / "metadata/slugs.txt").read_text("utf-8").splitlines()[1:]
]


@pytest.mark.parametrize(("words", "slug"), CASES)
def test_words_become_an_address(words: str, slug: str) -> None:
    assert slugs.slugify(words) == slug
    assert slugs.slugify(slug) == slug


@pytest.mark.parametrize("words", ["", "🎉", "---", "!?"])
def test_a_slug_is_never_empty(words: str) -> None:
    assert slugs.is_slug(slugs.slugify(words))


@pytest.mark.parametrize("words", ["word " * 40, "x" * 300, "日本" * 200, "𠮷" * 200])
def test_a_slug_is_short_enough_for_a_file_name(words: str) -> None:
    slug = slugs.slugify(words)
    assert len(slug) <= slugs.LENGTH
    assert len(slug.encode()) <= 200
    assert not slug.endswith("-")


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("2020-02-20-test.ipynb", "test"),
        ("20200220_foo.ipynb", "foo"),
        ("trip/index.ipynb", "trip"),
        ("a/2020-01-02-x/index.ipynb", "x"),
        ("index.ipynb", "index"),
        ("2020-02-20.ipynb", "2020-02-20"),
        ("My Notebook.ipynb", "my-notebook"),
        ("2024-13-45-foo.ipynb", "2024-13-45-foo"),
    ],
)
def test_a_notebook_has_the_slug_of_its_file_without_the_date(path: str, slug: str) -> None:
    assert slugs.slug_of(path) == slug


@pytest.mark.parametrize("slug", ["stan-c++", "2018-04-12-MNIST_Trainer", "v0.1.0", "日本"])
def test_slugs_that_other_tools_allow_stay(slug: str) -> None:
    assert slugs.is_slug(slug)


@pytest.mark.parametrize("slug", ["a b", "a/b", "..", ".hidden", "a?b", "a%20b", "", "a\\b"])
def test_what_could_not_be_part_of_an_address_is_no_slug(slug: str) -> None:
    assert not slugs.is_slug(slug)
