"""What readers do with the search, in a real browser: open it, find something, go there, or close it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from publisher import config
from publisher.build import Options, publish
from publisher.report import QuietReporter
from tests.support.browser import DESKTOP, PHONE, Watched
from tests.support.notebooks import cell, notebook

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PREFIX = "/blog"
HOSTILE = "Beware &lt;img src=x onerror=alert(1)&gt; of `<script>alert(1)</script>` and `<mark>` quagga."


def printed(text: str) -> list[dict[str, Any]]:
    return [{"output_type": "stream", "name": "stdout", "text": text}]


def posts() -> Iterator[tuple[str, bytes]]:
    hidden = cell("okapi = 1", "code")
    hidden["metadata"] = {"tags": ["remove-cell"]}
    yield (
        "zebras.ipynb",
        notebook(
            cell("---\ntitle: Zebras in the morning\ndate: 2026-03-01\ntags: [animals, stripes]\n---", "raw"),
            "A herd of zebras is called a dazzle.",
            cell("count_of_stripes = linspace(0, 7)", "code", outputs=printed("gazelle 42\n")),
            hidden,
        ),
    )
    yield (
        "lions.ipynb",
        notebook(
            cell("---\ntitle: Lions\ndate: 2026-02-01\ntags: [animals]\n---", "raw"), "A lion looks for zebras at noon."
        ),
    )
    yield "hostile.ipynb", notebook(cell("---\ntitle: A <b>trap</b>\n---", "raw"), HOSTILE)
    yield "wie.ipynb", notebook(cell("---\ntitle: Wüste\nlang: de\n---", "raw"), "Ein Kamel in der Wüste.")
    yield "unlisted.ipynb", notebook(cell("---\ntitle: Unlisted\nunlisted: true\n---", "raw"), "A lonely narwhal.")
    for number in range(40):  # enough for several parts of the index
        yield f"filler-{number}.ipynb", notebook(f"# Filler {number}\n\nPlankton, sample {number}.")


def make_site(root: Path, settings: str = "") -> Path:
    """Publish a blog at a path below its host; return the folder that its host would serve."""
    (root / "notebooks").mkdir(parents=True)
    for name, data in posts():
        (root / "notebooks" / name).write_bytes(data)
    where = f'base-url = "https://x.example{PREFIX}"\noutput = "host{PREFIX}"'
    text = f'[tool.publisher]\ntitle = "Beasts"\nsearch = true\n{where}\n{settings}'
    (root / "pyproject.toml").write_text(text, "utf-8")
    now = datetime(2026, 12, 1, tzinfo=UTC)
    summary = publish(config.load(root), Options(now=now, jobs=2), QuietReporter(io.StringIO()))
    assert not summary.failures
    return root / "host"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_site(tmp_path_factory.mktemp("search"))


@pytest.fixture
def open_page(browser: Browser, serve: Callable[[Path], str]) -> Callable[..., Any]:
    @contextmanager
    def opened(host: Path, path: str = "/", width: int = DESKTOP, **more: Any) -> Iterator[Watched]:
        context = browser.new_context(viewport={"width": width, "height": 800}, **more)
        try:
            watched = Watched(context.new_page())
            watched.open(serve(host), PREFIX.lstrip("/") + path)
            yield watched
        finally:
            context.close()

    return opened


def search_for(page: Page, query: str) -> None:
    page.keyboard.press("/")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("searchbox").fill(query)


def titles(page: Page) -> Any:
    return page.locator("dialog ol a")


def test_a_slash_opens_the_search_and_enter_goes_to_the_first_result(site: Path, open_page: Any) -> None:
    with open_page(site) as watched:
        page = watched.page
        search_for(page, "dazzle")
        expect(titles(page)).to_have_text(["Zebras in the morning"])
        expect(page.locator(".search [role=status]")).to_have_text("Results: 1")
        expect(page.locator("dialog mark").first).to_have_text("dazzle.")
        expect(page.locator("dialog li .meta span")).to_have_text(["March 1, 2026", "animals", "stripes"])
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{PREFIX}/zebras/")
        expect(page.locator("h1")).to_have_text("Zebras in the morning")
        assert watched.said == []


def test_a_click_opens_the_search_and_escape_gives_the_focus_back(site: Path, open_page: Any) -> None:
    with open_page(site, "/lions/") as watched:
        page = watched.page
        link = page.get_by_role("link", name="Search", exact=True)
        link.click()
        expect(page.get_by_role("searchbox")).to_be_focused()
        page.keyboard.type("lion")
        expect(titles(page).first).to_have_text("Lions")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(link).to_be_focused()
        assert page.url.endswith("/lions/")


def test_the_arrows_go_through_the_results_and_tab_does_not_leave_the_dialog(site: Path, open_page: Any) -> None:
    with open_page(site) as watched:
        page = watched.page
        search_for(page, "zebras")
        expect(titles(page)).to_have_count(2)
        for key, place in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowDown", 1), ("ArrowUp", 0)):
            page.keyboard.press(key)
            expect(titles(page).nth(place)).to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(page.get_by_role("searchbox")).to_be_focused()
        for _ in range(12):
            page.keyboard.press("Tab")
            assert page.evaluate(
                "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
            )


def test_a_tag_narrows_the_results_down_and_alone_lists_its_posts(site: Path, open_page: Any) -> None:
    with open_page(site) as watched:
        page = watched.page
        search_for(page, "zebras")
        expect(titles(page)).to_have_count(2)
        tags = page.get_by_role("combobox")
        expect(tags.locator("option")).to_have_text(["All tags", "animals (2)", "stripes (1)"])
        tags.select_option("stripes")
        expect(titles(page)).to_have_text(["Zebras in the morning"])
        page.get_by_role("searchbox").fill("")
        tags.select_option("animals")
        expect(titles(page)).to_have_count(2)


def test_more_results_come_on_demand_from_all_parts_of_the_index(site: Path, open_page: Any) -> None:
    assert len(list((site / PREFIX.lstrip("/") / "pagefind").glob("*/pagefind-entry.json"))) == 2
    with open_page(site) as watched:
        page = watched.page
        search_for(page, "plankton")
        expect(page.locator(".search [role=status]")).to_have_text("Results: 40")
        expect(titles(page)).to_have_count(8)
        page.get_by_role("button", name="More results").click()
        expect(titles(page)).to_have_count(16)
        expect(titles(page).nth(8)).to_be_focused()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("linspace", ["Zebras in the morning"]),
        ("count_of_stripes", ["Zebras in the morning"]),
        ("Wüste", ["Wüste"]),
        ("okapi", []),
        ("gazelle", []),
        ("narwhal", []),
    ],
)
def test_code_and_other_languages_are_found_but_nothing_hidden_unlisted_or_put_out(
    site: Path, open_page: Any, query: str, found: list[str]
) -> None:
    with open_page(site) as watched:
        search_for(watched.page, query)
        said = "Results: 1" if found else "Nothing found"
        expect(watched.page.locator(".search [role=status]")).to_contain_text(said)
        expect(titles(watched.page)).to_have_text(found)


def test_outputs_are_found_if_that_is_asked_for(tmp_path: Path, open_page: Any) -> None:
    with open_page(make_site(tmp_path, "search-outputs = true")) as watched:
        search_for(watched.page, "gazelle")
        expect(titles(watched.page)).to_have_text(["Zebras in the morning"])


def test_who_finds_nothing_is_led_to_the_archive(site: Path, open_page: Any) -> None:
    with open_page(site, "/lions/") as watched:
        search_for(watched.page, "xylophone")
        expect(watched.page.locator(".search [role=status]")).to_contain_text("Nothing found for “xylophone”.")
        watched.page.locator(".search [role=status]").get_by_role("link").click()
        watched.page.wait_for_url(f"**{PREFIX}/archive/")


def test_who_cannot_load_the_index_is_told_and_led_to_the_archive(site: Path, open_page: Any) -> None:
    with open_page(site) as watched:
        watched.page.route("**/pagefind/**", lambda route: route.abort())
        search_for(watched.page, "zebras")
        expect(watched.page.locator(".search [role=status]")).to_contain_text("could not be loaded")
        assert watched.page.locator(".search [role=status]").get_by_role("link").get_attribute("href") is not None


def test_without_javascript_the_link_leads_to_the_archive(site: Path, open_page: Any) -> None:
    with open_page(site, java_script_enabled=False) as watched:
        watched.page.get_by_role("link", name="Search", exact=True).click()
        assert watched.page.url.endswith(f"{PREFIX}/archive/")
        assert watched.page.get_by_role("link", name="Lions").count() == 1


def test_nothing_is_fetched_before_the_search_is_opened_and_then_only_from_the_site(site: Path, open_page: Any) -> None:
    with open_page(site) as watched:
        assert [url for url in watched.asked if "pagefind" in url or "/search-" in url] == []
        search_for(watched.page, "zebras")
        expect(titles(watched.page)).to_have_count(2)
        origin = watched.page.evaluate("location.origin")
        assert [url for url in watched.asked if not url.startswith((origin, "data:"))] == []
        assert any(url.endswith("pagefind-worker.js") for url in watched.asked)


def test_the_policy_of_the_page_holds_while_one_searches(site: Path, open_page: Any) -> None:
    with open_page(site) as watched:
        violations = (
            "window.refused = []; addEventListener('securitypolicyviolation', event => refused.push(event.blockedURI))"
        )
        watched.page.evaluate(violations)
        search_for(watched.page, "zebras")
        expect(titles(watched.page)).to_have_count(2)
        assert watched.page.evaluate("refused") == []
        assert watched.said == []
        policy = watched.page.locator("meta[http-equiv]").get_attribute("content")
        assert policy is not None
        assert "'wasm-unsafe-eval'" in policy
        assert "'unsafe-eval'" not in policy


def test_what_a_post_says_of_tags_stays_text(site: Path, open_page: Any) -> None:
    with open_page(site) as watched:
        page = watched.page
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        search_for(page, "quagga")
        expect(page.locator("dialog li p").first).to_contain_text("<script>alert(1)</script>")
        expect(page.locator("dialog li p").first).to_contain_text("<img src=x onerror=alert(1)>")
        assert page.locator("dialog li img, dialog li script, dialog li b").count() == 0


def test_a_slash_in_a_field_is_a_slash(site: Path, open_page: Any) -> None:
    with open_page(site) as watched:
        search_for(watched.page, "")
        watched.page.keyboard.type("a/b")
        expect(watched.page.get_by_role("searchbox")).to_have_value("a/b")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, PHONE, DESKTOP])
def test_the_open_dialog_has_no_fault_that_axe_knows_and_fits(
    site: Path, open_page: Any, width: int, scheme: str
) -> None:
    with open_page(site, width=width, color_scheme=scheme, bypass_csp=True) as watched:
        search_for(watched.page, "zebras")
        expect(titles(watched.page)).to_have_count(2)
        results = Axe().run(watched.page)
        assert results.violations_count == 0, results.generate_report()
        assert watched.page.evaluate("document.documentElement.scrollWidth") == width


def test_the_dialog_is_in_the_language_of_the_blog_and_runs_its_way(tmp_path: Path, open_page: Any) -> None:
    with open_page(make_site(tmp_path, 'language = "ar"'), width=PHONE) as watched:
        search_for(watched.page, "dazzle")
        expect(titles(watched.page)).to_have_text(["Zebras in the morning"])
        expect(watched.page.get_by_role("searchbox")).to_have_attribute("placeholder", "ابحث في المقالات")
        expect(watched.page.get_by_role("dialog")).to_have_css("direction", "rtl")
        assert watched.page.evaluate("document.documentElement.scrollWidth") == PHONE
