"""Plan a new blog in a folder: what to write, and what stays as it is."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from msgspec import Struct

from publisher import regular
from publisher.config.load import FILE, spoken
from publisher.config.root import MARK
from publisher.errors import Problem, SettingsError
from publisher.scaffold.post import as_saved
from publisher.writing import Change

TASKS = "tasks.py"
IGNORED = ".gitignore"
NOTEBOOKS = "notebooks"
SAMPLE = f"{NOTEBOOKS}/hours-of-daylight.ipynb"

_TASKS = '''"""The commands of this blog: `invoke --list` names them."""

from publisher.tasks import namespace as ns
'''
_SECTION = """[tool.publisher]
title = {title}
# description = "A sentence or two, above the listing."
# authors = ["Ada Lovelace"]
# base-url = "https://example.org"  # where the site will be
# timezone = "Europe/Berlin"  # of dates, and of what today is
"""
_IGNORE = (
    ("public/", ("public", "/public")),
    (".public*/", (".public*", "/.public*")),
    (".publisher-cache/", (".publisher-cache", "/.publisher-cache")),
    (".ipynb_checkpoints/", (".ipynb_checkpoints", "**/.ipynb_checkpoints")),
)


class Found(Struct, frozen=True):
    """What is in the folder: the files that a blog has, as bytes if they are there, and whether it has notebooks."""

    name: str
    settings: bytes | None = None
    tasks: bytes | None = None
    ignored: bytes | None = None
    has_notebooks: bool = False


class Plan(Struct, frozen=True):
    """What to write, in this order, and what is left as it is, with what to know about it.

    `has_commands` tells whether `invoke` finds the commands of publisher afterwards.
    """

    changes: tuple[Change, ...]
    kept: tuple[tuple[str, str], ...]
    has_commands: bool


def look(root: Path) -> Found:
    """Look at a folder, which need not be there."""
    package = root / "tasks" / "__init__.py"
    return Found(
        root.resolve().name,
        _bytes(root / FILE),
        _bytes(package) if package.is_file() else _bytes(root / TASKS),
        _bytes(root / IGNORED),
        next((root / NOTEBOOKS).rglob("*.ipynb"), None) is not None,
    )


def _bytes(file: Path) -> bytes | None:
    try:
        return regular.read_linked(file)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SettingsError(Problem(str(file), f"cannot be read: {error.strerror}", "move it away")) from None


def plan(found: Found, today: str) -> Plan:
    """Return what makes the folder a blog. Raises SettingsError if it is one, or cannot become one.

    The settings come last: a folder that has them is complete, whatever happened on the way.
    """
    settings = _settings(found)
    changes: list[Change] = []
    kept: list[tuple[str, str]] = []
    if found.has_notebooks:
        kept.append((f"{NOTEBOOKS}/", "has notebooks, so no sample was added"))
    else:
        changes.append(Change(SAMPLE, sample(today)))
    has_commands = found.tasks is None or MARK in found.tasks
    if found.tasks is None:
        changes.append(Change(TASKS, _TASKS.encode()))
    elif has_commands:
        kept.append((TASKS, "has the commands already"))
    else:
        kept.append((TASKS, f"for `invoke publish` add to it: {_TASKS.splitlines()[-1]}"))
    if ignored := _ignored(found.ignored):
        changes.append(Change(IGNORED, ignored, found.ignored))
    return Plan((*changes, settings), tuple(kept), has_commands)


def _settings(found: Found) -> Change:
    section = _SECTION.format(title=_quoted(spoken(found.name)))
    if found.settings is None:
        return Change(FILE, section.encode())
    before = _data(found.settings)
    tool = before.get("tool", {})
    if isinstance(tool, dict) and "publisher" in tool:
        hint = 'it is a blog already: `invoke new "A title"` starts a post, `invoke publish` publishes it'
        raise SettingsError(Problem(FILE, "has a table [tool.publisher]", hint))
    after = _appended(found.settings, f"\n{section}" if found.settings.strip() else section)
    _check(before, after, section)
    return Change(FILE, after, found.settings)


def _quoted(text: str) -> str:
    """Return a text as TOML; what no file can hold, as a folder's name may, is a question mark."""
    plain = text.encode("utf-8", "replace").decode()
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")


def _data(content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SettingsError(Problem(FILE, f"is not UTF-8 text: byte {error.start + 1}", "save it as UTF-8")) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(Problem(FILE, f"is not TOML: {error}", "mend it, then try again")) from None


def _check(before: dict[str, Any], after: bytes, section: str) -> None:
    """See that the file says what it said, and the section besides."""
    try:
        data = tomllib.loads(after.decode("utf-8-sig"))
        added = data["tool"].pop("publisher")
        kept = {**data, "tool": data["tool"]} if "tool" in before else {key: data[key] for key in data if key != "tool"}
        is_right = kept == before and added == tomllib.loads(section)["tool"]["publisher"]
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError):
        is_right = False
    if not is_right:
        hint = "write `tool` as tables of their own, such as [tool.ruff], then try again"
        raise SettingsError(Problem(FILE, "takes no table [tool.publisher] at its end", hint))


def _ignored(found: bytes | None) -> bytes | None:
    """Return the content of .gitignore with the lines that it lacks, or None if it lacks none."""
    lines = (
        set() if found is None else {line.strip().rstrip("/") for line in found.decode("utf-8", "replace").split("\n")}
    )
    missing = [line for line, known in _IGNORE if not lines.intersection(known)]
    if not missing:
        return None
    return _appended(found or b"", "".join(f"{line}\n" for line in missing))


def _appended(content: bytes, text: str) -> bytes:
    """Return a file with a text at its end, in the line endings that it has; nothing that is there is touched."""
    gap = "" if not content or content.endswith(b"\n") else "\n"
    added = (gap + text).replace("\n", "\r\n" if b"\r\n" in content else "\n")
    return content + added.encode()


def sample(today: str) -> bytes:
    """Return the sample, dated today."""
    content = json.loads(files("publisher.scaffold").joinpath("sample.ipynb").read_bytes())
    head = content["cells"][0]
    head["source"] = [re.sub(r"^date: .*", f"date: {today}", line) for line in head["source"]]
    return as_saved(content)
