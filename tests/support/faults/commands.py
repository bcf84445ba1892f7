"""Run `publisher` in folders, each time in a process of its own that has all it needs in memory already.

What to run is said on the standard input, as JSON, one line each. The number of the process is printed, which waits
for a line; after the next line its exit code is printed. So a tracer can be put on it before it begins, and until
its end was asked for its number is its own. It leads a session: whoever it starts can be told by that.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

from publisher.__main__ import main
from tests.support.faults import hooks
from tests.support.faults.blogs import write_blog
from tests.support.faults.publishing import say


def run(order: dict[str, Any]) -> int:
    """Run a command in a folder as the interpreter does; return the exit code."""
    os.chdir(order["folder"])
    said = os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever the tests were started with
    for hook, value in order["hooks"].items():
        getattr(hooks, hook)(value)
    return command(order["arguments"])


def command(arguments: list[str]) -> int:
    """Call the console script."""
    sys.argv = ["publisher", *arguments]
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:  # noqa: BLE001 - as an interpreter ends
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def warm_up() -> None:
    """Import whatever is imported late, in this process."""
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nowhere:
        write_blog(Path(folder), 0, 4)
        answers, sys.stdout = sys.stdout, nowhere
        here = Path.cwd()
        os.chdir(folder)
        command(["publish", "--jobs", "1"])
        os.chdir(here)
        sys.stdout = answers


def serve() -> None:
    """Start a process for every order."""
    warm_up()
    say(len(os.listdir("/proc/self/task")))  # one: only then workers are forked from the copies of this process
    for line in sys.stdin:
        ready, go = os.pipe()
        process = os.fork()
        if process == 0:
            os.setsid()
            os.close(go)
            os.read(ready, 1)
            code = 1
            try:
                code = run(json.loads(line))
            finally:
                os._exit(code)
        say(process)
        sys.stdin.readline()
        os.close(ready)
        os.close(go)
        sys.stdin.readline()
        say(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))


if __name__ == "__main__":
    serve()
