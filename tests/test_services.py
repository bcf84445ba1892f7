"""Analytics, the head, the logo, the footer: what is on pages, and what their policy allows."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from publisher import analytics, branding, config, policies, unchanged
from publisher.analytics import Tracking
from publisher.build import Options, publish
from publisher.config import Analytics
from publisher.errors import SettingsError
from publisher.report import QuietReporter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OWN_SCRIPTS = policies.policy("").partition("script-src ")[2].partition(";")[0]  # publisher's own


def made(root: Path, toml: str) -> dict[str, str]:
    """Return the pages of a blog with these settings."""
    (root / "pyproject.toml").write_text(
        f'[tool.publisher]\nbase-url = "https://example.org/blog"\nsearch = false\n{toml}', "utf-8"
    )
    publish(config.load(root), Options(NOW), QuietReporter(io.StringIO()))
    public = root / "public"
    return {path.relative_to(public).as_posix(): path.read_text("utf-8") for path in public.rglob("*.html")}


def policy_of(html: str) -> dict[str, str]:
    match = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert match
    return dict(part.strip().partition(" ")[::2] for part in unescape(match[1]).split(";"))


@pytest.fixture
def blog(tmp_path: Path, write_notebook: Callable[..., Path]) -> Path:
    write_notebook("one.ipynb", "# One\n\nWords.")
    return tmp_path


def test_by_default_pages_reach_nobody(blog: Path) -> None:
    for html in made(blog, "").values():
        policy = policy_of(html)
        assert policy["script-src"] == OWN_SCRIPTS
        assert policy["connect-src"] == policy["frame-src"] == "'self'"


def test_a_script_is_on_every_page_and_its_hosts_alone_are_allowed(blog: Path) -> None:
    toml = """[tool.publisher.analytics]
script = "https://plausible.example/js/script.js"
attributes = { data-domain = 'a"b' }
hosts = ["api.example"]
"""
    found = made(blog, toml.replace("plausible.example", "plausible.example.org").replace("api.ex", "api.plain.ex"))
    own = "https://plausible.example.org https://api.plain.example"
    for html in found.values():
        assert '<script defer src="https://plausible.example.org/js/script.js" data-domain="a&quot;b"></script>' in html
        policy = policy_of(html)
        assert policy["script-src"] == f"{OWN_SCRIPTS} {own}"
        assert policy["connect-src"] == f"'self' {own}"
        assert sorted(policy["img-src"].split()) == sorted(f"'self' data: {own}".split())
        assert policy["frame-src"] == policy["default-src"].replace("'none'", "'self'")


def test_a_script_of_the_site_itself_needs_no_host() -> None:
    assert analytics.tracking(Analytics("/count.js"), "/blog") == Tracking(
        '<script defer src="/blog/count.js"></script>'
    )


def test_an_inline_snippet_is_allowed_by_its_hash_and_no_other_script_is() -> None:
    script = "\n  window.count = window.count || [];\n  a < b && c > d;\n"
    html = f'<script async src="https://a.org/x.js"></script>\n<script>{script}</script>'
    tracking = analytics.tracking(Analytics(snippet=html, hosts=("https://a.org",)))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert tracking == Tracking(html, ("https://a.org",), (f"'sha256-{digest}'",))
    assert f"script-src {OWN_SCRIPTS} https://a.org 'sha256-{digest}';" in policies.policy("", tracking)
    assert "'unsafe-inline'" not in policies.policy("", tracking).partition("script-src")[2].partition(";")[0]


def test_what_is_said_of_the_blog_is_on_every_page(blog: Path) -> None:
    (blog / "static").mkdir()
    (blog / "static/logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="30"><script/></svg>'
    )
    toml = """logo = "static/logo.svg"
footer = "By *hand*, [about](/about/) <b onclick=x>us</b>"
social = [{ title = "A & B", url = "https://example.social/@ada" }]
head = '<meta name="google-site-verification" content="x">'
"""
    found = made(blog, toml)
    (logo,) = (blog / "public/assets").glob("logo-*.svg")
    assert "script" not in logo.read_text()
    for html in found.values():
        assert f'src="/blog/assets/{logo.name}" width="120" height="30"' in html
        assert 'By <em>hand</em>, <a href="/blog/about/">about</a>' in html
        assert "onclick" not in html
        assert '<a href="https://example.social/@ada" rel="me noopener">A &amp; B</a>' in html
        assert html.index("google-site-verification") < html.index("</head>")
    assert 'alt="' + config.load(blog).title in found["one/index.html"]


def test_a_logo_that_changes_is_seen_and_changes_its_name(blog: Path) -> None:
    for colour in ("red", "blue"):
        Image.new("RGB", (40, 20), colour).save(blog / "logo.png")
        html = made(blog, 'logo = "logo.png"\n')["one/index.html"]
        (name,) = re.findall(r"/assets/(logo-\w+\.png)", html)
        assert (blog / "public/assets" / name).read_bytes() == (blog / "logo.png").read_bytes()


def test_a_logo_that_is_no_picture_is_an_error_of_the_setting(blog: Path) -> None:
    (blog / "logo.png").write_text("no picture")
    with pytest.raises(SettingsError, match=r"line 4: `logo`"):
        made(blog, 'logo = "logo.png"\n')


def test_words_at_the_end_may_be_empty() -> None:
    assert branding.footer("", "/blog") == ""


def test_a_logo_outside_the_folders_that_are_read_is_looked_at_as_well(blog: Path) -> None:
    Image.new("RGB", (40, 20), "red").save(blog / "logo.png")
    made(blog, 'logo = "logo.png"\n')
    settings, options = config.load(blog), Options(NOW)
    assert unchanged.summary(settings, options) is not None
    Image.new("RGB", (40, 20), "blue").save(blog / "logo.png")
    assert unchanged.summary(settings, options) is None


def test_a_setting_of_the_end_of_articles_makes_them_again_and_no_other_page(blog: Path) -> None:
    before = made(blog, 'license = "MIT"\n')["one/index.html"]
    settings = '[tool.publisher]\nbase-url = "https://example.org/blog"\nsearch = false\nlicense = "CC0"\n'
    (blog / "pyproject.toml").write_text(settings)
    summary = publish(config.load(blog), Options(NOW, explain=True), QuietReporter(io.StringIO()))
    after = (blog / "public/one/index.html").read_text("utf-8")
    assert ("MIT License" in before, "CC0 1.0" in after) == (True, True)
    assert [each.page for each in summary.remade] == ["one/index.html"]


@pytest.mark.browser
def test_a_browser_runs_the_snippet_and_nothing_that_was_changed_in_it(
    blog: Path, browser: Browser, serve: Callable[[Path], str]
) -> None:
    snippet = "<script>document.documentElement.dataset.counted = 'a < b';</script>"
    made(blog, f"[tool.publisher.analytics]\nhosts = ['stats.example.org']\nsnippet = \"{snippet}\"\n")
    address, page = serve(blog / "public"), browser.new_page()
    page.goto(f"{address}/one/")
    assert page.evaluate("document.documentElement.dataset.counted") == "a < b"
    file = blog / "public/one/index.html"
    file.write_text(file.read_text("utf-8").replace("'a < b'", "'other'"), "utf-8")
    page.goto(f"{address}/one/?again")  # not from the cache
    assert page.evaluate("document.documentElement.dataset.counted ?? ''") == ""
    page.close()
