from __future__ import annotations

import pytest

from publisher import links
from publisher.links import NO_ANCHOR, NO_FILE, NO_IMAGE, NO_PAGE, NO_RESOURCE, Broken, judge, scan

PATHS = {"index.html", "trip/index.html", "about.html", "data/x y.csv", "images/a.png", "assets/style.css"}


def check(pages: list[tuple[str, str]], paths: set[str], base_url: str = "") -> list[Broken]:
    return judge(((page, scan(page, html, base_url)) for page, html in pages), paths)


def broken(
    html: str, page: str = "trip/index.html", base_url: str = "", paths: set[str] = PATHS
) -> list[tuple[str, str]]:
    return [(each.href, each.what) for each in check([(page, html)], paths, base_url)]


@pytest.mark.parametrize(
    "href",
    [
        "/",
        "../",
        "..",
        "./",
        "",
        "/trip/",
        "/trip",
        "../trip/",
        "/trip/index.html",
        "/about.html?x=1#top",
        "../about.html",
        "../data/x%20y.csv#page=2",
        "/data/x y.csv",
        "#",
        "#here",
        "#%68ere",
        "/trip/#here:~:text=words",
        "https://example.org/nowhere",
        "//example.org/nowhere",
        "mailto:a@example.org",
        "data:text/plain,x",
        "javascript:void(0)",
    ],
)
def test_a_link_that_leads_somewhere_is_no_problem(href: str) -> None:
    assert broken(f'<p id="here"><a href="{href}">x</a></p>') == []


@pytest.mark.parametrize(
    ("html", "href", "what"),
    [
        ('<a href="/nowhere/">x</a>', "/nowhere/", NO_PAGE),
        ('<a class="x" href="nowhere.html">x</a>', "nowhere.html", NO_PAGE),
        ('<a href="../about/">x</a>', "../about/", NO_PAGE),
        ('<a href="data.csv?x=1">x</a>', "data.csv?x=1", NO_FILE),
        ('<a href="#nowhere">x</a>', "#nowhere", NO_ANCHOR),
        ('<a href="/trip/#nowhere">x</a>', "/trip/#nowhere", NO_ANCHOR),
        ('<img alt="" src="a&amp;b.png">', "a&b.png", NO_IMAGE),
        (
            '<img alt="a > b" src="/images/a.png" srcset="/images/a.png 1x, /images/b.png 2x">',
            "/images/b.png",
            NO_IMAGE,
        ),
        ('<source srcset="x.avif 320w">', "x.avif", NO_IMAGE),
        ('<video controls poster="/x.jpg"></video>', "/x.jpg", NO_IMAGE),
        ('<link rel="stylesheet" href="/style.css">', "/style.css", NO_RESOURCE),
        ('<script src="/x.js" defer></script>', "/x.js", NO_RESOURCE),
    ],
)
def test_what_leads_nowhere_is_found(html: str, href: str, what: str) -> None:
    assert broken(html) == [(href, what)]


def test_text_that_looks_like_a_tag_is_text() -> None:
    assert (
        broken(
            '<p>write &lt;a href="/nowhere/"&gt; or href="/nowhere/" or src="x"</p><p title="&lt;a href=x&gt;">x</p>'
        )
        == []
    )


def test_a_place_in_a_page_that_comes_later_is_found() -> None:
    pages = [
        ("index.html", '<a href="/trip/#old">x</a><a href="trip/#day-2">x</a><a href="/trip/#day2">x</a>'),
        ("trip/index.html", '<h2 id="day-2">Day 2</h2><a name="old"></a>'),
    ]
    assert check(pages, PATHS) == [Broken("index.html", "/trip/#day2", NO_ANCHOR, None, "did you mean #day-2?")]


def test_the_cell_that_a_link_is_in_is_known() -> None:
    html = (
        '<nav><a href="/0/">x</a></nav><article><div data-cell="3"><a href="/3/">x</a></div>'
        '<div class="cell" id="cell-a" data-cell="4"><img src="4.png"></div></article><a href="/5/">x</a>'
    )
    found = check([("index.html", html)], PATHS)
    assert [(each.href, each.cell) for each in found] == [("/0/", None), ("/3/", 3), ("4.png", 4), ("/5/", None)]


def test_what_is_broken_is_reported_in_the_order_of_the_pages_and_once_a_cell() -> None:
    html = '<a href="#x">x</a><a href="/y/">x</a><a href="#x">x</a>'
    found = check([("b.html", html), ("a.html", html)], PATHS)
    assert [(each.page, each.href) for each in found] == [
        ("b.html", "#x"),
        ("b.html", "/y/"),
        ("a.html", "#x"),
        ("a.html", "/y/"),
    ]


@pytest.mark.parametrize(
    "href", ["/blog/trip/", "../trip/", "https://example.org/blog/trip/", "/elsewhere/", "/", "/blogs/x"]
)
def test_below_a_path_only_what_is_below_it_is_ours(href: str) -> None:
    assert broken(f'<a href="{href}">x</a>', base_url="https://example.org/blog/") == []


@pytest.mark.parametrize("href", ["/blog/x/", "../x/", "https://example.org/blog/x/"])
def test_below_a_path_what_leads_nowhere_is_found(href: str) -> None:
    assert broken(f'<a href="{href}">x</a>', base_url="https://example.org/blog") == [(href, NO_PAGE)]


def test_a_file_that_differs_in_case_is_suggested() -> None:
    (found,) = check([("index.html", '<a href="/Trip/">x</a>')], PATHS)
    assert found.hint == "did you mean 'trip/'?"


@pytest.mark.parametrize(
    ("href", "hint"),
    [
        ("www.example.org", "write https://www.example.org for another site"),
        ("github.com/a/b#c", "write https://github.com/a/b#c for another site"),
        ("www/page", ""),
        ("data.json", ""),
        ("commas.html", ""),
    ],
)
def test_an_address_without_its_scheme_is_told_with_it(href: str, hint: str) -> None:
    (found,) = check([("trip/index.html", f'<a href="{href}">x</a>')], PATHS, "")
    assert found.hint == hint


def test_places_in_pages_that_are_not_ours_are_not_judged() -> None:
    assert broken('<a href="/about.html#x">x</a>') == []


@pytest.mark.usefixtures("ends")
def test_a_page_of_highlighted_code_takes_a_time_that_its_length_explains() -> None:
    line = (
        '<span class="k">def</span> <span class="nf">f</span><span class="p">():</span> <a href="#x" class="y">z</a>\n'
    )
    html = f'<article><div data-cell="1"><pre id="x">{line * 100_000}</pre></div></article>'
    assert scan("index.html", html).ids == ("x",)


def test_a_value_or_a_text_that_looks_like_a_link_is_none() -> None:
    html = '<p title="write href=" class="x">href="/no/" id="here"</p><a title=" src=" href="#here">x</a>'
    assert links.scan("index.html", html).ids == ()
    assert [lead.href for lead in links.scan("index.html", html).leads] == ["#here"]
