"""A preview for tests: its own process, and a reader of its channel."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support import CHECKOUT
from tests.support.notebooks import notebook
from tests.support.waiting import PATIENCE, hear_interrupts

_SCRIPT = re.compile(rb'<script src="/([\w-]+)/live\.js"')


@dataclass
class Previewed:
    """A preview that runs, as a browser sees it."""

    process: subprocess.Popen[str]
    port: int
    said: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> tuple[int, Mapping[str, str], bytes]:
        return get(self.port, path)

    def token(self) -> str:
        return token_of(self.get("/")[2])

    @contextmanager
    def channel(self, path: str) -> Iterator[Channel]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("POST", f"/{self.token()}/events", body=path, headers={"Origin": self.origin})
        answer = connection.getresponse()
        assert answer.status == 200
        try:
            yield Channel(answer)
        finally:
            answer.close()
            connection.close()


@dataclass
class Channel:
    """What a page is told."""

    answer: http.client.HTTPResponse

    def event(self) -> dict[str, Any]:
        while line := self.answer.readline():
            if line.startswith(b"data: "):
                return dict(json.loads(line.removeprefix(b"data: ")))
        raise AssertionError("the channel was closed, or told nothing")

    def until(self, name: str, value: object) -> dict[str, Any]:
        """Return the first event that says so."""
        while (event := self.event())[name] != value:
            pass
        return event

    def other(self, name: str, value: object) -> dict[str, Any]:
        """Return the first event that says something else."""
        while (event := self.event())[name] == value:
            pass
        return event


def token_of(page: bytes) -> str:
    found = _SCRIPT.search(page)
    assert found is not None
    return found[1].decode()


def get(port: int, path: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return found


@contextmanager
def previewing(root: Path, *options: str, port: int = 0, **variables: str) -> Iterator[Previewed]:
    """Run a preview of a blog; it is interrupted at the end, if it is still there."""
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1", **variables}
    process = subprocess.Popen(
        [sys.executable, "-m", "publisher", "preview", "--port", str(port), *options],
        cwd=root,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=hear_interrupts,
    )
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
                yield Previewed(process, int(found[1]), said)
                return
        raise AssertionError("".join(said))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise
        process.stdout.close()


def write(blog: Path, name: str, *cells: object) -> None:
    (blog / "notebooks" / f"{name}.ipynb").write_bytes(notebook(*cells))  # type: ignore[arg-type]
