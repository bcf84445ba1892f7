"""Whatever has the name of a file of ours, nothing waits, and nothing outside is written, emptied or removed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from publisher import checks, config, lock
from publisher.build import Options
from publisher.cache import Cache
from publisher.errors import PublisherError, TargetError
from publisher.release import name_of
from publisher.target import MANIFEST, FolderTarget
from publisher.writing import Change, write
from tests.support.blogs import NOW, Recorder, publish
from tests.support.notebooks import front, notebook
from tests.support.releases import no_locks

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without pipes that have names")


def link_to_file(place: Path, elsewhere: Path) -> None:
    place.symlink_to(elsewhere / "stamp")


def link_to_folder(place: Path, elsewhere: Path) -> None:
    place.symlink_to(elsewhere)


def dangling_link(place: Path, elsewhere: Path) -> None:
    place.symlink_to(elsewhere / "nothing")


def link_to_itself(place: Path, _: Path) -> None:
    place.symlink_to(place.name)


def pipe(place: Path, _: Path) -> None:
    os.mkfifo(place)


def plug(place: Path, _: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        here = os.open(place.parent, os.O_RDONLY)
        bound.bind(f"/proc/self/fd/{here}/{place.name}" if os.path.exists("/proc/self/fd") else str(place))
        os.close(here)


def folder(place: Path, _: Path) -> None:
    place.mkdir()
    (place / "mine").write_text("mine")


def unreadable(place: Path, _: Path) -> None:
    place.write_text("secret")
    place.chmod(0)


KINDS = (link_to_file, link_to_folder, dangling_link, link_to_itself, pipe, plug, folder, unreadable)
ME = os.getpid()
PLACES = (
    ".publisher-cache",
    ".publisher-cache/stamp",
    ".publisher-cache/pruned",
    ".publisher-cache/.gitignore",
    ".publisher-cache/{letter}",
    ".publisher-cache/{entry}",
    ".public.lock",
    ".public.posts",
    ".public.posts/.gitignore",
    ".public.posts/{shown}",
    ".public.posts/{shown}.{me}",
    ".public.former",
    ".public.former/.publisher-manifest.json",
    ".public.former/good",
    ".public.aside-999999999",
    ".public.stage-999999999",
    ".public.next-999999999",
    ".public.aside-{me}",
    ".public.stage-{me}",
    ".public.next-{me}",
    "public",
    "public/.publisher-manifest.json",
    "public/good",
    "public/good/index.html",
    "notebooks/data.csv",
    "notebooks/bad.ipynb",
    "notebooks/good.meta",
    "static",
    "static/logo.txt",
    "templates/extra.css",
    "templates/of-nothing.html.j2",
)
Blog = tuple[Path, Path]
Kind = Callable[[Path, Path], None]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish a small blog twice, so that it has a release before."""
    root = tmp_path_factory.mktemp("original") / "blog"
    (root / "notebooks").mkdir(parents=True)
    (root / "static").mkdir()
    (root / "templates").mkdir()
    (root / "static/logo.txt").write_text("static")
    (root / "notebooks/data.csv").write_text("a,b\n")
    for words in ("First.", "Second."):
        (root / "notebooks/good.ipynb").write_bytes(notebook(front("Good"), f"{words} See [data](data.csv)."))
        publish(root)
    return root


@pytest.fixture
def blog(original: Path, tmp_path: Path) -> Iterator[Blog]:
    """Return a copy of that blog, and a folder of somebody else's with files of all names that we use."""
    root, elsewhere = tmp_path / "blog", tmp_path / "elsewhere"
    shutil.copytree(original, root)
    elsewhere.mkdir()
    for name in ("stamp", "pruned", "mine", MANIFEST):
        (elsewhere / name).write_text(f"of others: {name}")
    for letter in "0123456789abcdef":
        (elsewhere / letter).mkdir()
        (elsewhere / letter / "old").write_text("of others")
        os.utime(elsewhere / letter / "old", (0, 0))
    yield root, elsewhere
    for file in root.rglob("*"):
        if not file.is_symlink():
            file.chmod(0o700)


def named(place: str, root: Path) -> Path:
    cache = Cache(root / ".publisher-cache")
    entry = Path(cache._path(f"ledger of {root / 'public'}"))
    shown = name_of((root / "public" / MANIFEST).read_bytes())
    return root / place.format(me=ME, shown=shown, letter=entry.parent.name, entry=f"{entry.parent.name}/{entry.name}")


def reads_everything(folder: Path) -> bool:
    file = folder / "closed"
    file.touch(0)
    may = os.access(file, os.R_OK)
    file.unlink()
    return may


def removed(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    elif os.path.lexists(place):
        place.unlink()


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path): (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) for path in files}


def tried(root: Path, words: str) -> str:
    """Publish other words; return what is told of what went wrong."""
    (root / "notebooks/good.ipynb").write_bytes(notebook(front("Good"), f"{words} See [data](data.csv)."))
    try:
        summary = publish(root)
    except PublisherError as error:
        return f"{error.exit_code}: {error}"
    return "\n".join(str(problem) for problem in (*summary.failures, *summary.warnings))


def is_shown(root: Path, words: str) -> bool:
    page = root / "public/good/index.html"
    return page.is_file() and words in page.read_text()


@pytest.fixture(autouse=True)
def ends_at_last() -> Iterator[None]:
    """Stop a test that waits for the other end of a pipe: it would do so for ever."""

    def stop(number: int, frame: object) -> None:
        raise AssertionError("this waits for something that never comes")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(600)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("place", PLACES)
def test_whatever_is_there_a_publish_is_good_or_names_it_and_nothing_outside_changes(
    place: str, kind: Kind, blog: Blog, original: Path
) -> None:
    root, elsewhere = blog
    if kind is unreadable and reads_everything(elsewhere):
        pytest.skip("root may read everything")
    there = named(place, root)
    removed(there)
    there.parent.mkdir(exist_ok=True)
    if place == "public":  # may be a link, and whatever has the name of the manifest is taken for it
        (elsewhere / MANIFEST).unlink()
    kind(there, elsewhere)
    before = state(elsewhere)
    told = tried(root, "Third")
    after = state(elsewhere)
    assert {name: after.get(name) for name in before} == before
    assert is_shown(root, "Third") or there.name in told or (place == "static" and MANIFEST in told), told
    assert "74: " in told or is_shown(root, "Third") or not place.startswith("."), told
    removed(there)
    if there == root / "public" / MANIFEST:  # without it all that is there is of others
        shutil.copy(original / "public" / MANIFEST, there)
    tried(root, "Fourth")
    assert is_shown(root, "Fourth")
    assert not (root / "public").is_symlink()


@pytest.mark.parametrize("kind", [link_to_file, link_to_folder, dangling_link, link_to_itself, pipe, plug])
def test_neither_going_back_nor_cleaning_takes_something_else_for_the_former_release(kind: Kind, blog: Blog) -> None:
    root, elsewhere = blog
    target, before = FolderTarget(root / "public"), state(elsewhere)
    removed(target.kept)
    kind(target.kept, elsewhere)
    for act in (target.rollback, target.clean):
        with pytest.raises(TargetError, match=r"\.public\.former: cannot be used: .* has its name \(remove it\)"):
            act()
    assert state(elsewhere) == before
    assert is_shown(root, "Second")


def test_what_is_old_in_a_folder_that_a_link_leads_to_is_not_pruned(blog: Blog) -> None:
    root, elsewhere = blog
    cache, before = Cache(root / ".publisher-cache"), state(elsewhere)
    (root / ".publisher-cache/pruned").unlink()
    for letter in "0123456789abcdef":
        removed(root / ".publisher-cache" / letter)
        (root / ".publisher-cache" / letter).symlink_to(elsewhere / letter)
    assert cache.prune([]) == 0
    assert state(elsewhere) == before


def test_a_cache_that_a_link_leads_to_works_and_touches_nothing_that_was_there(blog: Blog) -> None:
    root, elsewhere = blog
    for name in ("stamp", "pruned"):
        (elsewhere / name).unlink()
    before = state(elsewhere)
    removed(root / ".publisher-cache")
    (root / ".publisher-cache").symlink_to(elsewhere)
    assert tried(root, "Third") == ""
    (elsewhere / "pruned").unlink()
    assert tried(root, "Fourth") == ""
    assert is_shown(root, "Fourth")
    assert state(elsewhere).items() >= before.items()


@pytest.mark.parametrize("kind", KINDS[:-1], ids=lambda kind: kind.__name__)
def test_the_claim_of_a_lock_leads_nowhere(kind: Kind, blog: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    root, elsewhere = blog
    kind(root / f".public.lock-{ME}@here", elsewhere)
    before = state(elsewhere)
    monkeypatch.setattr(lock, "_host", lambda: "here")
    monkeypatch.setattr(lock, "_lock", no_locks)
    told = tried(root, "Third")
    assert is_shown(root, "Third") or ".public.lock" in told, told
    assert state(elsewhere) == before


def test_a_file_of_the_author_is_not_written_through_a_link_that_leads_out(blog: Blog) -> None:
    root, elsewhere = blog
    (root / "out.txt").symlink_to(elsewhere / "mine")
    with pytest.raises(PublisherError, match=r"out\.txt: is a link to .*mine, which is not of the blog"):
        write(root, [Change("out.txt", b"new", b"of others: mine")])
    assert (elsewhere / "mine").read_bytes() == b"of others: mine"
    (root / "in.txt").symlink_to("notebooks/data.csv")
    write(root, [Change("in.txt", b"new", b"a,b\n")])
    assert (root / "notebooks/data.csv").read_bytes() == b"new"
    assert (root / "in.txt").is_symlink()


@pytest.mark.parametrize("name", ["pyproject.toml", "published-urls.txt", "templates/words/en.toml"])
@pytest.mark.parametrize("kind", [pipe, plug])
def test_nothing_waits_for_a_pipe_among_the_files_of_the_author(kind: Kind, name: str, blog: Blog) -> None:
    root, elsewhere = blog
    (root / name).parent.mkdir(exist_ok=True)
    kind(root / name, elsewhere)
    with pytest.raises(PublisherError, match=r"cannot be read: .*a pipe, a socket or a device has its name"):
        checks.check(config.load(root), Options(now=NOW), Recorder())


@pytest.mark.parametrize("name", ["notebooks/out.ipynb", "static/out.txt", "notebooks/out.csv"])
def test_a_link_out_of_its_folder_is_not_published(name: str, blog: Blog) -> None:
    root, elsewhere = blog
    (elsewhere / "mine").write_bytes(notebook(front("Out"), "Words of others."))
    (root / name).symlink_to(elsewhere / "mine")
    (root / "notebooks/other.ipynb").write_bytes(notebook(front("Other"), "See [it](out.csv)."))
    publish(root)
    published = [path.read_bytes() for path in (root / "public").rglob("*") if path.is_file()]
    assert not any(b"Words of others" in data for data in published)
