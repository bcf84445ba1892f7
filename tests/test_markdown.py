"""Markdown as HTML: text cases in `markdown/`, and what one cell means to another."""

from __future__ import annotations

import json
import os
import re
import sys
from html import unescape
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher import markdown
from publisher.article import Heading, Notes
from publisher.excerpt import TEASER
from publisher.markdown.blocks import last_of
from tests.support.markdown import dangers_of, render

CASES = Path(__file__).parent / "markdown"


def read_cases() -> list[object]:
    """Return title, input and expected HTML of every case in `tests/markdown/*.txt`."""
    cases = []
    for path in sorted(CASES.glob("*.txt")):
        parts = re.split(r"^\.\n", path.read_text(encoding="utf-8"), flags=re.M)
        for title, source, html in zip(parts[::3], parts[1::3], parts[2::3], strict=False):
            cases.append(pytest.param(source[:-1], html[:-1], id=f"{path.stem}: {title.strip()}"))
    return cases


@pytest.mark.parametrize(("source", "html"), read_cases())
def test_case(source: str, html: str) -> None:
    assert markdown.render(source, Notes("a.ipynb")).rstrip("\n") == html


# Footnotes.


def test_a_footnote_of_a_later_cell_is_found() -> None:
    html, notes = render("Text[^a].", "[^a]: The *note*.")
    assert 'href="#fn-1" id="fnref-1"' in html[0]
    assert html[1] == ""
    assert '<li id="fn-1"><p>The <em>note</em>. <a class="footnote-back" href="#fnref-1"' in markdown.footnotes(notes)


def test_footnotes_are_numbered_once_over_the_notebook_in_order_of_use() -> None:
    html, notes = render("[^b] and [^a]\n\n[^a]: A\n[^b]: B", "[^a] again, and ^[in place]")
    assert re.findall(r">(\d)</a>", "".join(html)) == ["1", "2", "2", "3"]
    section = markdown.footnotes(notes)
    assert re.findall(r"<p>(\w+(?: \w+)?) <a", section) == ["B", "A", "in place"]
    assert section.count('href="#fnref-2"') == section.count('href="#fnref-2-2"') == 1


def test_a_footnote_that_is_not_defined_is_text() -> None:
    html, notes = render("Text[^a].")
    assert html == ["<p>Text[^a].</p>\n"]
    assert markdown.footnotes(notes) == ""


def test_footnotes_that_nobody_refers_to_are_left_out() -> None:
    _, notes = render("[^a]: A")
    assert markdown.footnotes(notes) == ""


def test_html_in_a_footnote_is_cleaned() -> None:
    _, notes = render("Text[^a].\n\n[^a]: <b onclick='x'>A</b>")
    assert "<b>A</b>" in markdown.footnotes(notes)
    assert "onclick" not in markdown.footnotes(notes)


def test_the_text_of_footnotes_is_not_part_of_the_paragraphs() -> None:
    _, notes = render("Text[^a].\n\n[^a]: The note.")
    assert notes.paragraphs == ["Text."]


def test_a_link_reference_of_another_cell_is_found_but_a_cells_own_comes_first() -> None:
    html, _ = render("[x]\n\n[x]: first.html", "[x]\n\n[x]: second.html", "[x]")
    assert [re.findall(r'href="(.*?)"', cell) for cell in html] == [["first.html"], ["second.html"], ["first.html"]]


# Headings and the title.


def test_headings_are_noted_without_links() -> None:
    _, notes = render("## A [link](x) & `code` ![](y.png)")
    assert notes.headings == [Heading(2, "a-link-code", "A link &amp; <code>code</code> ", "A link & code")]


@pytest.mark.parametrize(
    "heading", ["# The *Title*", "The *Title*\n===", "#The Title", "<h1>The <em>Title</em></h1>", "# the title {#x}"]
)
def test_the_title_is_dropped_where_the_body_repeats_it(heading: str) -> None:
    html, notes = render(f"{heading}\n\ntext", title="The **Title**")
    assert html[0].strip() == "<p>text</p>"
    assert notes.title_seen
    assert notes.headings == []


def test_the_title_is_dropped_only_once() -> None:
    html, _ = render("# Title", "# Title", title="Title")
    assert html[0] == ""
    assert html[1].startswith('<h2 id="title">')


def test_a_smaller_heading_that_repeats_the_title_stays() -> None:
    html, _ = render("## Title", title="Title")
    assert html[0].startswith('<h2 id="title">')


def test_ids_are_unique_over_cells() -> None:
    _, notes = render("## Same", "## Same", "## Other {#same}")
    assert [heading.id for heading in notes.headings] == ["same", "same-2", "same-3"]


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("`code` and *words*", "code and words"),
        ("The $\\ell_1$ norm", "The ℓ₁ norm"),
        ("A [link](x.html) ![badge](y.svg) here", "A link here"),
        ("Methods {#sec-methods .unnumbered}", "Methods"),
        ("A <b>bold</b> &amp; <br> plain 🎉", "A bold & plain 🎉"),
        ("two\n lines", "two lines"),
        ("1. First", "1. First"),
        ("C# and {x}", "C# and {x}"),
        ("Costs $5 and then $10", "Costs $5 and then $10"),
        ("Note[^1]", "Note[^1]"),
        ("", ""),
    ],
)
def test_the_plain_text_of_a_title(source: str, plain: str) -> None:
    assert markdown.plain(source) == plain


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("`a<b` & *c*", "<code>a&lt;b</code> &amp; <em>c</em>"),
        ("A [link](x) ![y](z)", "A link "),
        ("<b onclick='x'>b</b><script>x</script>", "<b>b</b>"),
        ("$x$", '<span class="math"><math><mi>x</mi></math></span>'),
    ],
)
def test_the_html_of_a_title_has_no_link_and_no_image(source: str, html: str) -> None:
    assert markdown.inline(source) == html


# Plain text for excerpts and search.


def test_paragraphs_are_noted_as_plain_text() -> None:
    _, notes = render(
        "# Head\n\nA *b* `c`\nd $x$ and $\\alpha_1$.\n\n- item\n\n> quote\n\n```\ncode\n```\n\n| t |\n|---|\n| u |\n\n"
        "[![badge](a.svg)](b) <!-- c -->\n\n$$y$$"
    )
    assert notes.paragraphs == ["A b c d x and α₁.", "item", "quote", "y"]


def test_the_text_of_html_is_noted_without_its_tables_and_scripts() -> None:
    _, notes = render("<div><p>Some &amp; words</p><script>x</script><table><tr><td>1</td></tr></table></div>")
    assert notes.paragraphs == ["Some & words"]


@pytest.mark.parametrize(
    "mark",
    [
        "<!-- more -->",
        "<!--more-->",
        "<!-- TEASER_END -->",
        "<!-- PELICAN_END_SUMMARY -->",
        "{{% /summary %}}",
        "TEASER_END",
        ".. TEASER_END",
    ],
)
def test_teaser_marks_are_noted_and_not_shown(mark: str) -> None:
    html, notes = render(f"first\n\n{mark}\n\nsecond")
    assert notes.paragraphs == ["first", TEASER, "second"]
    assert html == ["<p>first</p>\n<p>second</p>\n"]


def test_a_teaser_mark_within_a_paragraph_divides_it() -> None:
    _, notes = render("first <!-- more --> second")
    assert notes.paragraphs == ["first", TEASER, "second"]


# The bad day.


def test_a_script_is_warned_of_once_a_cell() -> None:
    _, notes = render("<script>a</script>\n\n<script>b</script>\n\n## <b>H</b>", "text")
    assert [(problem.cell, problem.message) for problem in notes.problems] == [(1, "a script in the text is left out")]


def test_a_control_character_can_be_seen_to_be_none_of_html() -> None:
    html, _ = render("a\x00b\x03c <b>d</b>")
    assert html[0] == "<p>a\ufffdb\ufffdc <b>d</b></p>\n"


@pytest.mark.parametrize("written", ["\ue0000\ue001", "\ue003", "&#xe000;0&#xe001;", "&#xe000;99&#xe001;", "&#xe003;"])
def test_letters_for_private_use_are_letters(written: str) -> None:
    html, _ = render(f"{written} <b>d</b> $x$\n\n```\ncode\n```\n\n| {written} $|x|$ |\n|---|\n| <i>1</i> |")
    assert html[0].count(unescape(written)) == 2
    assert html[0].count("<math") == 2


def test_a_mark_that_ends_the_teaser_is_none_in_code() -> None:
    html, notes = render("`TEASER_END`", "`{{% /summary %}}` here")
    assert html == ["<p><code>TEASER_END</code></p>\n", "<p><code>{{% /summary %}}</code> here</p>\n"]
    assert notes.paragraphs == ["TEASER_END", "{{% /summary %}} here"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<h2 title="a > b">Words</h2>', ">Words<a class="),
        ('<img alt="> $x$ <" src="a.png"> words', 'alt="&gt; $x$ &lt;"'),
        (
            '::: {#fig-a}\n<img title="a > b" alt="words" src="b.png">\n\nCaption\n:::',
            '<img title="a &gt; b" alt="words"',
        ),
        ('::: {#fig-a}\n<img title="no alt here" src="b.png">\n\nCaption\n:::', '<img alt="" title="no alt here"'),
    ],
)
def test_values_of_attributes_are_read_to_their_ends(html: str, expected: str) -> None:
    assert expected in render(html)[0][0]


@pytest.mark.parametrize(
    "source", ["", "\n", "```", ":::", "```{note}", "$$", "[^", "> ", "- ", "|", "\\[", "<", "<!--", "(x)=", "{", "#"]
)
def test_fragments_of_markup_are_no_error(source: str) -> None:
    render(source)


def test_deep_nesting_ends() -> None:
    render(">" * 500 + "x", ":::{note}\n" * 60, "- " * 200)


def test_divs_within_divs_without_end_are_dropped_where_quotes_would_be() -> None:
    (near, far), _ = render(":::: x\n" * 90 + "words", ":::: x\n" * 5000 + "words")
    assert (near, far) == ("<p>words</p>\n", "")


def steps(source: str) -> int:
    """Return how many calls it takes to render a cell."""
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        render(source)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("opened", ["$$a\n", "\\begin{align}\n"])
def test_twice_as_many_formulas_without_end_take_about_twice_as_many_steps(opened: str) -> None:
    render("[a](b) $x$")  # what is made once a process
    assert steps(opened * 600) < 3 * steps(opened * 300)


def test_a_text_is_looked_through_once_for_what_all_its_marks_need() -> None:
    last_of.cache_clear()
    render("[1, 2] \\alpha " * 1000)
    found = last_of.cache_info()
    assert found.misses < 10
    assert found.hits > 2000


def test_a_long_url_is_a_link_and_the_first_of_thousands_without_a_blank_is_none() -> None:
    url = "https://a.example/#" + "x" * 8000
    assert render(f"see {url} there")[0][0].startswith(f'<p>see <a href="{url}">')
    assert render("https://a.example/(" * 1000)[0][0].startswith("<p>" + "https://a.example/(" * 100)


@pytest.mark.parametrize("opened", ["![", "^[", "[", "<!-- ", "<div>", "<div>\n\n"])
def test_what_opens_thousands_of_times_and_never_closes_is_read_soon(opened: str) -> None:
    render(opened * 20_000)


_PIECES = [
    '<div title="', "<b>", "</b>", "</div>", '">', "<p onclick=x>", "<script>", "</script>", "<svg onload=x>",
    "</svg>", "<math>", "<style>", "<iframe srcdoc='<script>'>", "<img src=x onerror=y>", "<!--", "-->",
    "<a href=javascript:x>", "[x](javascript:y)", "![x](data:text/html,y)", "```python\n", "```\n", "\n\n", "\n",
    ":::{note} <b>\n", ":::\n", "## H <i>\n", "$<b>$", "$$", "`<i>`", '"', "'", "onclick=x ", "{#x}", "[^1]",
    "[^1]: y", "| a |\n|---|\n| <b> |\n", "- [ ] x\n", "> [!NOTE]\n> ", "(t)=\n", "<h1 id='\"x'>", "</h1>",
    "javascript:alert(1)", "&#106;", "<textarea>", "</textarea>", "<title>", "<noscript>", "<xmp>", "<plaintext>",
    "<base href=x>", "<meta http-equiv=refresh>", "<input>", "{x=y}", '![c](d "e"){#fig-x fig-alt="<b>"}',
    '{{< video "javascript:x" >}}', "> youtube: javascript:x",
]  # fmt: skip


def test_code_that_begins_on_the_line_of_its_fence_is_whole() -> None:
    (html,), _ = render("```\\begin{align}\nx & y\n\\end{align}\n```")
    assert "\\begin{align}\nx &amp; y\n\\end{align}" in html


@settings(max_examples=600)
@given(st.lists(st.sampled_from(_PIECES), max_size=14).map("".join))
def test_whatever_is_written_nothing_can_run(source: str) -> None:
    notes = Notes("a.ipynb", title="T")
    markdown.prepare([source], notes)
    html = markdown.render(source, notes) + markdown.footnotes(notes)
    assert dangers_of(html) == []
    for heading in notes.headings:
        assert dangers_of(heading.html) == []
    assert dangers_of(markdown.inline(source)) == []
    assert not re.search("[\ue000-\ue003]", html)


@settings(max_examples=200)
@given(st.text())
def test_no_text_is_an_error(source: str) -> None:
    render(source)
    markdown.inline(source)
    markdown.plain(source)


def corpus() -> list[Path]:
    folder = os.environ.get("PUBLISHER_CORPUS")
    if not folder:
        pytest.skip("PUBLISHER_CORPUS does not name a folder of notebooks")
    return sorted(Path(folder).rglob("*.ipynb"))


def test_every_markdown_cell_of_the_corpus_is_rendered_and_safe() -> None:
    for path in corpus():
        try:
            cells = json.loads(path.read_bytes().decode("utf-8-sig")).get("cells", [])
        except ValueError:
            continue
        sources = ["".join(cell.get("source", "")) for cell in cells if cell.get("cell_type") == "markdown"]
        html, notes = render(*sources)
        whole = "".join(html) + markdown.footnotes(notes)
        assert dangers_of(whole) == [], path
        identifiers = [heading.id for heading in notes.headings]
        assert len(identifiers) == len(set(identifiers)), path


def test_notes_within_notes_are_notes() -> None:
    for source in ("[^a] [^b]\n\n[^a]: [^b]: x\n", "x[^a]\n\n[^a]: first\n\n    [^b]: x\n\n    para\n"):
        notes = Notes("a.ipynb")
        markdown.prepare([source], notes)
        markdown.render(source, notes)
        assert 'id="fn-1"' in markdown.footnotes(notes)


def test_no_short_text_takes_long() -> None:
    """Each of these kept a regular expression busy for minutes: the test ends, or it does not."""
    for source in ("<!-- a -->" * 28 + " x\n", "#Title" + " " * 3000 + "x\n", "$\n\n" + "-|" * 1500 + "x\n"):
        notes = Notes("a.ipynb")
        markdown.prepare([source], notes)
        markdown.render(source, notes)


def test_a_list_of_links_to_the_sections_is_no_text_of_the_post() -> None:
    notes = Notes("a.ipynb")
    markdown.render("- [Intro](#intro)\n- [The end](#end)\n\nReal text, [linked](#intro).\n", notes)
    assert notes.paragraphs == ["Real text, linked."]
