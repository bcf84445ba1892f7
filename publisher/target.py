"""Show a release in a folder, whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from publisher import disk
from publisher.errors import Problem, PublisherError, TargetError
from publisher.release import Changes, Entry, Release, check_name, check_paths, clash, compare, dump, folders, load

__all__ = ["MANIFEST", "Changes", "FolderTarget", "Stage"]

MANIFEST = ".publisher-manifest.json"

_NO_RELEASE = Release()
# What the system says, what it means here and what to do.
_REASONS = (
    (errno.ENOSPC, "the disk is full", "free some space, then publish again"),
    (errno.EDQUOT, "your disk quota is used up", "free some space, then publish again"),
    (errno.EROFS, "the file system is read-only", "set `output` to a folder that can be written"),
    (errno.EACCES, "you may not write there", "change its owner or permissions, or set `output` to another folder"),
    (errno.EPERM, "you may not write there", "change its owner or permissions, or set `output` to another folder"),
    (errno.EMFILE, "too many files are open", "raise the limit with `ulimit -n 4096`, then publish again"),
    (errno.ENFILE, "the system has too many files open", "close some programs, then publish again"),
    (errno.EIO, "the disk reports an error", "check the disk, then publish again"),
    (errno.ENAMETOOLONG, "the name is too long", "give the post a shorter `slug`"),
    (errno.ENOTDIR, "a file is where a folder has to be", "move that file away, or set `output` to another folder"),
    (
        errno.ENOENT,
        "it went away meanwhile",
        "let no other program change the folder while it is published; publish again",
    ),
    (errno.EBUSY, "it is a mount point", "set `output` to a folder inside it"),
    (
        errno.EXDEV,
        "it is a mount point, or a layer of a container",
        "set `output` to a folder inside it, or remove it first",
    ),
)


class FolderTarget:
    """A folder that shows a release.

    Its manifest lies inside, so that the two are always of one release. Only files that the manifest lists are
    ever replaced or removed. Where the system can exchange two folders in one step (Linux), a reader sees the
    old site or the new one at every moment. Elsewhere two renames are needed: a reader never sees a mixture,
    but for an instant nothing; whoever is killed just then finds the old site back at the next start.
    """

    def __init__(self, output: Path) -> None:
        self.output = output
        self.folder = Path(os.path.realpath(output))  # where a symbolic link leads, the swap has to be

    def current(self) -> Release:
        """Return the release that is shown; an empty one if there is none that we know."""
        self._recover()
        return load(self._manifest()) or _NO_RELEASE

    def _manifest(self) -> bytes:
        with explained(self.output / MANIFEST, "be read"):
            try:
                return (self.folder / MANIFEST).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return b""

    def stage(self, force: bool = False) -> Stage:
        """Begin a new release, beside the one shown. `force` compares bytes where sizes would do."""
        self._check_place()
        self._recover()
        self._remove_stale()
        manifest = self._manifest()
        return Stage(self, load(manifest) or _NO_RELEASE, manifest, force)

    def clean(self) -> Changes:
        """Remove what we made and nothing else; what is left there is `foreign`."""
        self._recover()
        self._remove_stale()
        release = self.current()
        with explained(self.output, "be cleaned"):
            removed = [path for path in sorted(release.entries) if disk.remove_file(self.folder, path)]
            if release is not _NO_RELEASE:
                (self.folder / MANIFEST).unlink()
            disk.remove_empty(self.folder, {above for path in release.entries for above in folders(path)})
            left = tuple(disk.files(self.folder))
            if not left and release is not _NO_RELEASE and not self.output.is_symlink():
                disk.remove_empty(self.folder.parent, {self.folder.name})
        return Changes(removed=tuple(removed), foreign=left)

    def _check_place(self) -> None:
        with explained(Path(), "be the current folder"):
            here = Path.cwd()
        if here.is_relative_to(self.folder):
            raise TargetError(
                Problem(str(self.output), "is the current folder or holds it", "set `output` to a folder of its own")
            )
        if os.path.ismount(self.folder):
            raise TargetError(
                Problem(
                    str(self.output), "is a mount point, which cannot be swapped", "set `output` to a folder inside it"
                )
            )

    def beside(self, what: str, process: int) -> Path:
        """Return the path of a folder of ours next to the output folder, hidden and on the same file system."""
        return self.folder.with_name(f".{self.folder.name}.{what}-{process}")

    def _recover(self) -> None:
        """Put the old site back where it was taken away and the new one not yet shown (see the class)."""
        if os.path.lexists(self.folder):
            return
        for former in self._left_behind("former"):
            with explained(self.output, "be put back"):
                former.rename(self.folder)
            return

    def _remove_stale(self) -> None:
        """Remove what killed publishes left. Foreign files in there are links to those that are still shown."""
        with explained(self.output, "be published"):
            for folder in (*self._left_behind("stage"), *self._left_behind("former")):
                shutil.rmtree(folder)

    def _left_behind(self, what: str) -> list[Path]:
        prefix = self.beside(what, 0).name[:-1]
        try:
            names = sorted(os.listdir(self.folder.parent))
        except OSError:
            return []
        numbers = (name.removeprefix(prefix) for name in names if name.startswith(prefix))
        return [
            self.beside(what, int(number))
            for number in numbers
            if number.isdecimal() and not disk.is_alive(int(number))
        ]


class Stage:
    """A release in the making: what is new goes to a folder beside the output at once, what stays is only noted."""

    def __init__(self, target: FolderTarget, current: Release, manifest: bytes, force: bool) -> None:
        self.target = target
        self.current = current
        self.entries: dict[str, Entry] = {}
        self._manifest = manifest
        self._force = force
        self._folder = target.beside("stage", os.getpid())
        self._is_begun = False
        self._made: set[str] = set()
        self._fresh: set[str] = set()

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def write(self, path: str, data: bytes, owner: str = "") -> bool:
        """Add a file to the release. Return whether it has to be written, or is there already with these bytes."""
        entry = Entry(hashlib.sha256(data).hexdigest(), len(data), owner)
        if path in self.entries:
            self._share(path, entry)
            return path in self._fresh
        check_name(path)
        if path == MANIFEST:
            raise PublisherError(
                Problem(owner or path, f"{MANIFEST!r} is the name of the manifest", "use another name")
            )
        known = self.current.entries.get(path)
        if not (known and known.digest == entry.digest and self._is_intact(path, known)):
            self._write(path, data, entry)
        self.entries[path] = entry
        return path in self._fresh

    def _share(self, path: str, entry: Entry) -> None:
        """Take the same file from a second owner; the same path with other bytes is a clash."""
        first = self.entries[path]
        if first.digest != entry.digest:
            raise PublisherError(clash(path, entry.owner, path, first.owner))
        if first.owner != entry.owner:
            self.entries[path] = Entry(first.digest, first.size)

    def keep(self, path: str, owner: str | None = None) -> bool:
        """Carry a file over from the release that is shown. Return False if it is not there as it was made.

        `owner` is the new owner, if it is not the old one.
        """
        known = self.current.entries.get(path)
        if known is None or not (path in self.entries or self._is_intact(path, known)):
            return False
        kept = known if owner is None else Entry(known.digest, known.size, owner)
        if path in self.entries:
            self._share(path, kept)
        else:
            self.entries[path] = kept
        return True

    def has(self, path: str) -> bool:
        """Tell whether the new release has the file already."""
        return path in self.entries

    def read(self, path: str) -> bytes:
        """Return the bytes of a file of the new release."""
        where = self._folder if path in self._fresh else self.target.folder
        with explained(self.target.output / path, "be read"):
            return (where / path).read_bytes()

    def _is_intact(self, path: str, entry: Entry) -> bool:
        file = os.path.join(self.target.folder, path)  # strings: pathlib doubles the time of a publish of nothing
        try:
            found = os.lstat(file)
        except OSError:
            return False
        if not stat.S_ISREG(found.st_mode) or found.st_size != entry.size:
            return False
        return not self._force or disk.digest(file) == entry.digest

    def _write(self, path: str, data: bytes, entry: Entry) -> None:
        with explained(self.target.output / path, f"be written ({len(data):,} bytes)"):
            try:
                self._make_folder(path)
                with open(os.path.join(self._folder, path), "xb") as file:
                    file.write(data)
            except (FileExistsError, NotADirectoryError):
                check_paths({**self.entries, path: entry})  # says which two files want one place
                raise
        self._fresh.add(path)

    def _make_folder(self, path: str) -> None:
        """Make the folder of a file of the stage, and the stage itself when this is its first one."""
        if not self._is_begun:
            self.target.folder.parent.mkdir(parents=True, exist_ok=True)
            self._folder.mkdir()
            self._is_begun = True
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            os.makedirs(os.path.join(self._folder, folder), exist_ok=True)
            self._made.add(folder)

    def discard(self) -> Changes:
        """Leave everything as it was; a stage that was shown has nothing left to discard."""
        if self._is_begun:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._is_begun = False
        return Changes(unchanged=tuple(sorted(self.current.entries)))

    def show(self, posts: Mapping[str, Mapping[str, Any]]) -> Changes:
        """Show the new release in one step. When nothing changes, nothing on the disk is touched.

        Raises TargetError, with the old site whole, if the folder cannot hold it; PublisherError if two files clash.
        """
        release = Release(dict(self.entries), posts)
        check_paths(release.entries)
        manifest = dump(release)
        changes = self._changes(release)
        if not self._fresh and manifest == self._manifest:
            return changes
        foreign = self._foreign()
        self._fill(foreign, manifest)
        self._swap()
        self._remove_old()
        return Changes(changes.written, changes.unchanged, changes.removed, tuple(sorted(foreign)))

    def _changes(self, release: Release) -> Changes:
        """Compare with what is shown; what was lost or damaged there and is written once more counts as written."""
        changes = compare(self.current, release)
        restored = self._fresh.intersection(changes.unchanged)
        return Changes(
            written=tuple(sorted(restored.union(changes.written))),
            unchanged=tuple(path for path in changes.unchanged if path not in restored),
            removed=changes.removed,
        )

    def _foreign(self) -> list[str]:
        """Return the files of the output folder that we did not make, none of which we would have to overwrite."""
        ours = {MANIFEST, *self.current.entries}
        ours.update(f"{folder}/" for path in self.current.entries for folder in folders(path))
        with explained(self.target.output, "be read"):
            foreign = [path for path in disk.files(self.target.folder) if path not in ours]
        above = {folder for path in self.entries for folder in folders(path)}
        in_the_way = [path for path in foreign if self._is_in_the_way(path, above)]
        if in_the_way:
            raise TargetError(*map(self._refusal, in_the_way))
        return [path for path in foreign if path.rstrip("/") not in self.entries]

    def _is_in_the_way(self, path: str, above: set[str]) -> bool:
        """Tell whether a foreign file is where the release has a file or a folder, or lies below one of its files."""
        name = path.rstrip("/")
        if any(folder in self.entries for folder in folders(name)):
            return True
        if path.endswith("/"):
            return name in self.entries
        return name in above or (name in self.entries and not self._is_same(name))

    def _is_same(self, path: str) -> bool:
        file = self.target.folder / path
        return stat.S_ISREG(os.lstat(file).st_mode) and disk.digest(file) == self.entries[path].digest

    def _refusal(self, path: str) -> Problem:
        file = str(self.target.output / path)
        if self._manifest and load(self._manifest) is None:
            hint = (
                f"{MANIFEST} there is damaged, so nothing there is known as ours: move the folder away, publish again"
            )
        else:
            hint = "move it away, or set `output` to another folder"
        return Problem(file, "is in the way, and publisher did not make it", hint)

    def _fill(self, foreign: Iterable[str], manifest: bytes) -> None:
        """Complete the stage: what stays is linked, never copied; the manifest comes last; all of it is on the disk."""
        with explained(self.target.output, "be published"):
            self._make_folder("")
            for path in sorted(self.entries.keys() - self._fresh):
                self._link(path)
            for path in foreign:
                self._link(path)
            disk.copy_modes(self.target.folder, self._folder, self._made)
            with open(self._folder / MANIFEST, "xb") as file:
                file.write(manifest)
            disk.sync(self._folder)

    def _link(self, path: str) -> None:
        self._make_folder(path)
        if path.endswith("/"):  # an empty folder
            return
        disk.link(os.path.join(self.target.folder, path), os.path.join(self._folder, path))

    def _swap(self) -> None:
        with explained(self.target.output, "be published"):
            disk.show(self._folder, self.target.folder, self.target.beside("former", os.getpid()))
            disk.sync_folder(self.target.folder.parent)

    def _remove_old(self) -> None:
        """Remove the old site, which is where the new one was. The new one is shown: nothing here is an error."""
        with suppress(OSError):
            disk.bring_changes(self._folder, self.target.folder, {*self.current.entries, *self.entries, MANIFEST})
        self.discard()


@contextmanager
def explained(path: Path, what: str) -> Iterator[None]:
    """Raise what the system complains about as a TargetError: path, reason and remedy in one line."""
    try:
        yield
    except OSError as error:
        known = {number: (reason, hint) for number, reason, hint in _REASONS}
        reason, hint = known.get(error.errno or 0, (error.strerror or str(error), "put that right, then publish again"))
        raise TargetError(Problem(str(path), f"cannot {what}: {reason}", hint)) from error
