"""Measure publisher and write down what came of it; `invoke dev.bench` calls this.

Only light modules are imported here: a process that is started by a large one counts as large.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from benchmarks import chart
from benchmarks.publishing import Figures, Wishes, figures
from benchmarks.table import table

SIZES = (10, 100, 1000)
PARTS = ("conversion", "publishing", "preview")
USUAL = ("conversion", "publishing")  # what is measured when nothing is asked for
PREVIEWED = (10, 1000)

_CHECKOUT = Path(__file__).parent.parent
_TABLE, _CHART, _FIGURES = "performance.md", "performance.png", "performance.json"


def main(arguments: list[str]) -> None:
    """Measure the parts that are asked for."""
    wanted = _parser().parse_args(arguments)
    if "conversion" in wanted.parts:
        _run("benchmarks.conversion", wanted.folder or "notebooks", str(wanted.rounds))
    if "publishing" in wanted.parts:
        columns = list(_columns(wanted))
        _write(columns, Path(wanted.output))
        if wanted.docs:
            document(Path(wanted.output), _CHECKOUT / "docs")
    if "preview" in wanted.parts:
        lines = _previews(wanted)
        print("\n".join(lines))
        if wanted.docs:
            _put(_CHECKOUT / "docs" / "preview.md", "preview figures", "end of preview figures", "\n".join(lines))


def _previews(wanted: argparse.Namespace) -> list[str]:
    """Return the table of what a preview takes from saving a notebook to its new page."""
    lines = ["| posts | median | slowest | floor | memory |", "|---:|---:|---:|---:|---:|"]
    for posts in wanted.sizes or PREVIEWED:
        with _blog(posts) as folder:
            command = (sys.executable, "-m", "benchmarks.preview", str(folder), str(max(wanted.rounds, 10)))
            found = json.loads(subprocess.run(command, cwd=_CHECKOUT, check=True, stdout=subprocess.PIPE).stdout)
        seconds = " | ".join(f"{found[name]:.3f} s" for name in ("median", "slowest", "floor"))
        lines.append(f"| {posts:,} | {seconds} | {found['memory']:.0f} MB |")
    return lines


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--sizes", type=_numbers, default=())
    parser.add_argument("--folder", default="")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", default="benchmarks/results")
    parser.add_argument("--docs", action="store_true")
    parser.add_argument("--parts", type=_parts, default=USUAL)
    return parser


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(",") if number)


def _parts(text: str) -> list[str]:
    parts = text.split(",")
    if unknown := set(parts).difference(PARTS):
        raise argparse.ArgumentTypeError(f"there is no {', '.join(sorted(unknown))}, but {', '.join(PARTS)}")
    return parts


def _columns(wanted: argparse.Namespace) -> Iterator[Figures]:
    """Yield the figures of each synthetic blog, then those of the given notebooks."""
    wishes = Wishes(wanted.jobs, wanted.rounds)
    with _blog(2) as folder:  # compiles modules, and shows before long whether all is well
        figures(folder, "warming up", Wishes(wanted.jobs, 1))
    for posts in wanted.sizes or (() if wanted.folder else SIZES):
        with _blog(posts) as folder:
            yield figures(folder, f"{posts:,} posts", wishes)
    if wanted.folder:
        with _blog(0) as folder:
            source = Path(wanted.folder).resolve()
            shutil.copytree(source, folder / "notebooks", dirs_exist_ok=True)
            label = f"{source.name}, {len(list(source.rglob('*.ipynb'))):,} posts"
            # where notebooks are as people left them, some may fail
            yield figures(folder, label, Wishes(wanted.jobs, wanted.rounds, accepted=(0, 1)))


@contextmanager
def _blog(posts: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        _run("benchmarks.blog", folder, str(posts))
        yield Path(folder)


def _run(module: str, *arguments: str) -> None:
    subprocess.run((sys.executable, "-m", module, *arguments), cwd=_CHECKOUT, check=True)


def _write(columns: list[Figures], output: Path) -> None:
    """Write figures, table and chart into a folder; print the table."""
    output.mkdir(parents=True, exist_ok=True)
    text = table(columns)
    print(f"\n{text}")
    (output / _FIGURES).write_text(json.dumps([asdict(figures) for figures in columns], indent=1) + "\n", "utf-8")
    (output / _TABLE).write_text(f"{text}\n", "utf-8")
    (output / _CHART).write_bytes(chart.chart(columns))


def document(output: Path, docs: Path) -> None:
    """Put the table and the chart of a folder into the documentation."""
    image = f"![What publishing costs, by case and size of the blog.]({_CHART})"
    _put(docs / _TABLE, "figures", "end of figures", f"{image}\n\n{(output / _TABLE).read_text('utf-8').rstrip()}")
    shutil.copyfile(output / _CHART, docs / _CHART)


def _put(page: Path, first: str, last: str, text: str) -> None:
    """Put a text between two marks of a page."""
    before, begin, rest = page.read_text("utf-8").partition(f"<!-- {first} -->\n")
    _, end, after = rest.partition(f"<!-- {last} -->\n")
    page.write_text(f"{before}{begin}\n{text}\n\n{end}{after}", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
