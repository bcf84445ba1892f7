"""Ask Lighthouse, as on a slow phone, about the listing and an article of the demo, and about any other pages.

    python -m quality.lighthouse [--rounds 5] [--folder NAME=FOLDER#PAGE …] [--url NAME=ADDRESS …] [--only] [--docs]

Folders are served by this command (quality.server). Each figure is the median of the rounds. Prints a table, and below
it what cost points; `--docs` puts the table into docs/quality.md.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from quality import server, sites, tools

Json = Mapping[str, Any]

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
ARTICLE = "floating-point-from-the-ground-up/"  # of the demo: prose, code, formulas, tables, figures, footnotes

_HEAD = ("page", "performance", "accessibility", "best practices", "SEO", "LCP, s", "TBT, ms", "CLS", "KB", "requests")
_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
_DOCUMENT = sites.CHECKOUT / "docs/quality.md"


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run says: scores of 100, seconds, milliseconds, kilobytes as sent; requests in all and to other hosts.

    `lost` names the audits that cost points.
    """

    scores: tuple[float, ...]
    paint: float
    blocked: float
    shift: float
    sent: float
    requests: float
    elsewhere: float
    lost: tuple[str, ...] = ()


def main(arguments: list[str]) -> None:
    """Measure what is asked for, and show it."""
    wanted = _parser().parse_args(arguments)
    with ExitStack() as stack:
        measured = {}
        for name, address in _addresses(wanted, stack):
            measured[name] = median([run(address) for _ in range(wanted.rounds)])
            print(f"{name}: {' '.join(f'{score:.0f}' for score in measured[name].scores)}", flush=True)
    print(f"\n{table(measured)}")
    for name, figures in measured.items():
        for line in figures.lost:
            print(f"{name}: {line}")
    if wanted.docs:
        document(table(measured), _DOCUMENT)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="quality.lighthouse")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", action="append", default=[])
    parser.add_argument("--url", action="append", default=[])
    parser.add_argument("--only", action="store_true", help="leave the demo out")
    parser.add_argument("--docs", action="store_true")
    return parser


def _addresses(wanted: argparse.Namespace, stack: ExitStack) -> Iterator[tuple[str, str]]:
    """Yield the name and the address of each page; folders are served as long as the stack is open."""
    if not wanted.only:
        site = sites.demo(Path(stack.enter_context(tempfile.TemporaryDirectory()), "public"))
        address = stack.enter_context(server.serve(site))
        yield "demo, listing", f"{address}/"
        yield "demo, article", f"{address}/{ARTICLE}"
    for named in wanted.folder:
        name, _, place = named.partition("=")
        folder, _, page = place.partition("#")
        yield name, f"{stack.enter_context(server.serve(Path(folder).resolve()))}/{page}"
    for named in wanted.url:
        name, _, address = named.partition("=")
        yield name, address


def run(address: str) -> Figures:
    """Return what Lighthouse says of a page, once."""
    script = tools.installed("lighthouse") / "cli/index.js"
    options = ("--output=json", "--quiet", f"--chrome-flags={_FLAGS}", f"--only-categories={','.join(CATEGORIES)}")
    command = (tools.program("node", "nodejs"), str(script), address, *options)
    environment = {**os.environ, "CHROME_PATH": tools.chromium()}
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout
    return read(json.loads(said), address)


def read(report: Json, address: str) -> Figures:
    """Return the figures of a report of Lighthouse. Raises SystemExit if it could not measure."""
    if trouble := report.get("runtimeError"):
        raise SystemExit(f"{address}: {trouble['message']}")
    audits = report["audits"]
    asked = [item for item in audits["network-requests"]["details"]["items"] if item["url"].startswith("http")]
    own = urlsplit(address).netloc
    return Figures(
        tuple(round(100 * (report["categories"][name]["score"] or 0)) for name in CATEGORIES),
        paint=audits["largest-contentful-paint"]["numericValue"] / 1000,
        blocked=audits["total-blocking-time"]["numericValue"],
        shift=audits["cumulative-layout-shift"]["numericValue"],
        sent=sum(item.get("transferSize", 0) for item in asked) / 1000,
        requests=len(asked),
        elsewhere=sum(urlsplit(item["url"]).netloc != own for item in asked),
        lost=tuple(_lost(report)),
    )


def _lost(report: Json) -> Iterator[str]:
    """Yield the audits that count and are not passed, with the first places that they name."""
    for category in CATEGORIES:
        for part in report["categories"][category]["auditRefs"]:
            audit = report["audits"][part["id"]]
            score = audit["score"]
            if part["weight"] and score is not None and score < 0.9:
                yield f"{category}, {part['id']}: {audit.get('displayValue') or audit['title']}{_places(audit)}"


def _places(audit: Json) -> str:
    items = audit.get("details", {}).get("items", [])[:3]
    nodes = (item.get("node", {}).get("snippet") or item.get("description") or item.get("url") for item in items)
    return "".join(f"\n    {node}" for node in nodes if node)


def median(runs: Sequence[Figures]) -> Figures:
    """Return the median of each figure; what cost points in any run."""
    names = ("paint", "blocked", "shift", "sent", "requests", "elsewhere")
    scores = tuple(map(statistics.median, zip(*(each.scores for each in runs), strict=True)))
    middle = {name: statistics.median(getattr(each, name) for each in runs) for name in names}
    return Figures(scores, **middle, lost=tuple(dict.fromkeys(line for each in runs for line in each.lost)))


def table(measured: Mapping[str, Figures]) -> str:
    """Return the figures as a table in Markdown, a row a page."""
    lines = [_row(_HEAD), _row(("---", *("---:" for _ in _HEAD[1:])))]
    return "\n".join([*lines, *(_row((name, *_cells(figures))) for name, figures in measured.items())])


def _cells(figures: Figures) -> tuple[str, ...]:
    elsewhere = f" ({figures.elsewhere:.0f} elsewhere)" if figures.elsewhere else ""
    return (
        *(f"{score:.0f}" for score in figures.scores),
        f"{figures.paint:.1f}",
        f"{figures.blocked:.0f}",
        f"{figures.shift:.3f}".rstrip("0").rstrip("."),
        f"{figures.sent:.0f}",
        f"{figures.requests:.0f}{elsewhere}",
    )


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def document(text: str, page: Path) -> None:
    """Put a table between the two marks of a page of the documentation."""
    before, begin, rest = page.read_text("utf-8").partition("<!-- figures -->\n")
    _, end, after = rest.partition("<!-- end of figures -->\n")
    page.write_text(f"{before}{begin}\n{text}\n\n{end}{after}", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
