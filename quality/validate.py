"""Ask the Nu HTML Checker what is wrong with the demo and, where PUBLISHER_CORPUS is set, with real notebooks.

    python -m quality.validate [--corpus COUNT] [--folder SITE]

Prints each error with its page; ends with 1 if there is any.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from quality import sites, tools


@dataclass(frozen=True, slots=True)
class Fault:
    """What the checker says of a place in a page, with the HTML around it."""

    page: Path
    line: int
    message: str
    extract: str


def main(arguments: list[str]) -> int:
    """Check what is asked for; return how the process ends."""
    wanted = _parser().parse_args(arguments)
    checked, wrong = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, site in _sites(wanted, Path(folder)):
            pages = sites.pages(site)
            faults = check(pages)
            for fault in faults:
                print(f"{name} {fault.page.relative_to(site)}:{fault.line}: {fault.message}\n    {fault.extract}")
            checked, wrong = checked + len(pages), wrong + len(faults)
            print(f"{name}: {len(pages)} pages, {len(faults)} errors", flush=True)
    return 1 if wrong or not checked else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="quality.validate")
    parser.add_argument("--corpus", type=int, default=50)
    parser.add_argument("--folder", default="")
    return parser


def _sites(wanted: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name and the folder of each site: the one that is named, or the demo and one of real notebooks."""
    if wanted.folder:
        yield wanted.folder, Path(wanted.folder).resolve()
        return
    yield "the demo", sites.demo(folder / "demo")
    corpus = os.environ.get("PUBLISHER_CORPUS")
    if corpus and wanted.corpus:
        chosen = sites.some(Path(corpus), wanted.corpus)
        yield f"{len(chosen)} real notebooks", sites.of_notebooks(chosen, Path(corpus), folder / "real")[0]


def check(pages: Sequence[Path]) -> list[Fault]:
    """Return the errors of pages, all in one process: most of its time is its start."""
    if not pages:
        return []
    jar = tools.installed("vnu-jar") / "build/dist/vnu.jar"
    options = ("--stdout", "--exit-zero-always", "--errors-only", "--format", "json")
    # formulas and tables nest deeper than the usual stack
    command = (tools.program("java", "default-jre-headless"), "-Xss8m", "-jar", str(jar), *options, *map(str, pages))
    said = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return [_fault(message) for message in said["messages"]]


def _fault(message: dict[str, object]) -> Fault:
    page = Path(unquote(urlsplit(str(message.get("url", ""))).path))
    extract = " ".join(str(message.get("extract", "")).split())
    return Fault(page, int(str(message.get("lastLine", 0))), str(message["message"]), extract)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
