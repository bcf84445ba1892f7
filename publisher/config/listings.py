"""Check the settings of listings: views, listings of folders, descriptions of tags, front matter by folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import PurePosixPath

from publisher import reserved
from publisher.config import checks, shapes
from publisher.config.checks import WrongSettingError, kind
from publisher.config.settings import FolderListing
from publisher.config.shapes import TEXT, WORDS, listed, of, shape_of, tables, takes

VIEWS = ("cards", "compact", "full")
view = checks.choice(*VIEWS)

_FORM = 'listings = [{ folder = "talks", title = "Talks" }]'


@takes(**WORDS)
def folder(value: object) -> str:
    """Check the name of a folder of notebooks, relative to the source folder."""
    text = checks.folder(value)
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or text == ".":
        raise WrongSettingError(f"{text!r} is no folder of the source folder", 'write it like "talks"')
    return path.as_posix()


@takes(**WORDS)
def _url(value: object) -> str:
    text = checks.required_text(value).strip("/")
    if not text or not all(_is_plain(part) for part in text.split("/")):
        raise WrongSettingError(f"{value!r} is no address of a listing", 'write it like "/talks/"')
    return f"/{text}/"


def _is_plain(part: str) -> bool:
    return part not in ("", ".", "..") and not set(part) & set(' ?#%\\:*"<>|')


_PARTS: dict[str, Callable[[object], object]] = {
    "folder": folder,
    "title": checks.required_text,
    "url": _url,
    "description": checks.one_line,
    "view": view,
    "page-size": checks.number(1, 10_000, "page-size = 12"),
    "home": checks.true_or_false("home = false"),
}


@takes(**listed(shapes.table(("folder",), **{name: shape_of(check) for name, check in _PARTS.items()})))
def listings(value: object) -> tuple[FolderListing, ...]:
    """Check the listings of folders; no two may have one address."""
    if not isinstance(value, list):
        raise WrongSettingError(f"is {kind(value)}, where a list of tables is needed", f"write {_FORM}")
    found: dict[str, FolderListing] = {}
    for index, item in enumerate(value):
        listing = _listing(item, index)
        if listing.url in found:
            raise WrongSettingError(f"has two listings at {listing.url}", "give one of them another `url`", index)
        found[listing.url] = listing
    return tuple(found.values())


def _listing(item: object, index: int) -> FolderListing:
    if not isinstance(item, dict):
        raise WrongSettingError(f"item {index + 1} is {kind(item)}", f"write {_FORM}", index)
    for name in item:
        if name not in _PARTS:
            near = get_close_matches(name, _PARTS, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(_PARTS)}"
            raise WrongSettingError(f"has an unknown part `{name}`", hint, index, name)
    values = {name.replace("-", "_"): _part(name, value, index) for name, value in item.items()}
    if "folder" not in values:
        raise WrongSettingError(f"item {index + 1} has no `folder`", f"write {_FORM}", index)
    name = PurePosixPath(str(values["folder"])).name
    words = " ".join(name.replace("-", " ").replace("_", " ").split())
    made = FolderListing(**{"url": f"/{values['folder']}/", "title": words[:1].upper() + words[1:], **values})  # type: ignore[arg-type]
    is_listing = made.url.strip("/").lower() in reserved.LISTINGS
    if what := "is a list of all posts" if is_listing else reserved.reason(made.url):
        message = f"item {index + 1} would be at {made.url}, which {what}"
        raise WrongSettingError(message, "give it another `url`", index)
    return made


def _part(name: str, value: object, index: int) -> object:
    try:
        return _PARTS[name](value)
    except WrongSettingError as wrong:
        raise WrongSettingError(f"`{name}` {wrong}", wrong.hint, index, name) from None


@takes(**tables(TEXT))
def tags(value: object) -> tuple[tuple[str, str], ...]:
    """Check the descriptions of tags."""
    form = 'write tags = { python = "Snakes of all lengths." }'
    if not isinstance(value, dict):
        raise WrongSettingError(f"is {kind(value)}, where a table is needed", form)
    for name, text in value.items():
        if not isinstance(text, str):
            raise WrongSettingError(f"of {name!r} is {kind(text)}, where text is needed", form, name)
    return tuple((" ".join(name.split()), checks.one_line(text)) for name, text in value.items())


@takes(**tables(of("object")))
def defaults(value: object) -> tuple[tuple[str, dict[str, object]], ...]:
    """Check the front matter that notebooks of a folder have if they do not say otherwise: tables by folder."""
    form = 'write [tool.publisher.defaults.talks] and below it, for instance, tags = ["talk"]'
    if not isinstance(value, dict):
        raise WrongSettingError(f"is {kind(value)}, where a table is needed", form)
    for name, table in value.items():
        if not isinstance(table, dict):
            raise WrongSettingError(f"of {name!r} is {kind(table)}, where a table is needed", form, name)
    return tuple((folder(name), {key: _plain(item) for key, item in table.items()}) for name, table in value.items())


def _plain(value: object) -> object:
    """Return a value as front matter in a notebook's metadata has it: dates as text."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return [_plain(item) for item in value] if isinstance(value, list) else value
