"""Check the value of one key of front matter: return what it means, or say what is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publisher import paths, slugs
from publisher.config.checks import LANGUAGE
from publisher.config.shapes import listed, of, takes
from publisher.markup import without_controls
from publisher.metadata import keys
from publisher.metadata.frontmatter import is_empty
from publisher.metadata.written import Scalar, Series, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publisher.metadata.written import Place, Value

_WORDS = {
    "true": True,
    "yes": True,
    "on": True,
    "y": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "n": False,
    "0": False,
}
_STATUS = {"draft": "draft", "skip": "draft", "private": "unlisted", "hidden": "unlisted", "unlisted": "unlisted"}
_PUBLISHED = frozenset({"published", "publish", "public", "featured", "post", "new", "final", "deprecated"})
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_IRI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s\"<>{}|\\^`]+", re.I)
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%[\s,]+(\d{1,3}(?:\.\d+)?)%", re.A)
SCHEME = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|data:", re.I)
_LOCAL = re.compile(r"[^\s?#\\%\x00-\x1f\x7f]*")

# What YAML and JSON make of what is written; a text without quotes may look like something else.
SCALAR = of(["string", "number", "boolean", "null"])


def in_any_case(*words: str) -> str:
    """Return a pattern for words in capitals or not, as JSON Schema knows no flags."""
    either = "|".join(
        "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else letter for letter in word) for word in words
    )
    return rf"^\s*({either})\s*$"


TRUTH = (of("boolean"), of("null"), of("integer", enum=[0, 1]), of("string", pattern=in_any_case(*_WORDS)))


class WrongValueError(ValueError):
    """A value that cannot be taken: what is wrong, and the right form."""

    def __init__(self, message: str, hint: str, place: Place | None = None, kind: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.place = place
        self.kind = kind


def _kind(value: Value) -> str:
    return "a list" if isinstance(value, Series) else "a table" if isinstance(value, Table) else "not text"


@takes(**SCALAR)
def read_text(value: Value, allow_false: bool = False) -> str:
    """Return a text as one line."""
    if not isinstance(value, Scalar) or (isinstance(value.data, bool) and not (allow_false and value.data is False)):
        raise WrongValueError(f"is {_shown(value)}, where one text is needed", 'write it in quotes, on one line: "…"')
    return " ".join(without_controls(str("" if value.data is None else value.data)).split())


def _shown(value: Value) -> str:
    return str(value.data).lower() if isinstance(value, Scalar) else _kind(value)


def part(table: Table, names: tuple[str, ...], form: str) -> Value:
    """Return the first of the named values of a table."""
    held = {keys.name(entry.key): entry.value for entry in table.entries}
    for name in names:
        if name in held and not is_empty(held[name]):
            return held[name]
    raise WrongValueError(f"is a table without `{names[0]}`", f"write `{form}`")


def word(value: Value) -> bool | None:
    """Return the truth that a word stands for, or None."""
    if not isinstance(value, Scalar):
        return None
    return value.data if isinstance(value.data, bool) else _WORDS.get(str(value.data).strip().casefold())


@takes(*TRUTH)
def read_truth(value: Value) -> bool:
    """Return whether a value is a word for true; raises WrongValueError if it is neither."""
    truth = word(value)
    if truth is None:
        shown = f"`{value.data}`" if isinstance(value, Scalar) else _kind(value)
        raise WrongValueError(f"{shown} is neither true nor false", "write `true` or `false`")
    return truth


@takes()
def read_published(value: Value) -> bool:
    """Return False for Jekyll's `published: false`; whatever else it holds, such as a date, makes no draft."""
    return word(value) is not False


@takes(*TRUTH, listed({}))
def read_hidden(value: Value) -> bool:
    """Return whether a post is hidden; a list, as in Material for MkDocs, hides parts of a page and no post."""
    return False if isinstance(value, Series) else read_truth(value)


@takes(*TRUTH, of("integer", minimum=0), of("string", pattern=r"^\d+$"))
def read_pinned(value: Value) -> bool:
    """Return whether a post is pinned; fastpages gives what it pins a rank."""
    is_rank = isinstance(value, Scalar) and str(value.data).isdecimal()
    return True if is_rank else read_truth(value)


@takes(*TRUTH, of("object"))
def read_toc(value: Value) -> bool | None:
    """Return whether a table of contents is wanted; a table of its options, as in R Markdown, does not say."""
    return None if isinstance(value, Table) else read_truth(value)


@takes(
    of("string", enum=[*_STATUS, *sorted(_PUBLISHED)]), of("string", pattern=in_any_case(*_STATUS, *sorted(_PUBLISHED)))
)
def read_status(value: Value) -> str:
    """Return `draft`, `unlisted` or `published`."""
    text = read_text(value)
    status = text.casefold()
    if status not in _PUBLISHED and status not in _STATUS:
        raise WrongValueError(f"`{text}` is no status", "write `draft`, `private` or `published`")
    return _STATUS.get(status, "published")


@takes(SCALAR, listed(SCALAR))
def read_tags(value: Value) -> tuple[str, ...]:
    """Return the tags of a list or of a text with commas."""
    if isinstance(value, Table):
        raise WrongValueError("is a table, where a list is needed", "write `tags: [python, plots]`")
    if isinstance(value, Scalar):
        text = read_text(value).removeprefix("[").removesuffix("]")
        return _tidy_tags(text.split(";" if ";" in text else ","))
    if any(not isinstance(item, Scalar) for item in value.items):
        raise WrongValueError("is a list within a list", "write `tags: [python, plots]`")
    return _tidy_tags(read_text(item, allow_false=True) for item in value.items)


def _tidy_tags(tags: Iterable[str]) -> tuple[str, ...]:
    tidied = (" ".join(tag.split()).strip("\"'").lstrip("#").strip() for tag in tags)
    return tuple(tag for tag in tidied if tag)


@takes(type="string", pattern=rf"^\s*{_PERCENT.pattern}\s*$")
def read_focus(value: Value) -> tuple[float, float]:
    """Return a point of an image, both coordinates from 0 to 1."""
    match = _PERCENT.fullmatch(read_text(value))
    if not match or max(float(match[1]), float(match[2])) > 100:
        raise WrongValueError(
            f"`{read_text(value)}` is not a point of an image", 'write how far right and down it is: "60% 30%"'
        )
    return float(match[1]) / 100, float(match[2]) / 100


@takes(type=["string", "number"], pattern=r"^\s*[^\s/?#%]+\s*$")
def read_slug(value: Value) -> str:
    """Return what can be part of an address."""
    text = read_text(value)
    if not slugs.is_slug(text):
        raise WrongValueError(f"`{text}` cannot be part of an address", f"write `slug: {slugs.slugify(text)}`")
    return text


@takes(SCALAR, listed(SCALAR))
def read_aliases(value: Value) -> tuple[str, ...]:
    """Return old paths of a post, each with a `/` first."""
    items = value.items if isinstance(value, Series) else (value,)
    return tuple(_alias(item) for item in items if not is_empty(item))


def _alias(value: Value) -> str:
    text = read_text(value)
    path = "/" + text.removeprefix("/")
    if SCHEME.match(text) or not _LOCAL.fullmatch(path) or ".." in path.split("/") or "//" in path:
        raise WrongValueError(
            f"`{text}` is not a path of this site", "write `aliases: [/2019/an-old-address/]`", value.place
        )
    return path


@takes(SCALAR, listed({}))
def read_series(value: Value) -> str:
    """Return the name of a series; in Hugo it is a list of one."""
    return read_text(value.items[0] if isinstance(value, Series) else value)


@takes(of("string", pattern=r"^\s*[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*\s*$"), of("object"))
def read_language(value: Value) -> str:
    """Return a language code; Quarto's `language` is a table of translations and says none."""
    if isinstance(value, Table):
        return ""
    text = read_text(value).replace("_", "-")
    if not LANGUAGE.fullmatch(text):
        raise WrongValueError(f"`{text}` is not a language code", "write it like `en` or `pt-BR`")
    return text


@takes(type="string", pattern=r"\.ipynb\s*$")
def read_notebook(value: Value, path: str) -> str:
    """Return the path of another notebook, written from the folder of the one at `path`, or from the top with a `/`."""
    text = read_text(value)
    if not text.endswith(".ipynb") or SCHEME.match(text):
        raise WrongValueError(f"`{text}` is not a notebook", "write the path of one: `translates: the-original.ipynb`")
    return paths.named_from(path, text)


@takes(SCALAR, of("object"))
def read_license(value: Value) -> str:
    """Return the name of a licence; MyST and Quarto also know tables."""
    if isinstance(value, Table):
        value = part(value, ("text", "name", "content", "title", "id", "code"), "license: CC BY 4.0")
    return read_text(value)


@takes(*TRUTH, of("object"))
def read_citation(value: Value) -> bool:
    """Return whether a post says how to cite it; a table of what to say, as in Quarto, wants that as well."""
    return True if isinstance(value, Table) else read_truth(value)


@takes(*TRUTH, of("object"))
def read_comments(value: Value) -> bool:
    """Return whether a post may have comments; a table of a service, as in Quarto, does not forbid them."""
    return True if isinstance(value, Table) else read_truth(value)


@takes(*TRUTH, of("string", pattern=r"^\s*[Hh][Tt][Tt][Pp][Ss]?://\S+\s*$"))
def read_canonical(value: Value) -> str:
    """Return a full address; Quarto's `canonical-url: true` asks for what we do anyway."""
    if word(value) is not None:
        return ""
    text = read_text(value)
    if not re.fullmatch(r"https?://[^\s\"<>]+", text, re.I):
        raise WrongValueError(f"`{text}` is not a full address", "write `canonical: https://example.org/the-post/`")
    return text


@takes(type="string", pattern=r"^\s*\S+\s*$")
def read_guid(value: Value) -> str:
    """Return an IRI that stands for the post in feeds; a bare UUID is one too."""
    text = read_text(value)
    if _UUID.fullmatch(text):
        return f"urn:uuid:{text.lower()}"
    if not _IRI.fullmatch(text):
        raise WrongValueError(f"`{text}` is not an IRI", "write `guid: https://example.org/?p=12`, or a UUID")
    return text
