"""Listings: the order of posts, their cards, the pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from publisher import listing, ordering, overviews, pages, stylesheet, templating
from publisher.config import Author, FolderListing
from publisher.pages import Page, Site
from tests.support.posts import post, settings

WHERE = (templating.packaged(),)
ENV = templating.environment(templating.read(WHERE))
SITE = Site(title="Residuals", description="Notes on measurement.", style="/assets/style-1.css")


def made(*posts: pages.Post, size: int = 12, site: Site = SITE, **more: Any) -> list[Page]:
    (blog, *_) = listing.listings(posts, settings(Path(), page_size=size, **more))
    return [listing.listing_page(ENV, site, part) for part in blog.parts()]


def html(*posts: pages.Post, size: int = 12, site: Site = SITE, page: int = 1) -> str:
    return made(*posts, size=size, site=site)[page - 1].data.decode()


def test_pinned_posts_come_first_then_the_newest_then_the_undated() -> None:
    posts = [
        post("undated-b", date=""),
        post("old", date="2025-01-01"),
        post("undated-a", date=""),
        post("new", date="2026-01-01"),
        post("pinned-old", date="2020-01-01", pinned=True),
        post("pinned-new", date="2021-01-01", pinned=True),
    ]
    ordered = [one.notebook.removesuffix(".ipynb") for one in ordering.in_order(posts)]
    assert ordered == ["pinned-new", "pinned-old", "new", "old", "undated-a", "undated-b"]


def test_posts_of_one_day_are_ordered_by_path_whatever_order_they_come_in() -> None:
    posts = [post(name) for name in "cab"]
    assert [one.url for one in ordering.in_order(posts)] == ["/a/", "/b/", "/c/"]
    assert ordering.in_order(posts) == ordering.in_order(reversed(posts))


def test_pages_and_unlisted_posts_have_no_card() -> None:
    shown = ordering.in_order([post("about", is_page=True), post("secret", unlisted=True), post("post")])
    assert [one.url for one in shown] == ["/post/"]


def test_neighbours_follow_the_dates_and_know_nothing_of_pins() -> None:
    old, middle, new = post("old", date="2024-01-01", pinned=True), post("mid", date="2025-01-01"), post("new")
    found = ordering.neighbours([middle, new, old, post("undated", date=""), post("page", is_page=True)])
    assert found == {"old.ipynb": (None, middle), "mid.ipynb": (old, new), "new.ipynb": (middle, None)}


def test_posts_of_one_moment_are_each_others_neighbours() -> None:
    one, two = post("a"), post("b")
    found = ordering.neighbours([one, two])
    assert found["a.ipynb"] == (two, None)
    assert found["b.ipynb"] == (None, one)


def test_a_series_lists_its_parts_from_the_first() -> None:
    parts = [
        post("two", date="2026-02-01", series="Noise"),
        post("one", date="2026-01-01", series="Noise"),
        post("three", date="", series="Noise"),
        post("alone", series="Silence"),
    ]
    found = ordering.series(parts)
    assert {url: [one.url for one in term.posts] for url, term in found.items()} == {
        "/series/noise/": ["/one/", "/two/", "/three/"],
        "/series/silence/": ["/alone/"],
    }


def test_a_card_has_image_title_excerpt_and_then_the_small_print() -> None:
    text = html(post("hello", title="Hello"))
    card = text[text.index('<li class="card') :]
    order = [
        'alt="Image for Hello"',
        '<h2><a href="/hello/">Hello</a></h2>',
        "The first forty words, then …",
        '<time datetime="2026-11-23">November 23, 2026</time>',
        "3 min read",
        '<a href="/tags/python/">python</a>, <a href="/tags/images/">images</a>',
    ]
    places = [card.index(part) for part in order]
    assert places == sorted(places)


def test_a_card_in_another_language_than_the_listing_says_which() -> None:
    written = html(post("kueste", title="Küste", language="de"))
    assert '<h2 lang="de" dir="auto"><a href="/kueste/">Küste</a></h2>' in written
    assert '<p class="excerpt" lang="de" dir="auto">' in written
    assert ' lang="' not in html(post("coast", language="en")).partition("<body>")[2]


def test_the_name_of_a_post_is_escaped_in_the_alternative_text() -> None:
    written = replace(post("a"), title='"a" < b & c', title_html="&quot;a&quot; &lt; b &amp; c")
    assert 'alt="Image for &quot;a&quot; &lt; b &amp; c"' in html(written)


def test_a_card_without_date_picture_or_excerpt_shows_what_there_is() -> None:
    text = html(replace(post("bare", date=""), picture=None, excerpt="", tags=()))
    assert "<time" not in text
    assert "<img" not in text
    assert 'class="excerpt"' not in text
    assert '<a href="/bare/">bare</a>' in text


def test_the_newest_post_leads_the_first_page_only() -> None:
    posts = [post(f"p{number}", date=f"2026-01-0{number}") for number in range(1, 6)]
    first, second = html(*posts, size=3), html(*posts, size=3, page=2)
    assert first.count('class="card lead"') == 1
    assert first.index('class="card lead"') < first.index("/p5/") < first.index("/p4/")
    assert "lead" not in second


def test_the_first_row_is_loaded_at_once_and_the_rest_when_it_comes_near() -> None:
    posts = [post(f"p{number}") for number in range(9)]
    first, second = (
        [("lazy" in tag) for tag in re.findall("<img[^>]+>", html(*posts, size=5, page=page))] for page in (1, 2)
    )
    assert first == [False, True, True, True, True]
    assert second == [False, False, False, True]


def test_pages_are_numbered_and_linked_in_words() -> None:
    posts = [post(f"p{number}") for number in range(5)]
    paths = [page.path for page in made(*posts, size=2)]
    assert paths == ["index.html", "page/2/index.html", "page/3/index.html"]
    first, second, third = (html(*posts, size=2, page=page) for page in (1, 2, 3))
    assert 'href="/page/2/" rel="next">Older posts' in first
    assert "Newer posts" not in first
    assert 'href="/" rel="prev">Newer posts' in second
    assert 'href="/page/3/" rel="next">Older posts' in second
    assert "Older posts</a>" not in third
    assert "<title>Older posts, page 2 · Residuals</title>" in second


def test_a_full_last_page_is_followed_by_none() -> None:
    assert len(made(*(post(f"p{number}") for number in range(4)), size=2)) == 2


def test_every_page_has_one_h1_and_the_first_opens_with_name_and_description() -> None:
    posts = [post(f"p{number}") for number in range(3)]
    first, second = (html(*posts, size=2, page=page) for page in (1, 2))
    assert first.count("<h1") == second.count("<h1") == 1
    assert "<h1>Residuals</h1>" in first
    assert '<p class="description">Notes on measurement.</p>' in first
    assert "<title>Residuals</title>" in first


def test_a_blog_without_posts_has_a_friendly_page() -> None:
    (page,) = made()
    text = page.data.decode()
    assert page.path == "index.html"
    assert "The first post is yet to come" in text
    assert "<code>notebooks</code>" in text
    assert text.count("<h1") == 1


def test_links_and_images_are_below_the_prefix(tmp_path: Path) -> None:
    site = pages.site(settings(tmp_path, base_url="https://example.org/blog"), stylesheet.assets(WHERE))
    text = html(post("hello"), post("other"), size=1, site=site)
    local = [url for url in re.findall(r'(?:href|src)="([^"]+)"', text) if not url.startswith(("http", "#"))]
    assert local
    assert all(url.startswith("/blog/") for url in local)
    assert "/blog/img/640x360-320.webp 320w" in text


def test_the_same_posts_give_the_same_bytes_in_any_order() -> None:
    posts = [post(f"p{number}", date=f"2026-01-0{number}") for number in range(1, 6)]
    assert made(*posts, size=2) == made(*reversed(posts), size=2)


@pytest.mark.parametrize(
    ("language", "day"), [("ar", "23 نوفمبر 2026"), ("de", "23. November 2026"), ("fr", "2026-11-23")]
)
def test_the_listing_is_in_the_language_of_the_blog(language: str, day: str) -> None:
    text = html(post("hello"), site=replace(SITE, language=language))
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in text
    assert f">{day}</time>" in text


# Tags, series, authors, folders, years


def every(*posts: pages.Post, site: Site = SITE, **more: Any) -> dict[str, str]:
    """Return all pages that list posts, by their URLs."""
    wanted = settings(Path(), **more)
    site = replace(site, overviews=overviews.urls(posts))
    listed = {
        part.url: listing.listing_page(ENV, site, part).data.decode()
        for each in listing.listings(posts, wanted)
        for part in each.parts()
    }
    lists = overviews.overviews(site, posts, wanted)
    return listed | {each.url: overviews.overview_page(ENV, site, each).data.decode() for each in lists}


def test_every_tag_has_pages_of_its_own_whatever_its_letters() -> None:
    tags = ("Python", "Rock 'n' roll", "日本語", "C++", "C", "C#")
    found = every(replace(post("a"), tags=tags))
    expected = ("python", "rock-n-roll", "日本語", "c-plus-plus", "c", "c-sharp")
    assert {url for url in found if url.startswith("/tags/")} == {"/tags/", *(f"/tags/{slug}/" for slug in expected)}
    assert "<h1>Rock &#39;n&#39; roll</h1>" in found["/tags/rock-n-roll/"]
    assert '<a href="/tags/日本語/">日本語</a>' in found["/"]


def test_case_does_not_make_two_tags_and_the_usual_spelling_is_shown() -> None:
    posts = [replace(post(name), tags=(tag,)) for name, tag in (("a", "numpy"), ("b", "NumPy"), ("c", "NumPy"))]
    found = every(*posts)
    assert "<h1>NumPy</h1>" in found["/tags/numpy/"]
    assert found["/tags/numpy/"].count('class="card"') == 3


def test_a_tag_with_many_posts_has_several_pages() -> None:
    posts = [post(f"p{number}") for number in range(5)]
    found = every(*posts, page_size=2)
    assert {"/tags/python/", "/tags/python/page/2/", "/tags/python/page/3/"} <= found.keys()
    assert "<h1>python, page 2</h1>" in found["/tags/python/page/2/"]
    assert 'href="/tags/python/page/3/" rel="next"' in found["/tags/python/page/2/"]


def test_a_tag_tells_what_it_is_about() -> None:
    found = every(post("a"), tags=(("Python", "The language."),))
    assert '<p class="description">The language.</p>' in found["/tags/python/"]
    assert "<p>The language.</p>" in found["/tags/"]


def test_a_series_is_one_page_of_numbered_lines_from_the_first_part_on() -> None:
    parts = [post(f"p{number}", date=f"2026-01-0{number}", series="Noise") for number in (1, 2, 3)]
    text = every(*parts)["/series/noise/"]
    assert '<ol class="lines parts">' in text
    assert text.index('"/p1/"') < text.index('"/p2/"') < text.index('"/p3/"')


def test_authors_have_pages_only_when_there_are_several() -> None:
    ada, grace = (replace(post(name), authors=(Author(name),)) for name in ("Ada", "Grace"))
    assert not any(url.startswith("/authors/") for url in every(ada))
    found = every(ada, grace)
    assert {"/authors/", "/authors/ada/", "/authors/grace/"} <= found.keys()
    assert found["/authors/ada/"].count('class="card"') == 1


def test_the_archive_has_all_posts_by_year_and_knows_nothing_of_pins() -> None:
    posts = [post("old", date="2024-05-06", pinned=True), post("new", date="2026-01-01"), post("never", date="")]
    text = every(*posts, post("secret", unlisted=True))["/archive/"]
    assert re.findall(r'<h2 id="(.*?)">|href="(/\w+/)"', text.partition("<main")[2].partition("</main")[0]) == [
        ("y2026", ""), ("", "/new/"), ("y2024", ""), ("", "/old/"), ("", "/never/")
    ]  # fmt: skip


def test_a_folder_may_have_a_listing_of_its_own_and_stay_away_from_home() -> None:
    talk, essay = replace(post("talk"), notebook="talks/talk.ipynb"), post("essay")
    wanted = (FolderListing("talks", "/talks/", "Talks", "Slides.", "compact", home=False),)
    found = every(talk, essay, listings=wanted)
    assert '"/talk/"' in found["/talks/"]
    assert '"/essay/"' not in found["/talks/"]
    assert '"/talk/"' not in found["/"]
    assert '"/talk/"' in found["/archive/"]
    assert '<ol class="lines">' in found["/talks/"]


def test_a_listing_may_show_lines_or_whole_articles() -> None:
    (page,) = made(post("a"), view="compact")
    assert b'<li class="line">' in page.data
    assert b"<img" not in page.data
    (page,) = made(post("a"), view="full")
    assert b'<li class="whole">' in page.data


def test_a_blog_without_posts_has_no_archive_and_no_tags() -> None:
    assert every().keys() == {"/"}


def test_pinned_posts_say_so() -> None:
    assert "<span>Pinned</span>" in html(post("a", pinned=True))
    assert "Pinned" not in html(post("a"))
