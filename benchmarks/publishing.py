"""Measure what publishing a blog costs, case by case, beside the baselines on the same machine."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import edits
from benchmarks.commands import Cost, measure

SAMPLE = 100  # notebooks for nbconvert, whose time grows with their number and with nothing else

_EDITS: tuple[tuple[str, edits.Edit], ...] = (
    ("prose", edits.prose),
    ("code", edits.code),
    ("title", edits.title),
    ("template", edits.template),
    ("setting", edits.setting),
)
_LARGE = 1000  # posts, from which on the long commands are run once
_KEPT = ("notebooks", "pyproject.toml", "tasks.py", "templates")


@dataclass(frozen=True, slots=True)
class Figures:
    """What each case costs in one blog, by the name of the case.

    The cases are `cold`, `same`, one for each kind of edit, and the baselines `list`, `floor` and `nbconvert`.
    """

    label: str
    posts: int
    costs: Mapping[str, Cost]


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to measure: processes of publisher, runs of each command, and exit codes that are no fault."""

    jobs: int = 1
    rounds: int = 3
    accepted: Sequence[int] = (0,)
    tell: Callable[[str], object] = print


def figures(blog: Path, label: str, wishes: Wishes) -> Figures:
    """Measure every case in a blog, which is changed by it."""
    posts = len(_notebooks(blog))
    costs = {}
    for name, cost in (*_published(blog, posts, wishes), *_baselines(blog, posts, wishes)):
        wishes.tell(f"{label}: {name} {cost.normal:.2f} s")
        costs[name] = cost
    return Figures(label, posts, costs)


def _published(blog: Path, posts: int, wishes: Wishes) -> Iterator[tuple[str, Cost]]:
    def publish() -> Cost:
        command = (sys.executable, "-m", "invoke", "publish", "--quiet", "--jobs", str(wishes.jobs))
        return measure(command, blog, wishes.accepted)

    yield "cold", _middle(publish() for _ in _emptied(blog, _few(posts, wishes.rounds)))
    yield "same", _middle(publish() for _ in range(wishes.rounds))
    for name, edit in _EDITS:
        yield name, _middle(publish() for _ in _edited(blog, edit, wishes.rounds))


def _baselines(blog: Path, posts: int, wishes: Wishes) -> Iterator[tuple[str, Cost]]:
    listing = (sys.executable, "-m", "invoke", "--list")
    yield "list", _middle(measure(listing, blog) for _ in range(wishes.rounds))
    floor = (sys.executable, "-m", "benchmarks.floor", str(blog / "notebooks"))
    yield "floor", _middle(measure(floor, Path(__file__).parent.parent) for _ in range(_few(posts, wishes.rounds)))
    whole = [file for file in _notebooks(blog) if edits.kinds(file)]  # nbconvert stops at the first that is broken
    yield "nbconvert", _exported(whole[:: -(-len(whole) // SAMPLE)], posts)


def _exported(sample: list[Path], posts: int) -> Cost:
    """Export a sample with nbconvert; return what it would cost for so many posts."""
    with tempfile.TemporaryDirectory() as folder:
        command = (sys.executable, "-m", "nbconvert", "--to", "html", "--log-level", "ERROR", "--output-dir", folder)
        cost = measure((*command, *map(str, sample)), Path(folder))
    times = posts / len(sample)
    return Cost(cost.cpu * times, cost.wall * times, cost.normal * times, cost.largest, cost.together)


def _notebooks(blog: Path) -> list[Path]:
    return sorted((blog / "notebooks").rglob("*.ipynb"))


def _middle(costs: Iterable[Cost]) -> Cost:
    """Return the run in the middle: the cheapest may be one whose speed was misjudged."""
    ordered = sorted(costs, key=lambda cost: cost.normal)
    return ordered[(len(ordered) - 1) // 2]


def _few(posts: int, rounds: int) -> int:
    return 1 if posts >= _LARGE else rounds


def _emptied(blog: Path, rounds: int) -> Iterator[None]:
    """Remove whatever publishing made before each round."""
    for _ in range(rounds):
        for entry in blog.iterdir():
            if entry.name not in _KEPT:
                shutil.rmtree(entry)
        os.sync()  # else the first run pays for writing the notebooks
        yield


def _edited(blog: Path, edit: edits.Edit, rounds: int) -> Iterator[None]:
    """Make another edit of a kind before each round."""
    for number in range(1, rounds + 1):
        edit(blog, number)
        yield
