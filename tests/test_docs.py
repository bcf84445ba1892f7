"""What the documentation says is what the code does: settings, front matter, cells, templates, commands."""

from __future__ import annotations

import inspect
import io
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from benchmarks import __main__ as benchmarks
from publisher import build, checks, config, errors, headers, notebooks, options, policies, tasks, templating
from publisher.beside import PASSIVE
from publisher.checks.fixes import FIXES
from publisher.checks.kinds import KINDS as KINDS_FOUND
from publisher.config import Settings
from publisher.markdown.callouts import KINDS
from publisher.metadata.keys import KEYS, SYNONYMS
from publisher.outputs.text import SHOWN_LINES
from publisher.report import QuietReporter
from publisher.stylesheet import STYLE
from tests.support import CHECKOUT
from tests.support.notebooks import cell, notebook

DOCUMENTS = sorted([CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", *(CHECKOUT / "docs").glob("*.md")])

_SECTION = re.compile(r"^### `([\w.-]+)`\n(.*?)(?=^##|\Z)", re.M | re.S)
_DEFAULT = re.compile(r"Default: `([^`]+)`")
_TOML = re.compile(r"^```toml\n(.*?)^```", re.M | re.S)
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")
_CODE = re.compile(r"^(```|~~~).*?^\1|^ {4,}.*?$", re.M | re.S)


def read(name: str) -> str:
    return (CHECKOUT / name).read_text("utf-8")


def named(text: str) -> set[str]:
    """Return what stands in code spans."""
    return {span.strip() for span in re.findall(r"`([^`\n]+)`", text)}


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of every row of every table."""
    for line in text.splitlines():
        if line.startswith("| "):
            yield [part.strip() for part in re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))]


def sections() -> dict[str, str]:
    return dict(_SECTION.findall(read("docs/settings.md")))


def settings_keys() -> Iterator[tuple[str, config.Key, object]]:
    """Yield the name, the key and the default of every setting."""
    defaults = Settings(Path())
    for key in config.KEYS:
        yield key.name, key, getattr(defaults, key.name.replace("-", "_"))
    for table, keys in config.TABLES.items():
        for key in keys:
            yield f"{table}.{key.name}", key, getattr(getattr(defaults, table), key.name.replace("-", "_"))


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert sorted(sections()) == sorted(name for name, _, _ in settings_keys())


@pytest.mark.parametrize(("name", "key", "default"), [pytest.param(*one, id=one[0]) for one in settings_keys()])
def test_a_setting_is_documented_with_its_default(name: str, key: config.Key, default: object, tmp_path: Path) -> None:
    section = sections()[name]
    if name == "title":
        assert config.load(tmp_path / "my-blog").title == "My blog"
        assert "Default: the name of the blog's folder" in section
        assert '(`my-blog` is "My blog")' in section
        return
    documented = _DEFAULT.search(section)
    assert documented, f"docs/settings.md says no default of {name}"
    value = tomllib.loads(f"value = {documented[1]}")["value"]
    assert (type(default)(**value) if name in config.TABLES else key.check(value)) == default


@pytest.mark.parametrize("name", [name for name, _, _ in settings_keys()])
def test_a_setting_is_documented_with_an_example(name: str) -> None:
    example = _TOML.search(sections()[name])
    assert example
    assert re.search(rf"^{name.rpartition('.')[2]} = |^\[tool\.publisher\.{name}\]", example[1], re.M)


@pytest.mark.parametrize("document", ["README.md", "docs/settings.md", "docs/theme.md"])
def test_examples_of_settings_are_good(document: str, tmp_path: Path) -> None:
    examples = _TOML.findall(read(document))
    assert examples
    (tmp_path / "static").mkdir()
    (tmp_path / "static/logo.svg").write_text("<svg/>", "utf-8")
    for example in examples:
        text = example if example.startswith("[") else f"[tool.publisher]\n{example}"
        (tmp_path / "pyproject.toml").write_text(text, "utf-8")
        assert config.load(tmp_path) != Settings(tmp_path), example


def front_matter_rows() -> dict[str, list[str]]:
    table = read("docs/front-matter.md").partition("## Keys")[2].partition("## Dates")[0]
    return {found[0].strip("`"): found for found in rows(table) if found[0].startswith("`")}


def test_every_key_of_front_matter_is_documented_with_its_other_names() -> None:
    documented = {key: tuple(re.findall(r"`([^`]+)`", row[1])) for key, row in front_matter_rows().items()}
    assert documented == {names[0]: names[1:] for names in KEYS}


@pytest.mark.parametrize("key", SYNONYMS)
def test_the_example_of_a_key_of_front_matter_is_good(key: str) -> None:
    example = front_matter_rows()[key][2].strip("`")
    assert example.startswith(f"{key}: ")
    _, problems = notebooks.interpret(notebooks.parse(notebook(cell(f"---\n{example}\n---", "raw")), "post.ipynb"))
    assert not problems


@pytest.mark.parametrize("table", [options._WISHES, options._FLAGS, options._TRUTHS, options._TEXTS])
def test_every_tag_flag_and_option_of_a_cell_is_documented(table: dict[str, object]) -> None:
    mark = "#" if table is options._FLAGS else ""
    assert {f"{mark}{name}" for name in table} <= named(read("docs/cells.md"))


def test_the_length_from_which_text_is_folded_is_documented() -> None:
    assert f"after {SHOWN_LINES} lines" in read("docs/cells.md")


def test_every_kind_of_callout_is_documented_where_it_belongs() -> None:
    table = read("docs/writing.md").partition("| looks like |")[2].partition("\n\n")[0]
    documented = {name: row[0] for row in rows(table) if len(row) == 2 for name in named(row[1])}
    assert documented == {name: look for name, (look, _) in KINDS.items()}


def test_the_files_that_come_along_are_documented() -> None:
    missing = PASSIVE - named(read("docs/writing.md"))
    assert not missing


def test_every_template_and_every_custom_property_is_documented() -> None:
    folder = templating.packaged()
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    style = (folder / STYLE).read_text("utf-8")
    root = style[style.index(":root {") : style.index("@font-face")]
    wanted = {path for path in files if not path.startswith("assets/fonts/")} | set(re.findall(r"(--[\w-]+):", root))
    assert wanted <= named(read("docs/templates.md"))


def test_the_readme_has_the_commands_that_are_checked_before_anything_lands() -> None:
    checked = re.findall(r"^pip install .*$", read(".ci/run"), re.M)
    assert len(checked) == 2
    assert all(f"```sh\n{command}\n```" in read("README.md") for command in checked)


def test_the_readme_names_every_option_of_publish() -> None:
    table = read("README.md").partition("Options of `publish`:")[2].partition("Exit codes")[0]
    documented = {row[0].strip("`").split()[0] for row in rows(table) if row[0].startswith("`")}
    parameters = list(inspect.signature(tasks.publish.body).parameters)[1:]
    assert documented == {f"--{name.strip('_').replace('_', '-')}" for name in parameters}


def test_every_kind_of_finding_is_documented_with_its_severity_and_an_example() -> None:
    table = read("docs/checking.md").partition("## What is found")[2].partition("\n\nA kind")[0]
    fixable = {"unrecorded-address", *(name for names, _ in FIXES for name in names)}
    documented = [tuple(row) for row in rows(table) if row[0].startswith("`")]
    assert [(*row[:3], row[4]) for row in documented] == [
        (f"`{kind.name}`", kind.severity, kind.about, "yes" if kind.name in fixable else "") for kind in KINDS_FOUND
    ]
    assert all(row[3] for row in documented)


def test_every_option_of_check_is_documented() -> None:
    table = read("docs/checking.md").partition("| option |")[2].partition("## What is found")[0]
    documented = set(re.findall(r"`(--[a-z-]+)", "".join(row[0] for row in rows(table))))
    parameters = list(inspect.signature(tasks.check.body).parameters)[1:]
    assert documented == {f"--{name.replace('_', '-')}" for name in parameters}


def test_the_readme_names_every_exit_code() -> None:
    table = read("README.md").partition("Exit codes")[2].partition("\n## ")[0]
    documented = {int(row[0]) for row in rows(table) if row[0].isdecimal()}
    kinds = (errors.PublisherError, errors.SettingsError, errors.TargetError, errors.BusyError)
    used = {tasks.FAILED, errors.EXIT_INTERRUPTED, tasks.INTERNAL, tasks.NO_READER, *(kind.exit_code for kind in kinds)}
    assert documented == {0, *used}


@cache
def commands() -> dict[str, set[str]]:
    """Return the options of every command of this blog, by the names of the command."""
    found = spec_from_file_location("tasks_of_this_blog", CHECKOUT / "tasks.py")
    assert found
    assert found.loader
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return {
        name: {option for argument in module.ns[name].get_arguments() for option in spelled(argument.names)}
        for name in module.ns.task_names
    }


def spelled(names: tuple[str, ...]) -> set[str]:
    return {f"--{name.strip('_').replace('_', '-')}" for name in names}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_that_documents_name_exist_with_their_options(document: Path) -> None:
    text = document.read_text("utf-8")
    blocks = [block[0] for block in _CODE.finditer(text)]
    for code in [*named(_CODE.sub("", text)), *(line for block in blocks for line in block.splitlines())]:
        for part in re.split(r"&&|#", code):
            if found := re.match(r"\s*invoke ([a-z][\w.-]*)(.*)", part):
                assert found[1] in commands(), code
                assert set(re.findall(r"(?<=\s)--[a-z-]+", found[2])) <= commands()[found[1]], code


def test_every_option_and_part_of_the_benchmark_is_documented() -> None:
    table = read("docs/performance.md").partition("invoke dev.bench\n")[2].partition("\n\nA blog")[0]
    cells = {row[0].strip("`").split()[0]: " ".join(row) for row in rows(table) if row[0].startswith("`")}
    assert set(cells) == commands()["dev.bench"]
    assert all(part in named(cells["--parts"].replace(",", "`,`")) for part in benchmarks.PARTS)


def anchors(document: Path) -> set[str]:
    """Return the ids that a reader's program gives the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", _CODE.sub("", document.read_text("utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    text = re.sub(r"`[^`\n]*`", "", _CODE.sub("", document.read_text("utf-8")))
    for href in ("".join(found) for found in _LINK.findall(text)):
        if re.match(r"\w+:", href):
            continue
        path, _, fragment = href.partition("#")
        target = (document.parent / path) if path else document
        assert target.exists(), href
        assert not fragment or fragment in anchors(target), href


def test_the_demo_is_published_without_a_warning(tmp_path: Path) -> None:
    settings = config.load(CHECKOUT, output=str(tmp_path / "site"))
    options = build.Options(now=datetime(2026, 12, 1, tzinfo=UTC))
    summary = build.publish(settings, options, QuietReporter(io.StringIO()))
    assert summary.warnings + summary.failures == ()


def test_the_demo_gives_an_editor_no_reason_to_complain(tmp_path: Path) -> None:
    settings = config.load(CHECKOUT, output=str(tmp_path / "site"), cache=str(tmp_path / "cache"))
    options = build.Options(now=datetime(2026, 12, 1, tzinfo=UTC))
    checked = checks.check(settings, options, QuietReporter(io.StringIO()))
    assert [finding for finding in checked.findings if finding.severity != "notice"] == []


def test_the_snippet_for_nginx_says_what_the_headers_say() -> None:
    (snippet,) = re.findall(r"^```nginx\n(.*?)^```", read("docs/hosting.md"), re.M | re.S)
    locations = dict(re.findall(r"^location (\S+) \{\n(.*?)^\}", snippet, re.M | re.S))
    said = {where: re.findall(r'add_header (\S+) "([^"]*)" always;\n', body) for where, body in locations.items()}
    everywhere = [*dict(headers.RULES)["/*"]]
    others = {pattern.removesuffix("*"): [*everywhere, *own] for pattern, own in headers.RULES if pattern != "/*"}
    assert said == {"/": everywhere, **others}


def test_the_snippet_for_apache_says_what_the_headers_say() -> None:
    (snippet,) = re.findall(r"^```apache\n(.*?)^```", read("docs/hosting.md"), re.M | re.S)
    everywhere, *blocks = re.split(r'^<If "%\{REQUEST_URI\} =~ m#\^(.*?)#">$', snippet, flags=re.M)
    said = dict(zip(("/", *blocks[::2]), (everywhere, *blocks[1::2]), strict=True))
    line = re.compile(r'Header always (set|add) (\S+) "([^"]*)"')
    rules = {where: [found[1:] for found in line.findall(text)] for where, text in said.items()}
    assert rules == {pattern.removesuffix("*"): [*own] for pattern, own in headers.RULES}
    policies_added = [found[0] for text in blocks[1::2] for found in line.findall(text) if "Policy" in found[1]]
    assert policies_added == ["add", "add"]  # a second policy beside that of all files, not in its place


def test_the_policy_of_pages_is_documented() -> None:
    assert " ".join(policies.policy("").split()) in " ".join(read("docs/security.md").split())
