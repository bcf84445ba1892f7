"""Check the value of one setting: return it as the blog needs it, or say what is wrong with it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from string import Formatter
from typing import TYPE_CHECKING, Literal, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from publisher import reserved
from publisher.config.settings import Author, NavigationLink
from publisher.config.shapes import TEXT, WORDS, listed, of, table, tables, takes

if TYPE_CHECKING:
    from collections.abc import Callable

    from publisher.config.settings import Trust

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")  # the shape of BCP 47
_MARK = re.compile(r"[0-9a-f]{16}")
_URL = of("string", pattern=r"^\s*(/|https?://|mailto:)")
PERMALINK_FIELDS = ("slug", "year", "month", "day", "path")


class WrongSettingError(ValueError):
    """A value that cannot be taken: what is wrong, the right form, and which part of the value it is about."""

    def __init__(self, message: str, hint: str, *part: str | int) -> None:
        super().__init__(message)
        self.hint = hint
        self.part = part


def kind(value: object) -> str:
    """Return what a TOML value is, in an author's words."""
    kinds = {bool: "true or false", str: "text", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return kinds.get(type(value), "a date or time")


@takes(type="string")
def one_line(value: object) -> str:
    """Check a text; return it as one line."""
    if not isinstance(value, str):
        raise WrongSettingError(f"is {kind(value)}, where text is needed", 'write it in quotes: "…"')
    return " ".join(value.split())


def number(least: int, most: int, form: str) -> Callable[[object], int]:
    """Make the check of a whole number from `least` to `most`."""

    @takes(type="integer", minimum=least, maximum=most)
    def inner(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise WrongSettingError(f"is {kind(value)}, where a whole number is needed", f"write {form}")
        if not least <= value <= most:
            raise WrongSettingError(f"is {value}, where a number from {least} to {most:,} is needed", f"write {form}")
        return value

    return inner


def true_or_false(form: str) -> Callable[[object], bool]:
    """Make the check of a setting that is on or off."""

    @takes(type="boolean")
    def inner(value: object) -> bool:
        if not isinstance(value, bool):
            raise WrongSettingError(f"is {kind(value)}, where true or false is needed", f"write {form}")
        return value

    return inner


def _numbers(value: object, check: Callable[[object], int], form: str) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise WrongSettingError(f"is {kind(value)}, where a list of numbers is needed", f"write {form}")
    return tuple(check(item) for item in value)


@takes(**listed(of("integer", minimum=16, maximum=10_000), minItems=1))
def widths(value: object) -> tuple[int, ...]:
    """Check the widths of image variants; return them ascending."""
    form = "widths = [320, 640, 960, 1280]"
    widths = _numbers(value, number(16, 10_000, form), form)
    if not widths:
        raise WrongSettingError("is an empty list", f"write {form}")
    return tuple(sorted(set(widths)))


@takes(**listed(of("integer", minimum=64, maximum=4_000), minItems=2, maxItems=2))
def card_size(value: object) -> tuple[int, int]:
    """Check the width and height of a thumbnail."""
    form = "card-size = [640, 360]"
    size = _numbers(value, number(64, 4_000, form), form)
    if len(size) != 2:
        raise WrongSettingError(f"has {len(size)} numbers, where width and height are needed", f"write {form}")
    return size[0], size[1]


def choice(*allowed: str) -> Callable[[object], str]:
    """Make the check of one of a few words."""

    @takes(type="string", enum=list(allowed))
    def inner(value: object) -> str:
        text = one_line(value)
        if text not in allowed:
            raise WrongSettingError(f"is {text!r}", f"write {_either(allowed)}")
        return text

    return inner


def _either(allowed: tuple[str, ...]) -> str:
    return " or ".join(f'"{word}"' for word in allowed)


@takes(**listed(of("string", pattern=f"^{_MARK.pattern}$")))
def marks(value: object) -> tuple[str, ...]:
    """Check the marks of leaks that are allowed: 16 hexadecimal digits each."""
    form = 'allowed-leaks = ["0123456789abcdef"]'
    if not isinstance(value, list):
        raise WrongSettingError(f"is {kind(value)}, where a list of marks is needed", f"write {form}")
    for number, item in enumerate(value):
        if not isinstance(item, str) or not _MARK.fullmatch(item):
            raise WrongSettingError("has something that is no mark", "copy the 16 digits of the message", number)
    return tuple(dict.fromkeys(value))


@takes(**WORDS)
def required_text(value: object) -> str:
    """Check a text that may not be empty."""
    text = one_line(value)
    if not text:
        raise WrongSettingError("is empty", "write something, or remove the line")
    return text


@takes(type="string", pattern=r"^\s*(\w+://\S+)?\s*$")
def address(value: object) -> str:
    """Check the address of a site or of a page: with a scheme and a host, no query, no password."""
    text = one_line(value).rstrip("/")
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        known = False
    if not known:
        bare = re.sub(r"[^\w./-]|^/+", "", text.split("://")[-1]) or "example.org"
        raise WrongSettingError(f"{text!r} is not a web address", f'write "https://{bare}"')
    if parts.query or parts.fragment or parts.username is not None or re.search(r"[\s\"<>\\]", text):
        raise WrongSettingError(
            f"{text!r} holds more than a host and a path", f'write "{parts.scheme}://{parts.hostname}{parts.path}"'
        )
    return text


@takes(type="string", pattern=rf"^\s*{LANGUAGE.pattern}\s*$")
def language(value: object) -> str:
    """Check a language code."""
    text = one_line(value)
    if not LANGUAGE.fullmatch(text):
        raise WrongSettingError(f"{text!r} is not a language code", 'write it like "en" or "pt-BR"')
    return text


@takes(**WORDS)
def timezone(value: object) -> str:
    """Check the name of a time zone."""
    text = one_line(value)
    try:
        ZoneInfo(text)
    except (OSError, ValueError, KeyError):
        near = get_close_matches(text, sorted(available_timezones()), n=1, cutoff=0.5)
        raise WrongSettingError(
            f"{text!r} is not a time zone", f'write "{near[0] if near else "Europe/Berlin"}"'
        ) from None
    return text


@takes(type="string", pattern=r"^\s*#[0-9a-fA-F]{6}\s*$")
def colour(value: object) -> str:
    """Check a colour of six hex digits."""
    text = one_line(value)
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise WrongSettingError(f"{text!r} is not a colour", 'write red, green and blue as hex digits: "#1f4e8c"')
    return text.lower()


@takes(enum=[True, False, "auto"])
def search(value: object) -> bool | Literal["auto"]:
    """Check whether there is to be a search."""
    if value is True or value is False or value == "auto":
        return value
    written = repr(value) if isinstance(value, str) else kind(value)
    raise WrongSettingError(f"is {written}", 'write search = true, search = false or search = "auto"')


@takes(type="string", pattern=r"^\s*/.*(/|\.html)\s*$")
def permalink(value: object) -> str:
    """Check the pattern of addresses."""
    text = one_line(value)
    form = 'write "/{slug}/" or "/{year}/{month}/{slug}.html"'
    try:
        parsed = [part for part in Formatter().parse(text) if part[1] is not None]
    except ValueError:
        raise WrongSettingError(f"{text!r} has a brace without its other half", form) from None
    named = [_field(name or "", spec, conversion) for _, name, spec, conversion in parsed]
    if not text.startswith("/"):
        raise WrongSettingError(f"{text!r} does not begin with /", f'write "/{text}"')
    if not text.endswith(("/", ".html")):
        raise WrongSettingError(f"{text!r} ends neither with / nor with .html", f'write "{text}/" or "{text}.html"')
    if "slug" not in named and "path" not in named:
        raise WrongSettingError(f"{text!r} gives many posts one address", form)
    if re.search(r"//|[\s?#%\\:*\"<>|]", text) or ".." in text.split("/"):
        raise WrongSettingError(f"{text!r} holds what no address may", form)
    top = text.split("/")[1]
    if "{" not in top and (what := reserved.reason(top)):
        raise WrongSettingError(f"{text!r} {what}", form)
    return text


def _field(name: str, spec: str | None, conversion: str | None) -> str:
    if name in PERMALINK_FIELDS and not spec and not conversion:
        return name
    near = get_close_matches(re.split(r"\W", name)[0], PERMALINK_FIELDS, n=1)
    known = ", ".join(f"{{{known}}}" for known in PERMALINK_FIELDS)
    raise WrongSettingError(f"{{{name}}} is unknown", f"did you mean {{{near[0]}}}?" if near else f"known are {known}")


@takes(**WORDS)
def folder(value: object) -> str:
    """Check the name of a folder."""
    text = required_text(value).replace("\\", "/").rstrip("/")
    if not text or "\0" in text:
        raise WrongSettingError("is not a folder", 'write it like "notebooks"')
    return text


@takes(type="string", pattern=r"^\s*$|\.[OoTt][Tt][CcFf]\s*$")
def font(value: object) -> str:
    """Check the name of the file of a font."""
    text = one_line(value).replace("\\", "/")
    if text and not text.lower().endswith((".ttf", ".otf", ".ttc")):
        raise WrongSettingError(f"{text!r} is no TrueType or OpenType font", 'write it like "fonts/NotoSansJP.ttf"')
    return text


def texts(form: str) -> Callable[[object], tuple[str, ...]]:
    """Make the check of a list of texts."""

    @takes(**listed(WORDS))
    def inner(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise WrongSettingError(f"is {kind(value)}, where a list is needed", f"write {form}")
        for index, item in enumerate(value):
            if not isinstance(item, str) or not item.strip():
                raise WrongSettingError(
                    f"item {index + 1} is {kind(item) if item else 'empty'}", f"write {form}", index
                )
        return tuple(item.strip() for item in value)

    return inner


def _parts(value: object, needed: tuple[str, ...], also: tuple[str, ...], form: str, index: int) -> dict[str, str]:
    """Return the texts of a small table that must have `needed` and may have `also`."""
    if not isinstance(value, dict):
        raise WrongSettingError(f"item {index + 1} is {kind(value)}", f"write {form}", index)
    for name in value:
        if name not in needed + also:
            near = get_close_matches(name, needed + also, n=1)
            raise WrongSettingError(
                f"has an unknown part `{name}`", f"did you mean `{near[0]}`?" if near else f"write {form}", index, name
            )
    for name in needed:
        if not isinstance(value.get(name), str) or not value[name].strip():
            raise WrongSettingError(f"item {index + 1} has no `{name}`", f"write {form}", index)
    return {name: one_line(text) for name, text in value.items()}


@takes(**listed({"anyOf": [WORDS, table(("name",), name=WORDS, url=TEXT)]}))
def authors(value: object) -> tuple[Author, ...]:
    """Check the authors."""
    form = 'authors = ["Ada Lovelace", { name = "Grace Hopper", url = "https://example.org" }]'
    if not isinstance(value, list):
        raise WrongSettingError(f"is {kind(value)}, where a list is needed", f"write {form}")
    return tuple(_author(item, form, index) for index, item in enumerate(value))


def _author(item: object, form: str, index: int) -> Author:
    if isinstance(item, str) and item.strip():
        return Author(one_line(item))
    parts = _parts(item, ("name",), ("url",), form, index)
    return Author(parts["name"], _target(parts["url"], index) if parts.get("url") else "")


@takes(listed(table(("title", "url"), title=WORDS, url=_URL)), tables(_URL))
def navigation(
    value: object, form: str = 'navigation = [{ title = "About", url = "/about/" }]'
) -> tuple[NavigationLink, ...]:
    """Check the links of the navigation, or of another list of links."""
    if isinstance(value, dict):
        value = [{"title": title, "url": url} for title, url in value.items()]
    if not isinstance(value, list):
        raise WrongSettingError(f"is {kind(value)}, where a list is needed", f"write {form}")
    links = [_parts(item, ("title", "url"), (), form, index) for index, item in enumerate(value)]
    return tuple(NavigationLink(link["title"], _target(link["url"], index)) for index, link in enumerate(links))


def _target(url: str, index: int) -> str:
    if not re.fullmatch(r"(?:/(?!/)|https?://|mailto:)[^\s\"<>]*", url):
        raise WrongSettingError(
            f"{url!r} is no address", 'write it like "/about/" or "https://example.org"', index, "url"
        )
    return url


@takes(of("string", enum=["author", "guest"]), tables(of("string", enum=["author", "guest"])))
def trust(value: object) -> tuple[tuple[str, Trust], ...]:
    """Check whom to trust."""
    form = 'trust = "author", trust = "guest" or trust = { "guests/*" = "guest" }'
    held = {"*": value} if isinstance(value, str) else value
    if not isinstance(held, dict):
        raise WrongSettingError(f"is {kind(value)}", f"write {form}")
    for glob, level in held.items():
        if level not in ("author", "guest"):
            raise WrongSettingError(f"{level!r} is no level of trust", f"write {form}", glob)
    return tuple((glob, cast("Trust", level)) for glob, level in held.items())
