"""The cache: what comes out is what went in, or nothing."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import cache as caches
from publisher.cache import Cache
from publisher.errors import TargetError
from publisher.report import Change

DAY = 86_400


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def entries(cache: Cache) -> list[Path]:
    return sorted(path for path in cache.folder.glob("?/*") if path.is_file())


@pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 5000])
def test_what_was_put_comes_back(cache: Cache, data: bytes) -> None:
    assert cache.get("a key") is None
    cache.put("a key", data)
    assert cache.get("a key") == data
    assert Cache(cache.folder).get("a key") == data


def test_any_text_is_a_key_of_its_own(cache: Cache) -> None:
    keys = ["", "a", "A", "a/b", "../a", "ä", "a\0b", "x" * 10_000]
    for key in keys:
        cache.put(key, key.encode())
    assert [cache.get(key) for key in keys] == [key.encode() for key in keys]
    assert len(entries(cache)) == len(keys)


def test_an_entry_with_any_bit_flipped_is_none(cache: Cache) -> None:
    cache.put("key", b"some content")
    (file,) = entries(cache)
    whole = file.read_bytes()
    for place in range(8 * len(whole)):
        damaged = bytearray(whole)
        damaged[place // 8] ^= 1 << place % 8
        file.write_bytes(damaged)
        assert cache.get("key") is None


def test_an_entry_that_was_cut_short_or_grew_is_none(cache: Cache) -> None:
    cache.put("key", b"some content")
    (file,) = entries(cache)
    whole = file.read_bytes()
    for damaged in (*(whole[:length] for length in range(len(whole))), whole + b"\0"):
        file.write_bytes(damaged)
        assert cache.get("key") is None
    cache.put("key", b"some content")
    assert cache.get("key") == b"some content"


def test_an_entry_in_the_place_of_another_is_none(cache: Cache) -> None:
    cache.put("one", b"1")
    (one,) = entries(cache)
    cache.put("two", b"2")
    (two,) = set(entries(cache)) - {one}
    one.write_bytes(two.read_bytes())
    assert cache.get("one") is None


def test_a_folder_in_the_place_of_an_entry_is_none_and_cannot_be_written(cache: Cache) -> None:
    cache.put("key", b"x")
    (file,) = entries(cache)
    file.unlink()
    file.mkdir()
    assert cache.get("key") is None
    with pytest.raises(TargetError, match="an entry has to be \\(delete it"):
        cache.put("key", b"x")


def test_a_file_in_the_place_of_the_folder_is_named(cache: Cache) -> None:
    cache.folder.write_text("mine")
    with pytest.raises(TargetError, match="it is no folder"):
        cache.put("key", b"x")
    with pytest.raises(TargetError, match="it is no folder"):
        cache.stamp()
    assert cache.folder.read_text() == "mine"


def test_version_control_and_backups_are_told_that_the_folder_is_nothing_of_value(cache: Cache) -> None:
    cache.put("key", b"x")
    assert (cache.folder / ".gitignore").read_text() == "*\n"


def test_what_nobody_used_for_two_weeks_is_removed_but_nothing_that_the_blog_uses(cache: Cache) -> None:
    for key in ("used", "old", "new"):
        cache.put(key, key.encode())
    for file in entries(cache):
        os.utime(file, (time.time() - 15 * DAY,) * 2)
    cache.put("new", b"new")
    assert cache.prune(["used"]) == 1
    assert [cache.get(key) for key in ("used", "old", "new")] == [b"used", None, b"new"]


def test_what_is_asked_for_now_and_then_stays(cache: Cache) -> None:
    cache.put("key", b"x")
    (file,) = entries(cache)
    os.utime(file, (time.time() - 13 * DAY,) * 2)
    cache.get("key")
    assert time.time() - file.stat().st_mtime < DAY


def test_pruning_looks_at_the_entries_once_a_day(cache: Cache) -> None:
    cache.put("key", b"x")
    (file,) = entries(cache)
    os.utime(file, (time.time() - 15 * DAY,) * 2)
    assert cache.prune(["key"]) == 0
    assert cache.prune([]) == 0
    mark = cache.folder / "pruned"
    os.utime(mark, (time.time() - 2 * DAY,) * 2)
    assert cache.prune([]) == 1


def test_a_disk_that_is_full_leaves_no_half_entry(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.put("before", b"x")
    digest = caches._digest

    def full(path: str, data: bytes) -> bytes:
        digest(path, data)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(caches, "_digest", full)
    with pytest.raises(TargetError, match=r"5 bytes.*disk is full"):
        cache.put("after", b"12345")
    monkeypatch.undo()
    assert len(entries(cache)) == 1


# Keys


names = st.text(max_size=8)


@given(st.dictionaries(names, names), st.dictionaries(names, names))
def test_two_lists_of_ingredients_have_one_key_only_if_they_are_the_same(
    one: dict[str, str], other: dict[str, str]
) -> None:
    assert (caches.key(one) == caches.key(other)) == (one == other)
    assert caches.key(dict(reversed(one.items()))) == caches.key(one)


def test_names_and_values_cannot_run_into_each_other() -> None:
    keys = [
        caches.key({"a": "bc"}),
        caches.key({"ab": "c"}),
        caches.key({"a": "b", "c": ""}),
        caches.key({"a": "b"}, {"c": ""}),
        caches.key({"a": "b"}, "c"),
        caches.key("a", "b"),
        caches.key("ab"),
    ]
    assert len(set(keys)) == len(keys)


def test_what_changed_is_told_with_old_and_new() -> None:
    old, new = {"same": "1", "changed": "1", "gone": "1"}, {"same": "1", "changed": "2", "come": "2"}
    assert caches.explain(old, new) == (Change("changed", "1", "2"), Change("come", "", "2"), Change("gone", "1", ""))
