"""A notebook as an article: what the exporter of this process makes of its cells."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

import pytest

from publisher import notebooks, templating
from publisher.article import Article, Link
from publisher.convert import Conversion, convert
from tests.support.notebooks import cell, notebook, stream

HERE = (templating.packaged(),)


def article(*cells: dict[str, Any] | str, templates: tuple[Path, ...] = HERE, **metadata: Any) -> Article:
    document = notebooks.parse(notebook(*cells, **metadata), "post.ipynb")
    return convert(notebooks.interpret(document)[0], Conversion(templating.read(templates)))


def test_an_article_has_all_that_a_page_and_a_card_say() -> None:
    code = cell("a = 1\nprint(a)", "code", outputs=[stream("1\n")])
    found = article("# The *title*\n\nSome words [here](there.ipynb).\n\n## A part", code)
    assert (found.title, found.title_html) == ("The title", "The <em>title</em>")
    assert (found.excerpt, found.words, found.code_lines) == ("Some words here.", 3, 2)
    assert [(heading.level, heading.id, heading.text) for heading in found.headings] == [(2, "a-part", "A part")]
    assert Link("there.ipynb", 1) in found.links
    assert found.problems == ()
    assert "<h1" not in found.body


def test_cells_keep_their_order_and_their_numbers() -> None:
    cells = (cell("first", "raw"), "", cell("second()", "code"), "third", cell("", "code"), "fourth")
    body = article(*cells).body
    places = [body.index(text) for text in ('data-cell="1"', 'data-cell="3"', 'data-cell="4"', 'data-cell="6"')]
    assert places == sorted(places)
    assert body.count("data-cell=") == 4


def test_the_same_notebook_gives_the_same_article_in_any_order() -> None:
    one, other = ("# One\n\n## Part", "Text.[^1]\n\n[^1]: Note."), ("# Other\n\n## Part", "[x]: https://example.org/")
    first = article(*one)
    article(*other)
    assert article(*one) == first


def test_articles_go_between_processes() -> None:
    found = article("# Title", cell("x = 1", "code", outputs=[stream("1")]))
    assert pickle.loads(pickle.dumps(found)) == found


def test_converting_does_not_import_nbconvert() -> None:
    script = """
        import sys
        from pathlib import Path
        from publisher import notebooks, templating
        from publisher.convert import Conversion, convert
        document = notebooks.parse(Path(sys.argv[1]).read_bytes(), "post.ipynb")
        templates = templating.read((templating.packaged(),))
        assert "Traceback" in convert(notebooks.interpret(document)[0], Conversion(templates)).body
        assert not [name for name in sys.modules if name.startswith(("nbconvert", "nbformat", "traitlets"))]
    """
    error = {"output_type": "error", "ename": "E", "evalue": "x", "traceback": ["\x1b[31mTraceback\x1b[0m"]}
    with tempfile.NamedTemporaryFile(suffix=".ipynb") as file:
        file.write(notebook("# T", cell("1/0", "code", outputs=[error])))
        file.flush()
        subprocess.run([sys.executable, "-c", textwrap.dedent(script), file.name], check=True)


@pytest.mark.parametrize(
    ("mime", "source", "shown"),
    [
        ("", "a < b", '<pre class="text" tabindex="0">a &lt; b</pre>'),
        ("text/html", "<b>bold</b><script>x</script>", "<b>bold</b>"),
        ("text/markdown", "**bold**", "<strong>bold</strong>"),
    ],
)
def test_a_raw_cell_is_shown_as_what_it_is_for(mime: str, source: str, shown: str) -> None:
    body = article("# Title", cell(source, "raw", metadata={"raw_mimetype": mime} if mime else {})).body
    assert shown in body
    assert "<script" not in body


def test_the_author_is_told_what_a_raw_cell_loses() -> None:
    raw = cell("<p>Name: <input value=Ada></p><script>1</script>", "raw", metadata={"raw_mimetype": "text/html"})
    found = article("# Title", raw)
    assert "Name: Ada" in found.body
    assert [(problem.cell, problem.message) for problem in found.problems] == [
        (2, "a script in the text is left out"),
        (2, "has HTML that does nothing on a page: <input>"),
    ]


@pytest.mark.parametrize("mime", ["text/latex", "text/restructuredtext", "application/pdf"])
def test_a_raw_cell_for_another_format_is_left_out(mime: str) -> None:
    for key in ("raw_mimetype", "format"):
        assert article("# Title", cell("\\newpage", "raw", metadata={key: mime})).body.strip() == ""


def test_braces_of_templates_are_text() -> None:
    body = article("# Title\n\n{{ 7 * 7 }} {% raw %}", cell("'{{ x }}'", "code", outputs=[stream("{# no #}")])).body
    assert "{{ 7 * 7 }} {% raw %}" in body
    assert "{{ x }}" in body
    assert "{# no #}" in body


def test_code_and_outputs_can_go_their_own_ways() -> None:
    def shown(first: str, *tags: str) -> tuple[bool, bool]:
        made = cell(f"{first}\nsecret()", "code", outputs=[stream("spoken")], metadata={"tags": list(tags)})
        body = article("# Title", made).body
        return "secret" in body, "spoken" in body

    assert shown("#| echo: false") == (False, True)
    assert shown("#| output: false") == (True, False)
    assert shown("#| include: false") == (False, False)
    assert shown("", "remove-cell") == (False, False)
    assert shown("", "hide-cell") == (True, True)


def test_hidden_code_does_not_count_as_time_to_read() -> None:
    assert article("# Title", cell("#| echo: false\na\nb\nc", "code")).code_lines == 0


def test_a_fold_says_how_much_there_is() -> None:
    one, three = (article("# T", cell(f"#| code-fold: true\n{code}", "code")).body for code in ("a", "a\nb\nc"))
    assert "<summary>Show code, 1 line</summary>" in one
    assert "<summary>Show code, 3 lines</summary>" in three


def test_warnings_name_notebook_and_cell() -> None:
    shown = {"output_type": "display_data", "metadata": {}, "data": {"application/vnd.holoviews_exec.v0+json": "1"}}
    found = article("# Title", "Text.", cell("x", "code", outputs=[shown]))
    assert [(each.file, each.cell) for each in found.problems] == [("post.ipynb", 3)]


def test_footnotes_of_all_cells_come_last() -> None:
    body = article("# Title\n\nOne[^a].\n\n[^a]: First note.", "Two[^b].\n\n[^b]: Second note.").body
    assert body.index("footnotes") > body.index("Two")
    assert body.index("Second note") > body.index("First note") > body.index("footnotes")


def test_a_blogs_own_template_of_cells_is_used(tmp_path: Path) -> None:
    (tmp_path / "notebook.html.j2").write_text("{% for cell in cells %}[{{ cell.kind }}]{% endfor %}")
    assert article("# T\n\nText.", cell("x", "code"), templates=(tmp_path, *HERE)).body == "[prose][code]"
