from __future__ import annotations

import os
from pathlib import Path

import pytest

from publisher import writing
from publisher.errors import PublisherError
from publisher.writing import Change


def test_a_file_is_replaced_whole_with_its_permissions_and_through_a_link(tmp_path: Path) -> None:
    file, link = tmp_path / "a.ipynb", tmp_path / "link.ipynb"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    writing.write(tmp_path, [Change("link.ipynb", b"new", b"old")])
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["a.ipynb", "link.ipynb"]


def test_a_file_that_cannot_be_replaced_stays_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.ipynb"
    file.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(PublisherError, match="No space"):
        writing.write(tmp_path, [Change("a.ipynb", b"new", b"old")])
    assert file.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.ipynb"]


def test_all_files_are_written_or_none(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("changed meanwhile")
    changes = [Change("new/a", b"a"), Change("b", b"new", b"old")]
    with pytest.raises(PublisherError, match="b: cannot be written: another program changed it meanwhile"):
        writing.write(tmp_path, changes)
    assert sorted(os.listdir(tmp_path)) == ["b"]
    assert (tmp_path / "b").read_text() == "changed meanwhile"
