"""Whatever call of the system fails, and wherever a publish is killed, the site is one whole release."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from publisher.release import MANIFEST
from publisher.target import FolderTarget
from tests.support import CHECKOUT
from tests.support.faults.publishing import publish, release, signatures
from tests.support.faults.tracing import why_not

# Every call by which a publish changes something, or opens what it reads; `?`: not on every processor.
OPEN = "openat"
RENAME = "?rename,renameat"
CHANGING = (
    "write",
    "ftruncate",
    "?mkdir,mkdirat",
    "?link,linkat",
    RENAME,
    "renameat2",
    "?unlink,unlinkat",
    "?rmdir",
    "syncfs",
    "fsync",
    "?chmod,fchmodat",
)
KILL = "signal=SIGKILL"
NO_EXCHANGE = "renameat2:error=EINVAL"


pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a process ended, what it said, and whether it met the fault."""

    code: int
    said: str
    is_hit: bool


class Publisher:
    """Starts processes that publish, with or without a fault."""

    def __init__(self, folder: Path) -> None:
        self.output = folder / "blog" / "public"
        self._folder = folder
        self._said = (folder / "said").open("w+")
        command = [sys.executable, "-m", "tests.support.faults.publishing"]
        pipe = subprocess.PIPE
        root = CHECKOUT
        self._server = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=self._said, text=True, cwd=root)

    def run(self, name: str, *injections: str) -> Outcome:
        """Publish a release, with faults as strace words them."""
        process = int(self._ask(f"{name} {self.output}"))
        if not injections:
            return Outcome(int(self._ask("go")), self._heard(), False)
        log = self._folder / "trace"
        calls = ",".join(each.partition(":")[0] for each in injections)
        options = [option for each in injections for option in ("-e", f"inject={each}")]
        command = ["strace", "-o", str(log), "-e", f"trace={calls}", *options, "-p", str(process)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr is not None
            assert "attached" in strace.stderr.readline()
            code = int(self._ask("go"))
        is_hit = code == -signal.SIGKILL or "(INJECTED)" in _without(log.read_text(), injections[1:])
        return Outcome(code, self._heard(), is_hit)

    def _ask(self, line: str) -> str:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        print(line, file=self._server.stdin, flush=True)
        return self._server.stdout.readline()

    def _heard(self) -> str:
        self._said.seek(0)
        said = self._said.read()
        self._said.seek(0)
        self._said.truncate()
        return said

    def end(self) -> None:
        self._server.communicate()
        self._said.close()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    memory = Path("/dev/shm")  # where it is there: a thousand publishes wait for no disk
    where = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        made = Publisher(Path(folder))
        yield made
        made.end()


def _without(trace: str, injections: tuple[str, ...]) -> str:
    """Leave out the calls that are meant to fail every time."""
    always = tuple(each.partition(":")[0] for each in injections)
    return "\n".join(line for line in trace.splitlines() if not (always and line.startswith(always)))


def shown(folder: Path) -> dict[str, bytes]:
    found = (Path(where, name) for where, _, names in os.walk(folder) for name in names)
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in found if file.name != MANIFEST}


SITES = {name: {**release(name), "CNAME": b"example.org"} for name in "ABC"}


@dataclass(frozen=True, slots=True)
class Scene:
    """What is published, over release A, and what the folder shows when it went well."""

    name: str
    wanted: str = "B"
    command: str = "B"
    has_former: bool = True
    also: tuple[str, ...] = ()


SCENES = (
    Scene("brought-up-to-date"),
    Scene("made-anew", has_former=False),
    Scene("renamed", also=(NO_EXCHANGE,)),
    Scene("rolled-back", wanted="C", command="back"),
    Scene("rolled-back-by-renames", wanted="C", command="back", also=(NO_EXCHANGE,)),
)
# Which of the errors it is makes no difference to us, and a kill where something is opened is one before the call that
# follows: so each point meets a kill and one or two errors, not all of them.
FAULTS = (
    (SCENES[0], KILL, CHANGING, 90),
    (SCENES[0], "error=EMFILE", (OPEN,), 70),
    (SCENES[0], "error=ENOSPC", CHANGING, 90),
    (SCENES[0], "error=EIO", CHANGING, 90),
    (SCENES[1], KILL, CHANGING, 100),
    (SCENES[1], "error=EROFS", CHANGING, 100),
    (SCENES[2], KILL, (RENAME,), 24),
    (SCENES[2], "error=EIO", (RENAME,), 24),
    (SCENES[3], KILL, CHANGING, 6),
    (SCENES[3], "error=EIO", (OPEN, *CHANGING), 30),
    (SCENES[4], KILL, (RENAME,), 3),
    (SCENES[4], "error=EIO", (RENAME,), 3),
)


def begin(output: Path, scene: Scene) -> None:
    """Show release A, over a former one or none, with a file and a permission that are not ours."""
    for name in "CA":
        signatures.cache_clear()
        publish(name, output)
        (output / "CNAME").write_bytes(b"example.org")
        (output / "page-1").chmod(0o750)
    if not scene.has_former:
        shutil.rmtree(FolderTarget(output).kept)


def check(output: Path, scene: Scene, outcome: Outcome, fault: str) -> None:
    """Hold that the site is whole, and that what was said helps."""
    assert outcome.code in ((-signal.SIGKILL,) if fault == KILL else (0, 74)), outcome
    assert "Traceback" not in outcome.said
    if outcome.code == 74:
        assert "cannot be" in outcome.said
    target = FolderTarget(output)
    if scene.also:
        target.current()  # between two renames there may be nothing: it is put back
    site = shown(output)
    assert site == SITES[scene.wanted] if outcome.code == 0 else site in (SITES["A"], SITES[scene.wanted])
    assert target.current().entries.keys() == site.keys() - {"CNAME"}
    former = target.former()
    if former is not None:
        assert shown(target.kept).keys() - {"CNAME"} == former.entries.keys()


def check_next(publisher: Publisher) -> None:
    """Hold that the next publish is as if nothing had happened."""
    assert publisher.run("B") == Outcome(0, "", False)
    assert shown(publisher.output) == SITES["B"]
    assert {path.name for path in publisher.output.parent.iterdir()} <= {"public", ".public.former"}


@pytest.mark.parametrize(("scene", "fault", "calls", "least"), FAULTS, ids=[f"{s.name}-{f}" for s, f, *_ in FAULTS])
def test_whatever_call_fails_the_site_is_whole(
    publisher: Publisher, scene: Scene, fault: str, calls: tuple[str, ...], least: int
) -> None:
    """Fail, or kill, at the k-th call of each kind, for every k, until a publish needs fewer calls than that."""
    hits = 0
    for call in calls:
        for count in range(1, 1000):
            begin(publisher.output, scene)
            outcome = publisher.run(scene.command, f"{call}:{fault}:when={count}", *scene.also)
            check(publisher.output, scene, outcome, fault if outcome.is_hit else "")
            check_next(publisher)
            if not outcome.is_hit:
                break
            hits += 1
    assert hits >= least
