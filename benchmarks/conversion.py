"""What conversion costs: ours, its floor and nbconvert's own exporter over one folder of notebooks, in one process.

    python -m benchmarks.conversion FOLDER [ROUNDS]

Prints CPU milliseconds a notebook (the least of all rounds) and the ratios. The floor is what any converter of this
kind must do: parse the JSON, run the same Markdown parser with the same plugins over the prose, and Pygments over the
code.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from benchmarks import floor
from publisher import convert, highlight, notebooks, templating
from publisher.errors import NotebookError


def _least(work: Callable[[], object], rounds: int) -> float:
    """Return the least CPU seconds that `work` took."""
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def _ours(source: Path, paths: list[str]) -> None:
    conversion = convert.Conversion(templating.read(templating.folders(source)))
    for path in paths:
        convert.convert(notebooks.interpret(notebooks.read(source, path))[0], conversion)


def _floor(source: Path, paths: list[str]) -> None:
    render = floor.renderers()
    for path in paths:
        floor.html(json.loads((source / path).read_bytes()), render)


def _nbconvert(source: Path, paths: list[str]) -> Callable[[], None]:
    import nbformat
    from nbconvert import HTMLExporter

    exporter = HTMLExporter()  # type: ignore[no-untyped-call]

    def export() -> None:
        for path in paths:
            exporter.from_notebook_node(nbformat.read(source / path, 4))  # type: ignore[no-untyped-call]

    return export


def _readable(source: Path) -> list[str]:
    found = []
    for path in notebooks.find(source):
        try:
            notebooks.interpret(notebooks.read(source, path))
        except NotebookError:
            continue
        if json.loads((source / path).read_bytes()).get("nbformat") == 4:
            found.append(path)
    return found


def main(folder: str, rounds: int = 3) -> None:
    """Measure and print."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    source = Path(folder)
    paths = _readable(source)
    if not paths:
        raise SystemExit(f"{folder}: no notebook of format 4 here")
    highlight.code("1", "python")
    _ours(source, paths[:1])
    least = _least(lambda: _floor(source, paths), rounds)
    ours = _least(lambda: _ours(source, paths), rounds)
    theirs = _least(_nbconvert(source, paths), max(1, rounds - 1))
    print(f"{len(paths)} notebooks of {folder}, CPU ms a notebook, least of {rounds} rounds")
    for name, seconds in (("floor", least), ("publisher", ours), ("nbconvert", theirs)):
        print(f"  {name:10} {1000 * seconds / len(paths):8.1f}   {seconds / least:5.2f} x floor")
    print(f"  nbconvert / publisher = {theirs / ours:.1f}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3)
