"""Sites to measure: the demo of this repository, and a blog of real notebooks."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from publisher import config
from publisher.build import Options, publish
from publisher.config import Settings
from publisher.report import QuietReporter, Summary

CHECKOUT = Path(__file__).parent.parent
BASE_URL = "https://example.org/"

_NOW = datetime(2026, 12, 1, tzinfo=UTC)
_SCRIPTED = "outputs/"  # what is shown in frames is HTML of others


def demo(folder: Path) -> Path:
    """Publish the demo as if it lay at a host's root; return the folder of the site."""
    settings = config.load(CHECKOUT)
    settings = replace(settings, output=str(folder), base_url=settings.base_url or BASE_URL)
    summary = publish(settings, Options(now=_NOW, jobs=2), QuietReporter(io.StringIO()))
    _check(summary, allowed=0)
    return folder


def of_notebooks(notebooks: Sequence[Path], source: Path, folder: Path) -> tuple[Path, Summary]:
    """Publish some of the notebooks below `source` in a blog of their own; return the folder of the site."""
    for notebook in notebooks:
        place = folder / "notebooks" / notebook.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(notebook, place)
    settings = Settings(root=folder, permalink="/{path}/{slug}/", base_url=BASE_URL)
    options = Options(now=_NOW, drafts=True, future=True, jobs=2)
    summary = publish(settings, options, QuietReporter(io.StringIO()))
    _check(summary, allowed=len(notebooks) // 10)
    return folder / "public", summary


def some(source: Path, count: int) -> list[Path]:
    """Return so many of the notebooks below a folder, evenly out of all, always the same ones."""
    found = sorted(source.rglob("*.ipynb"))
    count = min(count, len(found))
    return [found[number * len(found) // count] for number in range(count)]


def pages(site: Path) -> list[Path]:
    """Return the pages of a site that readers open, in order."""
    found = sorted(site.rglob("*.html"))
    return [page for page in found if not page.relative_to(site).as_posix().startswith(_SCRIPTED)]


def _check(summary: Summary, allowed: int) -> None:
    if len(summary.failures) > allowed:
        raise SystemExit("\n".join(map(str, summary.failures)))
