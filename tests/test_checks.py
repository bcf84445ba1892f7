from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from publisher import build, checks, writing
from publisher.checks import addresses, telling
from publisher.checks.kinds import KINDS, Finding, found
from publisher.config import CheckSettings, ImageSettings, Options, Settings, load
from publisher.errors import PublisherError, SettingsError
from publisher.report import QuietReporter
from tests.support.blogs import Write
from tests.support.checks import FRONT, NOW, drawn, kinds, png, run
from tests.support.notebooks import cell, notebook

OTHER = cell("---\ntitle: Another\ndate: 2026-01-03\ndescription: What it says.\n---", "raw")


def failed() -> dict[str, Any]:
    return {"output_type": "error", "ename": "KeyError", "evalue": "x", "traceback": ["KeyError: x"]}


def ran(source: str, count: int, **more: Any) -> dict[str, Any]:
    return cell(source, "code", execution_count=count, **more)


def printed(text: str) -> dict[str, Any]:
    return ran("x", 1, outputs=[{"output_type": "stream", "name": "stdout", "text": text}])


def raising(source: str = "x", **metadata: Any) -> dict[str, Any]:
    return ran(source, 1, metadata=metadata, outputs=[failed()])


def only(checked: checks.Checked, kind: str) -> Finding:
    (finding,) = (finding for finding in checked.findings if finding.kind == kind)
    return finding


def test_a_good_post_gives_no_reason_to_complain(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook(
        "a.ipynb", FRONT, "## One\n\n### Two", drawn("#| fig-alt: A square\nshow()", png(), execution_count=1)
    )
    assert kinds(run(tmp_path)) == []


def test_checking_leaves_the_site_as_it_is(write_notebook: Write, tmp_path: Path) -> None:
    file = write_notebook("a.ipynb", FRONT, "Before")
    build.publish(Settings(tmp_path), Options(now=NOW), QuietReporter(io.StringIO()))
    before = {path: path.read_bytes() for path in (tmp_path / "public").rglob("*") if path.is_file()}
    file.write_bytes(notebook(FRONT, "After"))
    assert run(tmp_path).posts == 1
    assert {path: path.read_bytes() for path in (tmp_path / "public").rglob("*") if path.is_file()} == before
    assert {path.name for path in tmp_path.iterdir() if path.name.startswith(".public.")} == {".public.posts"}


def test_a_blog_that_was_never_published_is_checked_without_a_site(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", FRONT, "[gone](gone.ipynb)")
    assert kinds(run(tmp_path)) == ["broken-link"]
    assert not (tmp_path / "public").exists()


EXAMPLES: tuple[tuple[str, tuple[dict[str, Any] | str, ...], int], ...] = (
    ("broken-link", (FRONT, "[gone](gone.ipynb)"), 2),
    ("broken-anchor", (FRONT, "[gone](#gone)"), 2),
    ("missing-image", (FRONT, "![A picture](gone.png)"), 2),
    ("remote-image", (FRONT, "![A picture](https://example.org/a.png)"), 2),
    ("missing-alt", (FRONT, f"![](data:image/png;base64,{png()})"), 2),
    ("missing-alt", (FRONT, f'<img src="data:image/png;base64,{png()}">'), 2),
    ("missing-alt", (FRONT, f"![TODO: say what](data:image/png;base64,{png()})"), 2),
    ("missing-alt", (FRONT, drawn("plot()", png(), execution_count=1)), 2),
    ("missing-alt", (FRONT, drawn("# a comment says little\nplot()", png(), execution_count=1)), 2),
    ("heading-order", (FRONT, "## One", "#### Deep"), 3),
    ("heading-order", (FRONT, "One\n---\n\n<h4>Deep</h4>"), 2),
    ("empty-output", (FRONT, printed("\n")), 2),
    (
        "empty-output",
        (
            FRONT,
            cell(
                "x",
                "code",
                execution_count=1,
                outputs=[
                    {
                        "output_type": "display_data",
                        "data": {"text/plain": ["<Figure size 640x480 with 0 Axes>"]},
                        "metadata": {},
                    }
                ],
            ),
        ),
        2,
    ),
    ("traceback", (FRONT, raising()), 2),
    ("never-run", (FRONT, cell("a = 1", "code", execution_count=1), cell("b = 2", "code")), 3),
    ("out-of-order", (FRONT, cell("a = 1", "code", execution_count=4), cell("b = 2", "code", execution_count=3)), 3),
    ("unknown-key", (cell("---\ntitle: A\ndate: 2026-01-01\ndescription: B\ndat: x\n---", "raw"), "Text"), 1),
    ("personal-data", (FRONT, printed("/home/ada/x.py")), 2),
    ("no-outputs", (FRONT, cell("print(1)", "code")), 0),
    ("unread-front-matter", ("# Title\n\nText", FRONT), 2),
    ("late-front-matter", (cell("import x", "code", execution_count=1), FRONT), 2),
    ("publish-warning", (FRONT, "<script>alert(1)</script>"), 2),
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "cells", "number"), [pytest.param(*one, id=f"{at}-{one[0]}") for at, one in enumerate(EXAMPLES)]
)
def test_what_is_odd_is_found_in_its_cell(
    kind: str, cells: tuple[dict[str, Any] | str, ...], number: int, write_notebook: Write, tmp_path: Path
) -> None:
    write_notebook("a.ipynb", *cells)
    finding = only(run(tmp_path), kind)
    assert (finding.file, finding.cell) == ("a.ipynb", number)
    assert finding.hint


def test_what_to_do_about_an_empty_output_is_no_matter_of_its_last_line(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", FRONT, printed("\n"))
    assert only(run(tmp_path), "empty-output").hint == "clear the output, or mend the cell and run it again"


GOOD = (
    ("an image that decorates", (FRONT, f'<img src="data:image/png;base64,{png()}" alt="">')),
    ("a figure with a caption", (FRONT, drawn("#| fig-cap: A square\nplot()", png(), execution_count=1))),
    (
        "an image in HTML within a figure that has a caption",
        (FRONT, f'::: {{#fig-a}}\n\n<img src="data:image/png;base64,{png()}">\n\nA square\n:::'),
    ),
    ("an image in code", (FRONT, "`![](gone.png)` and\n\n```\n![](gone.png)\n# Heading\n```")),
    ("an exception that is meant", (FRONT, raising(tags=["raises-exception"]))),
    ("an exception that is hidden", (FRONT, raising("#| error: false\nx"))),
    ("a cell that is left out", (FRONT, raising("#| include: false\nx"))),
    ("cells without any number", (FRONT, cell("a = 1", "code"), cell("b = 2", "code"))),
    (
        "a number that was left when others were taken out",
        (FRONT, printed("1") | {"execution_count": None}, cell("a = 1", "code"), ran("%%ai", 1)),
    ),
    ("a cell of comments", (FRONT, cell("a = 1", "code", execution_count=1), cell("# b\n\n# c", "code"))),
    ("a cell that is not evaluated", (FRONT, ran("a = 1", 1), cell("#| eval: false\nb = 2", "code"))),
    (
        "a cell that is frozen",
        (FRONT, ran("a = 1", 1), cell("b = 2", "code", metadata={"run_control": {"frozen": True}})),
    ),
    ("two halves of a cell", (FRONT, ran("a = 1", 3), ran("b = 1", 3))),
    ("a blank line beside a table", (FRONT, ran("x", 1, outputs=printed("\n")["outputs"] + printed("1")["outputs"]))),
    ("headings that go up", (FRONT, "## One\n\n### Two\n\n## Three")),
    ("rules and a colon", (FRONT, "Text", "---\nIt is: so\n\n---")),
    ("a page without a date", (cell("---\ntitle: A\ntype: page\n---", "raw"), "Text")),
)  # fmt: skip


@pytest.mark.parametrize("cells", [pytest.param(cells, id=name) for name, cells in GOOD])
def test_what_is_meant_is_not_found(
    cells: tuple[dict[str, Any] | str, ...], write_notebook: Write, tmp_path: Path
) -> None:
    write_notebook("a.ipynb", *cells)
    assert kinds(run(tmp_path)) == []


def test_a_notebook_that_says_nothing_of_itself_is_told_so(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", "Text")
    assert kinds(run(tmp_path)) == ["missing-date", "missing-summary", "missing-title"]


def test_a_notebook_that_cannot_be_published_is_an_error(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", cell("---\ntitle: A\ndate: 31 Foo 2026\n---", "raw"))
    (tmp_path / "notebooks/b.ipynb").write_text("{}")
    assert kinds(run(tmp_path)) == ["not-published", "not-published"]


def test_failures_of_a_kind_have_that_kind(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("date.ipynb", cell("---\ntitle: A\ndate: 03/04/2026\n---", "raw"))
    write_notebook("leak.ipynb", FRONT, "AKIA" + "Z7QFJ3WXYB5NPK2M")
    write_notebook("one.ipynb", cell("---\ntitle: Z\nslug: same\ndate: 2026-01-02\ndescription: D\n---", "raw"))
    write_notebook("two.ipynb", cell("---\ntitle: Y\nslug: same\ndate: 2026-01-02\ndescription: D\n---", "raw"))
    assert kinds(run(tmp_path)) == ["ambiguous-date", "leak", "same-address", "same-address"]


def test_two_posts_of_one_title_name_each_other(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", FRONT, "Text")
    write_notebook("b.ipynb", FRONT, "Text")
    write_notebook("c.de.ipynb", FRONT, "Text")
    told = [(each.file, each.what) for each in run(tmp_path).findings if each.kind == "same-title"]
    assert told == [("a.ipynb", "has the title of b.ipynb"), ("b.ipynb", "has the title of a.ipynb")]


def test_outputs_older_than_the_run_above_are_found_by_the_clock(write_notebook: Write, tmp_path: Path) -> None:
    late = {"execution": {"iopub.execute_input": "2026-01-02T10:00:00.000000Z"}}
    early = {"execution": {"iopub.execute_input": "2026-01-01T09:00:00Z"}}
    cells = cell("a = 1", "code", metadata=late), cell("b = 2", "code", metadata=early)
    cells[0]["execution_count"], cells[1]["execution_count"] = 1, 2
    write_notebook("a.ipynb", FRONT, *cells)
    finding = only(run(tmp_path), "stale-output")
    assert (finding.cell, finding.what) == (3, "ran before cell 2 above it ran again, so its output may be out of date")
    cells[0]["execution_count"] = 3
    write_notebook("a.ipynb", FRONT, *cells)
    assert kinds(run(tmp_path)) == ["out-of-order"]  # which the numbers tell, too: once is enough


def test_heavy_images_and_pages_are_found(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", FRONT, drawn("#| fig-alt: Noise\nx", png(300, 300, noise=True), execution_count=1))
    light = Settings(tmp_path)
    assert kinds(run(tmp_path, light)) == []
    heavy = replace(light, check=CheckSettings(page_kilobytes=20, image_kilobytes=10))
    checked = run(tmp_path, heavy)
    assert kinds(checked) == ["heavy-page", "heavy-image"]
    assert only(checked, "heavy-image").cell == 2
    assert kinds(run(tmp_path, replace(light, check=CheckSettings(page_kilobytes=0, image_kilobytes=0)))) == []


def test_an_image_that_is_a_file_to_download_is_not_heavy(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", FRONT, drawn("#| fig-alt: Noise\nx", png(300, 300, noise=True), execution_count=1))
    limits = CheckSettings(page_kilobytes=20, image_kilobytes=10)
    large = Settings(tmp_path, check=limits, images=ImageSettings(max_pixels=80_000))
    assert kinds(run(tmp_path, large)) == ["publish-warning"]


def test_a_budget_of_images_without_alternative_text_stops_a_publish(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", FRONT, drawn("plot()", png(), png(8, 8), execution_count=1))
    (tmp_path / "pyproject.toml").write_text("[tool.publisher.check]\nmissing-alt = 1\n")
    settings = load(tmp_path)
    with pytest.raises(PublisherError) as caught:
        build.publish(settings, Options(now=NOW), QuietReporter(io.StringIO()))
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("pyproject.toml", 2)
    assert "2 images without an alternative text" in problem.message
    assert not (tmp_path / "public").exists()
    assert only(run(tmp_path, settings), "too-many-missing-alts").line == 2
    enough = replace(settings, check=CheckSettings(missing_alt=2))
    assert build.publish(enough, Options(now=NOW), QuietReporter(io.StringIO())).is_shown


def test_kinds_are_ignored_everywhere_or_by_glob(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", "# A")
    write_notebook("notes/b.ipynb", "# B")
    (tmp_path / "pyproject.toml").write_text('[tool.publisher.check]\nignore = ["missing-summary"]\n')
    assert kinds(run(tmp_path, load(tmp_path))) == ["missing-date", "missing-date"]
    (tmp_path / "pyproject.toml").write_text(
        '[tool.publisher.check]\nignore = { "*" = ["missing-summary"], "notes/*" = ["missing-date"] }\n'
    )
    checked = run(tmp_path, load(tmp_path))
    assert [(each.file, each.kind) for each in checked.findings][:1] == [("a.ipynb", "missing-date")]
    assert kinds(checked) == ["missing-date"]


def test_a_kind_that_does_not_exist_cannot_be_ignored(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", "# A")
    (tmp_path / "pyproject.toml").write_text('[tool.publisher.check]\nignore = ["missing-dates"]\n')
    with pytest.raises(SettingsError) as caught:
        run(tmp_path, load(tmp_path))
    assert caught.value.problems[0].line == 2
    assert "did you mean 'missing-date'?" in str(caught.value)


def test_an_address_that_vanishes_is_found_with_the_way_back(write_notebook: Write, tmp_path: Path) -> None:
    file = write_notebook("a-long-name.ipynb", FRONT, "Text")
    checked = run(tmp_path)
    assert only(checked, "unrecorded-address").what == "lacks 1 address: /a-long-name/"
    writing.write(tmp_path, checked.fixes)
    assert addresses.listed((tmp_path / addresses.FILE).read_text()) == {"/a-long-name/": 2}
    assert run(tmp_path).findings == ()

    file.rename(file.with_name("a-longer-name.ipynb"))
    gone = only(run(tmp_path), "vanished-address")
    assert (gone.file, gone.line, gone.severity) == (addresses.FILE, 2, "error")
    assert gone.hint.startswith("add `aliases: [/a-long-name/]` to a-longer-name.ipynb")
    back = cell(FRONT["source"].replace("title:", "aliases: [/a-long-name/]\ntitle:"), "raw")
    write_notebook("a-longer-name.ipynb", back, "Text")
    assert [each.kind for each in run(tmp_path).findings] == ["unrecorded-address"]


def test_an_address_of_a_draft_is_told_as_one(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", cell(FRONT["source"].replace("title:", "draft: true\ntitle:"), "raw"))
    (tmp_path / addresses.FILE).write_text("# mine\n/a/\n")
    assert only(run(tmp_path), "vanished-address").hint.startswith("a.ipynb is held back")
    assert run(tmp_path, drafts=True).findings == ()
    (tmp_path / addresses.FILE).write_text("# mine\n")
    assert run(tmp_path, drafts=True).fixes == ()  # it was never published


def test_the_list_of_addresses_keeps_its_comments_and_its_order() -> None:
    class Post:
        def __init__(self, url: str) -> None:
            self.url = url

    posts = [Post("/c/"), Post("/a/"), Post("/b/")]
    assert addresses.completed(b"# mine\n/b/\n", posts) == b"# mine\n/a/\n/b/\n/c/\n"  # type: ignore[arg-type]


def test_a_list_of_addresses_from_windows_is_completed_as_it_is_written(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", FRONT)
    (tmp_path / addresses.FILE).write_bytes(b"\xef\xbb\xbf# mine\r\n/about/\r\n")
    (tmp_path / "static/about").mkdir(parents=True)
    (tmp_path / "static/about/index.html").write_text("<!doctype html>")
    writing.write(tmp_path, run(tmp_path).fixes)
    assert (tmp_path / addresses.FILE).read_bytes() == b"# mine\r\n/a/\r\n/about/\r\n"
    assert run(tmp_path).fixes == ()


@pytest.mark.parametrize("data", ["# caf\xe9\n/a/\n".encode("latin-1"), "/a/\r\n".encode("utf-16")])
def test_a_list_of_addresses_in_another_encoding_is_told_and_stays(
    data: bytes, write_notebook: Write, tmp_path: Path
) -> None:
    write_notebook("a.ipynb", FRONT)
    (tmp_path / addresses.FILE).write_bytes(data)
    with pytest.raises(PublisherError, match=r"published-urls.txt: is not UTF-8 \(save it as UTF-8\)"):
        run(tmp_path)
    assert (tmp_path / addresses.FILE).read_bytes() == data


def test_a_list_of_addresses_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / addresses.FILE).mkdir()
    with pytest.raises(PublisherError, match=r"published-urls.txt: cannot be read: .+ \(check the file\)"):
        run(tmp_path)


def test_findings_are_sorted_and_told_worst_first(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("b.ipynb", FRONT, "[gone](gone.ipynb)")
    write_notebook("a.ipynb", OTHER, "[gone](#gone)")
    checked = run(tmp_path)
    assert [each.file for each in checked.findings] == ["a.ipynb", "b.ipynb", addresses.FILE]
    text = [line.text for line in telling.lines(checked)]
    assert text[0] == "Errors"
    assert text[1].startswith("  b.ipynb, cell 2: a link leads to a notebook that the blog does not have: gone.ipynb")
    assert text[1].endswith("  [broken-link]")
    assert text[-1].startswith("Checked 2 posts in ")
    assert text[-1].endswith("1 error, 1 warning, 1 notice; --fix would change 1 file.")


def test_the_json_says_what_the_report_says(write_notebook: Write, tmp_path: Path) -> None:
    write_notebook("a.ipynb", FRONT, "[gone](#gone)")
    told = json.loads(telling.to_json(run(tmp_path)))
    assert {name: told[name] for name in ("posts", "errors", "warnings", "notices", "fixes")} == {
        "posts": 1,
        "errors": 0,
        "warnings": 1,
        "notices": 1,
        "fixes": [addresses.FILE],
    }
    assert told["findings"][0] == {
        "kind": "broken-anchor",
        "severity": "warning",
        "file": "a.ipynb",
        "cell": 2,
        "line": None,
        "what": "a link leads to a place that the page does not have: #gone",
        "hint": "correct or remove it",
    }


def test_annotations_name_the_line_where_the_cell_begins_and_escape_what_they_say(tmp_path: Path) -> None:
    file = tmp_path / "blog/notebooks/a, b.ipynb"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(json.loads(notebook("One", "Two")), indent=1))
    finding = found("broken-link", "a, b.ipynb", "100% gone:\r\n::error::x", "hint", cell=2)
    where = {"GITHUB_WORKSPACE": str(tmp_path)}
    (line,) = telling.for_github([finding], tmp_path / "blog", "notebooks", where)
    begins = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if "Two" in text)
    while file.read_text().splitlines()[begins - 1] != "  {":
        begins -= 1
    assert line == (
        f"::error file=blog/notebooks/a%2C b.ipynb,line={begins},title=broken-link"
        "::cell 2: 100%25 gone:%0D%0A::error::x%0Ahint"
    )
    (other,) = telling.for_github([found("vanished-address", "published-urls.txt", "gone", line=7)], tmp_path, "n", {})
    assert other == "::error file=published-urls.txt,line=7,title=vanished-address::gone"


def test_what_a_sidecar_says_is_told_of_the_sidecar(tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks/a.yml").write_text("dat: 1")
    (line,) = telling.for_github([found("unknown-key", "a.yml", "dat", line=1)], tmp_path, "notebooks", {})
    assert line.startswith("::warning file=notebooks/a.yml,line=1,")


@pytest.mark.parametrize(
    ("severity", "fails"), [("error", False), ("warning", True), ("notice", True), ("never", False)]
)
def test_a_check_fails_from_a_severity_on(severity: str, fails: bool) -> None:
    checked = checks.Checked((found("traceback", "a.ipynb", "x"),))
    assert telling.fails(checked, severity) is fails


def test_names_of_kinds_are_words_with_hyphens_and_each_is_once() -> None:
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names)
    assert all(name.replace("-", "").isalpha() and name.islower() for name in names)
    assert all(kind.about.endswith((".", ")")) for kind in KINDS)


@pytest.mark.corpus
def test_real_notebooks_are_checked_without_an_exception(corpus: Path, tmp_path: Path) -> None:
    settings = Settings(tmp_path, source=str(corpus / "fastpages"), permalink="/{path}/{slug}/", search=False)
    checked = run(tmp_path, settings, drafts=True, future=True)
    assert checked.posts == len(list((corpus / "fastpages").glob("*.ipynb")))
    found = {finding.kind for finding in checked.findings}
    assert {"missing-alt", "remote-image", "traceback"} <= found
