"""The page of a post among others: where its links lead, what it says of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher import layout, notebooks, posts, templating
from publisher.config import Author, ImageSettings
from publisher.convert import Conversion
from publisher.layout import Files, Neighbourhood
from publisher.pages import Site
from publisher.posts import Place
from tests.support import posts as examples
from tests.support.notebooks import cell, front, notebook

URLS = {"first.ipynb": "/first/", "deep/third.ipynb": "/deep/third/", "ü.ipynb": "/%C3%BC/"}
IDS = {
    "first.ipynb": frozenset({"down-below", "user-old", "grosse"}),
    "deep/third.ipynb": frozenset({"its-end", "Kept"}),
}
TEMPLATES = templating.read((templating.packaged(),))
OTHERS = Neighbourhood(urls=URLS, ids=IDS, neighbours={}, series={})


def site(prefix: str = "") -> Site:
    return Site("Blog", prefix=prefix)


@pytest.mark.parametrize(
    ("href", "notebook", "expected"),
    [
        ("first.ipynb", "other.ipynb", "/first/"),
        ("./first.ipynb", "other.ipynb", "/first/"),
        ("deep/third.ipynb#its-end", "other.ipynb", "/deep/third/#its-end"),
        ("third.ipynb", "deep/x.ipynb", "/deep/third/"),
        ("../first.ipynb", "deep/x.ipynb", "/first/"),
        ("/deep/third.ipynb", "deep/x.ipynb", "/deep/third/"),
        ("%C3%BC.ipynb", "other.ipynb", "/%C3%BC/"),
        ("first.ipynb?raw=true", "other.ipynb", "/first/"),
        ("first.ipynb#Down-Below", "other.ipynb", "/first/#down-below"),
        ("first.ipynb#Down%20Below", "other.ipynb", "/first/#down-below"),
        ("first.ipynb#old", "other.ipynb", "/first/#user-old"),
        ("first.ipynb#größe", "other.ipynb", "/first/#grosse"),
        ("first.ipynb#Gr%C3%B6%C3%9Fe", "other.ipynb", "/first/#grosse"),
        ("deep/third.ipynb#Kept", "other.ipynb", "/deep/third/#Kept"),
        ("first.ipynb#nowhere", "other.ipynb", "/first/#nowhere"),
        ("#old", "first.ipynb", "#user-old"),
        ("#", "first.ipynb", "#"),
        ("", "first.ipynb", ""),
        ("missing.ipynb", "other.ipynb", "missing.ipynb"),
        ("../../../first.ipynb", "deep/x.ipynb", "/first/"),
        ("https://example.org/first.ipynb", "other.ipynb", "https://example.org/first.ipynb"),
        ("//example.org/a", "other.ipynb", "//example.org/a"),
        ("mailto:a@example.org", "other.ipynb", "mailto:a@example.org"),
        ("http://[half", "other.ipynb", "http://[half"),
        ("data.csv", "other.ipynb", "/files/0/data.csv"),
        ("/about/", "other.ipynb", "/about/"),
        ("picture.gif", "other.ipynb", "picture.gif"),
    ],
)
def test_links_lead_where_the_author_meant(href: str, notebook: str, expected: str) -> None:
    files = Files(attachments={"data.csv": "files/0/data.csv"})
    assert layout.resolve(href, notebook, files, OTHERS, site()) == expected


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("first.ipynb#old", "/blog/first/#user-old"),
        ("data.csv", "/blog/files/0/data.csv"),
        ("/about/", "/blog/about/"),
        ("/blog/about/", "/blog/about/"),
        ("#x", "#x"),
        ("https://example.org/", "https://example.org/"),
    ],
)
def test_links_have_the_path_that_the_site_lies_below(href: str, expected: str) -> None:
    files = Files(attachments={"data.csv": "files/0/data.csv"})
    assert layout.resolve(href, "other.ipynb", files, OTHERS, site("/blog")) == expected


@pytest.mark.parametrize(
    ("path", "notebook", "meant"),
    [
        ("a.ipynb", "b.ipynb", "a.ipynb"),
        ("x/../a.ipynb", "b.ipynb", "a.ipynb"),
        ("../a.ipynb", "x/y/b.ipynb", "x/a.ipynb"),
        ("/a.ipynb", "x/b.ipynb", "a.ipynb"),
        ("a%20b.ipynb", "x/b.ipynb", "x/a b.ipynb"),
        ("a.csv", "b.ipynb", ""),
        ("", "b.ipynb", ""),
    ],
)
def test_a_link_to_a_notebook_is_told_from_others(path: str, notebook: str, meant: str) -> None:
    assert layout.notebook_meant(path, notebook) == meant


def made(path: str, *cells: dict[str, object] | str) -> posts.Made:
    found, _ = notebooks.interpret(notebooks.parse(notebook(*cells), path))
    here = Path(__file__).parent / "nowhere"
    making = posts.Making(Conversion(TEMPLATES), ImageSettings(), "#1f4e8c")
    return posts.make_of_files(found, making, here, here).made


def outline(path: str, *cells: dict[str, object] | str) -> posts.Outline:
    return posts.outline(made(path, *cells), "")


def test_a_post_without_authors_is_by_those_of_the_blog_a_page_by_nobody() -> None:
    blog = (Author("Ada"),)
    place = Place("/x/", "x/index.html")
    unsigned, signed, page = (
        layout.compose(outline("x.ipynb", front(title="X", **more)), place, Files(), blog)
        for more in ({}, {"author": "Grace"}, {"type": "page"})
    )
    assert [[author.name for author in post.authors] for post in (unsigned, signed, page)] == [["Ada"], ["Grace"], []]


def test_a_page_shows_no_date() -> None:
    place = Place("/about/", "about/index.html")
    post = layout.compose(
        outline("about.ipynb", front(title="About", type="page", date="2025-01-01")), place, Files(), ()
    )
    assert post.date is None


def test_a_post_has_its_card_and_its_notebook_where_the_site_has_them() -> None:
    place = Place("/x/", "x/index.html")
    one = outline("x.ipynb", front(title="X"))
    post = layout.compose(one, place, Files(download="x/x.ipynb"), ())
    assert (post.picture, post.is_cover, post.source_url) == (one.picture, True, "/x/x.ipynb")
    assert layout.compose(one, place, Files(), ()).source_url == ""


def test_places_of_other_pages_are_known_by_their_html() -> None:
    one = outline("a.ipynb", "# A\n\n## Part\n\n<a name='x'></a>Text.")
    others = layout.neighbourhood([examples.post("a")], {"a.ipynb": one.ids})
    assert others.urls == {"a.ipynb": "/a/"}
    assert others.ids == {"a.ipynb": frozenset({"part", "user-x"})}


def test_a_page_is_laid_out_whole() -> None:
    one = made("x.ipynb", front(title="A & B", date="2025-01-02"), "See [this](first.ipynb#Down-Below).\n\n## Part")
    post = layout.compose(posts.outline(one, ""), Place("/x/", "x/index.html"), Files(), ())
    environment = templating.environment(TEMPLATES)
    body = layout.own_body(one, post, Files(), OTHERS, site("/blog"))
    page = layout.article_page(environment, site("/blog"), one, post, body, OTHERS)
    html = page.data.decode()
    assert page.path == "x/index.html"
    assert "<title>A &amp; B" in html
    assert '<a href="/blog/first/#down-below">this</a>' in html
    assert post.date == datetime(2025, 1, 2, tzinfo=UTC)


def test_a_film_leads_to_its_file_and_a_text_like_it_stays() -> None:
    post = made("a.ipynb", '<video src="waves.webm" title="src="></video> and `"asset:x"` and src="waves.webm"')
    files = Files(attachments={"waves.webm": "files/1/waves.webm"})
    place = posts.place("a.ipynb", post.metadata, "/{slug}/")
    shown = layout.compose(posts.outline(post, ""), place, files, ())
    body = layout.own_body(post, shown, files, OTHERS, site("/blog"))
    assert ' src="/blog/files/1/waves.webm"' in body
    assert '<code>"asset:x"</code> and src="waves.webm"' in body


def test_only_ids_of_tags_are_places_of_an_article() -> None:
    found = outline("a.ipynb", '<i id="there">x</i>', cell("print(' id=\"here\"')", "code"), ' id="far" `name="it"`')
    assert "user-there" in found.ids
    assert not {"here", "far", "it"} & set(found.ids)
