"""Find the posts that are most like another one, by the words that tell them apart from the rest."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from itertools import pairwise
from math import log2

TERMS = 32  # of one post: more of them bring posts together that share but their author's turns of phrase
_NUMBER = 3  # posts named at the end of an article
_IN_TITLE = 5  # times that a word of the title counts
_STEP = 8  # each so many terms weigh one less than those before
_COMMON = 60  # a term of more posts says little, and to compare all of those with each other takes long
_TAG = 4  # weight of a tag, which an author chose
_LEAST = 24_000  # below this, two posts share hardly anything but chance: three middling terms of a small blog

_WORD = re.compile(r"[^\W\d_]{3,}")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f]{2,}")
# What is frequent in any text and would push out what is telling; the rest is left to how rare a word is.
_ENGLISH = """
about above after again all also and any are because been before being below between both but can cell code could
did does doing down during each example few for from further get got had has have having here how however into its
itself just like make many may more most much must need new not now off once one only other our out over own same
see should show since some such take than that the their them then there these they this those through too two
under until use used using very want was way well were what when where which while who why will with would you your
"""
_GERMAN = """
aber alle als auch auf aus bei bis das dass dem den der des die diese dieser durch ein eine einem einen einer eines
für hat ich ist kann man mehr mit nach nicht noch nur oder sein sich sie sind über und von war was wenn werden wie
wir wird zum zur
"""
_FREQUENT = frozenset(f"{_ENGLISH}{_GERMAN}".split())


def terms(title: str, text: str) -> tuple[str, ...]:
    """Return the most frequent telling words of a text, at most 32, the weightiest first; those of the title lead."""
    counted = Counter(_words(text))
    for word in _words(title):
        counted[word] += _IN_TITLE
    return tuple(sorted(counted, key=lambda word: (-counted[word], word))[:TERMS])


def _words(text: str) -> Iterable[str]:
    """Yield words; of scripts without spaces every two letters that stand together."""
    for word in _WORD.findall(text.casefold()):
        if _UNSPACED.fullmatch(word):
            yield from map("".join, pairwise(word))
        elif word not in _FREQUENT:
            yield word.removesuffix("s")  # the plural of several languages, and no harm to others


def related(
    posts: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]], linked: Mapping[str, tuple[str, ...]] | None = None
) -> dict[str, tuple[str, ...]]:
    """Return the names of at most three posts that are like each, the most similar first.

    `posts` have terms and tags by their names; those to which a post is `linked` otherwise are left out. Whole numbers,
    so that every machine finds the same.
    """
    weights = {name: _weights(terms, tags) for name, (terms, tags) in sorted(posts.items())}
    holders: dict[str, list[str]] = defaultdict(list)
    for name, held in weights.items():
        for term in held:
            holders[term].append(name)
    scores: dict[str, Counter[str]] = {name: Counter() for name in weights}
    for term, names in holders.items():
        if 1 < len(names) <= _COMMON:
            rarity = round(1000 * log2(len(weights) / len(names) + 1))
            for name in names:
                own, score = weights[name][term] * rarity, scores[name]
                for other in names:
                    score[other] += own * weights[other][term]
    return {name: _best(score, {name, *(linked or {}).get(name, ())}) for name, score in scores.items()}


def _weights(terms: Iterable[str], tags: Iterable[str]) -> dict[str, int]:
    weights = {term: max(1, 4 - place // _STEP) for place, term in enumerate(terms)}
    return weights | {f"#{tag.casefold()}": _TAG for tag in tags}


def _best(score: Counter[str], apart: Container[str]) -> tuple[str, ...]:
    near = [other for other, value in score.items() if other not in apart and value >= _LEAST]
    return tuple(sorted(near, key=lambda other: (-score[other], other))[:_NUMBER])
