"""A release in memory is put together as one in a folder is."""

from __future__ import annotations

import hashlib

import pytest

from publisher.errors import PublisherError
from publisher.preview.stage import MemoryStage
from publisher.release import Entry, Release


def entry(data: bytes, owner: str = "") -> Entry:
    return Entry(hashlib.sha256(data).hexdigest(), len(data), owner)


@pytest.fixture
def stage() -> MemoryStage:
    files = {"index.html": b"home", "img/one.png": b"one", "img/two.png": b"two"}
    return MemoryStage(Release({path: entry(data) for path, data in files.items()}), files)


def test_what_is_there_already_is_not_new(stage: MemoryStage) -> None:
    assert not stage.write("index.html", b"home")
    assert stage.write("img/one.png", b"other")
    assert stage.write("img/three.png", b"three")
    assert stage.fresh == {"img/one.png": b"other", "img/three.png": b"three"}
    assert stage.files() == {"index.html": b"home", "img/one.png": b"other", "img/three.png": b"three"}


def test_what_is_kept_is_read_from_the_release_before(stage: MemoryStage) -> None:
    assert stage.keep("index.html", "one.ipynb")
    assert not stage.keep("nothing.html")
    assert stage.read("index.html") == b"home"
    assert stage.entries == {"index.html": entry(b"home", "one.ipynb")}


def test_a_folder_is_kept_whole(stage: MemoryStage) -> None:
    assert stage.keep_below("img/")
    assert sorted(stage.entries) == ["img/one.png", "img/two.png"]


def test_what_is_dropped_is_not_in_the_release(stage: MemoryStage) -> None:
    stage.write("new.html", b"new")
    stage.keep("index.html")
    stage.drop(["new.html", "index.html", "nothing.html"])
    assert not stage.has("new.html")
    assert stage.files() == {}
    assert stage.fresh == {}


def test_a_file_of_two_notebooks_belongs_to_neither(stage: MemoryStage) -> None:
    stage.write("files/a.csv", b"a", "one.ipynb")
    stage.write("files/a.csv", b"a", "two.ipynb")
    assert stage.entries["files/a.csv"].owner == ""


def test_two_files_at_one_path_are_a_clash(stage: MemoryStage) -> None:
    stage.write("new.html", b"one", "one.ipynb")
    with pytest.raises(PublisherError, match=r"two\.ipynb: writes 'new\.html', as one\.ipynb does"):
        stage.write("new.html", b"two", "two.ipynb")


def test_a_path_that_leads_elsewhere_is_refused(stage: MemoryStage) -> None:
    with pytest.raises(PublisherError):
        stage.write("../elsewhere.html", b"")
