"""File systems of a test: seen by the commands that are run in them and by nobody else, gone with the last of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.faults.publishers import Outcome

READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"'
TWO_MEGABYTES = 'mount -t tmpfs -o size=2m tmpfs "$1"'


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder as those see it who are inside: from here it is at `seen`."""

    folder: Path
    seen: Path
    process: int

    def publish(self, root: Path, environment: Mapping[str, str], *options: str) -> Outcome:
        """Publish a blog with the real command."""
        enter = ["nsenter", f"--target={self.process}", "--user", "--preserve-credentials", "--mount"]
        command = [*enter, "env", f"--chdir={root}", sys.executable, "-m", "publisher", "publish", *options]
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        return Outcome(done.returncode, done.stdout + done.stderr)


@contextmanager
def mounted(folder: Path, how: str) -> Iterator[Mount]:
    """Mount something at a folder."""
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", f"{how} && echo && exec cat"]
    pipe = subprocess.PIPE
    with subprocess.Popen([*command, "sh", str(folder)], stdin=pipe, stdout=pipe, stderr=pipe, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stderr is not None
        if holder.stdout.readline() != "\n":
            raise OSError(holder.stderr.read().strip())
        yield Mount(folder, Path(f"/proc/{holder.pid}/root{folder}"), holder.pid)
        holder.communicate()


@cache
def why_not() -> str:
    """Return why nothing can be mounted here, "" if it can."""
    try:
        with mounted(Path("/mnt"), TWO_MEGABYTES):
            return ""
    except OSError as error:
        return f"nothing can be mounted here: {error}"
