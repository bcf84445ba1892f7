"""The server of the preview serves this computer its site, and refuses all else."""

from __future__ import annotations

import errno
import http.client
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path

import pytest

from publisher import headers, words
from publisher.errors import Problem, PublisherError
from publisher.preview.server import NAMES, Handler, Server
from publisher.preview.showing import Showing, Window
from publisher.release import Entry, Release
from tests.support.preview import get, token_of
from tests.support.waiting import PATIENCE

SECRET = b"root:x:0:0"
FILES = {
    "index.html": b"<!doctype html><body><p>Home</p></body>",
    "one/index.html": b"<!doctype html><body><p>One</p></body>",
    "\u00fcber/index.html": b"<!doctype html><body><p>About</p></body>",
    "404.html": b"<!doctype html><body><p>Nothing here</p></body>",
    "assets/site-12345678.js": b"1",
    "outputs/framed.html": b"<!doctype html><p>Framed</p>",
    "img/drawn.svg": b"<svg/>",
    "one/one.ipynb": b"{}",
}
TOLD: list[Problem] = []


@pytest.fixture
def server() -> Iterator[Server]:
    entries = {path: Entry("0" * 64, len(data)) for path, data in FILES.items()}
    window = Window(Showing(words.of("en"), Release(entries), FILES))
    with Server(window, "the-token", 0, TOLD.append) as made:
        TOLD.clear()
        made.start()
        yield made


@dataclass
class Answer:
    status: int
    headers: HTTPMessage
    body: bytes


def ask(server: Server, method: str, path: str, body: str = "", **sent: str) -> Answer:
    """Return what the server answers; of a channel the first line."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=PATIENCE)
    with closing(connection):
        connection.request(method, path, body=body, headers=sent)
        answer = connection.getresponse()
        with closing(answer):
            is_channel = answer.headers["Content-Type"] == "text/event-stream"
            return Answer(answer.status, answer.headers, answer.readline() if is_channel else answer.read())


def raw(server: Server, data: bytes) -> bytes:
    """Return what the server answers to these bytes."""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=PATIENCE) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while part := connection.recv(65_536):
                answer += part
        except ConnectionResetError:
            pass
        return answer


def own(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def test_files_are_served_with_their_types_and_pages_with_the_script_that_keeps_them_up_to_date(server: Server) -> None:
    status, said, page = get(server.server_port, "/one/")
    assert (status, said["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert page.startswith(FILES["one/index.html"])
    script = get(server.server_port, f"/{token_of(page)}/live.js")
    assert (script[0], script[1]["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert get(server.server_port, "/assets/site-12345678.js")[1]["Content-Type"] == "text/javascript; charset=utf-8"
    assert get(server.server_port, "/%C3%BCber/")[0] == 200
    assert get(server.server_port, "/one/?query")[0] == 200


def test_an_address_without_its_slash_leads_to_the_one_with_it(server: Server) -> None:
    status, said, _ = get(server.server_port, "/one")
    assert (status, said["Location"]) == (301, "/one/")
    assert said["Cache-Control"] == "no-store"  # else browsers would go there for good, in the preview of any blog


def test_what_is_not_there_is_answered_by_the_page_of_the_site(server: Server) -> None:
    status, said, page = get(server.server_port, "/assets/nothing.js")
    assert status == 404
    assert page.startswith(FILES["404.html"])
    assert said["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/one/", "/assets/site-12345678.js", "/outputs/framed.html", "/img/drawn.svg"])
def test_every_file_has_the_headers_that_the_published_one_should_have(server: Server, path: str) -> None:
    answer = ask(server, "GET", path)
    for name, value in headers.of(path):
        assert name == "Cache-Control" or value in answer.headers.get_all(name, [])


@pytest.mark.parametrize("path", ["/", "/assets/site-12345678.js", "/img/drawn.svg", "/one/one.ipynb", "/nothing.js"])
def test_browsers_keep_nothing_so_that_a_file_saved_again_is_the_new_one(server: Server, path: str) -> None:
    assert ask(server, "GET", path).headers.get_all("Cache-Control") == ["no-store"]


def test_frames_do_not_get_the_script(server: Server) -> None:
    assert get(server.server_port, "/outputs/framed.html")[2] == FILES["outputs/framed.html"]


def test_nothing_may_be_read_by_other_sites(server: Server) -> None:
    for path in ("/", "/one/", "/one/one.ipynb", "/the-token/live.js"):
        answer = ask(server, "GET", path)
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("name", NAMES)
def test_this_computer_may_ask_by_any_of_its_names(server: Server, name: str) -> None:
    assert ask(server, "GET", "/", Host=f"{name}:{server.server_port}").status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.test", "evil.test:{port}", "localhost", "127.0.0.1", "127.0.0.1:1", "localhost.evil.test:{port}",
     "localhost:{port}.evil.test", "0.0.0.0:{port}", "LOCALHOST:{port}@evil.test", ""],
)  # fmt: skip
def test_other_hosts_are_misdirected(server: Server, host: str) -> None:
    for method, path in (("GET", "/"), ("HEAD", "/"), ("POST", "/the-token/events"), ("PUT", "/")):
        answer = ask(server, method, path, Host=host.format(port=server.server_port), Origin=own(server))
        assert answer.status == 421
        assert b"Home" not in answer.body


def test_a_host_without_a_port_is_that_of_port_80_alone(server: Server) -> None:
    bound = server.server_port
    for port, expected in ((80, b"200"), (bound, b"421")):
        server.server_port = port  # as which it answers; where it listens only the system could change
        said = b"Host: localhost\r\nOrigin: http://localhost\r\n"
        with socket.create_connection(("127.0.0.1", bound), timeout=PATIENCE) as connection:
            connection.sendall(b"HEAD / HTTP/1.1\r\n" + said + b"Connection: close\r\n\r\n")
            assert connection.recv(12) == b"HTTP/1.1 " + expected


def test_two_hosts_or_none_are_misdirected(server: Server) -> None:
    host = f"Host: 127.0.0.1:{server.server_port}\r\n".encode()
    for said in (b"", host + b"Host: evil.test\r\n", b"Host: evil.test\r\n" + host):
        assert raw(server, b"GET / HTTP/1.1\r\n" + said + b"Connection: close\r\n\r\n").startswith(b"HTTP/1.1 421 ")
    evil = b"GET http://evil.test/ HTTP/1.1\r\n" + host + b"Connection: close\r\n\r\n"
    assert raw(server, evil).startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize(
    "origin",
    ["http://evil.test", "null", "http://localhost:{port}", "https://127.0.0.1:{port}", "http://127.0.0.1",
     "http://127.0.0.1:{port}.evil.test", "http://127.0.0.1:{port}/", "HTTP://127.0.0.1:{port}", ""],
)  # fmt: skip
def test_other_origins_are_forbidden(server: Server, origin: str) -> None:
    told = origin.format(port=server.server_port)
    for method, path in (("GET", "/"), ("POST", "/the-token/events")):
        answer = ask(server, method, path, Origin=told)
        assert answer.status == 403
        assert b"Home" not in answer.body


def test_the_channel_wants_an_origin_its_token_and_its_method(server: Server) -> None:
    assert ask(server, "POST", "/the-token/events").status == 403
    assert ask(server, "POST", "/another-token/events", Origin=own(server)).status == 405
    assert ask(server, "POST", "/events", Origin=own(server)).status == 405
    assert ask(server, "GET", "/the-token/events", Origin=own(server)).status == 404
    answer = ask(server, "POST", "/the-token/events", "/one/", Origin=own(server))
    assert answer.status == 200
    assert answer.body.startswith(b'data: {"version": ')


@pytest.mark.parametrize(
    "path",
    [
        "/../secret", "/../../../../etc/passwd", "/one/../../secret", "/%2e%2e/secret", "/%2e%2e%2fsecret",
        "/..%2fsecret", "/..%5csecret", "/%252e%252e/secret", "/%252e%252e%252fsecret", "/one%2findex.html",
        "/one%2Findex.html", "//etc/passwd", "/./index.html", "/one/./", "/one/../", "/%00", "/index.html%00.png",
        "/file:///etc/passwd", "/~root", "/C:/secret", "/%ff%fe", "/%c0%ae%c0%ae/secret", "/one//", "/assets/",
        "/.publisher-manifest.json", "/pyproject.toml", "/notebooks/one.ipynb", "/.git/config", "secret", "*",
    ],
)  # fmt: skip
def test_nothing_but_files_of_the_site_is_served_by_their_own_paths(server: Server, path: str) -> None:
    host = f"Host: 127.0.0.1:{server.server_port}".encode()
    answer = raw(server, b"GET " + path.encode() + b" HTTP/1.1\r\n" + host + b"\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert SECRET not in answer
    assert b"Nothing here" in answer


def test_no_request_opens_a_file(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> object:
        raise AssertionError("a file was opened")

    monkeypatch.setattr("builtins.open", fails)
    monkeypatch.setattr("io.open", fails)
    assert get(server.server_port, "/one/")[0] == 200
    assert get(server.server_port, "/%2e%2e/etc/passwd")[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
def test_other_methods_are_not_allowed(server: Server, method: str) -> None:
    answer = ask(server, method, "/one/", Origin=own(server))
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_head_says_the_same_without_the_file(server: Server) -> None:
    answer = ask(server, "HEAD", "/one/")
    assert answer.status == 200
    assert int(answer.headers["Content-Length"]) == len(get(server.server_port, "/one/")[2])
    assert answer.body == b""


def test_requests_of_no_measure_are_refused_and_the_next_one_is_answered(server: Server) -> None:
    host = f"Host: 127.0.0.1:{server.server_port}\r\n".encode()
    assert raw(server, b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + host + b"\r\n").startswith(b"HTTP/1.1 414 ")
    many = b"".join(b"X-%d: 1\r\n" % number for number in range(200))
    assert raw(server, b"GET / HTTP/1.1\r\n" + host + many + b"\r\n").startswith(b"HTTP/1.1 431 ")
    long = b"X: " + b"a" * 70_000 + b"\r\n"
    assert raw(server, b"GET / HTTP/1.1\r\n" + host + long + b"\r\n").startswith(b"HTTP/1.1 431 ")
    assert b" 404 " in raw(server, b"GET /\0 HTTP/1.1\r\n" + host + b"Connection: close\r\n\r\n")[:16]
    assert b" 400 " in raw(server, b"\x16\x03\x01\x02\x00\x01\r\n\r\n")[:400]
    assert get(server.server_port, "/one/")[0] == 200


def test_a_request_cannot_be_hidden_in_the_body_of_one_that_was_refused(server: Server) -> None:
    host = f"Host: 127.0.0.1:{server.server_port}\r\n".encode()
    hidden = b"GET /one/ HTTP/1.1\r\n" + host + b"\r\n"
    answer = raw(server, b"POST / HTTP/1.1\r\n" + host + b"Content-Length: %d\r\n\r\n" % len(hidden) + hidden)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"<p>One</p>" not in answer


@pytest.mark.parametrize(
    ("error", "told"), [(ZeroDivisionError("by zero"), ["ZeroDivisionError: by zero"]), (BrokenPipeError(), [])]
)
def test_an_error_of_ours_in_an_answer_is_told_and_a_browser_that_hangs_up_is_not(
    server: Server, monkeypatch: pytest.MonkeyPatch, error: Exception, told: list[str]
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.delenv("PUBLISHER_DEBUG", raising=False)
    with monkeypatch.context() as patch:
        patch.setattr(Handler, "_send_file", fails)
        with pytest.raises(http.client.RemoteDisconnected):
            get(server.server_port, "/one/")
    assert [problem.message.partition("happen: ")[2] for problem in TOLD] == told
    assert get(server.server_port, "/one/")[0] == 200


def test_who_looks_for_an_error_of_ours_sees_where_it_is(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PUBLISHER_DEBUG", "1")
    monkeypatch.setattr(Handler, "_send_file", None)
    with pytest.raises(http.client.RemoteDisconnected):
        get(server.server_port, "/one/")
    assert "in do_GET" in capsys.readouterr().err
    assert TOLD == []


def test_only_this_computer_can_reach_it(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_left_for_the_next_one_that_is_free(server: Server) -> None:
    with Server(server.window, "other", server.server_port, TOLD.append) as next_one:
        assert next_one.server_port > server.server_port
        assert str(next_one.server_port) in next_one.url


def test_where_no_port_is_free_that_is_said(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    monkeypatch.setattr("publisher.preview.server._PORTS", 1)
    with pytest.raises(PublisherError, match="none of 1 port from"):
        Server(server.window, "other", server.server_port, TOLD.append)


def test_the_ports_that_are_tried_end_with_the_last_one_there_is(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def taken(_: object, address: tuple[str, int], *__: object) -> None:
        tried.append(address[1])
        raise OSError(errno.EADDRINUSE, "taken")

    monkeypatch.setattr("http.server.ThreadingHTTPServer.__init__", taken)
    with pytest.raises(PublisherError, match="none of 3 ports from 65533 on"):
        Server(server.window, "other", 65_533, TOLD.append)
    assert tried == [65_533, 65_534, 65_535]


def test_links_that_lead_out_of_the_blog_are_not_served(tmp_path: Path) -> None:
    import io

    from publisher import config
    from publisher.preview import wanted
    from publisher.preview.rounds import Desk
    from publisher.report import QuietReporter
    from tests.support.notebooks import notebook

    blog, outside = tmp_path / "blog", tmp_path / "outside.txt"
    outside.write_bytes(SECRET)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "secret.txt").write_bytes(SECRET)
    for folder in ("notebooks", "static"):
        (blog / folder).mkdir(parents=True)
        (blog / folder / "link.txt").symlink_to(outside)
        (blog / folder / "linked").symlink_to(tmp_path / "folder")
    (blog / "notebooks" / "one.ipynb").write_bytes(notebook("# One\n\n[a](link.txt) [b](linked/secret.txt)"))
    desk = Desk(lambda: config.load(blog), lambda settings: wanted(settings, 1))
    desk.whole(QuietReporter(io.StringIO()))
    assert "one/index.html" in desk.showing.files
    assert SECRET not in b"".join(desk.showing.files.values())
