from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from publisher import disk, tree
from publisher.errors import PublisherError, TargetError
from publisher.release import Changes, Release
from publisher.target import MANIFEST, FolderStage, FolderTarget, Signature
from tests.support import CHECKOUT
from tests.support.releases import remembered

Files = Mapping[str, bytes]
FIRST: Files = {"index.html": b"one", "a/index.html": b"a", "b/index.html": b"b", "assets/style.css": b"css"}
SECOND: Files = {"index.html": b"two", "a/index.html": b"a", "c/index.html": b"c", "assets/style.css": b"css"}


POSTS = {"a.ipynb": {"title": "A"}}


def publish(output: Path, files: Files, posts: Mapping[str, Any] | None = None, force: bool = False) -> Changes:
    with FolderTarget(output).stage(force) as stage:
        for path, data in files.items():
            stage.write(path, data, f"{path}.ipynb")
        return stage.show(posts or {})


def content(folder: Path) -> dict[str, bytes]:
    found = (Path(where, name) for where, _, names in os.walk(folder) for name in names)
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in found if file.name != MANIFEST}


def traces(folder: Path) -> dict[str, tuple[int, ...]]:
    """Return everything about everything in a folder that a change would change."""
    found = [folder, *sorted(folder.rglob("*"))]
    return {
        str(file): (s.st_ino, s.st_mtime_ns, s.st_ctime_ns, s.st_size, s.st_mode)
        for file in found
        for s in [file.lstat()]
    }


def left_beside(output: Path) -> list[str]:
    """Return the names of what lies beside the output and should not stay there.

    The release before does, and what is remembered of it and of the one that is shown.
    """
    prefix = f".{output.name}."
    names = {path.name for path in output.parent.iterdir() if path.name.startswith(prefix)}
    return sorted(names - {f"{prefix}former"} - remembered(output))


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "blog" / "public"


def test_a_release_is_shown_in_a_folder_that_did_not_exist(output: Path) -> None:
    changes = publish(output, FIRST)
    assert changes.written == tuple(sorted(FIRST))
    assert content(output) == FIRST
    assert left_beside(output) == []
    assert set(FolderTarget(output).current().entries) == set(FIRST)


def test_what_changed_is_written_and_what_did_not_is_the_same_file(output: Path) -> None:
    publish(output, FIRST)
    before = (output / "a/index.html").stat().st_ino
    changes = publish(output, SECOND)
    assert changes == Changes(("c/index.html", "index.html"), ("a/index.html", "assets/style.css"), ("b/index.html",))
    assert content(output) == SECOND
    assert (output / "a/index.html").stat().st_ino == before
    assert left_beside(output) == []


def test_a_second_publish_of_the_same_changes_nothing_at_all(output: Path) -> None:
    publish(output, FIRST, {"a.ipynb": {"title": "A"}})
    (output / "CNAME").write_text("example.org")
    before = traces(output)
    changes = publish(output, FIRST, {"a.ipynb": {"title": "A"}})
    assert traces(output) == before
    assert sorted(path.name for path in output.parent.iterdir()) == [".public.posts", "public"]
    assert changes.unchanged == tuple(sorted(FIRST))
    assert not changes.written
    assert not changes.removed


def test_a_changed_record_of_a_post_is_remembered_though_no_file_changed(output: Path) -> None:
    publish(output, FIRST, {"a.ipynb": {"title": "A"}})
    changes = publish(output, FIRST, {"a.ipynb": {"title": "B"}})
    assert not changes.written
    assert FolderTarget(output).current().posts == {"a.ipynb": {"title": "B"}}


def test_the_same_release_makes_the_same_bytes_in_any_folder_and_order(output: Path) -> None:
    other = output.with_name("other")
    publish(output, FIRST)
    publish(other, SECOND)
    publish(other, dict(reversed(FIRST.items())))
    assert (other / MANIFEST).read_bytes() == (output / MANIFEST).read_bytes()


def test_a_page_that_was_lost_or_cut_short_is_written_again(output: Path) -> None:
    publish(output, FIRST)
    (output / "a/index.html").unlink()
    (output / "index.html").write_bytes(b"")
    changes = publish(output, FIRST)
    assert changes.written == ("a/index.html", "index.html")
    assert content(output) == FIRST


def put(stage: FolderStage, files: Files) -> None:
    for path, data in files.items():
        stage.write(path, data, f"{path}.ipynb")


def publish_knowing(output: Path, known: Mapping[str, Signature], force: bool = False) -> Changes:
    with FolderTarget(output).stage(force, known) as stage:
        put(stage, FIRST)
        return stage.show({})


def signatures(output: Path) -> dict[str, Signature]:
    found = (file.lstat() for file in output.rglob("*") if file.is_file())
    names = (file.relative_to(output).as_posix() for file in output.rglob("*") if file.is_file())
    return {name: (status.st_size, status.st_mtime_ns) for name, status in zip(names, found, strict=True)}


def files_of(known: Mapping[str, Signature]) -> dict[str, Signature]:
    return {path: signature for path, signature in known.items() if not path.endswith("/")}


def test_a_shown_stage_tells_the_signature_of_every_file_and_so_does_one_that_changed_nothing(output: Path) -> None:
    for _ in range(2):
        with FolderTarget(output).stage() as stage:
            put(stage, FIRST)
            stage.show({})
        assert files_of(stage.signatures()) == signatures(output)
        assert MANIFEST in stage.signatures()
    with FolderTarget(output).stage() as stage:
        put(stage, SECOND)
        stage.show({})
    assert files_of(stage.signatures()) == signatures(output)


def test_a_file_that_has_its_known_signature_is_not_read(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(output, FIRST)
    known = signatures(output)
    monkeypatch.setattr(disk, "digest", failing(AssertionError("was read")))
    assert not publish_knowing(output, known).written
    with pytest.raises(AssertionError, match="was read"):
        publish_knowing(output, {**known, "index.html": (3, 1)})
    with pytest.raises(AssertionError, match="was read"):
        publish_knowing(output, known, force=True)


def test_a_page_that_was_changed_in_place_is_found_by_its_time_and_made_again(output: Path) -> None:
    publish(output, FIRST)
    known = signatures(output)
    (output / "index.html").write_bytes(b"ONE")
    os.utime(output / "index.html", ns=(1, 1))
    assert publish_knowing(output, known).written == ("index.html",)
    assert content(output) == FIRST


def test_a_page_that_was_only_touched_is_not_made_again(output: Path) -> None:
    publish(output, FIRST)
    known = signatures(output)
    os.utime(output / "index.html", ns=(1, 1))
    assert not publish_knowing(output, known).written


def test_force_finds_what_kept_its_time(output: Path) -> None:
    publish(output, FIRST)
    known = signatures(output)
    (output / "index.html").write_bytes(b"ONE")
    os.utime(output / "index.html", ns=(1, known["index.html"][1]))
    assert not publish_knowing(output, known).written
    assert publish_knowing(output, known, force=True).written == ("index.html",)
    before = traces(output)
    assert not publish_knowing(output, known, force=True).written
    assert traces(output) == before


def test_a_file_is_never_written_through_a_link(output: Path, tmp_path: Path) -> None:
    publish(output, FIRST)
    os.link(output / "index.html", tmp_path / "precious")
    publish(output, SECOND)
    assert (tmp_path / "precious").read_bytes() == b"one"


def test_a_file_of_the_last_release_is_carried_over(output: Path) -> None:
    publish(output, FIRST)
    with FolderTarget(output).stage() as stage:
        assert stage.keep("a/index.html")
        assert stage.has("a/index.html")
        assert not stage.has("b/index.html")
        assert not stage.keep("unknown.html")
        assert stage.write("index.html", b"two")
        assert stage.read("a/index.html") == b"a"
        assert stage.read("index.html") == b"two"
        stage.show({})
    assert content(output) == {"index.html": b"two", "a/index.html": b"a"}


def test_a_file_that_is_lost_or_damaged_is_not_carried_over(output: Path) -> None:
    publish(output, FIRST)
    (output / "a/index.html").write_bytes(b"longer")
    (output / "b/index.html").unlink()
    (output / "assets/style.css").unlink()
    (output / "assets/style.css").symlink_to("../index.html")
    with FolderTarget(output).stage() as stage:
        assert not any(stage.keep(path) for path in ("a/index.html", "b/index.html", "assets/style.css"))


def test_nothing_beside_the_output_is_made_before_something_has_to_be_written(output: Path) -> None:
    publish(output, FIRST)
    with FolderTarget(output).stage() as stage:
        for path, data in FIRST.items():
            stage.write(path, data, f"{path}.ipynb")
        assert left_beside(output) == [".public.lock"]
        stage.write("new.html", b"new")
        assert left_beside(output) == [".public.lock", f".public.stage-{os.getpid()}"]
        changes = stage.discard()
    assert changes.unchanged == tuple(sorted(FIRST))
    assert left_beside(output) == []
    assert content(output) == FIRST


def test_one_file_of_two_notebooks_belongs_to_neither(output: Path) -> None:
    with FolderTarget(output).stage() as stage:
        stage.write("images/x.png", b"x", "a.ipynb")
        stage.write("images/x.png", b"x", "b.ipynb")
        stage.show({})
    assert FolderTarget(output).current().entries["images/x.png"].owner == ""


def write_two(target: FolderTarget, one: str, other: str) -> None:
    with target.stage() as stage:
        stage.write(one, b"1", "a.ipynb")
        stage.write(other, b"2", "b.ipynb")
        stage.show({})


@pytest.mark.parametrize(("one", "other"), [("x.html", "x.html"), ("x", "x/y"), ("x/y", "x"), ("x.html", "X.html")])
def test_two_notebooks_that_want_one_place_are_both_named(output: Path, one: str, other: str) -> None:
    publish(output, FIRST)
    target = FolderTarget(output)
    with pytest.raises(PublisherError, match=r"b\.ipynb.*a\.ipynb|a\.ipynb.*b\.ipynb"):
        write_two(target, one, other)
    assert content(output) == FIRST
    assert left_beside(output) == []


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", "a\\b", "", MANIFEST])
def test_a_file_outside_the_site_cannot_be_written(output: Path, path: str) -> None:
    with pytest.raises(PublisherError), FolderTarget(output).stage() as stage:
        stage.write(path, b"")
    assert not output.exists()


# Foreign files


def test_foreign_files_are_carried_over_and_named(output: Path) -> None:
    publish(output, FIRST)
    (output / "CNAME").write_text("example.org")
    (output / ".git/objects").mkdir(parents=True)
    (output / ".git/objects/1").write_text("object")
    (output / ".git/refs").mkdir()
    (output / "b/mine.txt").write_text("mine")
    (output / "link").symlink_to("nowhere")
    os.mkfifo(output / "pipe")
    before = (output / "CNAME").stat().st_ino
    changes = publish(output, SECOND)
    assert changes.foreign == (".git/objects/1", ".git/refs/", "CNAME", "b/mine.txt", "link", "pipe")
    assert (output / "CNAME").stat().st_ino == before
    assert os.readlink(output / "link") == "nowhere"
    assert (output / ".git/refs").is_dir()
    assert (output / "b/mine.txt").read_text() == "mine"
    assert not (output / "b/index.html").exists()
    assert stat.S_ISFIFO((output / "pipe").stat().st_mode)


def test_a_folder_that_we_emptied_does_not_stay(output: Path) -> None:
    publish(output, FIRST)
    (output / "b/index.html").unlink()
    publish(output, SECOND)
    assert not (output / "b").exists()


@pytest.mark.parametrize("place", ["a/index.html", "a", "a/index.html/mine.txt"])
def test_a_foreign_file_in_the_way_is_never_overwritten(output: Path, place: str) -> None:
    file = output / place
    file.parent.mkdir(parents=True)
    file.write_text("precious")
    before = traces(output)
    with pytest.raises(TargetError, match=f"public/{place}.*did not make it.*move it away") as caught:
        publish(output, FIRST)
    assert caught.value.exit_code == 74
    assert traces(output) == before
    assert left_beside(output) == []


def test_all_files_in_the_way_are_named_at_once(output: Path) -> None:
    output.mkdir(parents=True)
    (output / "index.html").write_text("mine")
    (output / "assets").symlink_to("elsewhere")
    with pytest.raises(TargetError) as caught:
        publish(output, FIRST)
    assert len(caught.value.problems) == 2


def test_a_foreign_file_with_the_very_same_bytes_becomes_ours(output: Path) -> None:
    output.mkdir(parents=True)
    (output / "index.html").write_bytes(b"one")
    assert publish(output, FIRST).foreign == ()
    assert content(output) == FIRST


def test_a_damaged_manifest_makes_everything_foreign_and_says_so(output: Path) -> None:
    publish(output, FIRST)
    (output / MANIFEST).write_bytes(b"{")
    publish(output, FIRST)
    (output / MANIFEST).write_bytes(b"{")
    with pytest.raises(TargetError, match=r"index\.html.*manifest.*is damaged.*move the folder away"):
        publish(output, SECOND)
    assert content(output) == FIRST


def test_a_file_that_another_program_adds_during_the_swap_is_not_lost(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(output, FIRST)
    (output / "edited").write_text("old")
    really_show = disk.show

    def show(*arguments: Path) -> None:
        (output / "late").write_text("late")
        (output / "edited.tmp").write_text("new")
        (output / "edited.tmp").replace(output / "edited")
        really_show(*arguments)

    monkeypatch.setattr(disk, "show", show)
    publish(output, SECOND)
    assert content(output) == {**SECOND, "late": b"late", "edited": b"new"}


def test_a_folder_keeps_its_permissions(output: Path) -> None:
    publish(output, FIRST)
    output.chmod(0o2750)
    (output / "a").chmod(0o711)
    publish(output, SECOND)
    assert stat.S_IMODE(output.stat().st_mode) == 0o2750
    assert stat.S_IMODE((output / "a").stat().st_mode) == 0o711


def test_a_link_to_the_output_folder_stays_and_the_folder_behind_it_changes(output: Path, tmp_path: Path) -> None:
    real = tmp_path / "served" / "site"
    real.mkdir(parents=True)
    output.parent.mkdir()
    output.symlink_to(real)
    publish(output, FIRST)
    publish(output, SECOND)
    assert output.is_symlink()
    assert content(real) == SECOND
    assert left_beside(real) == []
    FolderTarget(output).clean()
    assert output.is_symlink()
    assert list(real.iterdir()) == []


# Going back


def test_the_release_before_is_shown_once_more_and_twice_is_forward_again(output: Path) -> None:
    publish(output, FIRST, {"a.ipynb": {"title": "A"}})
    publish(output, SECOND)
    target = FolderTarget(output)
    former = target.former()
    assert former is not None
    assert former.entries.keys() == FIRST.keys()
    changes = target.rollback()
    assert changes == Changes(("b/index.html", "index.html"), ("a/index.html", "assets/style.css"), ("c/index.html",))
    assert content(output) == FIRST
    assert target.current() == former
    assert left_beside(output) == []
    target.rollback()
    assert content(output) == SECOND


def test_what_others_put_there_stays_when_one_goes_back_and_what_they_removed_stays_away(output: Path) -> None:
    publish(output, FIRST)
    (output / "removed").write_text("removed")
    (output / "edited").write_text("old")
    publish(output, SECOND)
    (output / "removed").unlink()
    (output / "edited.tmp").write_text("new")
    (output / "edited.tmp").replace(output / "edited")
    (output / ".git/refs").mkdir(parents=True)
    (output / "a").chmod(0o711)
    changes = FolderTarget(output).rollback()
    assert changes.foreign == (".git/refs/", "edited")
    assert content(output) == {**FIRST, "edited": b"new"}
    assert (output / ".git/refs").is_dir()
    assert stat.S_IMODE((output / "a").stat().st_mode) == 0o711


def test_a_foreign_file_in_the_way_of_the_release_before_is_not_overwritten(output: Path) -> None:
    publish(output, FIRST)
    publish(output, SECOND)
    (output / "b").write_text("precious")
    with pytest.raises(TargetError, match=r"public/b: is in the way"):
        FolderTarget(output).rollback()
    assert content(output) == {**SECOND, "b": b"precious"}


def test_without_a_release_before_there_is_an_error_with_a_remedy(output: Path) -> None:
    target = FolderTarget(output)
    for _ in range(2):
        with pytest.raises(TargetError, match=r"no release before to go back to \(publish"):
            target.rollback()
        assert target.former() is None
        publish(output, FIRST)
    assert content(output) == FIRST


def test_a_release_before_that_is_not_whole_is_not_shown(output: Path) -> None:
    publish(output, FIRST)
    publish(output, SECOND)
    target = FolderTarget(output)
    (target.kept / "b/index.html").write_text("longer")
    with pytest.raises(TargetError, match=r"b/index\.html: the release before is no longer whole \(publish"):
        target.rollback()
    assert content(output) == SECOND


def test_one_can_go_back_where_folders_cannot_be_exchanged(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "exchange", lambda *_: False)
    publish(output, FIRST)
    publish(output, SECOND)
    for expected in (FIRST, SECOND):
        FolderTarget(output).rollback()
        assert content(output) == expected
    assert left_beside(output) == []


def test_a_site_that_was_deleted_can_be_brought_back(output: Path) -> None:
    publish(output, FIRST)
    publish(output, SECOND)
    shutil.rmtree(output)
    assert FolderTarget(output).current() == Release()
    FolderTarget(output).rollback()
    assert content(output) == FIRST


def test_one_can_publish_on_from_a_release_that_one_went_back_to(output: Path) -> None:
    publish(output, FIRST)
    publish(output, SECOND)
    FolderTarget(output).rollback()
    assert publish(output, SECOND).written == ("c/index.html", "index.html")
    assert content(output) == SECOND


# The tree of the former release, brought up to date


def test_a_tree_that_others_meddled_with_is_put_right(output: Path) -> None:
    publish(output, FIRST)
    publish(output, SECOND)
    kept = FolderTarget(output).kept
    (kept / "stray/deep").mkdir(parents=True)
    (kept / "stray/deep/file").write_text("stray")
    (kept / "a/index.html").unlink()
    (kept / "a/index.html").write_bytes(b"A")  # same size, other file
    (kept / "assets/style.css").unlink()
    (kept / "assets/style.css").mkdir()
    (kept / "c").write_text("a file where a folder has to be")
    third = {**SECOND, "index.html": b"three"}
    publish(output, third)
    assert content(output) == third
    assert not (output / "stray").exists()


def test_a_file_and_a_folder_change_places(output: Path) -> None:
    one, other = {"x": b"file", "y/z": b"folder"}, {"x/z": b"folder", "y": b"file"}
    for files in (one, other, one, other, one):
        publish(output, files)
        assert content(output) == files


def test_a_former_tree_that_cannot_be_taken_over_is_no_obstacle(output: Path) -> None:
    publish(output, FIRST)
    publish(output, SECOND)
    shutil.rmtree(FolderTarget(output).kept)
    publish(output, FIRST)
    assert content(output) == FIRST
    assert content(FolderTarget(output).kept) == SECOND


def test_a_page_that_was_damaged_does_not_come_back_from_the_former_tree(output: Path) -> None:
    publish(output, FIRST)
    publish(output, SECOND)
    (output / "a/index.html").write_bytes(b"A")  # both trees hold this file
    publish(output, SECOND)
    publish(output, FIRST)
    assert content(output) == FIRST


def test_unchanged_files_are_neither_linked_nor_removed(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"{number}/index.html": b"same" for number in range(100)}
    for name in ("one", "two"):
        publish(output, {**files, "index.html": name.encode()})
    calls: list[str] = []
    for name in ("link", "unlink", "mkdir", "rmdir"):
        really = getattr(os, name)
        monkeypatch.setattr(
            os, name, lambda *a, _name=name, _really=really, **k: (calls.append(_name), _really(*a, **k))
        )
    publish(output, {**files, "index.html": b"three"})
    assert calls.count("link") == 0
    assert len(calls) < 10


def meddle(output: Path, chance: random.Random, foreign: dict[str, bytes]) -> None:
    """Do what an author may do in the output folder: put a file somewhere, change or remove one."""
    folder = chance.choice(["", "a/", "b/", "c/", "assets/", "mine/", "mine/deep/"])
    name = f"{folder}{chance.choice(['x.txt', 'y.txt'])}"
    if foreign and chance.random() < 0.3:
        gone = chance.choice(sorted(foreign))
        (output / gone).unlink()
        del foreign[gone]
    elif (output / folder).is_dir() or folder.startswith("mine"):
        (output / name).parent.mkdir(parents=True, exist_ok=True)
        (output / name).unlink(missing_ok=True)
        foreign[name] = b"%d" % chance.randrange(100)
        (output / name).write_bytes(foreign[name])


@pytest.mark.parametrize("seed", range(8))
def test_whatever_others_do_between_publishes_is_found_though_folders_that_did_not_change_are_not_listed(
    output: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(tree, "_COARSE", 0)
    chance = random.Random(seed)
    foreign: dict[str, bytes] = {}
    known: dict[str, Signature] = {}
    for step in range(30):
        wanted = {**chance.choice([FIRST, SECOND]), "step.html": b"%d" % step}
        with FolderTarget(output).stage(known=known) as stage:
            put(stage, wanted)
            stage.show({})
        known = stage.signatures()
        assert content(output) == {**wanted, **foreign}
        if chance.random() < 0.6:
            time.sleep(0.01)  # longer than a tick of the clock
            meddle(output, chance, foreign)


def test_folders_that_did_not_change_are_not_listed(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "_COARSE", 0)
    known: dict[str, Signature] = {}
    really, listed = os.scandir, []

    def scandir(path: str) -> Any:
        listed.append(path)
        return really(path)

    monkeypatch.setattr(os, "scandir", scandir)
    for step in range(6):
        listed.clear()
        with FolderTarget(output).stage(known=known) as stage:
            put(stage, {**FIRST, "index.html": b"%d" % step})
            stage.show({})
        known = stage.signatures()
        time.sleep(0.01)
    assert [path for path in map(str, listed) if path.startswith(str(output))] == [f"{output}/"]


def test_a_folder_that_a_link_replaced_is_not_followed(
    output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "_COARSE", 0)
    files = {"a/b/index.html": b"b", "a/b/c/index.html": b"c"}
    known: dict[str, Signature] = {}
    for step in range(5):
        with FolderTarget(output).stage(known=known) as stage:
            put(stage, {**files, "index.html": b"%d" % step})
            stage.show({})
        known = stage.signatures()
        time.sleep(0.01)
    (output / "a").rename(tmp_path / "away")
    (output / "a").symlink_to(tmp_path / "away")
    with FolderTarget(output).stage(known=known) as stage:
        stage.write("index.html", b"new")
        assert stage.show({}).foreign == ("a",)
    assert content(tmp_path / "away") == {"b/index.html": b"b", "b/c/index.html": b"c"}
    assert (output / "a").is_symlink()


# Files for readers of older pages


def publish_retaining(output: Path, *names: str, others: Files | None = None) -> Changes:
    with FolderTarget(output).stage() as stage:
        for name in names:
            stage.write(f"assets/{name}.css", name.encode())
        for path, data in (others or {}).items():
            stage.write(path, data)
        stage.retain(dict.fromkeys((p for p in stage.current.entries if p.startswith("assets/")), ""))
        return stage.show({})


def ages(output: Path) -> dict[str, int]:
    return {path: entry.age for path, entry in FolderTarget(output).current().entries.items()}


def test_an_asset_stays_for_two_releases_that_do_not_need_it(output: Path) -> None:
    publish_retaining(output, "a", others={"page.html": b"1"})
    changes = publish_retaining(output, "b", others={"page.html": b"2"})
    assert changes == Changes(("assets/b.css", "page.html"))
    assert ages(output) == {"assets/a.css": 1, "assets/b.css": 0, "page.html": 0}
    publish_retaining(output, "c")
    assert ages(output) == {"assets/a.css": 2, "assets/b.css": 1, "assets/c.css": 0}
    assert publish_retaining(output, "d").removed == ("assets/a.css",)
    assert ages(output) == {"assets/b.css": 2, "assets/c.css": 1, "assets/d.css": 0}
    assert content(output).keys() == ages(output).keys()


def test_to_publish_the_same_again_makes_no_asset_older(output: Path) -> None:
    publish_retaining(output, "a")
    publish_retaining(output, "b")
    before = traces(output)
    for _ in range(3):
        assert publish_retaining(output, "b") == Changes(unchanged=("assets/b.css",))
    assert traces(output) == before


def test_an_asset_that_is_needed_again_is_young_again(output: Path) -> None:
    publish_retaining(output, "a")
    publish_retaining(output, "b")
    assert publish_retaining(output, "a") == Changes(unchanged=("assets/a.css",))
    assert ages(output) == {"assets/a.css": 0, "assets/b.css": 1}
    with FolderTarget(output).stage() as stage:
        assert stage.keep("assets/b.css")
        stage.show({})
    assert ages(output) == {"assets/b.css": 0}


def test_an_asset_that_was_damaged_or_that_is_in_the_way_does_not_stay(output: Path) -> None:
    publish_retaining(output, "a", "b", "c", "d")
    (output / "assets/a.css").write_bytes(b"A")
    others = {"assets/B.css": b"B", "assets/c.css/x": b"x"}
    publish_retaining(output, others=others)
    assert ages(output) == {"assets/B.css": 0, "assets/c.css/x": 0, "assets/d.css": 1}


# Cleaning


def test_clean_removes_the_former_release_and_the_lock(output: Path) -> None:
    publish(output, FIRST)
    publish(output, SECOND)
    output.with_name(".public.lock").touch()
    FolderTarget(output).clean()
    assert list(output.parent.iterdir()) == []


def test_clean_removes_what_we_made_and_nothing_else(output: Path) -> None:
    publish(output, FIRST)
    (output / "b/mine.txt").write_text("mine")
    (output / "empty").mkdir()
    changes = FolderTarget(output).clean()
    assert changes.removed == tuple(sorted(FIRST))
    assert changes.foreign == ("b/mine.txt", "empty/")
    assert content(output) == {"b/mine.txt": b"mine"}
    assert sorted(path.name for path in output.iterdir()) == ["b", "empty"]


def test_clean_removes_the_folder_when_nothing_else_is_in_it(output: Path) -> None:
    publish(output, FIRST)
    FolderTarget(output).clean()
    assert not output.exists()
    assert FolderTarget(output).clean() == Changes()


def test_clean_leaves_a_folder_alone_that_we_did_not_make(output: Path) -> None:
    output.mkdir(parents=True)
    assert FolderTarget(output).clean() == Changes()
    (output / "index.html").write_text("mine")
    (output / MANIFEST).write_text("not ours")
    assert FolderTarget(output).clean().removed == ()
    assert (output / "index.html").exists()


def test_clean_follows_no_link_out_of_the_folder(output: Path, tmp_path: Path) -> None:
    publish(output, FIRST)
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "index.html").write_bytes(b"a")
    (output / "a/index.html").unlink()
    (output / "a").rmdir()
    (output / "a").symlink_to(precious)
    changes = FolderTarget(output).clean()
    assert (precious / "index.html").exists()
    assert changes.foreign == ("a",)


# The bad day

STEPS = ((disk, "link"), (tree, "copy_modes"), (disk, "sync"), (disk, "show"))
ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EMFILE, errno.EACCES, errno.EXDEV, errno.EBUSY, errno.EDQUOT)


def failing(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize("number", ERRORS)
@pytest.mark.parametrize("step", STEPS)
def test_whatever_fails_the_old_site_is_whole_and_the_next_publish_is_good(
    output: Path, monkeypatch: pytest.MonkeyPatch, step: tuple[ModuleType, str], number: int
) -> None:
    publish(output, FIRST)
    before = traces(output)
    with monkeypatch.context() as patch:
        patch.setattr(*step, failing(OSError(number, os.strerror(number))))
        with pytest.raises(TargetError) as caught:
            publish(output, SECOND)
    (problem,) = caught.value.problems
    assert problem.file.startswith(str(output))
    assert "cannot be" in problem.message
    assert problem.hint
    assert {path: trace[:2] for path, trace in traces(output).items()} == {
        path: trace[:2] for path, trace in before.items()
    }
    assert left_beside(output) == []
    publish(output, SECOND)
    assert content(output) == SECOND


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError(), RuntimeError("bug")])
@pytest.mark.parametrize("step", STEPS)
def test_an_interrupted_publish_leaves_the_old_site(
    output: Path, monkeypatch: pytest.MonkeyPatch, step: tuple[ModuleType, str], error: BaseException
) -> None:
    publish(output, FIRST)
    monkeypatch.setattr(*step, failing(error))
    with pytest.raises(type(error)):
        publish(output, SECOND)
    assert content(output) == FIRST
    assert left_beside(output) == []


def test_every_call_to_the_system_may_fail(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the k-th call that changes something, for every k, until a publish needs fewer calls than that."""
    publish(output, FIRST)
    (output / "CNAME").write_text("example.org")
    calls = ("mkdir", "link", "chmod", "rename", "open", "fsync")
    count = {"now": 0, "fail": 0}

    def counted(really: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            count["now"] += 1
            if count["now"] == count["fail"]:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return really(*arguments, **named)

        return call

    failures = 0
    for count["fail"] in range(1, 200):
        publish(output, FIRST)
        count["now"] = 0
        with monkeypatch.context() as patch:
            for name in calls:
                patch.setattr(os, name, counted(getattr(os, name)))
            try:
                publish(output, SECOND)
            except TargetError:
                failures += 1
        shown = content(output)
        assert shown in ({**FIRST, "CNAME": b"example.org"}, {**SECOND, "CNAME": b"example.org"})
        if count["now"] < count["fail"]:
            break
    assert failures >= 8
    assert content(output) == {**SECOND, "CNAME": b"example.org"}
    assert left_beside(output) == []


def test_a_disk_that_is_full_says_how_much_was_needed(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.open", failing(OSError(errno.ENOSPC, "No space left on device")))
    with pytest.raises(
        TargetError, match=r"index\.html: cannot be written \(5,000 bytes\): the disk is full \(free some"
    ):
        publish(output, {"index.html": bytes(5000)})


def test_an_output_that_is_a_file_is_an_error_with_a_remedy(output: Path) -> None:
    output.parent.mkdir()
    output.write_text("a file")
    with pytest.raises(TargetError):
        publish(output, FIRST)
    assert output.read_text() == "a file"


def test_an_output_below_a_file_is_an_error_with_a_remedy(output: Path) -> None:
    output.parent.write_text("a file")
    with pytest.raises(TargetError):
        publish(output, FIRST)


def test_the_current_folder_is_never_swapped(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (output / "notebooks").mkdir(parents=True)
    monkeypatch.chdir(output / "notebooks")
    with pytest.raises(TargetError, match="is the current folder or holds it"):
        publish(output, FIRST)


def test_a_mount_point_is_refused_before_anything_is_made() -> None:
    with pytest.raises(TargetError, match=r"mount point.*a folder inside it"):
        publish(Path("/proc"), FIRST)


def test_where_folders_cannot_be_exchanged_they_are_renamed(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "exchange", lambda *_: False)
    publish(output, FIRST)
    publish(output, SECOND)
    assert content(output) == SECOND
    assert left_beside(output) == []


@pytest.mark.parametrize("at", [1, 2])
def test_when_a_rename_fails_the_old_site_is_put_back(output: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    publish(output, FIRST)
    really, calls = os.rename, []

    def rename(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == at:
            raise OSError(errno.EIO, "Input/output error")
        really(*arguments)

    monkeypatch.setattr(disk, "exchange", lambda *_: False)
    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(TargetError):
        publish(output, SECOND)
    assert content(output) == FIRST
    assert left_beside(output) == []


def test_whoever_was_killed_between_two_renames_finds_the_old_site_back(output: Path) -> None:
    publish(output, FIRST)
    output.rename(output.with_name(".public.aside-999999999"))
    assert set(FolderTarget(output).current().entries) == set(FIRST)
    assert content(output) == FIRST


def test_where_files_cannot_be_linked_they_are_copied(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(output, FIRST)
    monkeypatch.setattr(os, "link", failing(OSError(errno.EPERM, "Operation not permitted")))
    publish(output, SECOND)
    assert content(output) == SECOND


def test_what_killed_publishes_left_is_removed_and_nothing_else(output: Path) -> None:
    output.parent.mkdir()
    others = (".public.stage-x", ".publicity.stage-999999999", ".public.stage")
    for name in (".public.stage-999999999", ".public.next-999999999", f".public.stage-{os.getppid()}", *others):
        (output.parent / name).mkdir()
    publish(output, FIRST)
    assert sorted(path.name for path in output.parent.iterdir()) == sorted([*others, "public"])


def test_what_was_killed_between_the_last_two_renames_has_its_former_release(output: Path) -> None:
    publish(output, FIRST)
    publish(output, SECOND)
    target = FolderTarget(output)
    target.kept.rename(output.with_name(".public.aside-999999999"))
    target.rollback()
    assert content(output) == FIRST


class Reader(threading.Thread):
    """Looks at a site all the time and notes what is wrong."""

    def __init__(self, output: Path, pages: list[str]) -> None:
        super().__init__(daemon=True)
        self.output, self.pages = output, pages
        self.seen: list[str] = []
        self.count = 0
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            self.look()


class Walker(Reader):
    """Asks for one page after the other, as a browser does."""

    def look(self) -> None:
        for page in self.pages:
            try:
                os.stat(self.output / page)
            except FileNotFoundError:
                self.seen.append(f"missing: {page}")
            self.count += 1


class Holder(Reader):
    """Reads every page through one open folder, as a copying program does, and judges what no swap came between."""

    def look(self) -> None:
        folder = os.open(self.output, os.O_RDONLY)
        before = os.fstat(folder)
        texts = {self.read(folder, page) for page in self.pages}
        # After two swaps the same folder is shown again, as another release; but a swap changes its time.
        is_shown_still = (before.st_ino, before.st_ctime_ns) == self.shown()
        if is_shown_still and len(texts) > 1:
            self.seen.append(f"torn: {texts}")
        self.count += is_shown_still
        os.close(folder)

    def shown(self) -> tuple[int, int]:
        found = os.stat(self.output)
        return found.st_ino, found.st_ctime_ns

    def read(self, folder: int, page: str) -> bytes:
        try:
            file = os.open(page, os.O_RDONLY, dir_fd=folder)
        except FileNotFoundError:  # a swap came between, and the tree is about to be the next one
            return b""
        try:
            return os.read(file, 9)
        finally:
            os.close(file)


def test_a_reader_never_sees_a_page_missing_or_of_two_releases(output: Path) -> None:
    pages = [f"{number}/index.html" for number in range(5)]
    publish(output, dict.fromkeys(pages, b"0"))
    readers = [Walker(output, pages), Holder(output, pages)]
    for reader in readers:
        reader.start()
    number = 0
    while (number := number + 1) <= 200 or not all(reader.count > 20 for reader in readers):
        assert number < 100_000
        publish(output, dict.fromkeys(pages, str(number).encode()))
    for reader in readers:
        reader.stop.set()
        reader.join()
        assert reader.seen == []


def test_whoever_holds_the_folder_open_reads_one_release_to_its_end(output: Path) -> None:
    publish(output, FIRST)
    folder = os.open(output, os.O_RDONLY)
    publish(output, SECOND)
    for path, data in FIRST.items():
        file = os.open(path, os.O_RDONLY, dir_fd=folder)
        assert os.read(file, 9) == data
        os.close(file)
    os.close(folder)


KILLED = """
    import sys, time
    from pathlib import Path
    from publisher.target import FolderTarget
    output, first = Path(sys.argv[1]), int(sys.argv[2])
    for version in range(first, first + 1000):
        with FolderTarget(output).stage() as stage:
            for number in range(30):
                stage.write(f"{number}/index.html", str(version).encode())
            stage.write("same.css", b"same")
            stage.show({"version": {"number": version}})
"""


def test_twenty_publishes_killed_at_any_moment_leave_twenty_whole_sites(output: Path) -> None:
    publish(output, {"same.css": b"same", **{f"{number}/index.html": b"0" for number in range(30)}})
    (output / "CNAME").write_text("example.org")
    chance = random.Random(7)
    for run in range(20):
        command = [sys.executable, "-c", textwrap.dedent(KILLED), str(output), str(run * 1000 + 1)]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, cwd=CHECKOUT)
        time.sleep(chance.uniform(0.1, 0.5))
        process.send_signal(signal.SIGKILL)
        assert process.communicate()[1] == b""
        shown = content(output)
        assert len({data for path, data in shown.items() if path.endswith(".html")}) == 1
        assert len(shown) == 32
        assert FolderTarget(output).current().entries.keys() == shown.keys() - {"CNAME"}
    publish(output, FIRST)
    assert content(output) == {**FIRST, "CNAME": b"example.org"}
    assert left_beside(output) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.EIO, "input/output error")])
def test_what_is_private_of_a_release_that_was_never_shown_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fails(*_: object) -> None:
        raise error

    output = tmp_path / "public"
    publish(output, FIRST, POSTS)
    kept = remembered_files(tmp_path)
    monkeypatch.setattr(disk, "show", fails)
    with pytest.raises((KeyboardInterrupt, TargetError)):
        publish(output, SECOND, POSTS)
    assert remembered_files(tmp_path) == kept


def test_what_is_private_of_a_release_whose_publish_was_killed_is_forgotten_by_the_next_one(tmp_path: Path) -> None:
    output = tmp_path / "public"
    publish(output, FIRST, POSTS)
    publish(output, SECOND, POSTS)
    kept = remembered_files(tmp_path)
    for stray in ("0" * 64, f"{'1' * 64}.4711"):
        (tmp_path / ".public.posts" / stray).write_bytes(b"{}")
    publish(output, SECOND, POSTS)
    assert remembered_files(tmp_path) == kept
    assert FolderTarget(output).former() is not None


def remembered_files(folder: Path) -> list[str]:
    found = sorted(file.name for file in folder.glob(".public.posts/*"))
    assert len(found) > 1  # the one of the site, and .gitignore
    return found
