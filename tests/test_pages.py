"""Pages: assets, links, dates, images, the table of contents, the article."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from publisher import figures, pages, stylesheet, templating, words
from publisher.article import Heading
from publisher.config import Author, NavigationLink
from publisher.errors import SettingsError
from publisher.images import Picture, Variant
from publisher.pages import Site
from publisher.stylesheet import Asset
from tests.support.posts import picture, post, settings

if TYPE_CHECKING:
    from pathlib import Path

ENGLISH = words.of("en")
WHERE = (templating.packaged(),)
ENV = templating.environment(templating.read(WHERE))
SITE = Site(title="Residuals", style="/assets/style-1.css")


def article(**more: object) -> str:
    wanted = more.pop("post", None) or post("hello", title="Hello")
    page = pages.article_page(ENV, more.pop("site", SITE), wanted, str(more.pop("body", "<p>Text.</p>")), **more)
    return page.data.decode()


def headings(*levels: int) -> list[Heading]:
    return [
        Heading(level, f"h{number}", f"Part <em>{number}</em>", f"Part {number}") for number, level in enumerate(levels)
    ]


# Assets


def test_assets_are_named_by_their_content_and_the_style_sheet_names_them_so() -> None:
    style, *others = stylesheet.assets(WHERE)
    assert re.fullmatch(r"assets/style-[0-9a-f]{8}\.css", style.path)
    text = style.data.decode()
    for font in (asset for asset in others if asset.name.startswith("assets/fonts/")):
        assert re.fullmatch(r"assets/fonts/[\w-]+-[0-9a-f]{8}\.woff2", font.path)
        assert f"url({font.path.removeprefix('assets/')})" in text
    assert "url(fonts/serif.woff2)" not in text


def test_a_file_of_the_blog_takes_the_place_of_ours_and_its_extra_style_comes_last(tmp_path: Path) -> None:
    (tmp_path / "assets/fonts").mkdir(parents=True)
    (tmp_path / "assets/fonts/serif.woff2").write_bytes(b"mine")
    (tmp_path / "extra.css").write_text("p { color: red }")
    style, *others = stylesheet.assets((tmp_path, *WHERE))
    assert b"mine" in [asset.data for asset in others]
    assert style.data.endswith(b"p { color: red }")


def test_a_style_sheet_of_the_blog_that_uses_no_fonts_ships_none(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets/style.css").write_text('p { background: url("data:,") url(https://example.org/a.png) }')
    names = [asset.name for asset in stylesheet.assets((tmp_path, *WHERE))]
    scripts = ["assets/frames.js", "assets/site.js", "assets/comments.js", *stylesheet.SEARCHING]
    assert names == ["assets/style.css", "assets/icon.svg", *scripts]


def test_a_style_sheet_that_names_missing_files_is_an_error_that_names_each(tmp_path: Path) -> None:
    (tmp_path / "extra.css").write_text("p { background: url(one.png) url('two.png') }")
    with pytest.raises(SettingsError) as raised:
        stylesheet.assets((tmp_path, *WHERE))
    assert [problem.message for problem in raised.value.problems] == [
        "names 'one.png', which does not exist",
        "names 'two.png', which does not exist",
    ]


def test_the_accent_of_the_settings_comes_after_ours_and_changes_the_name() -> None:
    plain, *_ = stylesheet.assets(WHERE)
    style, *_ = stylesheet.assets(WHERE, "#8b2a64")
    assert style.path != plain.path
    assert b":root { --accent: #8b2a64; }" in style.data


def test_the_same_templates_give_the_same_assets() -> None:
    assert stylesheet.assets(WHERE) == stylesheet.assets(WHERE)


# The site


def test_a_site_knows_its_prefix_its_style_and_the_fonts_to_load_first(tmp_path: Path) -> None:
    made = [
        Asset("assets/style.css", "assets/style-1.css", b""),
        Asset("assets/fonts/serif.woff2", "assets/fonts/s.woff2", b""),
    ]
    site = pages.site(settings(tmp_path, base_url="https://example.org/blog/"), made)
    assert (site.prefix, site.base_url) == ("/blog", "https://example.org/blog")
    assert (site.style, site.preloaded) == ("/assets/style-1.css", ("/assets/fonts/s.woff2",))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/hello/", "/blog/hello/"),
        ("/", "/blog/"),
        ("https://example.org/", "https://example.org/"),
        ("//example.org/", "//example.org/"),
        ("#here", "#here"),
        ("mailto:a@example.org", "mailto:a@example.org"),
    ],
)
def test_only_links_within_the_site_get_the_prefix(url: str, expected: str) -> None:
    assert pages.href(replace(SITE, prefix="/blog"), url) == expected


# Dates


def test_a_day_has_no_time_and_an_hour_has_its_zone() -> None:
    assert pages.date(datetime(2026, 11, 3, tzinfo=UTC), ENGLISH) == pages.Date("2026-11-03", "November 3, 2026")
    evening = datetime(2026, 11, 3, 22, 5, tzinfo=timezone(timedelta(hours=9)))
    assert pages.date(evening, ENGLISH) == pages.Date("2026-11-03T22:05+09:00", "November 3, 2026")


def test_a_language_whose_words_are_not_known_gets_the_iso_form() -> None:
    assert pages.date(datetime(2026, 11, 3, tzinfo=UTC), words.of("fr")) == pages.Date("2026-11-03", "2026-11-03")


def test_no_date_is_no_date() -> None:
    assert pages.date(None, ENGLISH) is None


# Images


def test_an_image_has_its_size_its_words_and_comes_late() -> None:
    assert figures.image_tag(picture(374, 250), 'A "plot"') == (
        '<img src="/img/374x250-374.webp" width="374" height="250" alt="A &quot;plot&quot;"'
        ' loading="lazy" decoding="async">'
    )


def test_an_image_with_several_files_offers_them_with_the_prefix() -> None:
    tag = figures.image_tag(picture(640, 320, 320, 640), "", lazy=False, prefix="/blog")
    assert 'src="/blog/img/640x320-640.webp"' in tag
    assert 'srcset="/blog/img/640x320-320.webp 320w, /blog/img/640x320-640.webp 640w"' in tag
    assert 'sizes="min(592px, 100vw - 2.5rem)"' in tag
    assert "loading" not in tag


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(None, None, (800, 400)), (400, None, (400, 200)), (None, 100, (200, 100)), (300, 300, (300, 300))],
)
def test_an_image_is_shown_at_the_size_that_was_asked_for(
    width: int | None, height: int | None, expected: tuple[int, int]
) -> None:
    tag = figures.image_tag(picture(800, 400), "", width=width, height=height)
    assert f'width="{expected[0]}" height="{expected[1]}"' in tag


def test_a_retina_figure_is_shown_at_half_its_pixels_and_a_wide_one_may_leave_the_column() -> None:
    assert 'class="wide"' not in figures.image_tag(picture(1200, 600), "", width=600)
    assert 'class="wide"' in figures.image_tag(picture(1200, 600), "")


def test_a_figure_that_is_very_flat_keeps_a_height() -> None:
    assert 'height="1"' in figures.image_tag(picture(4000, 2), "", width=300)


def test_figures_are_filled_in_the_first_at_once_the_others_late() -> None:
    body = '<p><img src="figure:2" alt="two" title="T" class="x" width="100"></p><img src="figure:1" alt="one">'
    filled = figures.fill_figures(body, (picture(300, 200), picture(200, 100)), ENGLISH, "/blog")
    first, second = re.findall("<img[^>]+>", filled)
    size = 'width="100" height="50"'
    assert first == f'<img src="/blog/img/200x100-200.webp" {size} alt="two" title="T" class="x" decoding="async">'
    assert 'src="/blog/img/300x200-300.webp"' in second
    assert 'loading="lazy"' in second


def test_figures_after_a_lead_picture_all_come_late() -> None:
    filled = figures.fill_figures('<img src="figure:1" alt="one">', (picture(300, 200),), ENGLISH, is_first_eager=False)
    assert 'loading="lazy"' in filled


@pytest.mark.parametrize(
    ("alt", "words"), [("a &lt;plot&gt;", "Image not available: a &lt;plot&gt;"), ("", "Image not available")]
)
def test_a_figure_without_a_picture_leaves_words(alt: str, words: str) -> None:
    filled = figures.fill_figures(
        f'<img src="figure:1" alt="{alt}"><img src="figure:2" alt="b">', (None, picture(9, 9)), ENGLISH
    )
    assert f'<span class="missing-image" role="img" aria-label="{words}">{words}</span>' in filled
    assert "lazy" not in filled  # the first that is there


def test_an_image_that_is_too_large_leaves_words_and_a_link_that_saves_it() -> None:
    large = Picture(0, 0, (Variant("img/abc.png", 0, 0, "image/png"),), form="download", weight=12_345_678)
    drawing = Picture(0, 0, (Variant("img/abc.txt", 0, 0, "text/plain"),), form="download", weight=3_000_000)
    body = '<img src="figure:1" alt="a"><img src="figure:2"><a href="b"><img src="figure:1" alt="c"></a>'
    filled = figures.fill_figures(body, (large, drawing), ENGLISH, "/blog")
    link = '<a href="/blog/img/abc.png" download="image.png">the whole image</a> (PNG, 12.3 MB)'
    assert f'<span class="missing-image">Image not available: a; {link}.</span>' in filled
    drawing_link = '<a href="/blog/img/abc.txt" download="image.svg">the whole image</a> (SVG, 3.0 MB)'
    assert f'<span class="missing-image">Image not available; {drawing_link}.</span>' in filled
    assert filled.endswith(">Image not available: c</span></a>")


def test_an_image_that_is_no_figure_stays_as_it_is() -> None:
    body = '<img src="https://example.org/a.png?a=1&amp;b=2" alt="x" loading="lazy">'
    assert figures.fill_figures(body, (), ENGLISH) == body


def test_sizes_that_make_no_sense_are_not_kept() -> None:
    filled = figures.fill_figures('<img src="figure:1" alt="" width="0" height="auto">', (picture(30, 20),), ENGLISH)
    assert 'width="30" height="20"' in filled


# The table of contents


def test_the_contents_nest_the_third_level_below_the_second() -> None:
    entries = pages.contents(headings(2, 3, 3, 2, 4))
    assert [(entry.id, [child.id for child in entry.children]) for entry in entries] == [
        ("h0", ["h1", "h2"]),
        ("h3", []),
    ]


def test_a_third_level_without_a_second_is_not_lost() -> None:
    assert [entry.id for entry in pages.contents(headings(3, 2, 3))] == ["h0", "h1"]


def test_contents_are_for_articles_with_three_headings_unless_the_author_says_otherwise() -> None:
    assert pages.contents(headings(2, 2)) == ()
    assert len(pages.contents(headings(2, 2), wanted=True)) == 2
    assert pages.contents(headings(2, 2, 2), wanted=False) == ()
    assert pages.contents([], wanted=True) == ()


# The article


def test_an_article_has_one_h1_its_landmarks_and_a_link_past_them() -> None:
    html = article(headings=headings(2, 2, 2), older=post("older"))
    assert html.count("<h1") == 1
    assert all(f"<{name}" in html for name in ("header", "nav", "main", "article", "footer"))
    assert '<a class="skip" href="#_main">' in html
    assert html.count('id="_main"') == 1
    assert html.startswith('<!doctype html>\n<html lang="en" dir="ltr">')


def test_an_article_tells_dates_people_tags_and_time() -> None:
    written = replace(
        post("hello", title="Hello"),
        updated=datetime(2026, 12, 1, tzinfo=UTC),
        authors=(Author("Ada", "https://example.org/ada"), Author("Tomás")),
    )
    html = article(post=written)
    assert '<time datetime="2026-11-23">November 23, 2026</time>' in html
    assert '<span>Updated <time datetime="2026-12-01">December 1, 2026</time></span>' in html
    assert '<a href="https://example.org/ada" rel="author">Ada</a>, Tomás' in html
    assert '<a href="/tags/python/" rel="tag">python</a>, <a href="/tags/images/" rel="tag">images</a>' in html
    assert "3 min read" in html


def test_what_is_in_another_language_than_the_article_says_which() -> None:
    german = post("kueste", title="Küste", language="de")
    assert '<bdi lang="de">Küste</bdi>' in article(post=post("coast"), older=german)
    html = article(post=german, older=post("older"), newer=german)
    assert '<html lang="de"' in html
    assert '<header class="masthead" lang="en" dir="ltr">' in html
    assert '<footer class="imprint" lang="en" dir="ltr">' in html
    assert '<bdi lang="en">older</bdi>' in html
    assert '<bdi lang="de">' not in html


def test_regions_of_one_name_are_told_apart_by_numbers() -> None:
    regions = [f'<div role="region" aria-label="{label}">' for label in ("Table", "Rain", "Table")]
    assert pages.with_distinct_regions("".join(regions)) == (
        '<div role="region" aria-label="Table 1"><div role="region" aria-label="Rain">'
        '<div role="region" aria-label="Table 2">'
    )


def test_an_article_that_was_not_updated_does_not_say_so() -> None:
    written = post("hello")
    assert "Updated" not in article(post=replace(written, updated=written.date))


def test_an_undated_article_shows_no_date() -> None:
    assert "<time" not in article(post=post("hello", date=""))


def test_a_page_that_is_no_post_shows_no_reading_time() -> None:
    assert "min read" not in article(post=post("about", date="", is_page=True))


def test_words_of_the_author_are_escaped_but_inline_html_of_the_title_is_kept() -> None:
    written = replace(post("a"), title="a < b", title_html="a &lt; <code>b</code>", excerpt='say "<hi>"', tags=("<b>",))
    html = article(post=written)
    assert "<title>a &lt; b · Residuals</title>" in html
    assert "<h1>a &lt; <code>b</code></h1>" in html
    assert '<meta name="description" content="say &#34;&lt;hi&gt;&#34;">' in html
    assert "&lt;b&gt;" in html


def test_an_article_leads_to_its_neighbours_and_its_notebook_below_the_prefix() -> None:
    html = article(site=replace(SITE, prefix="/blog"), older=post("older"), newer=post("newer"))
    for url in ("/blog/older/", "/blog/newer/", "/blog/", "/blog/assets/style-1.css"):
        assert f'href="{url}"' in html
    assert '<a href="/blog/hello/hello.ipynb" download>' in html


def test_an_article_without_neighbours_has_no_list_of_them() -> None:
    assert "neighbours" not in article()


def test_a_part_of_a_series_lists_the_parts_and_links_all_but_itself() -> None:
    one, two = post("one", series="Noise"), post("two", series="Noise")
    html = article(post=two, series=("Noise", (one, two)))
    assert '<h2><a href="/series/noise/">Noise</a></h2>' in html
    assert "Part 2 of 2" in html
    assert '<a class="older" href="/one/"><span>Previous part</span> one</a>' in html
    assert "Next part" not in html
    assert '<li><a href="/one/">one</a></li>' in html
    assert '<li aria-current="true">two</li>' in html


def test_the_lead_picture_is_shown_only_when_there_is_one_and_at_once() -> None:
    assert "<figure" not in article()
    html = article(lead=picture(1200, 600), lead_alt="A mountain")
    image = re.search("<img[^>]+>", html)
    assert image
    assert 'alt="A mountain"' in image[0]
    assert "lazy" not in image[0]


def test_the_language_of_a_post_sets_language_and_direction_of_its_page() -> None:
    assert '<html lang="ar" dir="rtl">' in article(post=post("hello", language="ar"))


def test_the_canonical_address_is_the_authors_else_the_sites_else_none() -> None:
    assert 'rel="canonical"' not in article()
    site = replace(SITE, base_url="https://example.org/blog", prefix="/blog")
    assert '<link rel="canonical" href="https://example.org/blog/hello/">' in article(site=site)
    written = post("hello", canonical="https://elsewhere.org/x")
    assert '<link rel="canonical" href="https://elsewhere.org/x">' in article(site=site, post=written)


def test_the_navigation_marks_the_page_it_leads_to() -> None:
    site = replace(
        SITE, navigation=(NavigationLink("About", "/about/"), NavigationLink("Code", "https://example.org/"))
    )
    html = article(site=site, post=post("about", is_page=True))
    assert '<a href="/about/" aria-current="page">About</a>' in html
    assert '<a href="https://example.org/">Code</a>' in html


def test_braces_in_a_body_are_text() -> None:
    assert "{{ 7 * 7 }} {% raw %}" in article(body="<p>{{ 7 * 7 }} {% raw %}</p>")


def test_an_article_page_has_no_script_and_no_handler() -> None:
    html = article(headings=headings(2, 2, 2), older=post("a"), newer=post("b"))
    assert not re.search(r"<script|<style|\son\w+=|style=", html)


def test_a_long_description_is_cut_at_a_word() -> None:
    cut = pages.shortened("word, " * 60)
    assert len(cut) <= 160
    assert cut.endswith("word…")
    assert pages.shortened("x" * 200) == "x" * 159 + "…"
    assert pages.shortened("short") == "short"


def test_a_style_sheet_is_sent_without_comments_and_indents_and_with_its_quotes_as_they_are() -> None:
    css = 'a {\n  color: red; /* why "that" */\n}\nb {\n  content: "/*  no  */ \\"  x";\n  quotes: \'  \';\n}\n'
    assert stylesheet.dense(css).replace("  }", " }") == (
        'a { color: red; } b { content: "/*  no  */ \\"  x"; quotes: \'  \'; } '
    )
