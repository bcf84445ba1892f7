"""What conversion costs: ours, its floor and nbconvert's own exporter over one folder of notebooks, in one process.

    python benchmarks/conversion.py FOLDER [ROUNDS]

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

from markdown_it import MarkdownIt
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

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
    conversion = convert.Conversion(templating.folders(source))
    for path in paths:
        convert.convert(notebooks.interpret(notebooks.read(source, path))[0], conversion)


def _markdown_it() -> MarkdownIt:
    """Return the parser with the plugins as they come: what `publisher.markdown` does is our cost, not the floor's."""
    parser = MarkdownIt("commonmark", {"html": True, "linkify": True}).enable(["table", "strikethrough", "linkify"])
    for plugin in (
        footnote_plugin,
        deflist_plugin,
        tasklists_plugin,
        amsmath_plugin,
        colon_fence_plugin,
        anchors_plugin,
    ):
        parser.use(plugin)
    return parser.use(dollarmath_plugin, allow_digits=False, double_inline=True)


def _floor(source: Path, paths: list[str]) -> None:
    from pygments import highlight as pygmentize
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    bare, lexer, formatter = _markdown_it(), PythonLexer(), HtmlFormatter()
    for path in paths:
        raw = json.loads((source / path).read_bytes())
        for cell in raw["cells"]:
            text = notebooks.joined(cell.get("source", ""))
            if cell["cell_type"] == "markdown":
                bare.render(text)
            elif cell["cell_type"] == "code":
                pygmentize(text, lexer, formatter)


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
    floor = _least(lambda: _floor(source, paths), rounds)
    ours = _least(lambda: _ours(source, paths), rounds)
    theirs = _least(_nbconvert(source, paths), max(1, rounds - 1))
    print(f"{len(paths)} notebooks of {folder}, CPU ms a notebook, least of {rounds} rounds")
    for name, seconds in (("floor", floor), ("publisher", ours), ("nbconvert", theirs)):
        print(f"  {name:10} {1000 * seconds / len(paths):8.1f}   {seconds / floor:5.2f} x floor")
    print(f"  nbconvert / publisher = {theirs / ours:.1f}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3)
