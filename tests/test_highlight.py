"""Code as highlighted HTML."""

from __future__ import annotations

import json
import os
import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.highlight import CLASSES, canonical, code, knows

LANGUAGES = (
    "python",
    "ipython3",
    "r",
    "julia",
    "bash",
    "html",
    "javascript",
    "c++17",
    "latex",
    "yaml",
    "sql",
    "pycon",
    "json",
)
_TAG = re.compile(r"<[^>]*>")


def source_of(html: str) -> str:
    return unescape(_TAG.sub("", html))


_PIECES = st.sampled_from(
    [
        "%%bash\n",
        "%time ",
        "!ls",
        "?",
        "\n",
        "\t",
        '"',
        "'''",
        "<b>",
        "&amp;",
        "# ",
        "def f(x):",
        "{",
        "}",
        "\\",
        "é",
        "\r\n",
        "$x",
        "0x1",
    ]
)


@settings(max_examples=300)
@given(st.sampled_from(LANGUAGES), st.one_of(st.text(), st.lists(_PIECES).map("".join)))
def test_without_its_tags_it_is_the_source_character_for_character(language: str, source: str) -> None:
    html = code(source, language)
    assert source_of(html) == source
    assert html.count("\n") == source.count("\n")


@pytest.mark.parametrize("language", ["", "text", "no-such-language", "plaintext"])
def test_an_unknown_language_is_escaped_text(language: str) -> None:
    assert code("a < b & c", language) == "a &lt; b &amp; c"


def test_names_and_punctuation_stay_bare_and_white_space_is_never_wrapped() -> None:
    assert code("x = f(1)\n", "python") == 'x <span class="o">=</span> f(<span class="m">1</span>)\n'


def test_neighbours_of_one_class_share_a_span() -> None:
    assert code('"a" "b"', "python") == '<span class="s">"a"</span> <span class="s">"b"</span>'
    assert code('"""a\nb"""', "python").count("<span") == 1


def test_white_space_within_a_string_is_part_of_it() -> None:
    assert code('" "', "python") == '<span class="s">" "</span>'
    assert code("' '", "javascript") == "<span class=\"s\">' '</span>"
    assert code('"%d %d"', "python").count("<span") == 4


def test_leading_and_trailing_blank_lines_stay() -> None:
    assert code("\n\nx\n\n", "python") == "\n\nx\n\n"


def test_only_known_classes_occur() -> None:
    sample = '@d\nclass A(B):\n    """doc"""\n    def f(self) -> None:\n        raise ValueError(f"{1!r}\\n") # c\n'
    assert set(re.findall(r'class="(\w+)"', code(sample, "python"))) <= set(CLASSES)
    assert not {"n", "p", "nx", "w", ""} & set(CLASSES)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("%matplotlib inline", '<span class="k">%matplotlib</span> inline'),
        ("!ls $HOME", '<span class="o">!</span>ls <span class="nv">$HOME</span>'),
        ("obj.name??", 'obj.name<span class="o">??</span>'),
        ("?obj", '<span class="o">?</span>obj'),
        ("files = !ls", 'files <span class="o">=</span> <span class="o">!</span>ls'),
        ("a % b", 'a <span class="o">%</span> b'),
        ("a != b", 'a <span class="o">!=</span> b'),
    ],
)
def test_what_ipython_adds_to_python_is_highlighted(source: str, html: str) -> None:
    assert code(source, "ipython3") == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("%%bash\necho $x", '<span class="k">%%bash</span>\n<span class="nb">echo</span> <span class="nv">$x</span>'),
        (
            "%%html\n<b>x</b>",
            '<span class="k">%%html</span>\n&lt;<span class="nt">b</span>&gt;x&lt;/<span class="nt">b</span>&gt;',
        ),
        ("%%time\nx = 1", '<span class="k">%%time</span>\nx <span class="o">=</span> <span class="m">1</span>'),
        ("%%writefile a.yaml\nx: 1", '<span class="k">%%writefile</span> a.yaml\n<span class="nt">x</span>: 1'),
        ("%%writefile notes\ndef f", '<span class="k">%%writefile</span> notes\ndef f'),
    ],
)
def test_a_cell_magic_switches_the_language_below_it(source: str, html: str) -> None:
    assert code(source, "python") == html


def test_a_magic_within_a_string_is_a_string() -> None:
    assert code('"""\n!ls\n"""', "python") == '<span class="s">"""\n!ls\n"""</span>'.replace('"s"', '"sd"')


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ipython3", "python"),
        ("py", "python"),
        ("Python 3", "python"),
        ("ir", "r"),
        ("R", "r"),
        ("julia-1.6", "julia"),
        ("C++17", "cpp"),
        ("xcpp17", "cpp"),
        ("xeus-cling", "cpp"),
        (".net-fsharp", "fsharp"),
        (".net-csharp", "csharp"),
        ("C#", "csharp"),
        ("Wolfram Language", "mathematica"),
        ("scala212", "scala"),
    ],
)
def test_names_of_kernels_are_known(name: str, expected: str) -> None:
    assert canonical(name) == expected
    assert knows(name)


def test_every_code_cell_of_the_corpus_keeps_its_source() -> None:
    folder = os.environ.get("PUBLISHER_CORPUS")
    if not folder:
        pytest.skip("PUBLISHER_CORPUS does not name a folder of notebooks")
    for path in sorted(Path(folder).rglob("*.ipynb")):
        try:
            cells = json.loads(path.read_bytes()).get("cells", [])
        except ValueError:
            continue
        for cell in cells:
            source = "".join(cell.get("source", ""))
            if cell.get("cell_type") == "code":
                assert source_of(code(source, "python")) == source, path
