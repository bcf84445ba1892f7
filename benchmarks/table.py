"""Show figures as a Markdown table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from benchmarks.commands import Cost
from benchmarks.publishing import SAMPLE, Figures

CASES = (
    ("cold", "cold: nothing was made before"),
    ("same", "nothing changed"),
    ("prose", "a sentence added to one post"),
    ("code", "a line of code added to one post"),
    ("title", "one post renamed"),
    ("template", "the template of the cards changed"),
    ("setting", "the setting `excerpt-words` changed"),
)
BASELINES = (
    ("list", "`invoke --list`"),
    ("floor", "the floor"),
    ("nbconvert", "`nbconvert --to html`"),
)
# What is divided by what.
RATIOS = (
    ("same", "list", "nothing changed ÷ `invoke --list`"),
    ("cold", "floor", "cold ÷ the floor"),
    ("nbconvert", "cold", "`nbconvert --to html` ÷ cold"),
    ("cold", "prose", "cold ÷ a sentence added"),
)
_MEMORY = ("cold", "same", "setting")


def table(columns: Sequence[Figures]) -> str:
    """Return a row for each case, its baselines and their ratios; a column for each blog."""
    words = dict((*CASES, *BASELINES))
    rows = [_row("", (figures.label for figures in columns)), "|---" + "|---:" * len(columns) + "|"]
    rows += [_row(text, (_seconds(figures, name) for figures in columns)) for name, text in words.items()]
    rows += [_row(f"**{text}**", (_ratio(figures, a, b) for figures in columns)) for a, b, text in RATIOS]
    rows += [_row(f"memory, MB: {words[name]}", (_memory(one.costs[name]) for one in columns)) for name in _MEMORY]
    return "\n".join((*rows, "", *_notes(columns)))


def _row(head: str, cells: Iterable[str]) -> str:
    return f"| {' | '.join((head, *cells))} |"


def _seconds(figures: Figures, name: str) -> str:
    cost = figures.costs[name]
    scaled = "≈ " if name == "nbconvert" and figures.posts > SAMPLE else ""
    return f"{scaled}{short(cost.normal)} ({short(cost.cpu)}, {short(cost.wall)})"


def _ratio(figures: Figures, part: str, whole: str) -> str:
    return short(figures.costs[part].normal / figures.costs[whole].normal)


def _memory(cost: Cost) -> str:
    return f"{cost.largest:.0f}, {cost.together:.0f}"


def short(number: float) -> str:
    """Return a number with two or three digits that count."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def _notes(columns: Sequence[Figures]) -> Iterator[str]:
    yield (
        "Normalised CPU seconds, in parentheses CPU seconds and seconds on the clock as measured. Memory is that of the"
        " largest process, then of all at one moment."
    )
    if any(figures.posts > SAMPLE for figures in columns):
        yield f"≈ is scaled from {SAMPLE} of the notebooks."
