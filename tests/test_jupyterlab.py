"""The exporter where authors meet it: behind the export menu of JupyterLab and of Notebook, both real servers."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.support import CHECKOUT
from tests.support.notebooks import PIXEL, cell, notebook
from tests.support.waiting import PATIENCE, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

POST = "posts/Größe & Zeit.ipynb"
# How each program calls itself, at which page, and where it opens a notebook.
PROGRAMS = {
    "jupyterlab": ("JupyterLab", "/lab", "/lab/tree/"),
    "notebook": ("Jupyter Notebook", "/tree", "/notebooks/"),
}


class Lab:
    """A running JupyterLab or Notebook: its folder, and what it answers to those who know its token."""

    def __init__(self, program: str, folder: Path, port: int, token: str) -> None:
        self.program = program
        self.folder = folder
        self.address = f"http://127.0.0.1:{port}"
        self.token = token

    def get(self, path: str, token: str | None = None) -> tuple[int, dict[str, str], str]:
        headers = {"Authorization": f"token {self.token if token is None else token}"}
        request = urllib.request.Request(f"{self.address}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read().decode()

    def is_up(self) -> bool:
        try:
            return self.get("/api/status")[0] == 200
        except OSError:
            return False


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


@pytest.fixture(scope="module", params=PROGRAMS)
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    root = tmp_path_factory.mktemp("lab")
    folder = root / "work"
    (folder / "posts").mkdir(parents=True)
    running = Lab(request.param, folder, free_port(), secrets.token_hex(16))
    home = {name: str(root / name.lower()) for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    own = {"JUPYTER_TOKEN": running.token, "JUPYTER_RUNTIME_DIR": str(root / "runtime"), "PYTHONPATH": str(CHECKOUT)}
    options = (
        "--no-browser",
        "--allow-root",
        f"--port={running.address.rpartition(':')[2]}",
        "--ServerApp.port_retries=0",
    )
    with open(root / "log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", running.program, *options, f"--ServerApp.root_dir={folder}", "--ip=127.0.0.1"],
            cwd=folder, env={**os.environ, **home, **own}, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        wait_until(lambda: running.is_up() or process.poll() is not None)
        assert process.poll() is None, (root / "log").read_text("utf-8")
        yield running
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.fixture(scope="module")
def exported(lab: Lab) -> tuple[dict[str, str], str]:
    """Export a post as the menu does; return the headers and the page."""
    outputs = [{"output_type": "display_data", "metadata": {}, "data": {"image/png": PIXEL, "text/plain": "a figure"}}]
    cells = (
        cell("---\ntitle: Größe & Zeit\ndate: 2026-11-02\n---", "raw"),
        "How long is a *second*?",
        cell("show()", "code", outputs=outputs),
    )
    (lab.folder / POST).write_bytes(notebook(*cells))
    status, headers, page = lab.get(f"/nbconvert/article/{quote(POST)}?download=true")
    assert status == 200, page
    return headers, page


def test_the_server_is_the_program_of_that_name(lab: Lab) -> None:
    name, path, _ = PROGRAMS[lab.program]
    status, _, page = lab.get(path)
    assert status == 200
    assert f'"appName": "{name}"' in page


def test_the_exporter_is_listed_where_the_export_menu_looks(lab: Lab) -> None:
    status, _, body = lab.get("/api/nbconvert")
    assert status == 200
    assert json.loads(body)["article"] == {"output_mimetype": "text/html"}


def test_the_menu_calls_it_article() -> None:
    from nbconvert.exporters import get_export_names, get_exporter

    assert "article" in get_export_names()
    assert get_exporter("article").export_from_notebook == "Article"


def test_the_export_is_a_page_with_the_title_and_the_words_of_the_post(exported: tuple[dict[str, str], str]) -> None:
    _, page = exported
    assert "<h1>Größe &amp; Zeit</h1>" in page
    assert "How long is a <em>second</em>?" in page
    assert "November 2, 2026" in page
    assert "title: Größe" not in page


def test_the_export_is_saved_as_an_html_file_of_the_name_of_the_notebook(exported: tuple[dict[str, str], str]) -> None:
    headers, _ = exported
    assert headers["Content-Type"].startswith("text/html")
    assert headers["Content-Disposition"].startswith("attachment")
    assert quote("Größe & Zeit.html") in headers["Content-Disposition"]


def test_the_export_asks_no_other_host_and_no_other_file(exported: tuple[dict[str, str], str]) -> None:
    _, page = exported
    sources = re.findall(r'(?:src|srcset|poster)="([^"]*)"|<link[^>]*href="([^"]*)"|url\(["\']?([^)"\']*)', page)
    assert any("".join(found).startswith("data:image/png;base64,") for found in sources)
    assert [found for found in map("".join, sources) if not found.startswith("data:")] == []
    assert "@import" not in page


def test_a_notebook_that_cannot_be_exported_is_told_with_its_reason(lab: Lab) -> None:
    (lab.folder / "wrong.ipynb").write_bytes(notebook(cell("---\ntitle: X\ndate: 2026-02-31\n---", "raw")))
    status, _, page = lab.get("/nbconvert/article/wrong.ipynb?download=true")
    assert status == 500
    assert "February 2026 has 28 days" in page


def test_who_does_not_know_the_token_gets_nothing(lab: Lab) -> None:
    (lab.folder / "own.ipynb").write_bytes(notebook("mine"))
    _, _, page = lab.get("/nbconvert/article/own.ipynb?download=true", token="guess")
    assert "Password or token:" in page
    assert "mine" not in page


def test_the_notebook_of_a_new_post_is_opened_and_saved_as_it_is(lab: Lab) -> None:
    from publisher import scaffold

    post = scaffold.Post("How long: a second? 🎉", "2026-11-02", ("time", "C++"), draft=True)
    content = scaffold.notebook(post, scaffold.default_kernel())
    (lab.folder / "new.ipynb").write_bytes(content)
    _, _, body = lab.get("/api/contents/new.ipynb?content=1")
    opened = json.loads(body)
    data = json.dumps({"type": "notebook", "format": "json", "content": opened["content"]}).encode()
    request = urllib.request.Request(
        f"{lab.address}/api/contents/new.ipynb", data, {"Authorization": f"token {lab.token}"}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        assert answer.status == 200
    assert opened.get("message") is None
    assert (lab.folder / "new.ipynb").read_bytes() == content


def test_the_kernel_of_a_new_post_is_one_that_the_server_has(lab: Lab) -> None:
    from publisher import scaffold

    _, _, body = lab.get("/api/kernelspecs")
    known = json.loads(body)
    kernel = scaffold.default_kernel()
    assert kernel.name == known["default"]
    assert kernel.display_name == known["kernelspecs"][kernel.name]["spec"]["display_name"]


def export_menu(page: Page) -> list[str]:
    """Open the export menu, again until it is filled: Lab asks the server for it when a notebook is shown."""
    for _ in range(PATIENCE):
        page.get_by_role("menuitem", name="File", exact=True).first.click()
        page.locator(".lm-Menu-itemLabel", has_text="Save and Export Notebook As").hover()
        page.wait_for_timeout(1_000)
        labels = [
            label.strip() for label in page.locator(".lm-Menu").last.locator(".lm-Menu-itemLabel").all_inner_texts()
        ]
        if "HTML" in labels:
            return labels
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    return []


@pytest.mark.browser
def test_authors_find_article_in_the_export_menu(lab: Lab, browser: Browser) -> None:
    from publisher import scaffold

    content = scaffold.notebook(scaffold.Post("Menu", "2026-11-02"), scaffold.default_kernel())
    (lab.folder / "menu.ipynb").write_bytes(content)
    page = browser.new_page()
    try:
        page.goto(f"{lab.address}{PROGRAMS[lab.program][2]}menu.ipynb?token={lab.token}")
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        page.wait_for_selector(".jp-NotebookPanel-toolbar .jp-Toolbar-kernelName")
        assert "Article" in export_menu(page)
    finally:
        page.close()
