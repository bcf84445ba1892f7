from __future__ import annotations

import errno
import http.server
import io
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from publisher import checks
from publisher.cache import Cache
from publisher.checks import elsewhere
from publisher.checks.elsewhere import Use
from publisher.config import Options, Settings
from publisher.report import QuietReporter
from publisher.web import Answer
from tests.support import CHECKOUT
from tests.support.checks import FRONT, NOW
from tests.support.waiting import PATIENCE, hear_interrupts

DAY = 86_400.0
NEVER_GIVES_UP = """
import socket, sys
from publisher import __main__, web
web.head.__defaults__ = (None,)  # it waits for ever
sys.argv = ["publisher", "check", "--external=always", "--jobs", "1"]
__main__.main()
"""


class _Site(http.server.BaseHTTPRequestHandler):
    asked: list[tuple[str, str, str]] = []  # noqa: RUF012 - of the one server of a test

    def do_HEAD(self) -> None:
        answers = {"/no-head": 405, "/gone": 404, "/gone-too": 410, "/broken": 500, "/many": 429, "/later": 503}
        self._answer(answers.get(self.path, 200))

    def do_GET(self) -> None:
        self._answer({"/gone": 404, "/gone-too": 410, "/broken": 500}.get(self.path, 200))

    def _answer(self, status: int) -> None:
        self.asked.append((self.command, self.path, self.headers["User-Agent"]))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    _Site.asked.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def found(site: str, cache: Cache, *paths: str, now: float = DAY) -> list[tuple[str, str]]:
    uses = [Use(site + path, "a.ipynb", 2) for path in paths]
    return [(each.kind, each.what) for each in elsewhere.findings(uses, cache, now, elsewhere.ask, pause=0)]


def test_what_is_gone_is_told_apart_from_what_does_not_answer(site: str, tmp_path: Path) -> None:
    told = found(site, Cache(tmp_path), "/good", "/no-head", "/gone", "/gone-too", "/broken")
    assert told == [
        ("dead-link", f"a link leads to a page that is gone: {site}/gone answers 404"),
        ("dead-link", f"a link leads to a page that is gone: {site}/gone-too answers 410"),
        ("unreachable-link", f"a link leads to a site that gave no answer: {site}/broken answers 500"),
    ]


def test_a_page_is_not_fetched_unless_its_server_knows_no_head(site: str, tmp_path: Path) -> None:
    found(site, Cache(tmp_path), "/good", "/no-head")
    assert [(method, path) for method, path, _ in _Site.asked] == [
        ("HEAD", "/good"),
        ("HEAD", "/no-head"),
        ("GET", "/no-head"),
    ]
    assert all("notebook-publisher/" in agent for _, _, agent in _Site.asked)


def test_answers_are_remembered_good_ones_longer_than_bad_ones(site: str, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for now in (DAY, DAY * 2, DAY * 9):
        found(site, cache, "/good", "/gone", now=now)
    asked = [path for method, path, _ in _Site.asked if method == "HEAD"]
    assert asked == ["/good", "/gone", "/gone", "/good", "/gone"]


def test_a_site_that_is_silent_is_not_gone(tmp_path: Path) -> None:
    told = found("http://127.0.0.1:9", Cache(tmp_path), "/x")
    assert [kind for kind, _ in told] == ["unreachable-link"]


def fails_with(error: OSError, monkeypatch: pytest.MonkeyPatch, but: str = "") -> None:
    """Let every host but one be reached no more."""
    connect = socket.create_connection

    def connected(address: tuple[str, int], *rest: object, **more: object) -> object:
        if address[0] == but:
            return connect(address, *rest, **more)  # type: ignore[arg-type]
        raise error

    monkeypatch.setattr("socket.create_connection", connected)


UNKNOWN = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
NOWHERE = socket.gaierror(getattr(socket, "EAI_NODATA", socket.EAI_NONAME), "No address associated with hostname")


@pytest.mark.parametrize("error", [UNKNOWN, NOWHERE], ids=["unknown", "without an address"])
def test_a_host_that_nobody_knows_is_gone_as_far_as_other_sites_answer(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    fails_with(error, monkeypatch, but="127.0.0.1")
    uses = [Use(url, "a.ipynb", 2) for url in ("http://no-such.test/x", f"{site}/good")]
    for _ in range(2):  # the second time it is remembered
        (gone,) = elsewhere.findings(uses, Cache(tmp_path), DAY, elsewhere.ask, pause=0)
        assert gone.kind == "dead-link"
        assert gone.what.endswith("http://no-such.test/x has a host that nobody knows")
    assert [path for _, path, _ in _Site.asked] == ["/good"]


def test_where_all_others_are_remembered_one_of_them_tells_whether_there_is_a_network(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(tmp_path)
    found(site, cache, "/good", "/good-too")
    _Site.asked.clear()
    fails_with(UNKNOWN, monkeypatch, but="127.0.0.1")
    uses = [Use(url, "a.ipynb", 2) for url in (f"{site}/good", f"{site}/good-too", "http://no-such.test/x")]
    (gone,) = elsewhere.findings(uses, cache, DAY, elsewhere.ask, pause=0)
    assert gone.kind == "dead-link"
    assert [path for _, path, _ in _Site.asked] == ["/good"]


@pytest.mark.parametrize(
    "error",
    [
        UNKNOWN,
        socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
        OSError(errno.ENETUNREACH, "Network is unreachable"),
        OSError(errno.EHOSTUNREACH, "No route to host"),
    ],
)
def test_without_a_network_no_page_is_gone_and_nothing_is_remembered(
    site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    cache = Cache(tmp_path)
    assert found(site, cache, "/good") == []
    fails_with(error, monkeypatch)
    uses = [Use(url, "a.ipynb", 2) for url in ("http://site.test/x", "http://other.test/", f"{site}/good")]
    told = list(elsewhere.findings(uses, cache, DAY, elsewhere.ask, pause=0))
    assert [finding.kind for finding in told] == ["unreachable-link"] * 2
    assert told[0].what.startswith("a link was not tried: http://site.test/x ")
    assert list(elsewhere.findings(uses, cache, DAY, lambda _: Answer(200), pause=0)) == []


@pytest.mark.parametrize(("path", "status"), [("/many", 429), ("/later", 503)])
def test_a_busy_host_is_left_alone_and_asked_for_the_rest_another_time(
    site: str, tmp_path: Path, path: str, status: int
) -> None:
    told = found(site, Cache(tmp_path), "/good", path, "/gone", "/good-too")
    assert [(method, asked) for method, asked, _ in _Site.asked] == [("HEAD", "/good"), ("HEAD", path)]
    assert told == [
        ("unreachable-link", f"a link leads to a site that gave no answer: {site}{path} answers {status}"),
        ("unreachable-link", f"a link was not tried: {site}/gone was not asked, as its site answers {status}"),
        ("unreachable-link", f"a link was not tried: {site}/good-too was not asked, as its site answers {status}"),
    ]
    assert ("dead-link", f"a link leads to a page that is gone: {site}/gone answers 404") in found(
        site, Cache(tmp_path), "/gone"
    )


def test_an_error_of_ours_while_asking_is_raised(tmp_path: Path) -> None:
    def fails(_: str) -> Answer:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(elsewhere.findings([Use("http://a.test/", "a.ipynb", 1)], Cache(tmp_path), DAY, fails, pause=0))


def test_an_answer_that_another_version_kept_is_asked_for_again(site: str, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(elsewhere._key(f"{site}/good"), b'{"answer": 200}')
    assert found(site, cache, "/good") == []
    assert [path for _, path, _ in _Site.asked] == ["/good"]


def test_an_interrupt_waits_for_no_site(write_notebook: Callable[..., Path], tmp_path: Path) -> None:
    """Sites here take connections and never answer: until the listening socket is closed, at the end of the test."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        write_notebook("a.ipynb", FRONT, f"[one]({address}/1) [two]({address}/2)")
        process = subprocess.Popen(
            [sys.executable, "-c", NEVER_GIVES_UP], cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)}, stderr=subprocess.PIPE, text=True,
            preexec_fn=hear_interrupts,
        )  # fmt: skip
        silent.settimeout(PATIENCE)
        try:
            asked, _ = silent.accept()
            with asked:
                process.send_signal(signal.SIGINT)
                _, said = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
            process.communicate()
    assert process.returncode == 130
    assert "interrupted" in said


def test_one_host_is_asked_one_by_one_with_a_pause_and_others_meanwhile(tmp_path: Path) -> None:
    times: dict[str, list[tuple[float, float]]] = {"a": [], "b": []}
    meeting = threading.Barrier(2)  # of the two hosts: at each page one waits until the other is asked, too

    def ask(url: str) -> Answer:
        begun = time.monotonic()
        meeting.wait(PATIENCE)
        times[url[7]].append((begun, time.monotonic()))
        return Answer(200)

    uses = [Use(f"http://{host}/{page}", "a.ipynb", 1) for page in range(3) for host in "ab"]
    assert list(elsewhere.findings(uses, Cache(tmp_path), DAY, ask, pause=0.05)) == []
    for spans in times.values():
        assert all(later[0] - earlier[1] >= 0.05 for earlier, later in itertools.pairwise(spans))


def test_images_on_other_sites_are_asked_for_where_pages_load_them(
    site: str, write_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    write_notebook("a.ipynb", FRONT, "Text", f"![gone]({site}/gone)")
    settings = Settings(tmp_path, remote_images="allow")
    checked = checks.check(settings, Options(now=NOW), QuietReporter(io.StringIO()), asks_others=True)
    assert [(each.cell, each.kind) for each in checked.findings if each.kind == "dead-link"] == [(3, "dead-link")]


def test_links_of_posts_are_asked_for_only_where_that_is_wanted(
    site: str, write_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    write_notebook("a.ipynb", FRONT, "Text", f"[gone]({site}/gone#part) and [again]({site}/gone)", "[in](b.ipynb)")
    write_notebook("b.ipynb", FRONT, f"[good]({site}/good)")
    settings, options, teller = Settings(tmp_path), Options(now=NOW), QuietReporter(io.StringIO())
    quiet = checks.check(settings, options, teller)
    assert _Site.asked == []
    assert "dead-link" not in [each.kind for each in quiet.findings]
    checked = checks.check(settings, options, teller, asks_others=True)
    told = [(each.kind, each.file, each.cell) for each in checked.findings if "link" in each.kind]
    assert told == [("dead-link", "a.ipynb", 3)]
    assert [(method, path) for method, path, _ in _Site.asked] == [
        ("HEAD", "/gone"),
        ("GET", "/gone"),
        ("HEAD", "/good"),
    ]
