"""Sentences and lines of code such as posts about data have, made from a seed.

The words, and the pieces of code that they stand in, are in the text files beside this one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from string import Template

_HERE = Path(__file__).parent

_FORMULAS = (
    "x^2 + $digit", r"\mu \pm $digit\sigma", r"\frac{n!}{k!(n-$small)!}", r"O(n \log n)", r"\sqrt{$number n}",
    r"e^{-\lambda t / $small}", r"\bar{x}_{$small}", r"\beta_1 x + $number", r"1 - \alpha^$digit", r"\sum_i x_i^$digit",
)  # fmt: skip
_TITLES = (
    "What the $other of a $noun tells us",
    "$Doing the $other of every $noun in $place",
    "A $kind look at the $noun",
    "$Number days of $other in $place",
    "How $kind is the $other of a $noun?",
    "The $kind $noun of $place",
    "Notes on $doing a $kind $noun with $tool",
)

_SENTENCES = (
    "The $other of the $noun in $place looks $kind at first, and that impression does not survive a second plot.",
    "We start by $doing what there is: $number rows, of which about $small per cent are missing.",
    "None of this is new, but it is *easy to forget* when the $noun is $kind.",
    "With $tool this takes one line, and `$call` does most of the work.",
    "Anyone who has tried $doing a $kind $noun knows that the first $small attempts are wasted.",
    "The median is $small.$digit, the mean is $number, and the gap between the two is the whole story.",
    "I was wrong about the $other: it follows the $noun with a delay of $small days, not the other way round.",
    "There are two ways to read this, and the **$kind one** is usually right.",
    "If we drop the $small largest values, the $other falls by $digit per cent and the trend remains.",
    "A [$kind note on the $noun](https://example.org/$noun/$number) says more about the method.",
    "What remains is noise, or at least it is what `$tool` calls noise.",
    "That is why the $other has to be divided by the $noun before anything else is done with it.",
    "Nothing in the documentation of $tool says that `$call` keeps the order, so we sort once more.",
    "Since $place changed how it counts a $noun in the year $year, everything before is left out.",
)
_MATHS = (
    "The error grows with $$@$$, so four times the data buys half the uncertainty.",
    "Written as a formula it is $$@$$, where the index runs over every $noun.",
    "For a $kind $noun we expect $$@$$; here it is $small.$digit times as much.",
)
_POINTS = (
    "the $other of each $noun, once a day",
    "whether the $noun is **$kind** or not",
    "`$column`, which $tool reads as text",
    "$number rows without any $other at all",
    "the $kind days, see [the list](https://example.org/lists/$year)",
)
_TAGS = ("data", "plots", "python", "statistics", "maps", "time-series", "physics", "cities", "methods", "numbers")


def title(chance: Random) -> str:
    """Return a title of a few words."""
    return _filled(chance.choice(_TITLES), chance)


def tags(chance: Random) -> list[str]:
    """Return one to three tags."""
    return sorted(chance.sample(_TAGS, chance.randint(1, 3)))


def paragraph(chance: Random, sentences: int) -> str:
    """Return different sentences in a line, now and then one with a formula."""
    drawn = chance.sample(_SENTENCES, sentences)
    if chance.random() < 0.25:
        drawn.insert(1, chance.choice(_MATHS).replace("@", chance.choice(_FORMULAS)))
    return " ".join(_filled(sentence, chance) for sentence in drawn)


def heading(chance: Random) -> str:
    """Return a heading of the second or third level."""
    text = _filled(chance.choice(("$Doing the $noun", "The $kind $other", "$Place in $year", "Why `$call`?")), chance)
    return f"{chance.choice(('##', '##', '###'))} {text}"


def points(chance: Random) -> str:
    """Return a list of three to five items, numbered or not."""
    items = [_filled(point, chance) for point in chance.sample(_POINTS, chance.randint(3, 5))]
    is_numbered = chance.random() < 0.3
    return "\n".join(f"{number}. {item}" if is_numbered else f"- {item}" for number, item in enumerate(items, 1))


def imports(chance: Random) -> str:
    """Return the first lines of a notebook."""
    return _filled(chance.choice(_pieces("imports.txt")), chance)


def code(chance: Random) -> str:
    """Return 5 to 25 lines of Python."""
    parts = chance.sample(_pieces("code.txt"), 3)
    lines = _filled(parts[0], chance)
    for part in parts[1:]:
        if lines.count("\n") < 4 or chance.random() < 0.5:
            lines += "\n\n" + _filled(part, chance)
    return lines


def _filled(text: str, chance: Random) -> str:
    return Template(text).substitute(_draw(chance))


def _draw(chance: Random) -> dict[str, str]:
    """Draw one word of every kind, also with a capital, and numbers."""
    drawn = {name: chance.choice(words) for name, words in _words().items()}
    drawn |= {name.title(): word[0].upper() + word[1:] for name, word in drawn.items()}
    numbers = {"digit": chance.randint(2, 9), "small": chance.randint(3, 14), "number": chance.randint(20, 4000)}
    numbers["year"] = chance.randint(1998, 2025)
    return drawn | {name: str(number) for name, number in numbers.items()} | {"Number": str(numbers["number"])}


@cache
def _words() -> dict[str, list[str]]:
    lines = (_HERE / "words.txt").read_text("utf-8").splitlines()
    return {name: words.split() for name, _, words in (line.partition(": ") for line in lines)}


@cache
def _pieces(file: str) -> tuple[str, ...]:
    return tuple((_HERE / file).read_text("utf-8").rstrip("\n").split("\n----\n"))
