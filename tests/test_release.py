from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import PublisherError
from publisher.paths import _unsafe
from publisher.release import Changes, Entry, Release, check_paths, compare, dump, dump_private, fitting, load, named
from tests.support.hostile import PATHS as HOSTILE

A, B = "a" * 64, "b" * 64
RELEASE = Release(
    {
        "x/index.html": Entry(A, 3),
        "ä b.css": Entry(B, 4),
        "secret/index.html": Entry(B, 5),
        "img/1.png": Entry(A, 6, "x", 1),
    },
    {"x.ipynb": {"title": "Ä <x>", "tags": ["one"], "picture": None}},
    frozenset({"secret/index.html"}),
)


def test_a_release_is_the_same_after_it_was_written_and_read() -> None:
    assert load(dump(RELEASE), dump_private(RELEASE)) == RELEASE
    assert load(dump(Release()), dump_private(Release())) == Release()


def test_a_manifest_alone_tells_neither_posts_nor_what_unlisted_files_are_called() -> None:
    manifest = dump(RELEASE)
    for word in (b"secret", b"x.ipynb", "Ä <x>".encode(), b"one"):
        assert word not in manifest
    found = load(manifest)
    assert found is not None
    assert found.entries.keys() == RELEASE.entries.keys() - RELEASE.unlisted
    assert found.nameless == (Entry(B, 5),)
    assert (found.posts, found.unlisted) == ({}, frozenset())


@pytest.mark.parametrize(
    "memory",
    [
        b"",
        b"{",
        b"[]",
        b'{"unlisted":{"other/index.html":["%s",5]}}' % A.encode(),
        b'{"unlisted":{}}',
        b'{"unlisted":{"../x":["%s",5]}}' % B.encode(),
    ],
)
def test_a_memory_of_another_release_says_nothing(memory: bytes) -> None:
    found = load(dump(RELEASE), memory)
    assert found is not None
    assert found == load(dump(RELEASE))


def test_nameless_files_have_the_names_that_they_are_found_under_unless_there_are_too_many() -> None:
    release = load(dump(RELEASE))
    assert release is not None
    assert named(release, {"secret/index.html": Entry(B, 5)}).unlisted == {"secret/index.html"}
    assert named(release, {"one": Entry(B, 5), "two": Entry(B, 5)}).unlisted == frozenset()
    assert named(release, {}) == release


def test_a_manifest_of_version_1_is_understood() -> None:
    files = f'"files":{{"x/index.html":["{A}",3,"x.ipynb"]}}'
    found = load(f'{{"version":1,\n{files},\n"posts":{{"x.ipynb":{{"title":"X"}}}}}}\n'.encode())
    assert found == Release({"x/index.html": Entry(A, 3, "x.ipynb")}, {"x.ipynb": {"title": "X"}})
    assert b"ipynb" not in dump(found)


def test_an_age_is_written_only_where_there_is_one() -> None:
    release = Release({"a": Entry(A, 1), "b": Entry(B, 2, "", 2)})
    assert f'"a":["{A}",1],\n"b":["{B}",2,2]}}'.encode() in dump(release)
    assert load(dump(release)) == release


@given(st.dictionaries(st.text(min_size=1).filter(lambda path: not _unsafe(path)), st.booleans(), max_size=5))
def test_whatever_the_names_the_manifest_is_json_that_says_the_same(names: dict[str, bool]) -> None:
    unlisted = frozenset(path for path, is_unlisted in names.items() if is_unlisted)
    release = Release({path: Entry(A, 1) for path in names}, {}, unlisted)
    assert json.loads(dump(release))["files"] == {path: [A, 1] for path in names if path not in unlisted}
    assert load(dump(release), dump_private(release)) == release


def test_files_that_do_not_fit_beside_those_of_a_release_are_left_out() -> None:
    found = ["img/A.png", "img/b.png", "img", "page.html/x.png", "IMG/c.png"]
    assert fitting(found, entries("img/a.png", "page.html")) == ["img/b.png", "IMG/c.png"]


def test_what_is_only_kept_for_older_pages_is_neither_written_nor_unchanged_nor_removed() -> None:
    old = Release({"aged": Entry(A, 1), "again": Entry(A, 1, "", 1), "over": Entry(A, 1, "", 2)})
    new = Release({"aged": Entry(A, 1, "", 1), "again": Entry(A, 1)})
    assert compare(old, new) == Changes(unchanged=("again",), removed=("over",))


def test_the_order_in_which_a_release_was_made_does_not_show() -> None:
    other = Release(
        dict(reversed(RELEASE.entries.items())),
        {"x.ipynb": dict(reversed(RELEASE.posts["x.ipynb"].items()))},
        RELEASE.unlisted,
    )
    assert dump(other) == dump(RELEASE)
    assert dump_private(other) == dump_private(RELEASE)


def test_the_manifest_is_json_with_a_version_and_a_line_a_file() -> None:
    text = dump(RELEASE).decode()
    assert json.loads(text)["version"] == 2
    assert f'"x/index.html":["{A}",3],\n' in text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"version":2,"files":{},"posts":{}}',
        b'{"version":3,"files":{},"unlisted":[]}',
        b'{"version":2,"files":{},"unlisted":[["00",1]]}',
        b'{"version":2,"files":{"a":["%s",-1]},"unlisted":[]}' % A.encode(),
        b'{"version":2,"files":{"a":["%s",1]},"unlisted":[]}' % A.upper().encode(),
        b'{"version":1,"files":[],"posts":{}}',
        b'{"version":1,"files":{"a":["00",1,""]},"posts":{}}',
        b'{"version":1,"files":{"a":["%s","1",""]},"posts":{}}' % A.encode(),
        b'{"version":1,"files":{"a":["%s",-1,""]},"posts":{}}' % A.encode(),
        b'{"version":1,"files":{"a":["%s"]},"posts":{}}' % A.encode(),
        b'{"version":1,"files":{"a":["%s",1,"",-1]},"posts":{}}' % A.encode(),
        b'{"version":1,"files":{"a":["%s",1,""]},"posts":{}}' % A.upper().encode(),
        b'{"version":1,"files":{},"posts":{"a":3}}',
    ],
)
def test_a_damaged_or_foreign_manifest_is_no_release(data: bytes) -> None:
    assert load(data) is None


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.isascii()])
def test_a_manifest_that_names_a_file_outside_is_no_release(name: str) -> None:
    files = json.dumps({name: [A, 1]})
    assert load(f'{{"version":2,"files":{files},"unlisted":[]}}'.encode()) is None
    assert load(b'{"version":1,"files":%s,"posts":{}}' % files.encode()) is None


@given(st.integers(0, len(dump(RELEASE)) - 1), st.integers(0, 255))
def test_no_flipped_byte_of_a_manifest_makes_a_traceback(position: int, byte: int) -> None:
    data = bytearray(dump(RELEASE))
    data[position] = byte
    loaded = load(bytes(data))
    assert loaded is None or isinstance(loaded, Release)


def test_releases_are_compared_by_what_is_in_the_files() -> None:
    old = Release({"same": Entry(A, 1, "x"), "other": Entry(A, 1), "gone": Entry(A, 1)})
    new = Release({"same": Entry(A, 1, "y"), "other": Entry(B, 1), "new": Entry(A, 1)})
    assert compare(old, new) == Changes(written=("new", "other"), unchanged=("same",), removed=("gone",))


def entries(*paths: str) -> dict[str, Entry]:
    return {path: Entry(A, 1, f"{number}.ipynb") for number, path in enumerate(paths)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Trip/index.html", "trip/index.html"),
        (unicodedata.normalize("NFC", "é.html"), unicodedata.normalize("NFD", "é.html")),
        ("straße.html", "STRASSE.html"),
        ("trip", "trip/index.html"),
        ("TRIP", "trip/a/b/index.html"),
    ],
)
def test_two_files_that_some_file_system_takes_for_one_are_an_error_that_names_both(one: str, other: str) -> None:
    with pytest.raises(PublisherError) as caught:
        check_paths(entries(one, other))
    said = str(caught.value)
    assert "0.ipynb" in said
    assert "1.ipynb" in said
    assert repr(one) in said
    assert repr(other) in said


def test_every_clash_is_named_at_once() -> None:
    with pytest.raises(PublisherError) as caught:
        check_paths(entries("a", "A", "b", "B", "c", "c/d"))
    assert len(caught.value.problems) == 3


def test_files_that_only_look_alike_are_no_clash() -> None:
    check_paths(entries("trip.html", "trip/index.html", "trip2/index.html", "index.html"))
