"""What posts are filed under, and its addresses."""

from __future__ import annotations

import pytest

from publisher import taxonomies
from publisher.config import Author
from publisher.metadata import Metadata


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("Machine learning", "/tags/machine-learning/"),
        ("C", "/tags/c/"),
        ("C++", "/tags/c-plus-plus/"),
        ("C#", "/tags/c-sharp/"),
        ("Größe", "/tags/groesse/"),
        ("机器学习", "/tags/机器学习/"),
        ("", "/tags/"),
    ],
)
def test_a_name_has_an_address(name: str, url: str) -> None:
    assert taxonomies.url("tags", name) == url


def test_a_name_without_letters_has_an_address_all_the_same() -> None:
    assert taxonomies.slug("?!") != taxonomies.slug("!?")


def filed(*tags: str) -> taxonomies.Names:
    return taxonomies.names(Metadata(title="", tags=tags))


def test_two_names_of_one_address_are_an_error_of_those_that_are_rarer() -> None:
    (clash,) = taxonomies.clashes(
        {"a.ipynb": filed("time-series"), "b.ipynb": filed("time-series"), "c.ipynb": filed("Time series")}
    )
    assert (clash.file, clash.hint) == ("c.ipynb", "call them the same, or one of them something else")
    assert "'Time series' would have the address of 'time-series', /tags/time-series/" in clash.message


def test_names_that_differ_in_case_are_one() -> None:
    assert not list(taxonomies.clashes({"a.ipynb": filed("NumPy"), "b.ipynb": filed("numpy")}))
    assert taxonomies.distinct(("NumPy", "plots", "numpy")) == ("NumPy", "plots")


def test_who_names_no_author_is_the_blog() -> None:
    assert taxonomies.names(Metadata(title=""), (Author("Ada"),))["authors"] == ("Ada",)
