"""Serve a site in memory to the browsers of this computer, and to nobody else."""

from __future__ import annotations

import errno
import json
import mimetypes
import os
import sys
from hmac import compare_digest
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import quote

from publisher import headers, pages
from publisher.errors import Problem, TargetError, internal
from publisher.preview.showing import told
from publisher.report import count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from publisher.preview.showing import News, Showing, Window
    from publisher.words import Words

HERE = "127.0.0.1"
NAMES = ("localhost", HERE, "[::1]")  # as which a browser of this computer may ask: another name is somebody's trick
_PORTS = 100  # that are tried
_LAST_PORT = 65_535
_OF_THE_WEB = 80  # the port that browsers leave out where they name a host
_LOOK_UP_EVERY = 0.05  # seconds; to look whether it should end
_ALIVE_EVERY = 15  # seconds; a channel whose page is gone ends then
_PATIENCE = 60  # seconds for a request that does not come
_LONGEST_BODY = 4_096
_SCRIPT = Path(__file__).with_name("live.js")
_HTML = "text/html; charset=utf-8"
_TYPES = mimetypes.MimeTypes()  # not those of the system, so that they are the same everywhere
for _type, _suffix in (
    ("text/javascript", ".js"),
    ("image/webp", ".webp"),
    ("image/avif", ".avif"),
    ("font/woff2", ".woff2"),
    ("application/manifest+json", ".webmanifest"),
    ("application/x-ipynb+json", ".ipynb"),
    ("text/markdown", ".md"),
):
    _TYPES.add_type(_type, _suffix)


class Server(ThreadingHTTPServer):
    """A server on the first port from `port` on that is free.

    `token` is the name of the folder in which the script of pages and its channel are: whoever has not read a page of
    this server cannot know it. `tell` hears of errors of ours in an answer, in the thread of that answer.
    """

    daemon_threads = True
    block_on_close = False
    _is_serving = False

    def __init__(self, window: Window, token: str, port: int, tell: Callable[[Problem], object]) -> None:
        self.window = window
        self.token = token
        self._tell = tell
        numbers = range(port, min(port + _PORTS, _LAST_PORT + 1)) if port else range(1)
        for number in numbers:
            try:
                super().__init__((HERE, number), Handler)
            except OSError as error:
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise
            else:
                return
        raise TargetError(
            Problem("--port", f"none of {count(len(numbers), 'port')} from {port} on is free", "name another one")
        )

    @property
    def url(self) -> str:
        """Where the site is."""
        return f"http://{HERE}:{self.server_port}/"

    def is_called(self, host: str) -> bool:
        """Tell whether a browser of this computer that asks this server would say this host."""
        name = host.removesuffix(f":{self.server_port}")
        return name in NAMES and (name != host or self.server_port == _OF_THE_WEB)

    def start(self) -> None:
        """Serve, in threads that end with the process."""
        self._is_serving = True
        Thread(target=self.serve_forever, args=(_LOOK_UP_EVERY,), daemon=True).start()

    def server_close(self) -> None:
        """End, and give the port back."""
        if self._is_serving:
            self.shutdown()
        super().server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Tell an error of ours; say nothing of a browser that hung up."""
        error = sys.exception()
        if isinstance(error, OSError):
            return
        if os.environ.get("PUBLISHER_DEBUG"):
            super().handle_error(request, client_address)  # type: ignore[arg-type]
        elif isinstance(error, Exception):
            self._tell(internal(error))


class Handler(BaseHTTPRequestHandler):
    """The answer to one request."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = _PATIENCE

    def do_GET(self) -> None:
        """Send a file of the site, or the script of its pages."""
        if self._is_refused():
            return
        url = self.path.split("?")[0].split("#")[0]
        if url.startswith("/") and compare_digest(url.encode(), f"/{self.server.token}/live.js".encode()):
            self._send(HTTPStatus.OK, _type_of(_SCRIPT.name), _SCRIPT.read_bytes())
        else:
            self._send_file(url)

    do_HEAD = do_GET

    def do_POST(self) -> None:
        """Open the channel: the only thing that wants this method, with which browsers always say who asks."""
        if self._is_refused():
            return
        if not compare_digest(self.path.encode(), f"/{self.server.token}/events".encode()):
            self._refuse()
        elif self.headers.get("Origin") is None:
            self._say(HTTPStatus.FORBIDDEN)
        else:
            url = self._body()
            with self.server.window.opened(url):
                self._tell_what_comes(url)

    def _refuse(self) -> None:
        if not self._is_refused():
            self._say(HTTPStatus.METHOD_NOT_ALLOWED, (("Allow", "GET, HEAD"),))

    do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = do_CONNECT = _refuse

    def _is_refused(self) -> bool:
        """Refuse what asks for another host, which is how a site whose name leads here would, or comes from one."""
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or not self.server.is_called(hosts[0]):
            self._say(HTTPStatus.MISDIRECTED_REQUEST)
            return True
        if any(origin != f"http://{hosts[0]}" for origin in self.headers.get_all("Origin", [])):
            self._say(HTTPStatus.FORBIDDEN)
            return True
        return False

    def _send_file(self, url: str) -> None:
        showing = self.server.window.news.showing
        path = showing.path(url)
        if path is None and (folder := showing.path(f"{url}/")) is not None:
            self._say(HTTPStatus.MOVED_PERMANENTLY, (("Location", quote(f"/{folder.removesuffix('index.html')}")),))
        elif path is None:
            self._send(HTTPStatus.NOT_FOUND, _HTML, self._page(showing, pages.MISSING, url))
        elif path.endswith(".html") and not path.startswith("outputs/"):
            self._send(HTTPStatus.OK, _HTML, self._page(showing, path, url), url)
        else:
            self._send(HTTPStatus.OK, _type_of(path), showing.files[path], f"/{path}")

    def _page(self, showing: Showing, path: str, url: str) -> bytes:
        """Return a page with the element of the script."""
        known = {"version": _version(showing, url), "style": showing.style, **_wording(showing.words)}
        data = "".join(f' data-{name}="{escape(value)}"' for name, value in known.items())
        return showing.page(path, f'<script src="/{self.server.token}/live.js"{data} async></script>')

    def _body(self) -> str:
        length = self.headers.get("Content-Length", "")
        size = int(length) if length.isascii() and length.isdecimal() else 0
        self.close_connection = True  # nothing follows on a channel
        return self.rfile.read(min(size, _LONGEST_BODY)).decode("utf-8", "replace")

    def _tell_what_comes(self, url: str) -> None:
        """Send what there is to know of the page at a URL, at once and whenever it changes, until its reader goes."""
        window = self.server.window
        news = window.news
        saves = news.saves
        self._begin(HTTPStatus.OK, "text/event-stream")
        self._write(_event(news, url, saves))
        while True:
            found = window.after(news.number, _ALIVE_EVERY)
            self._write(_event(found, url, saves) if found else b":\n\n")
            news = found or news
            saves = news.saves

    def _write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def _send(self, status: HTTPStatus, kind: str, data: bytes, url: str = "/") -> None:
        said = [(name, value) for name, value in headers.of(url) if name != "Cache-Control"]
        said.append(("Content-Length", str(len(data))))
        if not url.startswith("/assets/"):  # which frames without an origin load
            said.append(("Cross-Origin-Resource-Policy", "same-origin"))
        self._begin(status, kind, said)
        if self.command != "HEAD":
            self._write(data)

    def _say(self, status: HTTPStatus, more: Iterable[tuple[str, str]] = ()) -> None:
        """Say no more than what is wrong; whatever else was sent is not read."""
        self.close_connection = True
        data = f"{status.value} {status.phrase}\n".encode()
        said = (*more, ("X-Content-Type-Options", "nosniff"), ("Connection", "close"))
        self._begin(status, "text/plain; charset=utf-8", (*said, ("Content-Length", str(len(data)))))
        if self.command != "HEAD":
            self._write(data)

    def _begin(self, status: HTTPStatus, kind: str, said: Iterable[tuple[str, str]] = ()) -> None:
        """Begin an answer that no browser keeps: what is at a URL changes, and so does where it leads."""
        self.send_response_only(status)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Type", kind)
        for name, value in said:
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
        """Say nothing of requests."""


def _wording(words: Words) -> dict[str, str]:
    """Return what the script has to say itself."""
    return {"failed": words.preview_failed, "close": words.close}


def _version(showing: Showing, url: str) -> str:
    path = showing.path(url)
    return "none" if path is None else showing.version(path)


def _type_of(path: str) -> str:
    kind = _TYPES.guess_type(path)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or path.endswith((".json", ".xml", ".svg")) else kind


def _event(news: News, url: str, saves: int) -> bytes:
    """Return what the script of the page at a URL has to know."""
    showing = news.showing
    known = {
        "version": _version(showing, url),
        "style": showing.style,
        "problems": told(showing.problems),
        "follow": news.saved if news.saves != saves else "",
    }
    return f"data: {json.dumps(known)}\n\n".encode()
