from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from publisher import lock
from publisher.errors import BusyError
from publisher.target import FolderTarget
from tests.support import CHECKOUT
from tests.support.releases import no_locks

# Says when it holds the lock, and holds it until it is told to go on.
HOLDER = """
    import sys
    from pathlib import Path
    from publisher import lock
    from publisher.errors import PublisherError
    from publisher.target import FolderTarget
    if sys.argv[2] == "no-locks":
        def refuse(opened):
            raise OSError(37, "No locks available")
        lock._lock = refuse
    try:
        with FolderTarget(Path(sys.argv[1])).stage() as stage:
            stage.write("index.html", b"x")
            print("holds", flush=True)
            sys.stdin.readline()
            stage.show({})
    except PublisherError as error:
        print(error, flush=True)
        sys.exit(error.exit_code)
"""


def start(output: Path, way: str = "locks") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(HOLDER), str(output), way]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=CHECKOUT)


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


@contextmanager
def held(output: Path, way: str = "locks") -> Iterator[subprocess.Popen[str]]:
    process = start(output, way)
    try:
        assert first_line(process) == "holds"
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "blog" / "public"


def test_of_six_publishes_at_once_one_wins_and_the_others_name_it(output: Path) -> None:
    processes = [start(output) for _ in range(6)]
    said = [first_line(process) for process in processes]
    winner = processes[said.index("holds")]
    codes = [process.wait() for process in processes if process is not winner]
    assert winner.communicate("go\n")[1] == ""
    assert winner.returncode == 0
    assert codes == [75] * 5
    for line in said:
        who = f"another publish is running: process {winner.pid} on host {os.uname().nodename}, since "
        assert line == "holds" or (line.startswith(f"{output}/: {who}") and "s ago) (wait until it has ended" in line)
    for process in processes:
        process.communicate()
    assert [path.name for path in output.parent.iterdir()] == ["public"]


@pytest.mark.parametrize("way", ["locks", "no-locks"])
def test_the_lock_of_a_killed_process_stops_nobody(output: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "no-locks":
        monkeypatch.setattr(lock, "_lock", no_locks)
    with held(output, way) as process:
        with pytest.raises(BusyError, match=f"process {process.pid} on host"), FolderTarget(output).stage():
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert any(path.name.startswith(".public.lock") for path in output.parent.iterdir())
        with FolderTarget(output).stage() as stage:
            stage.write("index.html", b"y")
            stage.show({})
    assert [path.name for path in output.parent.iterdir()] == ["public"]


def test_where_there_are_no_locks_a_claim_of_another_host_is_kept_and_the_remedy_named(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output.parent.mkdir()
    other = output.with_name(".public.lock-1@far%2Faway")
    other.touch()
    monkeypatch.setattr(lock, "_lock", no_locks)
    with (
        pytest.raises(BusyError, match=r"process 1 on host far/away.*if it did not end well, remove .*far%2Faway"),
        FolderTarget(output).stage(),
    ):
        pass
    other.unlink()
    with FolderTarget(output).stage():
        pass
    assert list(output.parent.iterdir()) == []


def test_what_else_is_wrong_with_a_lock_is_an_error_of_its_own(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(lock, "_lock", fail)
    with pytest.raises(Exception, match=r"public: cannot be locked: the disk reports an error"):
        FolderTarget(output).stage().__enter__()


@pytest.mark.parametrize("step", ["ftruncate", "write", "unlink", "close"])
def test_an_interruption_between_any_two_steps_leaves_no_file(
    output: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, done = output.with_name(".public.lock"), getattr(os, step)
    file.parent.mkdir(exist_ok=True)
    interrupted: list[str] = []

    def interrupt(*given: object) -> object:
        if interrupted:
            return done(*given)
        interrupted.append(step)
        raise KeyboardInterrupt

    monkeypatch.setattr(lock.os, step, interrupt)
    with pytest.raises(KeyboardInterrupt), lock.alone(file, output):
        pass
    assert interrupted
    assert not file.exists()
    with lock.alone(file, output):
        assert file.exists()


def test_two_threads_of_one_process_do_not_both_get_in(output: Path) -> None:
    seen: list[BusyError] = []

    def second() -> None:
        try:
            with FolderTarget(output).stage():
                pass
        except BusyError as error:
            seen.append(error)

    with FolderTarget(output).stage():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert len(seen) == 1
    assert seen[0].exit_code == 75


def test_rollback_and_clean_wait_for_no_publish_either(output: Path) -> None:
    with held(output):
        for command in (FolderTarget(output).rollback, FolderTarget(output).clean):
            with pytest.raises(BusyError):
                command()


def test_a_forked_worker_does_not_keep_the_lock_of_its_dead_parent(output: Path) -> None:
    script = """
        import os, sys
        from pathlib import Path
        from publisher.target import FolderTarget
        with FolderTarget(Path(sys.argv[1])).stage():
            worker = os.fork()
            if worker == 0:
                sys.stdin.readline()
                os._exit(0)
            print("forked", flush=True)
            os.kill(os.getpid(), 9)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(output)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT) as process:
        assert first_line(process) == "forked"
        process.wait()
        with FolderTarget(output).stage():  # while the worker still lives
            pass


def test_a_lock_that_was_removed_while_one_waited_to_open_it_is_not_taken_for_the_real_one(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output.parent.mkdir()
    file = output.with_name(".public.lock")
    really, calls = lock._lock, []

    def remove_first(opened: int) -> None:
        calls.append(opened)
        if len(calls) == 1:
            file.unlink()  # as an owner does that ends just now
        really(opened)

    monkeypatch.setattr(lock, "_lock", remove_first)
    with FolderTarget(output).stage():
        assert len(calls) == 2
        assert file.exists()
        assert f'"process": {os.getpid()}' in file.read_text()


@pytest.mark.parametrize(
    ("ago", "worded"), [(40, "(40 s ago)"), (300, "(5 min ago)"), (3 * 3600, "(3 h ago)"), (-5, "(0 s ago)")]
)
def test_how_long_it_has_been_running_is_worded_for_people(
    ago: int, worded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return now

    monkeypatch.setattr(lock, "datetime", Clock)
    since = now - timedelta(seconds=ago)
    assert lock._since(since.isoformat()).endswith(worded)
    assert f"{since.astimezone():%H:%M:%S}" in lock._since(since.isoformat())
