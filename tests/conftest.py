"""The fixtures of all tests: the demo, the corpus, a notebook in a blog, a browser."""

from __future__ import annotations

import functools
import http.server
import io
import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support import CHECKOUT
from tests.support.browser import be_patient, chromium
from tests.support.notebooks import notebook
from tests.support.waiting import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from publisher.report import Summary

# How long an example takes depends on what else the machine does. A build service tries the same examples each time;
# people try new ones.
settings.register_profile(
    "publisher",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("publisher")

NO_CORPUS = "set PUBLISHER_CORPUS to a folder of real notebooks to run this"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that makes the sites of the cases the expected ones, and the numbers of kills and names."""
    parser.addoption("--update-cases", action="store_true", help="write tests/cases/*/expected; look at what changed")
    parser.addoption("--kills", type=int, default=100, help="how often tests/faults/test_publish.py kills a publish")
    parser.addoption("--names", type=int, default=1000, help="how many names tests/test_paths.py makes up")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the corpus where there is none, and say so."""
    if not os.environ.get("PUBLISHER_CORPUS"):
        for item in items:
            if item.get_closest_marker("corpus"):
                item.add_marker(pytest.mark.skip(reason=NO_CORPUS))


@pytest.fixture
def ends() -> Iterator[None]:
    """Stop a test that is at work for a minute of the processor's time: what grows with the square would go on."""

    def stop(number: int, frame: object) -> None:
        raise AssertionError("this takes a time that the length of its input does not explain")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, 60)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


@pytest.fixture(scope="session")
def corpus() -> Path:
    where = os.environ.get("PUBLISHER_CORPUS")
    if not where:
        pytest.skip(NO_CORPUS)
    return Path(where)


@pytest.fixture(scope="session")
def corpus_blog(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """Publish all real notebooks, once for all tests; return the folder of the site and what came of it."""
    from publisher.build import Options, publish
    from publisher.config import Settings
    from publisher.report import QuietReporter

    root = tmp_path_factory.mktemp("corpus")
    settings = Settings(root=root, source=str(corpus), permalink="/{path}/{slug}/")
    wanted = Options(now=datetime(2026, 1, 1, tzinfo=UTC), drafts=True, future=True, jobs=2)
    return root / "public", publish(settings, wanted, QuietReporter(io.StringIO()))


@pytest.fixture(scope="session")
def corpus_site(corpus_blog: tuple[Path, Summary]) -> Path:
    """Return the folder of the site of all real notebooks."""
    return corpus_blog[0]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the notebooks of this repository, with the settings that are theirs."""
    from publisher import config
    from publisher.build import Options, publish
    from publisher.report import QuietReporter

    site = tmp_path_factory.mktemp("demo") / "public"
    wanted = Options(now=datetime(2026, 12, 1, tzinfo=UTC), jobs=2)
    summary = publish(config.load(CHECKOUT, output=str(site)), wanted, QuietReporter(io.StringIO()))
    assert not summary.failures
    return site


@pytest.fixture
def write_notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook below `notebooks/` of a temporary blog."""

    def write(path: str, *cells: dict[str, Any] | str, **metadata: Any) -> Path:
        file = tmp_path / "notebooks" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(notebook(*cells, **metadata))
        return file

    return write


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = chromium()
    if executable is None:
        pytest.fail("no Chromium was found: `invoke test` installs it, or set PUBLISHER_CHROMIUM to its path")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=1000 * PATIENCE)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=arguments, timeout=1000 * PATIENCE)
        be_patient(running)
        yield running
        running.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def serve() -> Iterator[Callable[[Path], str]]:
    """Serve a folder on the loopback interface; return its address."""
    servers = []

    def start(folder: Path) -> str:
        handler = functools.partial(_Quiet, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
