"""Make the style sheet, and find the fonts, images and scripts that pages need with it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from msgspec import Struct

from publisher import templating
from publisher import theme as themes
from publisher.config import Theme
from publisher.errors import Problem, SettingsError

_THEME = Theme()

STYLE, EXTRA_STYLE, ICON, SCRIPT = "assets/style.css", "extra.css", "assets/icon.svg", "assets/frames.js"
FINDER, SEARCH, SEARCH_STYLE = "assets/finder.js", "assets/search.js", "assets/search.css"
SEARCHING = (FINDER, SEARCH, SEARCH_STYLE)  # what opens the search, and what comes only then
READING = "assets/site.js"
COMMENTS = "assets/comments.js"
_STYLE_FOLDER = "assets/"
FONTS = "assets/fonts/"
_STYLE_URL = re.compile(r"""url\(\s*(["']?)(?!data:|https?:|/|#)([^)"']+)\1\s*\)""")
_QUOTED_OR_SPARE = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|/\*.*?\*/|\s+""", re.S)


class Asset(Struct, frozen=True):
    """A file that pages need: its name among the templates, and where it goes under the hash of its content."""

    name: str
    path: str
    data: bytes


def assets(where: tuple[Path, ...], accent: str = "", theme: Theme = _THEME) -> tuple[Asset, ...]:
    """Return the style sheet, the fonts and images that it names, the icon and the scripts, named by their content.

    A file of the blog's own templates takes the place of ours with the same name; its `extra.css` comes last.
    Raises SettingsError when the style sheet names files that do not exist.
    """
    rules = style(where, accent, theme)
    names = sorted({match[2] for match in _STYLE_URL.finditer(rules)})
    files = {name: templating.find(where, _STYLE_FOLDER + name) for name in names}
    if missing := [name for name, file in files.items() if file is None]:
        about = f"templates/{STYLE}"
        raise SettingsError(*(Problem(about, f"names {name!r}, which does not exist") for name in missing))
    named = {name: _hashed(_STYLE_FOLDER + name, _bytes(file)) for name, file in files.items() if file}
    final = _STYLE_URL.sub(lambda match: f"url({named[match[2]].path.removeprefix(_STYLE_FOLDER)})", rules)
    others = ((name, templating.find(where, name)) for name in (ICON, SCRIPT, READING, COMMENTS, *SEARCHING))
    found = (_hashed(name, _bytes(file)) for name, file in others if file)
    return (_hashed(STYLE, dense(final).encode()), *named.values(), *found)


def dense(css: str) -> str:
    """Return CSS without its comments and with single spaces, all that is in quotes as it is."""
    return _QUOTED_OR_SPARE.sub(lambda match: match[1] or (" " if match[0].isspace() else ""), css)


def style(where: tuple[Path, ...], accent: str = "", theme: Theme = _THEME) -> str:
    """Return the style sheet with the fonts, the blog's theme, and the author's own rules, which come last."""
    sheet = _read(where, STYLE)
    faces = (_read(where, f"{FONTS}{name}.css") for name in themes.fonts(theme, sheet))
    return "".join((sheet, *faces, themes.rules(theme, accent) if accent else "", extra_style(where)))


def extra_style(where: tuple[Path, ...]) -> str:
    """Return the author's own rules."""
    return _read(where, EXTRA_STYLE)


def _read(where: tuple[Path, ...], name: str) -> str:
    file = templating.find(where, name)
    try:
        return file.read_text(encoding="utf-8") if file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(Problem(f"templates/{name}", f"cannot be read: {error}", "save it as UTF-8")) from None


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        hint = "check its permissions"
        raise SettingsError(Problem(f"templates/{file.name}", f"cannot be read: {error.strerror}", hint)) from None


def _hashed(name: str, data: bytes) -> Asset:
    stem, dot, suffix = name.rpartition(".")
    return Asset(name, f"{stem}-{hashlib.sha256(data).hexdigest()[:8]}{dot}{suffix}", data)
