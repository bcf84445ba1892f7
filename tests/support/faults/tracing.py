"""Let a call of the system fail in a publish, by strace: the call is chosen from those of a publish that went well."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.support.faults.publishers import Outcome, Running

_CALL = re.compile(r"(\w+)\((.*)")
_TRACED = "openat,mkdir,write"
_QUOTED = re.compile(r'"([^"]*)"')
_OPENED = re.compile(r"\d+<([^>]*)>")


@dataclass(frozen=True, slots=True)
class Call:
    """A call that changes a file: which one, the file, and the how many-th of its name it is, from 1."""

    name: str
    path: str
    count: int


def traced(running: Running, log: Path, *options: str) -> Outcome:
    """Run a publish to its end under strace."""
    command = ["strace", "-y", "-o", str(log), "-e", f"trace={_TRACED}", *options, "-p", str(running.process)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        assert "attached" in strace.stderr.readline()
        running.go()
        return running.wait()


def changing(log: Path, is_meant: Callable[[str], bool]) -> list[Call]:
    """Return the calls of a log that change files whose path is meant, in their order."""
    counts: dict[str, int] = {}
    found = []
    for line in log.read_text("utf-8", "replace").splitlines():
        if call := _CALL.match(line):
            name, arguments = call.groups()
            counts[name] = counts.get(name, 0) + 1
            path = (_OPENED if name == "write" else _QUOTED).search(arguments)
            if path and (name != "openat" or "O_CREAT" in arguments) and is_meant(path[1]):
                found.append(Call(name, path[1], counts[name]))
    return found


def failing(running: Running, log: Path, call: Call, error: str) -> tuple[Outcome, str]:
    """Run a publish in which one call fails; return its outcome, and the line of the log that says so."""
    outcome = traced(running, log, "-e", f"inject={call.name}:error={error}:when={call.count}")
    (line,) = (line for line in log.read_text("utf-8", "replace").splitlines() if "(INJECTED)" in line)
    return outcome, line


def unreadable(running: Running, file: Path, error: str) -> Outcome:
    """Run a publish in which a file cannot be opened."""
    return traced(running, Path(os.devnull), "-P", str(file), "-e", f"inject=openat:error={error}")


def why_not() -> str:
    """Return why no process can be traced here, "" if one can."""
    if not shutil.which("strace"):
        return "needs strace (on Debian: apt-get install strace)"
    command = ["strace", "-qq", "-o", os.devnull, "-e", "inject=mkdir,mkdirat:error=EIO", "true"]
    done = subprocess.run(command, capture_output=True, text=True)
    return "" if done.returncode == 0 else f"processes cannot be traced here: {done.stderr.strip()}"
