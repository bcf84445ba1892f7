"""What a hostile drawing achieves that a reader opens by itself, on a host that sends no policy: nothing."""

from __future__ import annotations

import base64
import functools
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from publisher.build import Options, publish
from publisher.config import Settings
from publisher.report import QuietReporter
from tests.support import hostile, hostile_drawings
from tests.support.attacks import NOW, Attack, Site, attack, front_matter, served
from tests.support.notebooks import cell, notebook

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

LOADED = """async () => {
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);  // animations have begun
}"""
ALIVE = """() => [...document.querySelectorAll("*")].flatMap(element => [
    ...[...element.attributes].filter(({name}) => /^on/i.test(name)).map(({name}) => name),
    ...[element.href?.baseVal, element.href?.animVal].filter(link => link && !/^(#|data:image\\/png)/.test(link)),
])"""


def open_and_click(attempt: Attack, address: str) -> list[str]:
    """Open a file by itself, click it where all drawings have their link, and return what of it is alive."""
    from playwright.sync_api import Error

    alive: list[str] = []
    try:
        attempt.page.goto(address, wait_until="load")
        attempt.page.evaluate(LOADED)
        alive = attempt.page.evaluate(ALIVE)
        attempt.page.mouse.click(45, 45)
        attempt.page.evaluate(LOADED)
    except Error as error:  # it led away meanwhile
        attempt.strayed.append(f"{address}: {error}")
    if attempt.page.url.partition("#")[0] != address:
        attempt.strayed.append(f"{address} became {attempt.page.url}")
    return alive


def count(attempt: Attack) -> int:
    return sum(map(len, (attempt.ran, attempt.asked, attempt.popups, attempt.strayed)))


def test_most_drawings_run_or_reach_another_host_where_nobody_cleans_them(browser: Browser, tmp_path: Path) -> None:
    """What the test below sees is no silence. Every third has to do here, for the sake of time."""
    drawings = dict(list(hostile_drawings.numbered().items())[::3])
    effects = set()
    for number, svg in drawings.items():
        (tmp_path / f"{number}.svg").write_text(svg, "utf-8")
    with served(functools.partial(Site, directory=str(tmp_path))) as address, attack(browser, address) as attempt:
        for number in drawings:
            before = count(attempt)
            open_and_click(attempt, f"{address}/{number}.svg")
            if count(attempt) > before:
                effects.add(number)
    assert len(effects) > len(drawings) * 0.8


def write_drawings(root: Path) -> None:
    """Write a notebook for each drawing, in which it stands wherever a notebook may have one."""
    (root / "notebooks").mkdir()
    for number, svg in hostile_drawings.numbered().items():
        encoded = base64.b64encode(svg.encode()).decode()
        (root / f"notebooks/{number}.svg").write_text(svg, "utf-8")
        cells: list[dict[str, Any] | str] = [
            cell(front_matter({"image": f"{number}.svg"}), "raw"),
            f"# Drawing {number}",
            hostile.output({"image/svg+xml": svg}),
            hostile.output({"text/html": svg}),
            hostile.output({"text/html": f'<img src="data:image/svg+xml;base64,{encoded}">'}),
            svg,
            f"![beside]({number}.svg) [to save]({number}.svg)",
            cell("![x](attachment:x.svg)", attachments={"x.svg": {"image/svg+xml": svg}}),
            cell("![x](attachment:x.png)", attachments={"x.png": {"image/png": encoded}}),
        ]
        (root / f"notebooks/{number}.ipynb").write_bytes(notebook(*cells))


def test_a_drawing_that_is_opened_by_itself_is_inert(browser: Browser, tmp_path: Path) -> None:
    write_drawings(tmp_path)
    settings = Settings(root=tmp_path, page_size=200)
    summary = publish(settings, Options(now=NOW), QuietReporter(io.StringIO()))
    assert summary.failures == ()
    site = tmp_path / "public"
    files = sorted(file.relative_to(site).as_posix() for file in site.rglob("*.svg"))
    assert len(files) > len(hostile_drawings.numbered())
    with served(functools.partial(Site, directory=str(site))) as address, attack(browser, address) as attempt:
        alive = {path: found for path in files if (found := open_and_click(attempt, f"{address}/{path}"))}
    assert attempt.said == attempt.asked == attempt.popups == attempt.strayed == []
    assert alive == {}
