"""Write the tables of the documentation: what there is to set, in words made of the shapes of the checks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from publisher import config
from publisher.config.shapes import Shape, shape_of
from publisher.metadata import keys
from publisher.metadata.reference import ROWS
from publisher.schemas import as_written


def settings_table() -> str:
    """Return the table of all settings: where each is told of, what it takes, its default, and what it is for."""
    lines = ["| setting | takes | default | |", "|---|---|---|---|", *_rows(config.KEYS, config.Settings(Path()))]
    return "\n".join(lines)


def _rows(known: tuple[config.Key, ...], defaults: object, prefix: str = "") -> Iterator[str]:
    for key in known:
        name = f"{prefix}{key.name}"
        default = getattr(defaults, key.name.replace("-", "_"))
        link = f"[`{name}`](#{name.replace('.', '')})"
        if name in config.TABLES:
            yield f"| {link} | a table | | {key.help} |"
            yield from _rows(config.TABLES[name], default, f"{name}.")
        else:
            shown = "" if name == "title" else f"`{json.dumps(as_written(key, default), ensure_ascii=False)}` "
            yield f"| {link} | {in_words(shape_of(key.check))} | {shown}| {key.help} |"


def front_matter_table() -> str:
    """Return the table of all keys of front matter: their names, an example, what they mean."""
    lines = ["| key | other names | example | meaning |", "|---|---|---|---|"]
    for row in ROWS:
        others = ", ".join(f"`{name}`" for name in keys.SYNONYMS[row.key][1:])
        named = f"| `{row.key}` | {others} |" if others else f"| `{row.key}` | |"
        lines.append(f"{named} `{row.key}: {row.example}` | {row.meaning} |")
    return "\n".join(lines)


def in_words(shape: Shape) -> str:
    """Return what a shape takes, in a few words."""
    if "anyOf" in shape:
        return " or ".join(in_words(each) for each in shape["anyOf"])
    if "enum" in shape:
        return _either([f"`{json.dumps(word)}`" for word in shape["enum"]])
    kinds = {
        "boolean": "`true` or `false`",
        "string": "text",
        "object": "a table",
        "integer": f"a number from {shape.get('minimum', 0):,} to {shape.get('maximum', 0):,}",
        "array": f"a list of {_items(shape.get('items', {}))}",
    }
    return kinds[shape["type"]]


def _items(shape: Shape) -> str:
    if "anyOf" in shape:
        return " and ".join(_items(each) for each in shape["anyOf"])
    if "enum" in shape:
        return in_words(shape)
    return {"integer": "numbers", "object": "tables"}.get(shape.get("type", ""), "texts")


def _either(words: list[str]) -> str:
    return ", ".join(words[:-1]) + (" or " if words[:-1] else "") + words[-1]


def with_table(document: str, name: str, table: str) -> str:
    """Return a document with a table between the two comments of that name."""
    begin, end = f"<!-- {name}: made by `invoke dev.docs` -->\n", f"\n<!-- end of {name} -->"
    pattern = re.compile(f"({re.escape(begin)}).*?({re.escape(end)})", re.S)
    if len(pattern.findall(document)) != 1:
        raise ValueError(f"the document has no place for {name}: {begin.strip()} … {end.strip()}")
    return pattern.sub(lambda match: f"{match[1]}{table}{match[2]}", document)
