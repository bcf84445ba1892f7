"""The head of pages: what search engines and other sites are told."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from publisher import head, pages, stylesheet, templating
from publisher.config import Author
from publisher.head import Blog, Collection, Head, Image, Meta, Story
from publisher.pages import Site
from tests.support.posts import post

ENV = templating.environment(templating.read((templating.packaged(),)))
URL = "https://example.org/blog"
ADA = Author("Ada Lindqvist", "https://example.org/ada")
CARD = Image(f"{URL}/img/1-social.jpg", 1200, 630, "image/jpeg", "Hello")
BLOG = Blog("Residuals", "Notes on measurement.", URL, "en-GB", (ADA,), replace(CARD, url=f"{URL}/img/blog.jpg"))
EVERYTHING = Story(
    published=datetime(2026, 11, 2, tzinfo=UTC),
    updated=datetime(2026, 11, 20, 18, 30, tzinfo=UTC),
    authors=(ADA, Author("Grace")),
    tags=("python", "plots"),
    series="Fourier",
    words=1234,
    license="CC BY 4.0",
    notebook=f"{URL}/hello/hello.ipynb",
    image=CARD,
)
HOSTILE = (
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "\"quoted\" \\ and 'single'",
    "two\nlines\u2028and\u2029more",
    "]]> & &lt;",
)


def of_page(
    blog: Blog = BLOG, about: Story | Collection | None = None, url: str = "/hello/", title: str = "Hi"
) -> Head:
    return head.of_page(blog, url, title, "What it is.", blog.language, about)


def said(metas: tuple[Meta, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, content in metas:
        found.setdefault(name, []).append(content)
    return found


class Reader(HTMLParser):
    """Notes the tags of a head, and what is in its scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.data: list[str] = []
        self.open = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open = tag == "script" and dict(attrs).get("type") == "application/ld+json"

    def handle_endtag(self, tag: str) -> None:
        self.open = False

    def handle_data(self, data: str) -> None:
        if self.open:
            self.data.append(data)

    def contents(self, name: str) -> list[str | None]:
        return [found.get("content") for _, found in self.tags if name in (found.get("property"), found.get("name"))]

    def links(self, relation: str) -> list[str | None]:
        return [found.get("href") for tag, found in self.tags if tag == "link" and found.get("rel") == relation]


def article(site: Site, **more: object) -> Reader:
    wanted = replace(post("hello", title="Hello"), **more)
    html = pages.article_page(ENV, site, wanted, "<p>Text.</p>", word_count=321).data.decode()
    return Reader(html[: html.index("</head>")])


SITE = Site("Residuals", base_url=URL, prefix="/blog", authors=(ADA,), social_card="/img/blog.jpg")


# OpenGraph and X


def test_a_post_with_everything_tells_opengraph_everything() -> None:
    assert said(of_page(about=EVERYTHING).properties) == {
        "og:title": ["Hi"],
        "og:description": ["What it is."],
        "og:type": ["article"],
        "og:url": [f"{URL}/hello/"],
        "og:site_name": ["Residuals"],
        "og:locale": ["en_GB"],
        "og:image": [CARD.url],
        "og:image:width": ["1200"],
        "og:image:height": ["630"],
        "og:image:type": ["image/jpeg"],
        "og:image:alt": ["Hello"],
        "article:published_time": ["2026-11-02T00:00:00+00:00"],
        "article:modified_time": ["2026-11-20T18:30:00+00:00"],
        "article:author": ["https://example.org/ada", "Grace"],
        "article:section": ["Fourier"],
        "article:tag": ["python", "plots"],
    }


def test_x_is_told_the_same_under_its_own_names() -> None:
    assert said(of_page(about=EVERYTHING).names) == {
        "twitter:card": ["summary_large_image"],
        "twitter:title": ["Hi"],
        "twitter:description": ["What it is."],
        "twitter:image": [CARD.url],
        "twitter:image:alt": ["Hello"],
    }


def test_a_post_with_nothing_tells_what_there_is_and_no_empty_tags() -> None:
    made = head.of_page(replace(BLOG, image=None), "/hello/", "Hi", "", "tlh", Story())
    assert said(made.properties) == {
        "og:title": ["Hi"],
        "og:type": ["article"],
        "og:url": [f"{URL}/hello/"],
        "og:site_name": ["Residuals"],
    }
    assert said(made.names) == {"twitter:card": ["summary"], "twitter:title": ["Hi"]}


def test_without_the_address_of_the_site_nothing_is_said_that_needs_one() -> None:
    made = of_page(replace(BLOG, url="", image=None), replace(EVERYTHING, image=None, notebook=""))
    assert not {"og:url", "og:image"} & said(made.properties).keys()
    assert (made.names, made.data) == ((), "")


def test_a_page_without_a_card_of_its_own_shows_that_of_the_blog() -> None:
    assert said(of_page().properties)["og:image"] == [f"{URL}/img/blog.jpg"]


def test_a_post_with_a_canonical_address_says_that_one() -> None:
    elsewhere = replace(EVERYTHING, canonical="https://example.com/first/")
    assert said(of_page(about=elsewhere).properties)["og:url"] == ["https://example.com/first/"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "en_US"), ("pt-BR", "pt_BR"), ("zh-Hant-tw", "zh_TW"), ("ja", "ja_JP"), ("gsw", ""), ("es-419", "es_ES")],
)
def test_a_language_is_written_as_opengraph_does(language: str, expected: str) -> None:
    assert head.locale(language) == expected


# JSON-LD


def test_the_data_of_a_post_with_everything_has_every_field() -> None:
    assert json.loads(of_page(about=EVERYTHING).data) == {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "@id": f"{URL}/hello/#post",
        "mainEntityOfPage": {"@type": "WebPage", "@id": f"{URL}/hello/"},
        "url": f"{URL}/hello/",
        "headline": "Hi",
        "description": "What it is.",
        "datePublished": "2026-11-02T00:00:00+00:00",
        "dateModified": "2026-11-20T18:30:00+00:00",
        "author": [
            {"@type": "Person", "name": "Ada Lindqvist", "url": "https://example.org/ada"},
            {"@type": "Person", "name": "Grace"},
        ],
        "image": {"@type": "ImageObject", "url": CARD.url, "width": 1200, "height": 630},
        "wordCount": 1234,
        "keywords": ["python", "plots"],
        "license": "CC BY 4.0",
        "inLanguage": "en-GB",
        "isBasedOn": f"{URL}/hello/hello.ipynb",
        "isPartOf": {"@type": "Blog", "@id": f"{URL}/#blog", "name": "Residuals", "url": f"{URL}/"},
    }


def test_the_data_of_a_post_with_nothing_has_no_empty_field() -> None:
    data = json.loads(head.of_page(Blog("Residuals", url=URL), "/hello/", "Hi", "", "en", Story()).data)
    assert data.keys() == {
        "@context", "@type", "@id", "mainEntityOfPage", "url", "headline", "inLanguage", "isPartOf",
    }  # fmt: skip


def test_a_post_without_an_update_was_changed_when_it_was_published() -> None:
    data = json.loads(of_page(about=replace(EVERYTHING, updated=None)).data)
    assert data["dateModified"] == data["datePublished"]


def test_the_home_is_the_blog_lists_are_collections_and_other_pages_are_pages() -> None:
    home = json.loads(of_page(url="/", about=Collection(after="/page/2/")).data)
    assert (home["@type"], home["isPartOf"]["@type"], home["author"][0]["name"]) == ("Blog", "WebSite", "Ada Lindqvist")
    assert json.loads(of_page(url="/tags/", about=Collection()).data)["@type"] == "CollectionPage"
    assert json.loads(of_page(url="/404.html").data)["@type"] == "WebPage"
    about = of_page(url="/about/", about=Story(is_page=True))
    assert json.loads(about.data)["@type"] == "WebPage"
    assert said(about.properties)["og:type"] == ["website"]


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_gets_out_of_the_data(title: str) -> None:
    data = str(of_page(about=replace(EVERYTHING, tags=(title,)), title=title).data)
    assert not re.search("[<>&\u2028\u2029]", data)
    assert (json.loads(data)["headline"], json.loads(data)["keywords"]) == (title, [title])


# On pages


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_gets_out_of_the_head(title: str) -> None:
    found = article(SITE, title=title)
    assert found.contents("og:title") == [title]
    assert [tag for tag, _ in found.tags].count("script") == 1
    assert json.loads("".join(found.data))["headline"] == title


def test_the_page_of_a_post_counts_its_words_and_names_its_notebook() -> None:
    data = json.loads("".join(article(SITE).data))
    assert (data["wordCount"], data["isBasedOn"]) == (321, f"{URL}/hello/hello.ipynb")


def test_the_home_names_the_pages_of_its_authors_and_no_other_page_does() -> None:
    assert of_page(url="/").me == ("https://example.org/ada",)
    assert of_page(url="/", blog=replace(BLOG, url="")).me == ("https://example.org/ada",)
    assert of_page(about=EVERYTHING).me == ()


def test_colours_icons_and_manifest_are_linked_where_there_are_any() -> None:
    site = replace(SITE, colours=("#fff", "#000"), touch_icon="/assets/icon-180.png", manifest="/manifest.webmanifest")
    found = article(site)
    assert found.contents("theme-color") == ["#fff", "#000"]
    assert found.links("apple-touch-icon") == ["/blog/assets/icon-180.png"]
    assert found.links("manifest") == ["/blog/manifest.webmanifest"]
    bare = article(SITE)
    assert (bare.contents("theme-color"), bare.links("manifest"), bare.links("apple-touch-icon")) == ([], [], [])


def test_the_colours_are_those_of_the_paper_and_the_last_named_count() -> None:
    assert pages._colours((templating.packaged() / stylesheet.STYLE).read_text()) == ("#fdfcfa", "#161513")
    assert pages._colours("--paper: light-dark(#fff, #000);\n:root{--paper:light-dark( #eee ,#111 )}") == (
        "#eee",
        "#111",
    )
    assert pages._colours(":root { --paper: white }") == ()
