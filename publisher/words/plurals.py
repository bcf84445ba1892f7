"""Which form of the plural a number takes: the rules of Unicode CLDR 46 for whole numbers."""

from __future__ import annotations

from collections.abc import Callable


def _none(_number: int) -> str:
    return "other"


def _one(number: int) -> str:
    return "one" if number == 1 else "other"


def _up_to_one(number: int) -> str:
    return "one" if number in (0, 1) else "other"


def _arabic(number: int) -> str:
    rest = number % 100
    if number <= 2:
        return ("zero", "one", "two")[number]
    if 3 <= rest <= 10:
        return "few"
    return "many" if rest >= 11 else "other"


def _hebrew(number: int) -> str:
    return {1: "one", 2: "two"}.get(number, "other")


def _east_slavic(number: int) -> str:
    ten, hundred = number % 10, number % 100
    if ten == 1 and hundred != 11:
        return "one"
    return "few" if 2 <= ten <= 4 and not 12 <= hundred <= 14 else "many"


def _south_slavic(number: int) -> str:
    found = _east_slavic(number)
    return "other" if found == "many" else found


def _polish(number: int) -> str:
    if number == 1:
        return "one"
    return "few" if 2 <= number % 10 <= 4 and not 12 <= number % 100 <= 14 else "many"


def _czech(number: int) -> str:
    if number == 1:
        return "one"
    return "few" if 2 <= number <= 4 else "other"


def _slovenian(number: int) -> str:
    return {1: "one", 2: "two", 3: "few", 4: "few"}.get(number % 100, "other")


def _lithuanian(number: int) -> str:
    ten, is_teen = number % 10, 11 <= number % 100 <= 19
    if is_teen or ten == 0:
        return "other"
    return "one" if ten == 1 else "few"


def _romanian(number: int) -> str:
    if number == 1:
        return "one"
    return "few" if number == 0 or 1 <= number % 100 <= 19 else "other"


_RULES: tuple[tuple[Callable[[int], str], str], ...] = (
    (_none, "id ja ko lo ms my th to vi yue zh"),
    (_up_to_one, "am bn fa fr gu hi hy kn pt si zu"),
    (_arabic, "ar"),
    (_hebrew, "he"),
    (_east_slavic, "be ru uk"),
    (_south_slavic, "bs hr sr"),
    (_polish, "pl"),
    (_czech, "cs sk"),
    (_slovenian, "sl"),
    (_lithuanian, "lt"),
    (_romanian, "mo ro"),
)
_BY_LANGUAGE = {language: rule for rule, languages in _RULES for language in languages.split()}


def category(number: int, language: str) -> str:
    """Return `zero`, `one`, `two`, `few`, `many` or `other`; in a language without a rule here, one or other."""
    return _BY_LANGUAGE.get(language.lower().split("-")[0], _one)(number)
