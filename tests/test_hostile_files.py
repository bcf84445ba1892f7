"""What hostile files beside a notebook, or made of its outputs, achieve on a host that sends no types: nothing."""

from __future__ import annotations

import functools
import io
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from publisher.beside import PASSIVE
from publisher.build import Options, publish
from publisher.config import LimitSettings, Settings
from publisher.report import QuietReporter
from tests.support import hostile
from tests.support.attacks import NOW, Attack, Site, attack, served
from tests.support.notebooks import cell, notebook

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGES = {
    "html": "<!doctype html><script>PWN</script>",
    "script": "<script>PWN</script>",
    "blanks": "\n\t\r <html><script>PWN</script>",
    "comment": "<!-- a --><script>PWN</script>",
    "table": "<TABLE ><script>PWN</script>",
    "xml": "<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>PWN</x:script>",
    "svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>PWN</script></svg>",
    "bom": "\ufeff<!doctype html><script>PWN</script>",
    "control": "\x01<!doctype html><script>PWN</script>",
}


class Untyped(Site):
    """Knows the type of plain text alone, and of others says nothing, not even that types are not guessed."""

    def send_header(self, keyword: str, value: str) -> None:
        if keyword.lower() != "content-type" or self.path.endswith(".txt"):
            super().send_header(keyword, value)

    def guess_type(self, path: Any) -> str:
        return "text/plain" if str(path).endswith(".txt") else "application/x-none"


def open_all(attempt: Attack, paths: list[str]) -> None:
    from playwright.sync_api import Error

    for path in paths:
        with suppress(Error):  # of one that is saved, not shown
            attempt.page.goto(f"{attempt.address}/{path}", wait_until="load")


def write_pages(folder: Path, suffixes: list[str]) -> list[str]:
    folder.mkdir(parents=True)
    names = []
    for number, (name, page) in enumerate(PAGES.items(), 2001):
        for suffix in suffixes:
            names.append(f"{name}{suffix}")
            (folder / names[-1]).write_text(hostile.armed(page, number), "utf-8")
    return names


def outputs() -> list[dict[str, Any]]:
    """Return outputs of which files are made: long texts and tables, sounds, films and PDFs."""
    page = hostile.armed(PAGES["script"], 2100)
    table = "".join(f"<tr><td>{page.replace('<', '&lt;')}</td></tr>" for _ in range(30))
    head = f"<thead><tr><th>{page.replace('<', '&lt;')}</th></tr></thead>"
    data = {"schema": {"fields": [{"name": page}]}, "data": [{page: page}] * 30}
    film = hostile.armed("<!--ftypmp42--><script>PWN</script>", 2101)
    pdf = hostile.armed("<script>PWN</script>%PDF-1.4", 2102)
    return [
        hostile.output({"text/plain": "\n".join([page] * 1000)}),
        hostile.output({"text/html": f"<table>{head}<tbody>{table}</tbody></table>"}),
        hostile.output({"application/vnd.dataresource+json": data}),
        hostile.output({"video/mp4": hostile.wrapped(film)}),
        hostile.output({"audio/mp4": hostile.wrapped(film)}),
        hostile.output({"application/pdf": hostile.wrapped(pdf)}),
    ]


@pytest.mark.browser
def test_files_run_where_nobody_looks_at_how_they_begin(tmp_path: Path, browser: Browser) -> None:
    """What the test below sees is no silence."""
    names = write_pages(tmp_path / "raw", [".npy", ".log"])
    handler = functools.partial(Untyped, directory=str(tmp_path))
    with served(handler) as address, attack(browser, address) as attempt:
        open_all(attempt, [f"raw/{name}" for name in names])
    assert len(attempt.ran) > 8


@pytest.mark.browser
def test_no_file_runs_on_a_host_that_sends_no_types(tmp_path: Path, browser: Browser) -> None:
    names = write_pages(tmp_path / "notebooks", sorted(PASSIVE - {".ipynb"}))
    links = "\n\n".join(f"[{name}]({name})" for name in names)
    (tmp_path / "notebooks/guest.ipynb").write_bytes(notebook("# Guest", links, *outputs(), cell("![](script.mp4)")))
    settings = Settings(root=tmp_path, limits=LimitSettings(rows=10, characters=1000))
    summary = publish(settings, Options(now=NOW), QuietReporter(io.StringIO()))
    assert summary.failures == ()
    site = tmp_path / "public"
    files = [
        file.relative_to(site).as_posix() for folder in ("files", "media") for file in site.glob(f"{folder}/**/*.*")
    ]
    files += ["guest/guest.ipynb", "guest/index.md"]
    assert {Path(file).suffix for file in files} == {".txt", ".ipynb", ".md"}
    assert len(files) > len(PAGES)
    handler = functools.partial(Untyped, directory=str(site))
    with served(handler) as address, attack(browser, address) as attempt:
        open_all(attempt, files)
    assert attempt.said == attempt.asked == attempt.popups == []
