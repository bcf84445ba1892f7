"""Publish small releases, each in a process of its own, as the lines on the standard input say.

A line is `<release> <output>`, or `back <output>` to go back by one release. The number of the process is printed,
it waits for the next line, and its exit code is printed. So a tracer can be put on a process that has started
already, and counts none of the calls of a start.
"""

from __future__ import annotations

import ctypes  # noqa: F401 - so that loading it is no part of a publish
import os
import sys
import traceback
from functools import cache
from pathlib import Path

from publisher.errors import PublisherError
from publisher.target import FolderTarget


def release(name: str) -> dict[str, bytes]:
    """Return the forty files of a release. Half of them are in every one, but for five that C does not have."""
    shared = {f"shared/{number}.html": b"shared" for number in range(20 if name != "C" else 15)}
    changing = {f"page-{number}/index.html": f"{name} {number}".encode() for number in range(10)}
    own = {f"only-{name}/{number}.html": name.encode() for number in range(40 - len(shared) - len(changing))}
    return {**shared, **changing, **own}


def publish(name: str, output: Path) -> None:
    """Show a release in a folder, or the one before once more."""
    if name == "back":
        FolderTarget(output).rollback()
        return
    with FolderTarget(output).stage(known=signatures(output)) as stage:
        for path, data in release(name).items():
            stage.write(path, data)
        stage.show({})


@cache  # each is a process of its own
def signatures(output: Path) -> dict[str, tuple[int, int]]:
    """Return what a publish would know of the files that are shown."""
    found = ((Path(where, name), Path(where, name).lstat()) for where, _, names in os.walk(output) for name in names)
    return {file.relative_to(output).as_posix(): (status.st_size, status.st_mtime_ns) for file, status in found}


def run(name: str, output: Path) -> int:
    """Publish as a command does; return the exit code."""
    try:
        publish(name, output)
    except PublisherError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except BaseException:  # noqa: BLE001 - as an interpreter ends
        traceback.print_exc()
        return 70
    return 0


def say(number: int) -> None:
    """Tell a number to whoever asked."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def serve() -> None:
    """Start a process for every line."""
    FolderTarget(Path("warm")).current()  # whatever is imported late is imported now
    for line in sys.stdin:
        name, output = line.rstrip("\n").split(" ", 1)
        ready, go = os.pipe()
        process = os.fork()
        if process == 0:
            signatures(Path(output))  # before a tracer counts
            os.read(ready, 1)
            code = run(name, Path(output))
            sys.stderr.flush()
            os._exit(code)
        say(process)
        sys.stdin.readline()
        os.write(go, b"x")
        say(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
        os.close(ready)
        os.close(go)


if __name__ == "__main__":
    serve()
