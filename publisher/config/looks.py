"""Check the settings of how the site looks."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from publisher.config import checks
from publisher.config.checks import WrongSettingError
from publisher.config.shapes import of, takes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from publisher.config.settings import Settings

TEXT_FONTS = ("serif", "sans", "book", "legible", "system")
CODE_FONTS = ("mono", "system")
PICTURES = ("svg", "png", "webp")

_WIDTHS = {"narrow": 33.0, "normal": 37.0, "wide": 42.0}  # about 65, 72 and 82 characters
_LEAST_WIDTH, _MOST_WIDTH = 28, 45  # rem; a picture of 720 pixels has to fit into what is wider than the text
_BLOCK = re.compile(r"#|>|[-+*] |\d+[.)] |:::|```|~~~|\|")  # what begins more than a paragraph in Markdown
_CORNERS = {"square": 0, "round": 10}
_MOST_CORNERS = 24


@takes(type="string", pattern=r"^(\s*#[0-9a-fA-F]{6}\s*)?$")
def optional_colour(value: object) -> str:
    """Check a colour of six hex digits, or ""."""
    return checks.colour(value) if value != "" else ""


_REM = "|".join(map(str, range(_LEAST_WIDTH, _MOST_WIDTH)))  # JSON Schema knows no bounds within a text


@takes(
    of("string", enum=list(_WIDTHS)),
    of("string", pattern=rf"^\s*0?(({_REM})(\.\d{{1,2}})?|{_MOST_WIDTH}(\.00?)?) ?rem\s*$"),
)
def width(value: object) -> float:
    """Check the width of the text; return it in rem."""
    text = checks.one_line(value)
    if text in _WIDTHS:
        return _WIDTHS[text]
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{1,2})?) ?rem", text)
    form = f'write "narrow", "normal", "wide" or a length from "{_LEAST_WIDTH}rem" to "{_MOST_WIDTH}rem"'
    if not match or not _LEAST_WIDTH <= float(match[1]) <= _MOST_WIDTH:
        raise WrongSettingError(f"is {text!r}", form)
    return float(match[1])


@takes(of("string", enum=list(_CORNERS)), of("integer", minimum=0, maximum=_MOST_CORNERS))
def corners(value: object) -> int:
    """Check how round corners are; return their radius in pixels."""
    form = 'corners = "square", corners = "round" or corners = 3'
    if isinstance(value, str):
        if value in _CORNERS:
            return _CORNERS[value]
        raise WrongSettingError(f"is {value!r}", f"write {form}")
    return checks.number(0, _MOST_CORNERS, form)(value)


@takes(type="string", pattern=r"^\s*$|\.([Ss][Vv][Gg]|[Pp][Nn][Gg]|[Ww][Ee][Bb][Pp])\s*$")
def picture(value: object) -> str:
    """Check the path of a picture within the blog's folder."""
    text = checks.one_line(value).removeprefix("./")
    if not text:
        return ""
    kinds = ", ".join(PICTURES[:-1]) + f" or {PICTURES[-1]}"
    if text.rpartition(".")[2].lower() not in PICTURES:
        raise WrongSettingError(f"{text!r} is no picture", f"name a file that ends with {kinds}")
    if not _stays_inside(text):
        raise WrongSettingError(f"{text!r} is not in the blog's folder", 'write it like "static/logo.svg"')
    return text


@takes(type="string")
def footer(value: object) -> str:
    """Check the words at the end of each page: a line of Markdown, without images."""
    text = checks.one_line(value)
    if _BLOCK.match(text) or "![" in text:
        raise WrongSettingError("is more than a line of words and links", "write text, *emphasis* and [links](/about/)")
    return text


@takes(type="string", pattern=r"^(?!(.*[/\\])?\.\.([/\\]|$))")  # which leads out of it
def folder_of_repository(value: object) -> str:
    """Check the path of a folder in a repository; return it without slashes at its ends."""
    text = checks.one_line(value).strip("/").removeprefix("./")
    if text and not _stays_inside(text):
        raise WrongSettingError(f"{text!r} is no folder of a repository", 'write it like "docs/blog"')
    return text if text != "." else ""


def _stays_inside(path: str) -> bool:
    return not re.match(r"[/\\]|\w+:", path) and ".." not in re.split(r"[/\\]", path)


def together(settings: Settings, given: Mapping[str, object]) -> Iterator[WrongSettingError]:
    """Yield what does not fit together: an accent in two places, a logo that is not there."""
    table = given.get("theme")
    if isinstance(table, dict) and table.get("accent") and "accent" in given:
        yield WrongSettingError("is given twice", "keep one of the two", "theme", "accent")
    if settings.logo and not os.path.isfile(settings.root / settings.logo):
        yield WrongSettingError(f"{settings.logo!r} does not exist", "correct the path, or remove the line", "logo")
