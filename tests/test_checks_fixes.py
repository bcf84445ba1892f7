from __future__ import annotations

import io
import json
import re
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest
from msgspec.structs import replace

from publisher import build, checks, writing
from publisher.checks import telling
from publisher.config import CheckSettings, Options, Settings
from publisher.errors import PublisherError
from publisher.report import QuietReporter
from tests.support.checks import FRONT, NOW, drawn, kinds, png, run
from tests.support.notebooks import cell, notebook


def write(root: Path, raw: dict[str, Any], indent: int | str | None = 1, name: str = "a.ipynb") -> Path:
    file = root / "notebooks" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(raw, indent=indent, ensure_ascii=False) + "\n", "utf-8")
    return file


def raw_of(*cells: dict[str, Any] | str, minor: int = 4, **metadata: Any) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(notebook(*cells, **metadata))
    return {**raw, "nbformat_minor": minor}


def fix(root: Path, settings: Settings | None = None) -> checks.Checked:
    checked = run(root, settings)
    writing.write(root, checked.fixes)
    return checked


def page(root: Path) -> str:
    """Return the article as readers see it: without the numbers of cells, which moving one changes."""
    build.publish(Settings(root, search=False), Options(now=NOW), QuietReporter(io.StringIO()))
    html = (root / "public/a/index.html").read_text("utf-8")
    html = html[html.index("<main") : html.index("</main>")]
    return re.sub(r' (?:data-cell|id)="[^"]*"', "", html)


def test_cells_get_the_ids_that_publishing_gives_them(tmp_path: Path) -> None:
    raw = raw_of(FRONT, "One", "Two", "Three", minor=5)
    for made, written in zip(raw["cells"], ("front", "same", "same", "not an id"), strict=True):
        made["id"] = written
    file = write(tmp_path, raw)
    (finding,) = (each for each in run(tmp_path).findings if each.kind == "cell-id")
    assert finding.what == "has 2 cells without a valid id of their own"
    before = page(tmp_path)
    fix(tmp_path)
    ids = [each["id"] for each in json.loads(file.read_text())["cells"]]
    assert ids[:2] == ["front", "same"]
    assert len(set(ids)) == 4
    nbformat.validate(nbformat.read(file, 4))  # type: ignore[no-untyped-call]
    assert page(tmp_path) == before


def test_an_older_format_gets_no_ids(tmp_path: Path) -> None:
    write(tmp_path, raw_of(FRONT, "One"))
    assert "cell-id" not in kinds(run(tmp_path))


def test_front_matter_moves_to_the_top_and_counts(tmp_path: Path) -> None:
    file = write(tmp_path, raw_of("Text before", FRONT))
    assert kinds(run(tmp_path)) == ["missing-date", "missing-summary", "missing-title", "unread-front-matter"]
    fix(tmp_path)
    assert [each["source"] for each in json.loads(file.read_text())["cells"]] == [FRONT["source"], "Text before"]
    assert kinds(run(tmp_path)) == []


def test_front_matter_in_two_cells_stays_where_it_is(tmp_path: Path) -> None:
    file = write(tmp_path, raw_of(FRONT, "Text", FRONT))
    before = file.read_bytes()
    fix(tmp_path)
    assert file.read_bytes() == before


def test_stubs_are_for_authors_and_count_as_no_description(tmp_path: Path) -> None:
    image = f"![](data:image/png;base64,{png()})"
    code = "#| label: fig-one\nplot()"
    raw = raw_of(
        FRONT, f"Before {image}\n\n`{image}`\n\n{image}", drawn(code, png(), png(8, 8)), drawn("one()", png(9, 9))
    )
    raw["cells"][1]["source"] = raw["cells"][1]["source"].splitlines(keepends=True)
    file = write(tmp_path, raw)
    before, alts = page(tmp_path), kinds(run(tmp_path)).count("missing-alt")
    fix(tmp_path)
    prose, code_cell, other = json.loads(file.read_text())["cells"][1:]
    stubbed = image.replace("![]", "![TODO: describe this image]")
    assert "".join(prose["source"]) == f"Before {stubbed}\n\n`{image}`\n\n{stubbed}"
    assert len(prose["source"]) == 5
    assert code_cell["source"] == f'#| fig-alt: ["TODO: describe this figure", "TODO: describe this figure"]\n{code}'
    assert other["source"] == '#| fig-alt: "TODO: describe this figure"\none()'
    assert page(tmp_path) == before
    assert "TODO" not in before
    assert kinds(run(tmp_path)).count("missing-alt") == alts == 3
    assert [each.path for each in run(tmp_path).fixes] == []


@pytest.mark.parametrize(
    ("source", "language"),
    [
        ("%%html\n<p>", "python"),
        ("#| fig-cap: One\nplot()", "python"),
        ("plot()", "haskell"),
        ("plot()", "rust"),
        ("plot()", "ruby"),
    ],
)
def test_no_stub_stands_where_it_would_be_code_or_is_not_needed(source: str, language: str, tmp_path: Path) -> None:
    write(tmp_path, raw_of(FRONT, drawn(source, png(), png(7, 7)), language_info={"name": language}))
    assert [each.path for each in run(tmp_path).fixes] == ["published-urls.txt"]


def test_volatile_metadata_go_and_what_is_used_stays(tmp_path: Path) -> None:
    used = {"tags": ["hide-input"], "jupyter": {"outputs_hidden": True}, "execution": {"iopub.execute_input": "x"}}
    volatile = {"collapsed": True, "scrolled": True, "ExecuteTime": {"start_time": "x"}, "papermill": {"status": "x"}}
    more = {
        "kernelspec": {"name": "python3", "display_name": "Python"},
        "language_info": {"name": "python", "version": "3.9.1", "pygments_lexer": "ipython3"},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2}},
        "papermill": {"duration": 3.5, "parameters": {"a": 1}},
        "vscode": {"interpreter": {"hash": "x"}},
        "signature": "sha256:x",
    }
    file = write(tmp_path, raw_of(FRONT, cell("x = 1", "code", metadata={**used, **volatile}), **more))
    before = page(tmp_path)
    fix(tmp_path)
    raw = json.loads(file.read_text())
    assert raw["cells"][1]["metadata"] == used
    assert raw["metadata"] == {
        "kernelspec": more["kernelspec"],
        "language_info": {"name": "python", "pygments_lexer": "ipython3"},
        "papermill": {"parameters": {"a": 1}},
    }
    assert page(tmp_path) == before
    assert kinds(run(tmp_path)) == []


def test_a_version_alone_and_widgets_that_are_shown_are_nothing_to_repair(tmp_path: Path) -> None:
    state = {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2, "version_minor": 0}}
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "w"}
    shown = {"output_type": "display_data", "data": view, "metadata": {}}
    info = {"name": "python", "version": "3.9.1"}
    write(tmp_path, raw_of(FRONT, cell("w", "code", outputs=[shown]), widgets=state, language_info=info))
    assert "volatile-metadata" not in kinds(run(tmp_path))


def test_times_stay_as_long_as_they_tell_that_outputs_are_old(tmp_path: Path) -> None:
    times = ["2026-01-02T10:00:00Z", "2026-01-01T10:00:00Z"]
    metadata = [{"ExecuteTime": {"start_time": time}, "scrolled": True} for time in times]
    file = write(tmp_path, raw_of(FRONT, *(cell("a = 1", "code", metadata=each) for each in metadata)))
    assert "stale-output" in kinds(fix(tmp_path))
    assert [list(each["metadata"]) for each in json.loads(file.read_text())["cells"][1:]] == [["ExecuteTime"]] * 2
    assert kinds(run(tmp_path)) == ["stale-output"]


def test_what_is_ignored_is_not_repaired(tmp_path: Path) -> None:
    file = write(tmp_path, raw_of(FRONT, drawn("plot()", png(), metadata={"scrolled": True})))
    ignore = (("*", ("missing-alt", "unrecorded-address")),)
    checked = fix(tmp_path, replace(Settings(tmp_path), check=CheckSettings(ignore=ignore)))
    assert [each.path for each in checked.fixes] == ["notebooks/a.ipynb"]
    (_, made) = json.loads(file.read_text())["cells"]
    assert (made["source"], made["metadata"]) == ("plot()", {})


@pytest.mark.parametrize("indent", [1, 2, 4, "\t", None])
def test_only_lines_that_are_repaired_change(indent: int | str | None, tmp_path: Path) -> None:
    raw = raw_of(
        FRONT, "Grüße \u2028 und mehr", cell("x = 1", "code", metadata={"zebra": 1, "scrolled": True, "apple": 2})
    )
    file = write(tmp_path, raw, indent)
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    before = file.read_bytes()
    fix(tmp_path)
    after = file.read_bytes()
    gone = re.compile(rb'[\r\n\t ]*"scrolled": ?true,')
    assert gone.sub(b"", before) == after


def test_a_file_that_changed_meanwhile_stays(tmp_path: Path) -> None:
    file = write(tmp_path, raw_of(FRONT, cell("x = 1", "code", metadata={"scrolled": True})))
    checked = run(tmp_path)
    file.write_text("{}")
    with pytest.raises(PublisherError, match="another program changed it meanwhile"):
        writing.write(tmp_path, checked.fixes)
    assert file.read_text() == "{}"


def test_the_difference_is_shown_as_diff_does(tmp_path: Path) -> None:
    write(tmp_path, raw_of(FRONT, cell("x = 1", "code", metadata={"scrolled": True})))
    shown = "\n".join(telling.differences(run(tmp_path).fixes))
    assert "--- a/notebooks/a.ipynb\n+++ b/notebooks/a.ipynb\n" in shown
    assert '\n-    "scrolled": true\n' in shown
    assert "\n+/a/\n" in shown


def _is_valid(data: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            nbformat.validate(json.loads(data))  # type: ignore[no-untyped-call]
        except nbformat.ValidationError:
            return False
    return True


@pytest.mark.corpus
def test_repairs_of_real_notebooks_keep_them_valid_and_their_pages_as_they_are(corpus: Path, tmp_path: Path) -> None:
    source = tmp_path / "notebooks"
    source.mkdir()
    for file in sorted((corpus / "pelican").glob("*.ipynb")):
        (source / file.name).write_bytes(file.read_bytes())
    settings = Settings(tmp_path, search=False)
    wanted = Options(now=NOW, drafts=True, future=True)

    def bodies() -> dict[str, str]:
        build.publish(settings, wanted, QuietReporter(io.StringIO()))
        pages = {path.parent.name: path.read_text("utf-8") for path in (tmp_path / "public").glob("*/index.html")}
        shown = {name: html[html.index("<main") : html.index("</main>")] for name, html in pages.items()}
        return {name: re.sub(r' (?:data-cell|id)="[^"]*"|href="#[^"]*"', "", html) for name, html in shown.items()}

    before = bodies()
    checked = run(tmp_path, settings, drafts=True, future=True)
    writing.write(tmp_path, checked.fixes)
    assert len(checked.fixes) > 5
    for each in checked.fixes:
        if each.path.endswith(".ipynb"):
            assert _is_valid(each.after) or not _is_valid(each.before), each.path
    assert bodies() == before
    assert run(tmp_path, settings, drafts=True, future=True).fixes == ()
