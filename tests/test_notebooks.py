"""Finding and reading notebooks."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

import pytest

from publisher import notebooks
from publisher.errors import NotebookError
from tests.support.notebooks import cell, notebook


def read(data: bytes) -> notebooks.Document:
    return notebooks.parse(data, "a.ipynb")


def test_hidden_private_and_excluded_notebooks_are_not_found(tmp_path: Path) -> None:
    for path in (
        "a.ipynb",
        "trip/index.ipynb",
        ".hidden.ipynb",
        ".ipynb_checkpoints/a-checkpoint.ipynb",
        "_drafts/b.ipynb",
        "old/c.ipynb",
        "deep/old.ipynb",
        "notes.txt",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    assert notebooks.find(tmp_path, ["old", "deep/o*"]) == ("a.ipynb", "trip/index.ipynb")


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "\\udcc3\\udcbc.ipynb: has a name that is not UTF-8 (rename it)"),
        ("ascii", "\xfc.ipynb: has a name that cannot be read, since the locale says that names are ascii (set the"),
    ],
)
def test_a_name_that_is_no_text_is_blamed_on_the_locale_where_that_knows_no_utf_8(
    encoding: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: encoding)
    with pytest.raises(NotebookError) as raised:
        notebooks.fetch(tmp_path, "\udcc3\udcbc.ipynb")
    assert str(raised.value).startswith(said)


def test_a_byte_order_mark_is_no_part_of_the_notebook() -> None:
    assert read(b"\xef\xbb\xbf" + notebook("Hello")).cells[0].source == "Hello"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"---\ntitle: x\n---\n", "is not a notebook: a notebook is JSON"),
        (b'{"cells": [', "is not JSON"),
        (b"[1, 2]", "is JSON, but not a notebook"),
        (b'{"cells": []}', "it has no `nbformat`"),
        (b'{"nbformat": 5, "cells": []}', "is in notebook format 5"),
        (b'{"nbformat": 4, "cells": {}}', "has no list of cells"),
        (b'{"nbformat": 3}', "no upgrade from notebook format 3"),
        (b'{"a": "\xff"}', "is not UTF-8 text: byte 8 is 0xff"),
        (b'{\n<<<<<<< HEAD\n"a": 1\n=======\n', "holds the marks of a merge conflict"),
        (b"[" * 200_000, "is nested too deeply"),
        (b'{"a":' * 200_000, "is nested too deeply"),
    ],
)
def test_what_is_no_notebook_is_named_in_one_line(data: bytes, says: str) -> None:
    with pytest.raises(NotebookError) as caught:
        read(data)
    message = str(caught.value)
    assert message.startswith("a.ipynb")
    assert says in message
    assert "\n" not in message


def test_a_merge_conflict_is_shown_with_its_line() -> None:
    with pytest.raises(NotebookError) as caught:
        read(b'{\n "cells": [\n<<<<<<< HEAD\n')
    assert caught.value.problems[0].line == 3


def test_lines_that_were_split_are_joined() -> None:
    output = {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]}
    document = read(notebook({**cell("", "code", outputs=[output]), "source": ["x\n", "y"]}))
    assert document.cells[0].source == "x\ny"
    assert document.cells[0].outputs[0]["text"] == "a\nb"


def test_a_missing_or_repeated_cell_id_is_made_from_the_content() -> None:
    data = notebook(cell("a", id="one"), cell("b", id="one"), cell("c"), cell("c"), cell("d", id="not valid!"))
    ids = [each.id for each in read(data).cells]
    assert ids[0] == "one"
    assert len(set(ids)) == 5
    assert ids == [each.id for each in read(data).cells]
    assert not set("! ").intersection("".join(ids))


def test_format_3_becomes_format_4() -> None:
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": "x"},
        "worksheets": [
            {
                "cells": [
                    {"cell_type": "heading", "level": 1, "source": ["Title"], "metadata": {}},
                    {
                        "cell_type": "code",
                        "input": ["1\n", "+1"],
                        "language": "python",
                        "metadata": {},
                        "outputs": [{"output_type": "pyout", "prompt_number": 1, "text": ["2"], "metadata": {}}],
                        "prompt_number": 1,
                        "collapsed": False,
                    },
                ],
                "metadata": {},
            }
        ],
    }
    document = read(json.dumps(old).encode())
    assert [each.source for each in document.cells] == ["# Title", "1\n+1"]
    assert document.cells[1].outputs[0]["data"] == {"text/plain": "2"}
    assert document == read(json.dumps(old).encode())


def test_oddities_are_put_right_and_reported() -> None:
    document = read(notebook({"cell_type": "future", "metadata": {}}, "x"))
    assert document.cells[0].kind == "raw"
    assert [problem.cell for problem in document.problems] == [1, 1]


def test_half_a_surrogate_pair_is_replaced() -> None:
    document = read(
        b'{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "markdown", "metadata": {}, "source": "a\\ud83db"}]}'
    )
    assert document.cells[0].source == "a\ufffdb"


def test_a_notebook_that_is_written_while_it_is_read_is_never_mixed(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    versions = [notebook("x" * 200_000), notebook("y" * 300_000)]
    file.write_bytes(versions[0])
    stop = threading.Event()

    def rewrite() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            file.write_bytes(versions[turn % 2])

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        for _ in range(20):
            try:
                source = notebooks.read(tmp_path, "a.ipynb").cells[0].source
            except NotebookError:
                continue
            assert source in ("x" * 200_000, "y" * 300_000)
    finally:
        stop.set()
        writer.join()


def test_a_notebook_that_should_have_outputs_and_has_none_is_noticed() -> None:
    assert notebooks.lacks_outputs(read(notebook(cell("print(1)", "code"))))
    assert not notebooks.lacks_outputs(read(notebook(cell("import os", "code"))))
    shown = {"output_type": "stream", "name": "stdout", "text": "1"}
    assert not notebooks.lacks_outputs(read(notebook(cell("print(1)", "code", outputs=[shown]))))


@pytest.mark.parametrize(
    ("source", "is_noticed"),
    [
        ("for x in y:\n    with z:\n        print(x)", True),
        ("plt.plot(x)\nplt.show()", True),
        ("%matplotlib inline\nprint(1)", True),
        ('text = """\nprint(1)\n"""', False),
        ("def f():\n    print(1)", False),
    ],
)
def test_what_is_within_a_text_or_a_function_makes_no_output(source: str, is_noticed: bool) -> None:
    assert notebooks.lacks_outputs(read(notebook(cell(source, "code")))) is is_noticed


@pytest.mark.corpus
def test_of_real_notebooks_only_those_that_are_none_cannot_be_read(corpus: Path) -> None:
    failed = set()
    for path in notebooks.find(corpus):
        try:
            notebooks.read(corpus, path)
        except NotebookError:
            failed.add(path)
    assert failed == {
        "formats/nbdev__example_merge_conflict.ipynb",
        "formats/nbformat__test3_no_metadata.ipynb",
        "formats/nbformat__test3_no_worksheets.ipynb",
        "formats/nbformat__test3_worksheet_with_no_cells.ipynb",
        "formats/quarto-cli__globs_d_invalid_json.ipynb",
    }


def test_lines_may_end_as_on_windows_and_begin_with_a_mark() -> None:
    document = read(notebook("\ufeff---\r\ntitle: Secret\r\ndraft: true\r\n---\r\n", "Text"))
    found, _ = notebooks.interpret(document)
    assert found.metadata.draft


def test_a_link_that_leads_out_of_the_source_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "private.ipynb").write_bytes(notebook("Private"))
    (tmp_path / "private.meta").write_text(".. title: Private")
    source = tmp_path / "notebooks"
    source.mkdir()
    (source / "a.ipynb").symlink_to(tmp_path / "private.ipynb")
    (source / "b.ipynb").write_bytes(notebook("Text"))
    (source / "b.meta").symlink_to(tmp_path / "private.meta")
    assert notebooks.find(source) == ("b.ipynb",)
    assert notebooks.read(source, "b.ipynb").sidecars == ()
