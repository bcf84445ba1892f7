"""Serve a folder as a good host does: compressed, over connections that stay open, with the headers that we ask for."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from publisher import headers

_TEXTS = ("text/", "application/javascript", "application/json", "application/xml", "image/svg+xml")


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on the loopback interface; give its address, without a slash at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@cache
def _compressed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send a file, or the page for what is not there."""
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if path.is_file():
            self._send(HTTPStatus.OK, path, path.read_bytes())
        else:
            lost = Path(self.directory, "404.html")
            self._send(HTTPStatus.NOT_FOUND, lost, lost.read_bytes() if lost.is_file() else b"")

    def _send(self, status: HTTPStatus, path: Path, data: bytes) -> None:
        kind = self.guess_type(path)
        is_text = kind.startswith(_TEXTS)
        is_packed = is_text and "gzip" in self.headers.get("Accept-Encoding", "")
        body = _compressed(data) if is_packed else data
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if is_text else kind)
        self.send_header("Content-Length", str(len(body)))
        if is_packed:
            self.send_header("Content-Encoding", "gzip")
        for header in headers.of(self.path):
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
