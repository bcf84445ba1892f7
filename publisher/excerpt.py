"""The few words of a post that its card shows."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Stands among the paragraphs where the author ended the teaser (`<!-- more -->` and its kin).
TEASER = "\x03"  # no author can write it: control characters are dropped

_ELLIPSIS = " …"
_CHARACTERS_A_WORD = 3  # in scripts without spaces: 40 words are 120 characters
_WORDS_A_MINUTE = 230  # Brysbaert 2019, silent reading of English prose: 238
_CODE_LINES_A_MINUTE = 25  # code of a blog post is skimmed, not studied
_IDEOGRAPHS_A_WORD = 2
_SAMPLE = 2000  # characters that tell whether a script has spaces

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]"
)
_LATIN_END = re.compile(r"[A-Za-z0-9]+\Z")
_SPACED_WORD = re.compile(r"[^\W\d_]+")

_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAY = r"\d\d?(?:st|nd|rd|th)?"
_DATE = (
    rf"(?:\d{{4}}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{{4}}"
    rf"|{_MONTH}\.? {_DAY},? \d{{4}}|{_DAY}\.? {_MONTH}\.?,? \d{{4}}|{_MONTH},? \d{{4}})"
)
_NAME = r"(?-i:[A-Z])[\w.'’-]*"
_PLACE = "(?:colab|colaboratory|binder|mybinder|nbviewer|kaggle|deepnote|gradient|sagemaker|github)"

# What people put above their first sentence, in the words they use for it (counted over 4,641 real notebooks).
_BOILERPLATE = tuple(
    re.compile(pattern, re.I | re.S)
    for pattern in (
        rf"(?:open|run|view|try|launch|execute) (?:\w+ ){{0,4}}(?:in|on|with|at) (?:google |my)?{_PLACE}\b.{{0,60}}",
        rf"(?:(?:launch|open|run) )?{_PLACE}",
        r"table of contents?|contents|toc|outline|\[toc\]|click here to (?:show|hide).*",
        r".*\b(?:originally|first) appeared as an? (?:\w+ )?post\b.*",
        r".*\bview or download (?:this|the) notebook\b.*",
        r"(?:you can )?(?:view|download|get|find) this (?:jupyter |ipython )?(?:notebook|post|page)\b.{0,120}",
        r"this (?:notebook|post|page) (?:contains an excerpt from|is (?:also )?available (?:on|at|as))\b.*",
        r"this (?:notebook|post|page) was (?:generated|created|written) (?:from|with|in|by|as|entirely)\b.*",
        r"(?:the )?(?:text|code)(?: and code)? (?:is|are) released under\b.*",
        r"<.*\bcontents\b.*>",
        r"(?:copyright\b|©|\(c\) ?\d{4}|licen[sc]ed under\b|licen[sc]e:).{0,200}",
        r"(?:the )?(?:mit|bsd|apache|gpl|cc[- ]by\S*)(?: 2\.0)?[- ]licen[sc]ed?\b.{0,120}",
        r"[←→<>«»]+ ?(?:back|prev|previous|next|home|index)\b.{0,60}",
        r"@\w+",
        rf"{_NAME}(?: {_NAME}){{1,3}},? *(?:{_DATE}|\d{{4}})?(?:,? (?:updated|revised) .{{0,20}})?",
        (
            rf"(?:(?:written|posted|created|prepared) )?by:? {_NAME}"
            rf"(?:,? (?:(?:and|&|de|van|von|der|la) )*{_NAME}){{0,8}}(?:[,.|·-]? *{_DATE})?[.,]?"
        ),
        r"(?:authors?|written by|contributors?|contact|e-?mail|twitter|affiliation)(?: ?\(s\))? ?:.{0,200}",
        (
            rf"(?:(?:last )?(?:updated?|modified|revised|edited|run)|published|posted|created|written|date|version)\b"
            rf"(?: on)?[: ]*{_DATE}.{{0,20}}"
        ),
        r"(?:last )?(?:updated?|modified|date) ?:.{0,40}",
        rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?{_DATE}[.]?",
    )
)


def excerpt(description: str, paragraphs: Sequence[str], words: int) -> str:
    """Return the first `words` words of the summary given, or of the text, then ` …` if something was cut.

    `paragraphs` are plain text in order, with `TEASER` among them where the author ended the teaser.
    """
    if description.strip():
        return _cut(description, words, more=False)
    end = paragraphs.index(TEASER) if TEASER in paragraphs else len(paragraphs)
    teaser = _beginning(paragraphs[:end], words)
    if not teaser:
        return _cut(_beginning(paragraphs, words), words, more=False)
    return _cut(teaser, words, more=any(map(_is_prose, paragraphs[end:])))


def _beginning(paragraphs: Iterable[str], words: int) -> str:
    """Return the prose of the first paragraphs: all of it, or more than `words` words, however one counts them."""
    enough = max(_SAMPLE, 2 * _CHARACTERS_A_WORD * words)
    found: list[str] = []
    characters = count = 0
    for paragraph in filter(_is_prose, paragraphs):
        found.append(paragraph)
        characters += len(paragraph)
        count += len(paragraph.split())
        if characters > enough and count > words:
            break
    return " ".join(found)


def count_words(paragraphs: Iterable[str]) -> int:
    """Return how many words a reader reads; two characters of a script without spaces count as one."""
    total = 0
    for paragraph in paragraphs:
        if paragraph != TEASER:
            spaced, ideographs = _UNSPACED.subn(" ", paragraph)
            total += len(spaced.split()) + ideographs // _IDEOGRAPHS_A_WORD
    return total


def reading_minutes(words: int, code_lines: int) -> int:
    """Return the whole minutes, at least one, that a reader spends on that much prose and code."""
    return max(1, int(words / _WORDS_A_MINUTE + code_lines / _CODE_LINES_A_MINUTE + 0.5))


def _is_prose(paragraph: str) -> bool:
    """Tell whether a paragraph has words, and others than people put above their first sentence."""
    text = paragraph.strip(" \t\n*_|·•-–—")
    return any(map(str.isalnum, text)) and not any(pattern.fullmatch(text) for pattern in _BOILERPLATE)


def _cut(text: str, words: int, *, more: bool) -> str:
    found = text.split()
    if _has_no_spaces(text):
        joined = " ".join(found)
        limit = _end_of_word(joined, words * _CHARACTERS_A_WORD)
        short = joined[:limit].rstrip()
        more = more or len(joined) > limit
    else:
        short = " ".join(found[:words])
        more = more or len(found) > words
    return short + _ELLIPSIS if more and short else short


def _end_of_word(text: str, limit: int) -> int:
    """Return where a text without spaces can be cut near `limit`: not before a mark, not within a word of Latin."""
    while limit < len(text) and unicodedata.category(text[limit]).startswith("M"):
        limit += 1
    latin = _LATIN_END.search(text, 0, limit)
    return latin.start() if latin and latin.start() and _LATIN_END.match(text[limit : limit + 1]) else limit


def _has_no_spaces(text: str) -> bool:
    sample = text[:_SAMPLE]
    unspaced = len(_UNSPACED.findall(sample))
    if not unspaced:
        return False
    letters = sum(len(word) for word in _SPACED_WORD.findall(sample))
    return unspaced * 2 > letters
