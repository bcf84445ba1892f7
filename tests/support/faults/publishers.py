"""Start commands, and look after the processes that come of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import CHECKOUT
from tests.support.releases import remembered
from tests.support.waiting import wait_until

EPOCH = "1750000000"
# Beside a site that was published well: its sources, the former release and what is kept to be fast.
BESIDE = {"public", ".public.former", ".publisher-cache", "notebooks", "static", "pyproject.toml"}


def names_in(root: Path) -> set[str]:
    """Return the names in the folder of a blog, without what is remembered of the site and the one before."""
    return {path.name for path in root.iterdir()} - remembered(root / "public")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended, and all that it said."""

    code: int
    said: str


class Running:
    """A command that was started, and waits for the word."""

    def __init__(self, server: subprocess.Popen[str], process: int, said: Path) -> None:
        self.process = process
        self._server = server
        self._said = said

    def go(self) -> None:
        """Let it begin."""
        self._tell("go")

    def wait(self) -> Outcome:
        """Wait for its end. Until then its number is that of no other process."""
        self._tell("end")
        assert self._server.stdout is not None
        code = int(self._server.stdout.readline())
        return Outcome(code, self._said.read_text("utf-8", "replace") if self._said.exists() else "")

    def _tell(self, line: str) -> None:
        assert self._server.stdin is not None
        print(line, file=self._server.stdin, flush=True)

    def others(self) -> dict[int, int]:
        """Return the other processes of its session that run, each with its parent."""
        return {process: parent for process, parent in _of_session(self.process) if process != self.process}

    def survivors(self) -> list[int]:
        """Return the processes of its session that are there after a while in which they may end."""
        with suppress(AssertionError):
            wait_until(lambda: not self.others())
        return sorted(self.others())


class Server:
    """Starts commands, one after another: see `tests.support.faults.commands`."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self._said = folder / "said"
        variables = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, "NO_COLOR": "1", **(environment or {})}
        command = [sys.executable, "-m", "tests.support.faults.commands"]
        pipe = subprocess.PIPE
        self._server = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=CHECKOUT, env=variables)
        assert self._read() == 1

    def start(self, folder: Path, *options: str, **hooks: Any) -> Running:
        """Start a publish in a folder, which waits until it may go."""
        order = {"folder": str(folder), "arguments": ["publish", *options], "said": str(self._said), "hooks": hooks}
        assert self._server.stdin is not None
        print(json.dumps(order), file=self._server.stdin, flush=True)
        self._said.unlink(missing_ok=True)
        return Running(self._server, self._read(), self._said)

    def publish(self, folder: Path, *options: str, **hooks: Any) -> Outcome:
        """Publish, and wait for the end."""
        running = self.start(folder, *options, **hooks)
        running.go()
        return running.wait()

    def _read(self) -> int:
        assert self._server.stdout is not None
        return int(self._server.stdout.readline())

    def end(self) -> None:
        """End; nothing runs any more."""
        self._server.communicate()


def _of_session(session: int) -> Iterator[tuple[int, int]]:
    for name in filter(str.isdecimal, os.listdir("/proc")):
        with suppress(OSError):  # it may end meanwhile
            state, parent, _, its_session = _status(Path("/proc", name, "stat").read_text())
            if int(its_session) == session and state != "Z":
                yield int(name), int(parent)


def _status(line: str) -> list[str]:
    """Return state, parent, process group and session of proc_pid_stat(5); a name may hold anything but its end."""
    return line.rpartition(") ")[2].split()[:4]


@contextmanager
def in_memory() -> Iterator[Path]:
    """Make a folder for a while, in memory where that is there: many publishes then wait for no disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)
