"""What an author sees in the browser while they write, and what other sites and notebooks can do there."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error as PlaywrightError

from tests.support.notebooks import cell, notebook
from tests.support.preview import Previewed, previewing, write
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

LONG = "\n\n".join(f"Paragraph {number}." for number in range(120))
FOLD = cell("print(1)", "code", outputs=[{"output_type": "stream", "name": "stdout", "text": "1\n"}])
FOLD["metadata"] = {"tags": ["hide-input"]}
OVERLAY = "document.getElementById('publisher-problems')?.shadowRoot.textContent ?? ''"


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.publisher]\ntitle = "Ours"\n')
    write(tmp_path, "one", "# One\n\nFirst words.", FOLD, LONG, "## Far down\n\nThe end.")
    write(tmp_path, "two", "# Two\n\nSecond words.")
    return tmp_path


@pytest.fixture
def running(blog: Path) -> Iterator[Previewed]:
    with previewing(blog) as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def open_page(page: Page, running: Previewed, path: str) -> list[str]:
    """Open a page that is told what comes, and mark it, so that it can be seen whether it is loaded again."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    with page.expect_response(lambda response: response.url.endswith("/events")):
        page.goto(f"{running.origin}{path}")
    page.evaluate("window.marked = true")
    return complaints


def until(page: Page, holds: str) -> None:
    """Wait until an expression holds; Playwright's own way is forbidden by the policy of pages."""

    def has_come() -> bool:
        with suppress(PlaywrightError):  # the page is just being loaded again
            return bool(page.evaluate(holds))
        return False

    wait_until(has_come, holds)


def is_marked(page: Page) -> bool:
    return bool(page.evaluate("window.marked === true"))


def test_only_the_page_of_the_saved_notebook_is_loaded_again(blog: Path, running: Previewed, page: Page) -> None:
    other = page.context.new_page()
    complaints = [*open_page(page, running, "/one/"), *open_page(other, running, "/two/")]
    write(blog, "one", "# One\n\nSaved words.", FOLD, LONG, "## Far down\n\nThe end.")
    until(page, "document.body.textContent.includes('Saved words.')")
    assert not is_marked(page)
    assert is_marked(other)
    assert complaints == []


def test_the_place_of_the_reader_and_open_folds_are_kept(blog: Path, running: Previewed, page: Page) -> None:
    open_page(page, running, "/one/")
    assert not page.evaluate("document.querySelector('.body details').open")
    page.evaluate("document.querySelector('.body details').open = true")
    page.evaluate("document.getElementById('far-down').scrollIntoView({ block: 'center', behavior: 'instant' })")
    top = page.evaluate("document.getElementById('far-down').getBoundingClientRect().top")
    before = page.evaluate("scrollY")
    write(blog, "one", f"# One\n\nSaved words.\n\n{LONG[:300]}", FOLD, LONG, "## Far down\n\nThe end.")
    until(page, "document.body.textContent.includes('Saved words.') && document.readyState == 'complete'")
    until(page, "scrollY > 0")
    assert page.evaluate("document.querySelector('.body details').open")
    assert page.evaluate("scrollY") > before, "words came in above"
    assert abs(page.evaluate("document.getElementById('far-down').getBoundingClientRect().top") - top) < 3


def test_a_new_style_sheet_is_put_in_without_loading_the_page(blog: Path, running: Previewed, page: Page) -> None:
    open_page(page, running, "/one/")
    (blog / "templates").mkdir()
    (blog / "templates" / "extra.css").write_text("h1 { text-transform: uppercase }")
    until(page, "getComputedStyle(document.querySelector('h1')).textTransform === 'uppercase'")
    until(page, "document.querySelectorAll('link[rel=stylesheet]').length === 1")
    assert is_marked(page)
    (blog / "templates" / "extra.css").write_text("h1 { text-transform: lowercase }")
    until(page, "getComputedStyle(document.querySelector('h1')).textTransform === 'lowercase'")
    assert is_marked(page)


def test_an_error_lies_over_the_last_good_page_until_it_is_put_right(
    blog: Path, running: Previewed, page: Page
) -> None:
    open_page(page, running, "/one/")
    (blog / "notebooks" / "one.ipynb").write_bytes(notebook(cell("---\ntitle: [\n---", "raw"), "<b>Words</b>"))
    until(page, f"({OVERLAY}).includes('one.ipynb, cell 1')")
    assert "First words." in page.inner_text("main")
    assert "→" in page.evaluate(OVERLAY)
    page.evaluate("document.getElementById('publisher-problems').shadowRoot.querySelector('button').click()")
    assert page.evaluate(OVERLAY) == ""
    page.reload()
    until(page, f"({OVERLAY}).includes('one.ipynb, cell 1')")
    write(blog, "one", "# One\n\nRight again.")
    until(page, "document.body.textContent.includes('Right again.')")
    until(page, f"({OVERLAY}) === ''")


def test_what_an_error_says_is_text(blog: Path, running: Previewed, page: Page) -> None:
    open_page(page, running, "/one/")
    (blog / "pyproject.toml").write_text('[tool.publisher]\n"<img src=x onerror=alert(1)>" = 1\n')
    until(page, f"({OVERLAY}).includes('<img src=x')")
    assert page.evaluate("document.getElementById('publisher-problems').shadowRoot.querySelectorAll('img').length") == 0


def test_a_page_that_was_not_there_comes_when_its_notebook_does(blog: Path, running: Previewed, page: Page) -> None:
    page.goto(f"{running.origin}/three/")
    write(blog, "three", "# Three\n\nHere it is.")
    until(page, "document.body.textContent.includes('Here it is.')")


def test_with_follow_the_page_goes_to_the_notebook_saved_last(blog: Path, page: Page) -> None:
    with previewing(blog, "--follow") as running:
        open_page(page, running, "/one/")
        write(blog, "two", "# Two\n\nSaved words.")
        page.wait_for_url(f"{running.origin}/two/")
        assert "Saved words." in page.inner_text("main")


def test_pages_find_a_preview_that_was_started_again(blog: Path, page: Page) -> None:
    with previewing(blog) as running:
        open_page(page, running, "/one/")
    write(blog, "one", "# One\n\nWritten meanwhile.")
    with previewing(blog, port=running.port) as again:
        assert again.port == running.port
        until(page, "document.body.textContent.includes('Written meanwhile.')")


@pytest.fixture
def evil() -> Iterator[str]:
    """Serve an empty page at another origin."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


ATTACKS = """async ([origin, token]) => {
    const tried = {};
    const attempt = async (name, what) => {
        try { tried[name] = await what(); } catch (error) { tried[name] = "refused"; }
    };
    const events = `${origin}/${token}/events`;
    const read = async (url, options) => (await (await fetch(url, options)).text()).slice(0, 200);
    await attempt("page", () => read(`${origin}/one/`));
    await attempt("channel", () => read(events, { method: "POST", body: "/one/" }));
    await attempt("channel with credentials", () => read(events, { method: "POST", credentials: "include" }));
    await attempt("channel without mode", async () => {
        const answer = await fetch(events, { method: "POST", mode: "no-cors" });
        return answer.type === "opaque" ? "refused" : "read";
    });
    await attempt("events", () => new Promise((resolve, reject) => {
        const source = new EventSource(events);
        source.onmessage = (event) => resolve(event.data);
        source.onerror = () => { source.close(); reject(); };
    }));
    await attempt("script", () => new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `${origin}/${token}/live.js`;
        script.onload = () => resolve("ran");
        script.onerror = reject;
        document.head.append(script);
    }));
    await attempt("image", () => new Promise((resolve, reject) => {
        const image = new Image();
        image.src = `${origin}/favicon.ico`;
        image.onload = () => resolve("seen");
        image.onerror = reject;
    }));
    await attempt("frame", () => new Promise((resolve) => {
        const frame = document.createElement("iframe");
        frame.src = `${origin}/one/`;
        frame.onload = () => {
            try { resolve(frame.contentDocument?.body.textContent || "refused"); } catch { resolve("refused"); }
        };
        document.body.append(frame);
    }));
    return tried;
}"""


def test_another_site_reads_nothing_even_if_it_knew_the_token(running: Previewed, page: Page, evil: str) -> None:
    page.goto(evil)
    tried = page.evaluate(ATTACKS, [running.origin, running.token()])
    assert len(tried) == 8
    assert set(tried.values()) == {"refused"}


HOSTILE = """<p id="said">waiting</p><script>
(async () => {
  const tried = {};
  const attempt = async (name, what) => {
    try { tried[name] = await what(); } catch (error) { tried[name] = "refused"; }
  };
  const get = self["fet" + "ch"];
  await attempt("channel", async () => (await get("ORIGIN/TOKEN/events", {method: "POST", body: "/"})).status);
  await attempt("page", async () => (await get("ORIGIN/one/")).status);
  await attempt("parent", () => parent.document.querySelector("script[src$='live.js']").src);
  await attempt("top", () => top.location.href);
  await attempt("storage", () => sessionStorage.getItem("publisher-preview") + "");
  await attempt("referrer", () => document.referrer.includes("TOKEN") ? document.referrer : "refused");
  document.getElementById("said").textContent = JSON.stringify(tried);
})();
</script><canvas></canvas>"""


def test_a_hostile_notebook_cannot_call_the_channel_nor_read_its_token(
    blog: Path, running: Previewed, page: Page
) -> None:
    script = HOSTILE.replace("ORIGIN", running.origin).replace("TOKEN", running.token())
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": script, "text/plain": "?"}}
    write(blog, "hostile", "# Hostile\n\nWords.", cell("show()", "code", outputs=[output]))
    page.goto(f"{running.origin}/hostile/")
    page.wait_for_selector("iframe")
    page.evaluate("document.querySelector('iframe').scrollIntoView()")
    frame = page.frame_locator("iframe")
    frame.locator("#said:not(:text('waiting'))").wait_for()
    said = frame.locator("#said").inner_text()
    assert said.count('"refused"') == 6, said
