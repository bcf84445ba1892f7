"""The settings of looks and of services: what is read, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher import config
from publisher.config import Analytics, Comments, NavigationLink, Settings, Theme
from publisher.errors import SettingsError


def load(root: Path, toml: str) -> Settings:
    (root / "pyproject.toml").write_text(f"[tool.publisher]\n{toml}", encoding="utf-8")
    return config.load(root)


def refused(root: Path, toml: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(root, toml)
    (problem,) = caught.value.problems
    return f"{problem.message} ({problem.hint})"


def test_the_settings_of_looks_and_services_are_read(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg/>")
    settings = load(
        tmp_path,
        """logo = "./logo.svg"
footer = "Words"
social = { Mastodon = "https://example.social/@ada" }
head = "<meta name=a content=b>"
license = "MIT"
cite = true
repository = "https://github.com/a/b"
repository-branch = "trunk"
repository-folder = "/docs/"
open-in = ["binder", "binder"]
jupyterlite = "https://example.org/lab"
[tool.publisher.theme]
accent = "#AABBCC"
accent-dark = "#DDEEFF"
text-font = "book"
heading-font = "legible"
code-font = "system"
width = "wide"
corners = "round"
[tool.publisher.analytics]
script = "/count.js"
attributes = { data-site = "a" }
hosts = ["Example.org", "https://*.example.net"]
[tool.publisher.comments]
repository = "https://github.com/a/b"
repository-id = "1"
category = "C"
category-id = "2"
mapping = "title"
reactions = false
""",
    )
    assert settings.accent == "#aabbcc"
    assert settings.theme == Theme("#aabbcc", "#ddeeff", "book", "legible", "system", 42.0, 10)
    assert (settings.logo, settings.footer, settings.license, settings.cite) == ("logo.svg", "Words", "MIT", True)
    assert settings.social == (NavigationLink("Mastodon", "https://example.social/@ada"),)
    assert (settings.repository_branch, settings.repository_folder) == ("trunk", "docs")
    assert (settings.open_in, settings.jupyterlite) == (("binder",), "https://example.org/lab")
    hosts = ("https://example.org", "https://*.example.net")
    assert settings.analytics == Analytics("/count.js", (("data-site", "a"),), hosts=hosts)
    assert settings.comments == Comments("a/b", "1", "C", "2", "title", reactions=False)


@pytest.mark.parametrize(
    ("written", "rem"), [("narrow", 33), ("normal", 37), ("wide", 42), ("40rem", 40), ("38.5 rem", 38.5)]
)
def test_a_width_is_a_word_or_a_length(tmp_path: Path, written: str, rem: float) -> None:
    assert load(tmp_path, f'theme.width = "{written}"').theme.width == rem


@pytest.mark.parametrize(("written", "pixels"), [('"square"', 0), ('"round"', 10), ("7", 7)])
def test_corners_are_a_word_or_pixels(tmp_path: Path, written: str, pixels: int) -> None:
    assert load(tmp_path, f"theme.corners = {written}").theme.corners == pixels


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('social = [{ title = "A", url = "http://example.org" }]', "no safe web address"),
        ('social = [{ title = "A", url = "/about/" }]', "no safe web address"),
        ('social = [{ title = "A", url = "javascript:alert(1)" }]', "is no address"),
        ("theme.corners = true", "where a whole number is needed"),
        ('theme.width = "600px"', "28rem"),
        ('footer = "# Large"', "more than a line"),
        ('footer = "![A picture](a.png)"', "more than a line"),
        ('logo = "../logo.svg"', "not in the blog's folder"),
        ('logo = "/logo.svg"', "not in the blog's folder"),
        ('logo = "logo.gif"', "is no picture"),
        ('head = "<script src=/a.js></script>"', "[tool.publisher.analytics]"),
        ('head = "<base href=/>"', "holds <base>"),
        ('head = "<style>p{}</style>"', "holds <style>"),
        ('head = "text"', "holds the text 'text'"),
        ('head = "<meta http-equiv=refresh content=0>"', "changes what pages may do"),
        ('head = "<link rel=stylesheet href=https://example.org/a.css>"', "from elsewhere"),
        ('head = "<link rel=preconnect href=//example.org>"', "from elsewhere"),
        ('head = "<link rel=me href=javascript:alert(1)>"', "https:// or /"),
        ('analytics.script = "javascript:alert(1)"', "no safe address of a script"),
        ('analytics.script = "//example.org/a.js"', "no safe address of a script"),
        ('analytics.snippet = "<script>count()</script>"', "has no hosts"),
        ('analytics = { snippet = "<iframe></iframe>", hosts = ["a.org"] }', "holds <iframe>"),
        ('analytics = { snippet = "<img onerror=x>", hosts = ["a.org"] }', "holds `onerror`"),
        ('analytics = { snippet = "<script src=http://a.org/></script>", hosts = ["a.org"] }', "begins with https://"),
        ('analytics = { snippet = "<script src=https://b.org/></script>", hosts = ["a.org"] }', 'hosts = ["b.org"]'),
        ('analytics = { script = "/a.js", snippet = "<script></script>", hosts = ["a.org"] }', "beside a script"),
        ('analytics.hosts = ["a.org"]', "a script that is not there"),
        ('analytics = { script = "/a.js", hosts = ["*"] }', "is no host"),
        ('analytics = { script = "/a.js", hosts = ["a.org; script-src *"] }', "is no host"),
        ('analytics = { script = "/a.js", attributes = { src = "x" } }', "which no script needs"),
        ('open-in = ["binder"]', "needs `repository`"),
        ('open-in = ["kaggle"]', "no place to open"),
        ('comments.repository = "a/b"', "no `repository-id` and no `category` and no `category-id`"),
    ],
)
def test_what_is_not_safe_or_does_not_fit_is_refused(tmp_path: Path, toml: str, said: str) -> None:
    assert said in refused(tmp_path, toml)


def test_links_and_metas_may_be_put_into_the_head(tmp_path: Path) -> None:
    html = '<meta name="a" content="b">\n<link rel="me" href="https://example.org/"><link rel="icon" href="/i.png">'
    assert load(tmp_path, f"head = '''{html}'''").head == html
