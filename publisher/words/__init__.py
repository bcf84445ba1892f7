"""The words that publisher itself puts on pages, in the language of their readers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher import regular
from publisher.errors import Problem, SettingsError
from publisher.words.plurals import category

if TYPE_CHECKING:
    from datetime import date

FALLBACK = "en"
FOLDER = "templates/words"  # of a blog, for words of its own
_PACKAGED = Path(__file__).parent
_SUFFIX = ".toml"
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_LINE = re.compile(r" \(at line (\d+), column \d+\)$")
_MONTHS, _DATE, _GROUP, _POINT = "months", "date", "thousands", "decimal"
_OF_THE_LANGUAGE = (_MONTHS, _DATE)  # English ones say nothing to readers of another language; an ISO date does

Own = tuple[tuple[str, str], ...]  # the blog's own catalogues: pairs of language and text


class Phrase(str):
    """A text of the catalogue. Called, it fills in its placeholders; a number chooses its plural form."""

    __slots__ = ("_forms", "_group", "_language")

    _forms: Mapping[str, str]
    _group: str
    _language: str

    def __new__(cls, forms: Mapping[str, str], language: str, group: str) -> Phrase:
        """Make a phrase of its plural forms by category; one that does not count has only `other`."""
        made = super().__new__(cls, forms["other"])
        made._forms, made._language, made._group = forms, language, group
        return made

    def __call__(self, count: int | None = None, /, **values: object) -> str:
        """Fill in the placeholders. Where a value is finished HTML, so is what comes of it."""
        text: str = str(self)
        if count is not None:
            text = self._forms.get(category(count, self._language), text)
            values["count"] = f"{count:,}".replace(",", self._group)
        finished: Any = next((value for value in values.values() if hasattr(value, "__html__")), None)
        if finished is not None:
            text = type(finished).escape(text)  # markupsafe.Markup, without its import
        return text.format(**values)


class Words:
    """All words of a language, by their keys: `words.contents`, `words.minutes(3)`.

    A key that does not exist raises AttributeError; Jinja makes that the error of an unknown name.
    """

    def __init__(self, language: str, phrases: Mapping[str, Phrase], months: tuple[str, ...] = ()) -> None:
        self.language = language
        self._phrases, self._months = phrases, months

    def __getattr__(self, key: str) -> Phrase:
        """Return a phrase."""
        if key.startswith("_") or key not in self._phrases:
            raise AttributeError(f"the words have no key {key!r}")
        return self._phrases[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._phrases)

    def number(self, value: float) -> str:
        """Return a number with the language's own marks: a whole one in groups, another with one decimal."""
        written = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
        marks = {",": self._phrases[_GROUP], ".": self._phrases[_POINT]}
        return "".join(marks.get(character, character) for character in written)

    def day(self, value: date) -> str:
        """Return a date in words; as ISO has it where the catalogue has no names of months."""
        if not self._months or _DATE not in self._phrases:
            return f"{value.year:04}-{value.month:02}-{value.day:02}"
        return self._phrases[_DATE](day=value.day, month=self._months[value.month - 1], year=value.year)


@cache
def of(language: str, own: Own = ()) -> Words:
    """Return the words of a language: those of `de-AT`, then those of `de`, then English ones.

    At each step the blog's own come before the packaged. Raises SettingsError for an own catalogue with a mistake.
    """
    entries: dict[str, Phrase] = {}
    months: tuple[str, ...] = ()
    chain = _chain(language)
    for name in (FALLBACK, *chain):
        is_fallback = name == FALLBACK and FALLBACK not in chain
        for table in _tables(name, own):
            group = str(table.get(_GROUP, ""))
            kept = {key: value for key, value in table.items() if not (is_fallback and key in _OF_THE_LANGUAGE)}
            months = tuple(kept.pop(_MONTHS, months))
            entries.update((key, Phrase(_forms(value), name, group or _group(entries))) for key, value in kept.items())
    return Words(language, entries, months)


def _chain(language: str) -> tuple[str, ...]:
    """Return the languages in which to look, the general first: `zh`, `zh-hant`, `zh-hant-tw`."""
    parts = language.lower().split("-")
    return tuple("-".join(parts[:end]) for end in range(1, len(parts) + 1))


def _tables(name: str, own: Own) -> Iterator[Mapping[str, Any]]:
    if packaged := _packaged(name):
        yield packaged
    for language, text in own:
        if language.lower() == name:
            yield _parsed(language, text)


def _forms(value: str | Mapping[str, str]) -> Mapping[str, str]:
    return {"other": value} if isinstance(value, str) else value


def _group(entries: Mapping[str, Phrase]) -> str:
    return str(entries.get(_GROUP, ""))


@cache
def _packaged(name: str) -> Mapping[str, Any]:
    file = _PACKAGED / f"{name}{_SUFFIX}"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def packaged() -> tuple[str, ...]:
    """Return the languages of which there are words in the package."""
    return tuple(sorted(file.stem for file in _PACKAGED.glob(f"*{_SUFFIX}")))


def read(root: Path) -> Own:
    """Read the blog's own catalogues, `templates/words/<language>.toml`. Raises SettingsError, all problems at once."""
    found, problems = [], []
    for file in sorted((root / FOLDER).glob(f"*{_SUFFIX}")):
        try:
            text = regular.read_linked(file).decode()
            _parsed(file.stem, text)
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(f"{FOLDER}/{file.name}", f"cannot be read: {error}", "save it as UTF-8"))
        except SettingsError as error:
            problems += error.problems
        else:
            found.append((file.stem, text))
    if problems:
        raise SettingsError(*problems)
    return tuple(found)


@cache
def _parsed(language: str, text: str) -> Mapping[str, Any]:
    about = f"{FOLDER}/{language}{_SUFFIX}"
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        message = f"is not TOML: {_LINE.sub('', str(error))}"
        raise SettingsError(Problem(about, message, line=int(line[1]) if line else None)) from None
    if problems := tuple(Problem(about, what, hint) for key in table for what, hint in _mistakes(key, table[key])):
        raise SettingsError(*problems)
    return table


def _mistakes(key: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an entry, and a hint. A key that we have not may be one of the blog's templates."""
    if key == _MONTHS:
        if not (isinstance(value, list) and len(value) == 12 and all(isinstance(name, str) for name in value)):
            yield f"`{key}` is not a list of twelve names", ""
        return
    texts = value.values() if isinstance(value, dict) else (value,)
    if not all(isinstance(text, str) for text in texts):
        yield f"`{key}` is not a text", f'write it like `{key} = "…"`'
    elif isinstance(value, dict) and "other" not in value:
        yield f"`{key}` lacks its form `other`", f'write it like `{key} = {{ one = "…", other = "…" }}`'
    elif key in _packaged(FALLBACK):
        known = _placeholders(_forms(_packaged(FALLBACK)[key]).values())
        for name in sorted(_placeholders(map(str, texts)) - known):
            hint = " or ".join(f"{{{each}}}" for each in sorted(known))
            yield f"`{key}` has no placeholder {{{name}}}", f"write {hint}" if hint else "write none"
        if not all(_is_filled(str(text), known) for text in texts):
            yield f"`{key}` has a brace that is no placeholder", "write {{ for a brace that is to be seen"


def _is_filled(text: str, names: Iterable[str]) -> bool:
    """Tell whether a text can be filled in; one with an unknown name is told of by that."""
    try:
        text.format(**dict.fromkeys((*names, *_PLACEHOLDER.findall(text)), ""))
    except (ValueError, LookupError, AttributeError):
        return False
    return True


def _placeholders(texts: Iterable[str]) -> set[str]:
    return {name for text in texts for name in _PLACEHOLDER.findall(text)}


def gaps(language: str, own: Own = ()) -> Problem | None:
    """Return what to tell the author of a blog in a language whose words are not all there."""
    if language.lower().split("-")[0] == FALLBACK:
        return None
    there = {key for name in _chain(language) for table in _tables(name, own) for key in table}
    lacking = [key for key in _packaged(FALLBACK) if key not in there]
    if not lacking:
        return None
    file = f"{FOLDER}/{language}{_SUFFIX}"
    if not there:
        message = f"there are no words for the language {language!r}, so buttons and labels are English"
        return Problem("pyproject.toml", message, f"write them into {file}")
    message = f"lacks {len(lacking)} words, which are English therefore: {', '.join(lacking[:5])}"
    return Problem(file, message + (" …" if len(lacking) > 5 else ""), "complete it")
