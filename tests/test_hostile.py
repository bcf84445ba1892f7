"""What a hostile notebook achieves in a reader's browser: nothing on the site, and no word to another host."""

from __future__ import annotations

import functools
import io
import json
import re
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from publisher.build import Options, publish
from publisher.config import Settings, untrusting
from publisher.report import QuietReporter
from tests.support import hostile
from tests.support.attacks import (
    COVERS,
    NOW,
    Site,
    attack,
    front_matter,
    rules,
    served,
)
from tests.support.notebooks import cell, notebook
from tests.support.waiting import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


LOOSE = "allow-scripts allow-same-origin allow-forms"  # all that does not lead away from the page that is watched


def write_all(folder: Path) -> None:
    """Write every payload into the notebooks of a blog."""
    saved = hostile.widgets()

    def write(name: str, *cells: dict[str, Any] | str, **metadata: Any) -> None:
        data = json.loads(notebook(*cells, **metadata)) | {"nbformat_minor": 5}
        (folder / name).write_text(json.dumps(data), "utf-8")

    for family, payloads in groupby(hostile.numbered(), key=lambda each: each.family):
        cells = [made for payload in payloads for made in hostile.hidden(payload)]
        write(f"{family}.ipynb", f"# {family}", *cells, widgets=saved)
    break_out = hostile.armed('"><script>PWN</script>', 700)
    kernel = {"name": break_out, "language": break_out, "display_name": break_out}
    language = {"name": break_out, "pygments_lexer": break_out, "file_extension": break_out, "mimetype": break_out}
    write("data.ipynb", "# data", *hostile.plain(), widgets=saved, kernelspec=kernel, language_info=language)
    for number, written in enumerate(hostile.FRONT, 701):
        text = cell(front_matter(hostile.front(number, written)), "raw")
        write(f"front-{number}.ipynb", text, "Words.", title=break_out)
    for name in hostile.FILES:
        write(name, "Words.")


@pytest.fixture(scope="module", params=["author", "guest"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Publish all payloads; a guest's even on a site that lets images from elsewhere in."""
    root = tmp_path_factory.mktemp(request.param)
    (root / "notebooks").mkdir()
    write_all(root / "notebooks")
    settings = Settings(root=root, base_url="https://example.org", page_size=100)
    if request.param == "guest":
        settings = untrusting(replace(settings, remote_images="allow"))
    summary = publish(settings, Options(now=NOW, drafts=True), QuietReporter(io.StringIO()))
    assert [problem for problem in summary.failures if "front-" not in problem.file] == []
    return request.param, root / "public"


def pages(site: Path) -> list[str]:
    files = (file.relative_to(site).as_posix() for file in site.rglob("*.html"))
    return sorted(path.removesuffix("index.html") for path in files if not path.startswith("outputs/"))


def test_there_are_enough_payloads_and_they_are_alive(browser: Browser, tmp_path: Path) -> None:
    """Where nobody cleans them, most run or reach another host at once: what the tests below see is no silence."""
    payloads = list(hostile.numbered())
    assert len(payloads) + len(list(hostile.plain())) + len(hostile.FRONT) + len(hostile.FILES) >= 250
    for number, _, text in payloads:
        (tmp_path / f"{number}.html").write_text(f"<!doctype html><body>{text}", "utf-8")
    frames = "".join(f'<iframe src="{number}.html" sandbox="{LOOSE}"></iframe>' for number, _, _ in payloads)
    (tmp_path / "index.html").write_text(f"<!doctype html><body>{frames}", "utf-8")
    with served(functools.partial(Site, directory=str(tmp_path))) as address, attack(browser, address) as attempt:
        attempt.page.goto(f"{address}/", wait_until="commit")
        ran: set[str] = set()
        reached: set[str] = set()
        for _ in range(10 * PATIENCE):
            if len(ran) > 60 and len(reached) > 30:
                break
            attempt.page.wait_for_timeout(100)
            ran = {said.split()[1] for said in attempt.ran}
            reached = {url.partition("evil.test/")[2] for url in attempt.asked if "evil.test/" in url}
    assert len(ran) > 60
    assert len(reached) > 30


@pytest.mark.parametrize("mode", ["headers", "meta", "none"])
def test_no_payload_runs_on_the_site_or_reaches_another_host(
    site: tuple[str, Path], browser: Browser, mode: str
) -> None:
    """With the headers of the site, with the policy of the pages alone, and even where browsers heed no policy."""
    level, folder = site
    said = rules(folder) if mode == "headers" else ()
    handler = functools.partial(type("Served", (Site,), {"rules": said}), directory=str(folder))
    outputs = sorted(file.relative_to(folder).as_posix() for file in folder.glob("outputs/*.html"))
    with served(handler) as address, attack(browser, address, bypass_csp=mode == "none") as attempt:
        for path in pages(folder):
            if mode != "none" or level == "guest" or path == "scripts/":
                attempt.open(path)
        for path in outputs:
            attempt.open_alone(path)
    assert attempt.ran == []
    assert attempt.alive == {}
    assert attempt.strayed == attempt.popups == []
    if level == "guest":
        assert attempt.said == outputs == []
    else:
        assert len({line.split()[1] for line in attempt.said}) > 20  # in frames, where they can reach nothing
    if level == "guest" or mode != "none":
        assert [url for url in attempt.asked if hostile.HOST in url] == []
    else:
        assert attempt.asked  # it is the policy that keeps what runs in frames from the network


def test_a_guest_has_no_script_and_no_frame_in_any_file(site: tuple[str, Path]) -> None:
    level, folder = site
    html = b"".join(file.read_bytes() for file in folder.rglob("*.html"))
    is_guest = level == "guest"
    own = rb'<script(?:>\{let scheme| src="/assets/(?:site|finder)-| type="application/ld\+json")'
    assert (not re.findall(rb"<script", re.sub(own, b"", html))) == is_guest
    assert (b"<iframe" not in html) == is_guest
    assert (folder / "outputs").exists() != is_guest
    assert (folder / "assets/scripts").exists() != is_guest


COVERED = """() => [...document.querySelectorAll(".masthead a, h1, .contents.beside a, .imprint a")].filter(element => {
    element.scrollIntoView({block: "center", behavior: "instant"});
    const {left, top, width, height} = element.getBoundingClientRect();
    return !element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}).map(element => element.outerHTML)"""


def test_foreign_styles_cover_nothing_of_the_site(
    tmp_path: Path, write_notebook: Callable[..., Path], browser: Browser
) -> None:
    outline = "## One\n\nText.\n\n## Two\n\nText.\n\n## Three\n\nText."
    for number, style in enumerate(COVERS):
        link = f'<a href="/x" style="{style}">WIDE</a>'
        write_notebook(
            f"{number}.ipynb", "# Title", outline, hostile.output({"text/html": link}), f"{link}\n\n{link} x"
        )
    publish(Settings(root=tmp_path), Options(now=NOW), QuietReporter(io.StringIO()))
    covered = {}
    with (
        served(functools.partial(Site, directory=str(tmp_path / "public"))) as address,
        attack(browser, address) as attempt,
    ):
        attempt.page.set_viewport_size({"width": 1400, "height": 800})
        for number, style in enumerate(COVERS):
            attempt.page.goto(f"{address}/{number}/")
            assert attempt.page.locator(".masthead a, h1, .contents.beside a").count() >= 5
            covered[style] = attempt.page.evaluate(COVERED)
    assert {style: found for style, found in covered.items() if found} == {}


HEIGHTS = {
    '{type: "height", height: 1e9, html: "<script>"}': "4000px",
    '{type: "height", height: 321}': "321px",
    '{type: "height", height: "1e9"}': "same",
    '{type: "height", height: NaN}': "same",
    '{type: "height", height: Infinity}': "same",
    '{type: "height", height: [4000]}': "same",
    '{type: "style", height: 4000}': "same",
    "null": "same",
    '"height"': "same",
}


# Those that say a height were heard, and all others have said their own, which is not the one that was kept for them.
ANSWERED = """() => {
    const heights = [...document.querySelectorAll("iframe")].map(frame => frame.style.height);
    return heights.includes("4000px") && heights.includes("321px") && !heights.includes("400px");
}"""


def test_a_frame_says_how_high_it_is_and_nothing_else(
    tmp_path: Path, write_notebook: Callable[..., Path], browser: Browser
) -> None:
    script = "<p>x</p><script>setInterval(() => parent.postMessage({}, '*'), 100)</script>"
    frames = [hostile.output({"text/html": script.replace("{}", message)}) for message in HEIGHTS]
    write_notebook("heights.ipynb", *frames)
    publish(Settings(root=tmp_path), Options(now=NOW), QuietReporter(io.StringIO()))
    with (
        served(functools.partial(Site, directory=str(tmp_path / "public"))) as address,
        attack(browser, address) as attempt,
    ):
        attempt.page.set_viewport_size({"width": 1000, "height": 6000})  # all frames are near
        attempt.page.goto(f"{address}/heights/", wait_until="load")
        attempt.page.wait_for_function(ANSWERED)
        found = attempt.page.evaluate("[...document.querySelectorAll('iframe')].map(frame => frame.style.height)")
        styled = attempt.page.evaluate("[...document.querySelectorAll('iframe')].map(frame => frame.style.length)")
    own = found[list(HEIGHTS.values()).index("same")]
    assert own not in ("4000px", "321px", "400px")
    assert found == [own if height == "same" else height for height in HEIGHTS.values()]
    assert set(styled) == {1}
