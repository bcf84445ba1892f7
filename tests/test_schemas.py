"""JSON Schemas for editors: they say what the checks say, and are what the checks are made of."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from publisher import config, notebooks, schemas
from publisher.config.shapes import shape_of
from publisher.errors import NotebookError
from publisher.metadata.keys import KEYS, SYNONYMS
from publisher.metadata.reference import ROWS
from publisher.schemas import __main__ as making
from publisher.schemas import wording
from tests.support import CHECKOUT
from tests.support.notebooks import cell, notebook

TOML = re.compile(r"^```toml\n(.*?)^```", re.M | re.S)
WORDS = (
    "", "x", "draft", "Yes", "off", "16", "a, b", "en", "pt_BR", "60% 30%", "card.png", "2026-11-02", "o.ipynb", "1.5",
    "https://example.org/a", "/2019/a/", "urn:a:b", "#1f4e8c", "narrow", "33rem", "a/b", "{slug}", "/{slug}/", "auto",
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers(-5, 2_000) | st.sampled_from(WORDS)
PARTS = st.sampled_from(["name", "url", "title", "text", "path", "folder"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "url", "title", "text", "path", "folder"]), inner, min_size=1, max_size=3
        )
    ),
    max_leaves=6,
)


def stored(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(schemas.stored(name))
    return schema


def problems(name: str, value: object) -> list[str]:
    return sorted(error.json_path for error in Draft202012Validator(stored(name)).iter_errors(value))


def every_setting() -> Iterator[tuple[str, config.Key]]:
    for key in config.KEYS:
        if key.name in config.TABLES:
            yield from ((f"{key.name}.{inner.name}", inner) for inner in config.TABLES[key.name])
        else:
            yield key.name, key


def property_of(name: str) -> dict[str, Any]:
    schema = stored("settings")
    for part in name.split("."):
        schema = schema["properties"][part]
    return schema


@pytest.mark.parametrize("file", list(making.documents(CHECKOUT)), ids=lambda path: path.name)
def test_what_is_made_of_the_tables_is_up_to_date(file: Path) -> None:
    assert file.read_text("utf-8") == making.documents(CHECKOUT)[file], "run `invoke dev.docs`"


@pytest.mark.parametrize("name", schemas.NAMES)
def test_a_schema_is_one_and_says_what_it_is(name: str) -> None:
    schema = stored(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].startswith("https://")
    assert schema["title"]
    assert schema["description"].endswith(".")
    assert "$ref" not in json.dumps(schema)


@pytest.mark.parametrize(
    ("name", "key"), list(every_setting()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_setting_has_a_description_an_example_and_the_default(name: str, key: config.Key) -> None:
    about = property_of(name)
    assert about["description"] == key.help
    assert len(about["examples"]) == 1
    if name != "title":
        table, _, own = name.rpartition(".")
        defaults: Any = config.Settings(Path())
        default = getattr(getattr(defaults, table) if table else defaults, own.replace("-", "_"))
        assert key.check(about["default"]) == default


def test_every_key_of_front_matter_has_a_description_and_an_example() -> None:
    assert [row.key for row in ROWS] == [names[0] for names in KEYS]
    properties = stored("front-matter")["properties"]
    assert set(properties) == {name for names in KEYS for name in names}
    for row in ROWS:
        assert properties[row.key]["description"].endswith(".")
        assert "](" not in properties[row.key]["description"]
        assert properties[row.key]["examples"]


@pytest.mark.parametrize(
    "document", ["README.md", *sorted(f"docs/{path.name}" for path in (CHECKOUT / "docs").glob("*.md"))]
)
def test_the_schema_takes_every_example_of_settings_in_the_documentation(document: str) -> None:
    for example in TOML.findall((CHECKOUT / document).read_text("utf-8")):
        if example.startswith("# templates/words/"):
            continue  # words of pages
        data = tomllib.loads(example)
        table = data.get("tool", {}).get("publisher") if example.startswith("[") else data
        assert problems("settings", json.loads(json.dumps(table, default=str))) == [], example


@pytest.mark.parametrize("key", SYNONYMS)
@pytest.mark.parametrize("is_other", [False, True])
def test_the_schema_takes_every_example_of_front_matter(key: str, is_other: bool) -> None:
    example = next(schemas.value_of(row.example) for row in ROWS if row.key == key)
    names = SYNONYMS[key][1:] if is_other else (key,)
    assert [problems("front-matter", {name: example}) for name in names] == [[] for _ in names]


def test_the_schema_takes_the_settings_of_the_demo() -> None:
    data = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    assert problems("pyproject", data) == []


def test_the_schema_marks_what_the_checks_call_wrong() -> None:
    wrong = {}
    for file in sorted((CHECKOUT / "tests/config").glob("*.txt")):
        data = tomllib.loads(file.read_text("utf-8").partition("---\n")[0])
        wrong[file.name] = problems("pyproject", data)
    at = "$.tool.publisher"
    assert wrong["wrong.txt"] == [at, f"{at}.language", f"{at}['page-size']"]
    assert {path.removeprefix(f"{at}.theme") for path in wrong["looks.txt"]} == {
        "", "['accent-dark']", "['text-font']", "['code-font']", ".corners", ".width"
    }  # fmt: skip
    assert {path.removeprefix(at) for path in wrong["services.txt"]} == {
        ".jupyterlite", "['repository-folder']", ".social",
        ".analytics.script", ".analytics.attributes", ".comments.repository",
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"draft": "perhaps"},
        {"focus": "middle"},
        {"language": "english please"},
        {"status": "nearly"},
        {"tags": {"a": 1}},
        {"title": ["a", "b"]},
        {"date": ["2026-11-02"]},
        {"translates": "other.md"},
        {"canonical": "/here/"},
        {"slug": "a b"},
        {"pinned": "perhaps"},
        {"author": [["Ada"]]},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_the_schema_marks_wrong_front_matter(wrong: dict[str, object]) -> None:
    assert problems("front-matter", wrong) == [f"$.{key}" for key in wrong]
    with pytest.raises(NotebookError):
        notebooks.interpret(notebooks.parse(notebook(cell("x"), publisher=wrong), "post.ipynb"))


@given(value=VALUES)
def test_what_the_check_of_a_setting_takes_the_schema_takes(value: object) -> None:
    for name, key in every_setting():
        with contextlib.suppress(ValueError):
            key.check(value)
            errors = list(Draft202012Validator(shape_of(key.check)).iter_errors(value))
            assert not errors, (name, value)


@given(value=VALUES)
def test_what_the_check_of_front_matter_takes_the_schema_takes(value: object) -> None:
    for row in ROWS:
        with contextlib.suppress(NotebookError):
            notebooks.interpret(notebooks.parse(notebook(cell("x"), publisher={row.key: value}), "post.ipynb"))
            if value not in (None, ""):  # which say nothing
                errors = list(Draft202012Validator(row.shape).iter_errors(value))
                assert not errors, (row.key, value)


@pytest.mark.parametrize("name", schemas.NAMES)
def test_a_command_prints_the_schema(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "publisher", "schema", name]
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=True)
    assert json.loads(made.stdout) == stored(name)


def test_a_schema_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "publisher", "schema", "cells"]
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert made.returncode == 2
    assert "there is no schema of 'cells'" in made.stderr
    assert "settings, pyproject or front-matter" in made.stderr


def test_a_check_without_a_shape_is_named() -> None:
    def check(value: object) -> object:
        return value

    with pytest.raises(LookupError, match="check with `@takes`"):
        shape_of(check)


def test_a_table_finds_its_place_or_says_that_there_is_none() -> None:
    text = "a\n<!-- keys: made by `invoke dev.docs` -->\nold\n<!-- end of keys -->\nb\n"
    assert wording.with_table(text, "keys", r"| \1 |") == text.replace("old", r"| \1 |")
    with pytest.raises(ValueError, match="no place for settings"):
        wording.with_table(text, "settings", "")
