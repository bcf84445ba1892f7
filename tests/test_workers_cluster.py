"""The same work on a cluster: equal results in order, whatever becomes of its workers."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from publisher import workers
from publisher.errors import SettingsError
from publisher.workers import Lost, cluster
from tests.support.waiting import PATIENCE
from tests.support.workers import double


def where(_: int) -> int:
    return os.getpid()


def rest(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def invert(value: int) -> float:
    return 1 / (value - 30)


def kill_first_time(mark: Path) -> str:
    if mark.name == "8" and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return mark.name


def kill(value: int) -> int:
    if value == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return value


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a cluster as long as a busy machine takes."""
    monkeypatch.setattr(cluster, "ANSWERS_WITHIN", PATIENCE)


@pytest.fixture(scope="module")
def distributed() -> Any:
    # Not at the top: to import it changes how exceptions are pickled.
    return pytest.importorskip("distributed", reason="dask.distributed is not installed: pip install .[test]")


@pytest.fixture(scope="module")
def local(distributed: Any) -> Iterator[Any]:
    """Start a scheduler and two workers, each a process of its own."""
    settings = {"processes": True, "n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0"}
    with distributed.LocalCluster(**settings, silence_logs=logging.CRITICAL) as local:
        yield local


@pytest.fixture
def address(local: Any) -> str:
    return str(local.scheduler_address.replace("tcp://", "dask://"))


def test_results_come_from_a_cluster_in_the_order_of_the_values_even_for_one_job(address: str) -> None:
    with workers.pool(1, 1, executor=address) as run:
        assert list(run(double, range(500))) == [2 * value for value in range(500)]
        places = set(run(where, range(300)))
    assert os.getpid() not in places


def test_values_that_take_no_time_travel_together_and_long_ones_alone(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    original = cluster._batches

    def noting(values: Iterator[object], pace: cluster._Pace) -> Iterator[list[object]]:
        for batch in original(values, pace):
            sizes.append(len(batch))
            yield batch

    monkeypatch.setattr(cluster, "_batches", noting)
    with workers.pool(2, 1, executor=address) as run:
        assert sum(1 for _ in run(double, range(5000))) == 5000
        assert max(sizes) == 100
        assert len(sizes) < 250
        sizes.clear()
        assert sum(1 for _ in run(rest, [0.12] * 12)) == 12
        assert set(sizes) == {1}


def test_no_more_values_are_taken_than_a_few_batches(address: str) -> None:
    taken: list[int] = []

    def values() -> Iterator[int]:
        for value in range(3000):
            taken.append(value)
            yield value

    with workers.pool(2, 1, executor=address) as run:
        for handed_on, _ in enumerate(run(double, values()), 1):
            assert len(taken) <= handed_on + 2 * 2 * 100 + 100
    assert handed_on == 3000


def test_a_run_may_feed_on_another(address: str) -> None:
    with workers.pool(2, 1, executor=address) as run:
        first = (2 * value for value in run(double, range(50)) if not isinstance(value, Lost))
        assert list(run(double, first)) == [8 * value for value in range(50)]


def test_what_a_function_raises_is_raised_here_after_the_results_before_it(address: str) -> None:
    found: list[float] = []
    with pytest.raises(ZeroDivisionError), workers.pool(2, 1, executor=address) as run:
        found.extend(1 / each + 30 for each in run(invert, range(60)) if not isinstance(each, Lost))
    assert [round(each) for each in found] == list(range(30))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_when_a_worker_is_killed_in_the_middle_all_results_come_in_order(address: str, tmp_path: Path) -> None:
    names = [str(number) for number in range(40)]
    with workers.pool(2, 1, executor=address) as run:
        assert list(run(kill_first_time, [tmp_path / name for name in names])) == names
    assert (tmp_path / "8").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_value_that_every_worker_dies_of_is_lost_alone(
    local: Any, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local.scheduler, "allowed_failures", 0)  # for others on the worker this is one too few
    with workers.pool(2, 1, executor=address) as run:
        found = list(run(kill, range(10)))
    lost = found.pop(3)
    assert isinstance(lost, Lost)
    assert (lost.value, lost.reason) == (3, "the workers that tried it were killed")
    assert found == [value for value in range(10) if value != 3]


def test_a_cluster_of_another_version_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publisher.__version__", "99.0")
    with pytest.raises(SettingsError, match=r"has publisher .*this machine publisher 99\.0.*install the same"):
        workers.pool(2, 1, executor=address).__enter__()


def test_a_cluster_without_workers_is_refused(distributed: Any) -> None:
    with distributed.LocalCluster(n_workers=0, dashboard_address=":0", silence_logs=logging.CRITICAL) as empty:
        address = empty.scheduler_address.replace("tcp://", "dask://")
        with pytest.raises(SettingsError, match=rf"{address} has no workers \(start some: dask worker 127"):
            workers.pool(2, 1, executor=address).__enter__()


@pytest.mark.parametrize(
    "written", ["here", "dask://", "dask://host", "dask://host:port", "ray://host:1", "dask://[:1"]
)
def test_an_address_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(SettingsError, match=r"not the address of a cluster.*dask://localhost:8786"):
        workers.pool(2, 1, executor=written).__enter__()


def test_an_address_where_nobody_answers_is_refused() -> None:
    with socket.socket() as bound:  # to a port that nobody listens at
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(SettingsError, match=r"nobody answers at dask://127.*start a scheduler"):
            workers.pool(2, 1, executor=f"dask://127.0.0.1:{bound.getsockname()[1]}").__enter__()


@pytest.mark.usefixtures("distributed")
@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 400 Bad Request\r\nServer: another\r\n\r\n"], ids=["mute", "web"])
def test_an_address_where_somebody_else_is_is_refused(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANSWERS_WITHIN", 1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, args=(server, said), daemon=True).start()
        address = f"dask://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(SettingsError, match=f"nobody answers at {address}: [A-Za-z]+"):
            workers.pool(2, 1, executor=address).__enter__()
        server.shutdown(socket.SHUT_RDWR)


def answer(server: socket.socket, said: bytes) -> None:
    """Say one thing to each who comes, until the server is shut down."""
    with suppress(OSError), ExitStack() as stack:
        while True:
            stack.enter_context(server.accept()[0]).sendall(said)


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"dask://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(SettingsError, match=r"install publisher\[cluster\]"):
            workers.pool(2, 1, executor=address).__enter__()
