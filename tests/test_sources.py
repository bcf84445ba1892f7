"""What a blog is made from: seen without opening a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from publisher import config, sources
from publisher.errors import PublisherError


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    for name in ("notebooks/a.ipynb", "notebooks/deep/image.png", "static/CNAME", "templates/card.html.j2"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def look(blog: Path) -> sources.Look:
    return sources.look(config.load(blog))


def seen(blog: Path) -> set[str]:
    """Return the files of the blog that are seen, relative to it."""
    return {os.path.relpath(path, blog) for path in look(blog).files if path.startswith(str(blog))}


def test_all_that_a_publish_may_read_is_seen(blog: Path) -> None:
    assert seen(blog) == {
        "notebooks/a.ipynb",
        "notebooks/deep/image.png",
        "static/CNAME",
        "templates/card.html.j2",
    }
    package = Path(sources.__file__).parent
    assert {str(package / "build.py"), str(package / "images/plan.py")} <= look(blog).files.keys()
    assert any(path.endswith("assets/style.css") for path in look(blog).files)


def test_checkpoints_and_other_hidden_files_are_nothing(blog: Path) -> None:
    (blog / "notebooks/.ipynb_checkpoints").mkdir()
    (blog / "notebooks/.ipynb_checkpoints/a-checkpoint.ipynb").write_text("x")
    (blog / "notebooks/.#a.ipynb").write_text("x")
    assert not [path for path in seen(blog) if "/." in path]


def change_size(file: Path) -> None:
    file.write_text(file.read_text() + "x")


def change_time(file: Path) -> None:
    os.utime(file, ns=(1, 1))


def change_within_the_tick_of_a_clock(file: Path) -> None:
    """Write other bytes of the same length and give the file the time that it had."""
    before = file.stat()
    file.write_text(file.read_text().upper())
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace(file: Path) -> None:
    """Put another file there that has the same size and the same time."""
    before = file.stat()
    other = file.with_name("other")
    other.write_text(file.read_text())
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(file)


def remove(file: Path) -> None:
    file.unlink()


def add(file: Path) -> None:
    file.with_name("new").write_text("")


@pytest.mark.parametrize("change", [change_size, change_time, change_within_the_tick_of_a_clock, replace, remove, add])
@pytest.mark.parametrize(
    "name", ["notebooks/a.ipynb", "notebooks/deep/image.png", "static/CNAME", "templates/card.html.j2"]
)
def test_every_change_is_seen(blog: Path, name: str, change: object) -> None:
    before = look(blog).digest()
    assert look(blog).digest() == before
    change(blog / name)  # type: ignore[operator]
    assert look(blog).digest() != before


def test_a_link_that_leads_elsewhere_now_is_seen(blog: Path) -> None:
    (blog / "notebooks/link.png").symlink_to(blog / "notebooks/deep/image.png")
    (blog / "notebooks/folder").symlink_to(blog / "static")
    (blog / "notebooks/nowhere").symlink_to(blog / "missing")
    before = look(blog)
    assert str(blog / "notebooks/nowhere") not in before.files
    change_size(blog / "notebooks/deep/image.png")
    assert look(blog).files[str(blog / "notebooks/link.png")] != before.files[str(blog / "notebooks/link.png")]
    (blog / "notebooks/folder").unlink()
    (blog / "notebooks/folder").symlink_to(blog / "templates")
    assert look(blog).files[str(blog / "notebooks/folder")] != before.files[str(blog / "notebooks/folder")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read_is_no_empty_one(blog: Path) -> None:
    (blog / "notebooks/deep").chmod(0)
    with pytest.raises(PublisherError, match="cannot be read"):
        look(blog)
    (blog / "notebooks/deep").chmod(0o755)


def test_a_folder_that_fails_is_no_empty_one(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def failing(folder: str) -> object:
        if folder.endswith("deep"):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", failing)
    with pytest.raises(PublisherError, match="deep: cannot be read: Permission denied"):
        look(blog)


def test_a_file_changed_at_the_tick_when_reading_began_is_not_trusted_the_next_time() -> None:
    signatures = {"before": (1, 99, 99, 1), "then": (1, 100, 100, 2), "after": (1, 101, 101, 3)}
    assert sources.settled(signatures, 100) == {
        "before": (1, 99, 99, 1),
        "then": sources.RACY,
        "after": sources.RACY,
    }


def test_the_code_of_the_package_has_a_digest_of_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("a = 1")
    (tmp_path / "notes.txt").write_text("no code")
    monkeypatch.setattr(sources, "_PACKAGE", str(tmp_path))
    before = sources.package_digest()
    os.utime(tmp_path / "a.py", ns=(1, 1))
    (tmp_path / "notes.txt").write_text("other")
    assert sources.package_digest() == before
    (tmp_path / "a.py").write_text("a = 2")
    assert sources.package_digest() != before
