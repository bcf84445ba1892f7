"""What workers run, and workers that die."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from publisher import work, workers

if TYPE_CHECKING:
    import pytest


def lossy(blog: Path, monkeypatch: pytest.MonkeyPatch, is_lost: Callable[[object], bool]) -> None:
    """Let a worker not survive some values."""

    def run(function: Callable[[object], object], values: Iterable[object]) -> Iterator[object]:
        for value in values:
            yield workers.Lost(value, "its worker died", "try again") if is_lost(value) else function(value)

    monkeypatch.setattr(work.Crew, "for_notebooks", lambda *_, **__: run)


def double(value: int) -> int:
    return 2 * value
