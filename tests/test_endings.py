"""The end of an article: licence, how to cite it, where to run it, comments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from publisher import citation, comments, forges, licences, pages, templating
from publisher.config import Author, Comments
from publisher.endings import Ending
from publisher.forges import Opening, Repository
from publisher.licences import Licence
from publisher.pages import Site
from tests.support.posts import post

if TYPE_CHECKING:
    from publisher.pages import Post

ENV = templating.environment(templating.read((templating.packaged(),)))
DAY = datetime(2026, 11, 3, tzinfo=UTC)
GISCUS = Comments("ada/blog", "R_1", "Posts & more", "C_1")


def html(wanted: Post, **ending: object) -> str:
    site = Site("Residuals", base_url="https://example.org/blog", prefix="/blog", ending=Ending(**ending))  # type: ignore[arg-type]
    return pages.article_page(ENV, site, wanted, "<p>Text.</p>").data.decode()


# Licences


@pytest.mark.parametrize(
    ("written", "name", "url"),
    [
        ("CC BY 4.0", "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("cc-by-nc-sa-3.0", "CC BY-NC-SA 3.0", "https://creativecommons.org/licenses/by-nc-sa/3.0/"),
        ("Creative Commons BY-ND 4.0 International", "CC BY-ND 4.0", "https://creativecommons.org/licenses/by-nd/4.0/"),
        ("CC BY", "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("https://creativecommons.org/licenses/by-sa/4.0/deed.de", "CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
        ("CC0-1.0", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("CC0", "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("mit", "MIT License", "https://spdx.org/licenses/MIT.html"),
        ("Apache License 2.0", "Apache License 2.0", "https://spdx.org/licenses/Apache-2.0.html"),
        ("https://example.org/terms", "example.org", "https://example.org/terms"),
        ("All rights  reserved", "All rights reserved", ""),
        ("javascript:alert(1)", "javascript:alert(1)", ""),
        ("CC BY-XX 4.0", "CC BY-XX 4.0", ""),
    ],
)  # fmt: skip
def test_a_licence_is_known_by_its_name_else_it_stays_words(written: str, name: str, url: str) -> None:
    assert licences.licence(written) == Licence(name, url)


def test_no_words_are_no_licence() -> None:
    assert licences.licence("  ") is None


def test_a_licence_of_a_post_wins_over_that_of_the_blog_and_pages_have_none_of_it() -> None:
    assert 'Licence: <a href="https://spdx.org/licenses/MIT.html" rel="license">MIT License</a>' in html(
        post("a", license="MIT"), license="CC0"
    )
    assert 'rel="license">CC0 1.0</a>' in html(post("a"), license="CC0")
    assert "Licence:" not in html(post("a", is_page=True), license="CC0")
    assert '<p class="licence">Licence: &lt;b&gt;</p>' in html(post("a", license="<b>"))


# How to cite


def test_an_entry_has_what_is_known_and_nothing_else() -> None:
    assert citation.bibtex(
        "a-second", "How long?", ["Ada Lovelace", "Grace Hopper"], DAY, "https://example.org/x_1/"
    ) == (
        "@misc{lovelace2026-a-second,\n"
        "  author = {Ada Lovelace and Grace Hopper},\n"
        "  title = {{How long?}},\n"
        "  year = {2026},\n"
        "  month = nov,\n"
        "  url = {https://example.org/x_1/},\n"
        "}"
    )
    assert citation.bibtex("a", "A", [], None, "") == "@misc{a,\n  title = {{A}},\n}"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("50 % of A&B_1 for $5 #1", r"50 \% of A\&B\_1 for \$5 \#1"),
        (r"C:\new", r"C:\textbackslash{}new"),
        ("a } b { c", r"a \textbraceright{} b \textbraceleft{} c"),
        ("x^2 ~ y", r"x\textasciicircum{}2 \textasciitilde{} y"),
        ("Über  die\nKüste", "Über die Küste"),
    ],
)
def test_special_characters_are_escaped(title: str, expected: str) -> None:
    made = citation.bibtex("a", title, [], None, "")
    assert f"  title = {{{{{expected}}}}}," in made
    assert made.count("{") == made.count("}")


def test_names_that_bibtex_would_take_apart_are_kept_together() -> None:
    made = citation.bibtex("a", "A", ["Simon and Garfunkel", "Acme, Inc.", "Ömer Çelik"], None, "")
    assert "author = {{Simon and Garfunkel} and {Acme, Inc.} and Ömer Çelik}," in made


@pytest.mark.parametrize(
    ("slug", "authors", "key"),
    [
        ("über-die-küste", ["Ines Müller"], "mueller2026-ueber-die-kueste"),
        ("円周率", ["山田"], "2026"),
        ("a", [], "2026-a"),
    ],
)
def test_a_key_is_plain_letters_digits_and_hyphens(slug: str, authors: list[str], key: str) -> None:
    assert citation.bibtex(slug, "A", authors, DAY, "").startswith(f"@misc{{{key},")


def test_a_post_is_cited_when_the_blog_or_the_post_asks_for_it() -> None:
    wanted = replace(post("a"), authors=(Author("Ada"),))
    assert "<summary>Cite this</summary>" in html(wanted, cite=True)
    assert '<meta name="citation_publication_date" content="2026/11/23">' in html(wanted, cite=True)
    assert "url = {https://example.org/blog/a/}," in html(wanted, cite=True)
    assert "@misc" not in html(wanted) + html(post("a", citation=False), cite=True)
    assert "@misc" in html(post("a", citation=True))
    assert "@misc" not in html(post("a", is_page=True), cite=True)


# Where to see and run it


@pytest.mark.parametrize(
    ("url", "source", "binder"),
    [
        (
            "https://github.com/ada/blog",
            "https://github.com/ada/blog/blob/dev/x/docs/my%20posts/a.ipynb",
            "https://mybinder.org/v2/gh/ada/blog/dev%2Fx?labpath=docs%2Fmy%20posts%2Fa.ipynb",
        ),
        (
            "https://gitlab.com/group/sub/blog.git",
            "https://gitlab.com/group/sub/blog/-/blob/dev/x/docs/my%20posts/a.ipynb",
            "https://mybinder.org/v2/gl/group%2Fsub%2Fblog/dev%2Fx?labpath=docs%2Fmy%20posts%2Fa.ipynb",
        ),
        (
            "https://codeberg.org/ada/blog",
            "https://codeberg.org/ada/blog/src/branch/dev/x/docs/my%20posts/a.ipynb",
            "https://mybinder.org/v2/git/https%3A%2F%2Fcodeberg.org%2Fada%2Fblog/dev%2Fx?labpath=docs%2Fmy%20posts%2Fa.ipynb",
        ),
        (
            "https://git.example.org/ada/blog",
            "",
            "https://mybinder.org/v2/git/https%3A%2F%2Fgit.example.org%2Fada%2Fblog/dev%2Fx?labpath=docs%2Fmy%20posts%2Fa.ipynb",
        ),
    ],
)
def test_a_notebook_is_found_in_its_repository(url: str, source: str, binder: str) -> None:
    repository = Repository(url, "dev/x", "docs/my posts")
    assert forges.source(repository, "a.ipynb") == source
    assert forges.openings(repository, "a.ipynb", ("binder",), "") == (Opening("Binder", binder),)


def test_colab_opens_from_github_and_jupyterlite_from_its_own_files() -> None:
    repository = Repository("https://github.com/ada/blog", "main", "notebooks")
    colab, lite = forges.openings(
        repository, "a/b.ipynb", ("colab", "jupyterlite"), "https://example.org/lab/index.html"
    )
    assert colab.url == "https://colab.research.google.com/github/ada/blog/blob/main/notebooks/a/b.ipynb"
    assert lite == Opening("JupyterLite", "https://example.org/lab/index.html?path=notebooks/a/b.ipynb")


def test_without_a_repository_there_is_the_download_alone() -> None:
    made = html(post("a"))
    assert '<li><a href="/blog/a/a.ipynb" download>' in made
    assert made.count("<li>") == 1


# Comments


def test_the_frame_of_comments_asks_what_giscus_needs() -> None:
    made = comments.discussion(GISCUS, "/blog/a.html", "https://example.org/blog/a.html", "A", "pt-BR", "/c.js")
    assert made.frame == (
        "https://giscus.app/pt/widget?repo=ada%2Fblog&repoId=R_1&category=Posts+%26+more&categoryId=C_1&term=blog%2Fa"
        "&strict=0&reactionsEnabled=1&emitMetadata=0&inputPosition=bottom"
    )
    assert made.url == "https://github.com/ada/blog/discussions?discussions_q=blog%2Fa"


@pytest.mark.parametrize(
    ("language", "locale"), [("de", "de"), ("zh-TW", "zh-TW"), ("zh", "zh-CN"), ("el", "gr"), ("tlh", "en")]
)
def test_comments_speak_the_language_of_the_page_if_they_can(language: str, locale: str) -> None:
    made = comments.discussion(GISCUS, "/", "", "A", language, "")
    assert made.frame.startswith(f"https://giscus.app/{locale}/widget?")
    assert "term=index&" in made.frame


def test_comments_are_on_articles_that_want_them_and_only_their_policy_names_the_host() -> None:
    assert "frame-src &#39;self&#39; https://giscus.app;" in html(post("a"), comments=GISCUS, script="/assets/c.js")
    assert '<script src="/blog/assets/c.js" defer>' in html(post("a"), comments=GISCUS, script="/assets/c.js")
    others = (
        html(post("a")),
        html(post("a", is_page=True), comments=GISCUS),
        html(post("a", comments=False), comments=GISCUS),
    )
    assert not any("giscus" in page for page in others)
