"""Comments in a reader's browser: not one request before the click, the right frame after it, a link without script."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from publisher import config
from publisher.build import Options, publish
from publisher.report import QuietReporter
from tests.support.hostile import output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

SETTINGS = """[tool.publisher.comments]
repository = "ada/blog"
repository-id = "R_1"
category = "Posts"
category-id = "C_1"
"""
# What a notebook may have that looks like the place of the comments.
FALSE = '<div class="article"><div class="ending"><div class="comments">x</div></div></div>'
# What giscus.app would be: it says how high it is, and what it is told.
FRAME = """<!doctype html><p id="told"></p><script>
addEventListener("message", event => told.textContent = JSON.stringify(event.data));
parent.postMessage({giscus: {resizeHeight: 777}}, "*");
</script>"""


@pytest.fixture
def address(tmp_path: Path, write_notebook: Callable[..., Path], serve: Callable[[Path], str]) -> str:
    write_notebook("one.ipynb", "# One\n\nWords.", FALSE, output({"text/html": FALSE}))
    write_notebook("quiet.ipynb", "---\ntitle: Quiet\ncomments: false\n---\n\nWords.")
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    publish(config.load(tmp_path), Options(datetime(2026, 1, 1, tzinfo=UTC)), QuietReporter(io.StringIO()))
    return serve(tmp_path / "public")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(color_scheme="dark")
    yield made
    made.close()


def opened(context: BrowserContext, url: str) -> tuple[Page, list[str]]:
    """Open a page beside a giscus.app of our own; return it with the addresses elsewhere that it asks for."""
    asked: list[str] = []
    context.route("https://giscus.app/**", lambda route: route.fulfill(content_type="text/html", body=FRAME))
    page = context.new_page()
    page.on(
        "request",
        lambda request: asked.append(request.url) if "127.0.0.1" not in urlsplit(request.url).netloc else None,
    )
    page.goto(url, wait_until="networkidle")
    return page, asked


def test_nothing_is_asked_before_the_click_and_one_frame_after_it(context: BrowserContext, address: str) -> None:
    page, asked = opened(context, f"{address}/one/#part")
    assert asked == []
    page.get_by_role("button", name="Show comments").click()
    page.locator(".comments iframe[height='777']").wait_for()
    (url,) = asked
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "giscus.app", "/en/widget")
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert query == {
        "repo": "ada/blog", "repoId": "R_1", "category": "Posts", "categoryId": "C_1", "term": "one/", "strict": "0",
        "reactionsEnabled": "1", "emitMetadata": "0", "inputPosition": "bottom", "theme": "dark",
        "origin": f"{address}/one/", "backLink": f"{address}/one/",
    }  # fmt: skip
    assert page.locator(".comments iframe").get_attribute("sandbox") == (
        "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox "
        "allow-top-navigation-by-user-activation"
    )


def test_the_frame_follows_light_and_dark(context: BrowserContext, address: str) -> None:
    page, _ = opened(context, f"{address}/one/")
    page.get_by_role("button", name="Show comments").click()
    frame = page.frame_locator(".comments iframe")
    page.locator(".comments iframe[height='777']").wait_for()
    page.emulate_media(color_scheme="light")
    frame.get_by_text('{"giscus":{"setConfig":{"theme":"light"}}}').wait_for()


def test_who_comes_back_from_signing_in_sees_the_comments_at_once(context: BrowserContext, address: str) -> None:
    page, asked = opened(context, f"{address}/one/?giscus=abc&a=b")
    page.locator(".comments iframe").wait_for()
    assert page.url == f"{address}/one/?a=b"
    assert "session=abc" in asked[0]
    page.reload()
    page.get_by_role("button", name="Show comments").click()
    page.locator(".comments iframe[height='777']").wait_for()
    assert "session=abc" in asked[-1]


def test_without_script_there_is_a_link(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page, asked = opened(context, f"{address}/one/")
    assert page.get_by_role("button").count() == 0
    href = page.locator(".comments").get_by_role("link").get_attribute("href")
    assert href == "https://github.com/ada/blog/discussions?discussions_q=one%2F"
    assert asked == []
    context.close()


def test_a_post_that_wants_no_comments_has_none(context: BrowserContext, address: str) -> None:
    page, _ = opened(context, f"{address}/quiet/")
    assert page.locator(".comments").count() == 0
    assert "giscus" not in page.content()
