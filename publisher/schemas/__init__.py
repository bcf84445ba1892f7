"""Say to editors what settings and front matter take: JSON Schemas, made of the tables and the shapes of the checks."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from publisher import config
from publisher.config.shapes import Shape, shape_of
from publisher.metadata import keys
from publisher.metadata.reference import ROWS

NAMES = ("settings", "pyproject", "front-matter")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
# The names under which SchemaStore would hold them, in its form; an identifier is no promise that it is there.
_IDENTIFIERS = {
    "settings": "https://json.schemastore.org/partial-notebook-publisher.json",
    "pyproject": "https://json.schemastore.org/notebook-publisher-pyproject.json",
    "front-matter": "https://json.schemastore.org/notebook-publisher-front-matter.json",
}
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_ELSEWHERE = re.compile(r"\s*\bSee (?:below|\[[^\]]+\]\([^)]+\))\.?")

Examples = Mapping[str, object]


def settings(examples: Examples) -> Shape:
    """Return the schema of the table `[tool.publisher]`; `examples` are values by the names of settings."""
    about = "Settings of a blog that publisher makes from notebooks: the table [tool.publisher] of pyproject.toml."
    return {**_head("settings", "publisher", about), **_table(config.KEYS, config.Settings(Path()), examples)}


def pyproject(examples: Examples) -> Shape:
    """Return the schema of a whole pyproject.toml that has that table; what else is in the file is not looked at."""
    inner = {key: value for key, value in settings(examples).items() if not key.startswith("$")}
    tool = {"type": "object", "properties": {"publisher": inner}}
    about = "A pyproject.toml with the settings of a blog."
    return {**_head("pyproject", "pyproject.toml", about), "type": "object", "properties": {"tool": tool}}


def front_matter() -> Shape:
    """Return the schema of front matter. Keys of other tools are passed over, so other keys are no mistake."""
    properties: dict[str, Shape] = {}
    for row in ROWS:
        properties[row.key] = _described(row.key, in_plain_words(row.meaning), row.shape, [value_of(row.example)])
        for name in keys.SYNONYMS[row.key][1:]:
            properties[name] = {"description": f"Another name of `{row.key}`.", **row.shape}
    about = "What a notebook says about itself, in its first cell or in a file beside it."
    head = _head("front-matter", "publisher front matter", about)
    return {**head, "type": ["object", "null"], "properties": properties, "additionalProperties": True}


def all_of_them(examples: Examples) -> dict[str, Shape]:
    """Return every schema by its name."""
    return {"settings": settings(examples), "pyproject": pyproject(examples), "front-matter": front_matter()}


def as_text(schema: Shape) -> str:
    """Return a schema as it is stored."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def stored(name: str) -> str:
    """Return a schema as it came with the package."""
    return (Path(__file__).parent / f"{name}.json").read_text("utf-8")


def _head(name: str, title: str, about: str) -> Shape:
    return {"$schema": _DIALECT, "$id": _IDENTIFIERS[name], "title": title, "description": about}


def _table(known: tuple[config.Key, ...], defaults: msgspec.Struct, examples: Examples, prefix: str = "") -> Shape:
    properties: dict[str, Shape] = {}
    for key in known:
        default = getattr(defaults, key.name.replace("-", "_"))
        given = [examples[f"{prefix}{key.name}"]] if f"{prefix}{key.name}" in examples else []
        if not prefix and key.name in config.TABLES:
            shape = _table(config.TABLES[key.name], default, examples, f"{key.name}.")
            properties[key.name] = _described(key.name, key.help, shape, given)
        else:
            shape = shape_of(key.check)
            about = _described(key.name, key.help, shape, given)
            properties[key.name] = about if key.name == "title" else {**about, "default": as_written(key, default)}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _described(name: str, about: str, shape: Shape, examples: list[object]) -> Shape:
    title = name.replace("-", " ").capitalize()
    return {"title": title, "description": about, **shape, **({"examples": examples} if examples else {})}


def as_written(key: config.Key, default: object) -> object:
    """Return a default as its author would write it: the form of which the check makes the default."""
    plain = msgspec.to_builtins(default)
    shape = shape_of(key.check)
    words = [word for each in (shape, *shape.get("anyOf", ())) for word in each.get("enum", ())]
    forms = [list(plain) if isinstance(plain, tuple) else plain, {}, *words]
    return next(form for form in forms if _is_taken_as(key.check, form, default))


def _is_taken_as(check: Callable[[object], object], form: object, default: object) -> bool:
    try:
        return check(form) == default
    except ValueError:
        return False


def in_plain_words(markdown: str) -> str:
    """Return a line of the documentation for those who read it elsewhere: without links."""
    text = _LINK.sub(r"\1", _ELSEWHERE.sub("", markdown)).strip()
    return text if text.endswith(".") else f"{text}."


def value_of(example: str) -> object:
    """Return an example as a reader of YAML finds it; a date stays text, as in JSON."""
    import yaml

    value = yaml.load(example, Loader=yaml.BaseLoader)  # noqa: S506 - which makes nothing but text, lists and tables
    return json.loads(example) if isinstance(value, str) and re.fullmatch(r"\d+|true|false", example) else value


def examples_of(documentation: str) -> dict[str, object]:
    """Return the examples of settings in docs/settings.md by their names."""
    found: dict[str, Any] = {}
    for name, section in re.findall(r"^### `([\w.-]+)`\n(.*?)(?=^##|\Z)", documentation, re.M | re.S):
        example = re.search(r"^```toml\n(.*?)^```", section, re.M | re.S)
        data: Any = tomllib.loads(example[1]) if example else {}
        data = data.get("tool", {}).get("publisher", data)
        for part in name.split("."):
            data = data[part]
        found[name] = data
    return found
