"""Show a release in a folder, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from msgspec.structs import replace

from publisher import disk, foreign, leftovers, lock, regular, tree
from publisher.disk import explained
from publisher.errors import NotebookError, Problem, PublisherError, TargetError
from publisher.paths import check_name
from publisher.private_manifests import PrivateManifests
from publisher.release import (
    MANIFEST,
    Changes,
    Entry,
    Release,
    above,
    check_paths,
    compare,
    dump,
    dump_private,
    fitting,
    load,
    named,
    shared,
)
from publisher.tree import Tree

__all__ = ["MANIFEST", "Changes", "FolderStage", "FolderTarget", "Stage"]

Signature = tuple[int, int]  # of a file its size and the time of its last change in nanoseconds; of a folder its times

_NO_RELEASE = Release()
_UNSETTLED = (0, 0)  # no times that a folder could have
_IN_THE_WAY = "move it away, or set `output` to another folder"
_DAMAGED = f"{MANIFEST} there is damaged, so nothing there is known as ours: move the folder away, publish again"


class Stage(Protocol):
    """A release in the making, after the one that is shown, which is `current`. `entries` are the files so far."""

    current: Release
    entries: dict[str, Entry]

    def write(self, path: str, data: bytes, owner: str = "") -> bool:
        """Add a file to the release. Return whether it has to be written, or is there already with these bytes."""
        ...

    def keep(self, path: str, owner: str = "") -> bool:
        """Carry a file over from the release that is shown. Return False if it is not there as it was made."""
        ...

    def keep_below(self, folder: str) -> bool:
        """Carry over all files of a folder, whose path ends with `/`. Return False if one is not as it was made."""
        ...

    def drop(self, paths: Iterable[str]) -> None:
        """Take files out of the new release again."""
        ...

    def has(self, path: str) -> bool:
        """Tell whether the new release has the file already."""
        ...

    def read(self, path: str) -> bytes:
        """Return the bytes of a file of the new release."""
        ...


class FolderTarget:
    """A folder that shows a release.

    Its manifest lies inside, so that the two are always of one release; what of it is not for all to read lies beside
    the folder. Only files that the manifest lists are ever replaced or removed. The release before stays beside it,
    hidden, so that one can go back to it.

    Where the system can exchange two folders in one step (Linux), a reader sees the old site or the new one at
    every moment, and so does whoever looks after a crash. Elsewhere, and on file systems that cannot (NFS), it takes
    three renames: the old site aside, the new one into its place, the old one to where the new one was. A reader
    never sees a mixture, but for an instant nothing; whoever was killed just then finds the old site back at the next
    start. In both cases all bytes are on the disk before the first rename, and the names when it is over.

    Whoever holds the folder itself open (a program that copies it) reads one release to its end, unless a publish
    begins after the next one is shown: that one makes its tree of the one that is held.
    """

    def __init__(self, output: Path) -> None:
        self.output = output
        self.folder = Path(os.path.realpath(output))  # where a symbolic link leads, the swap has to be
        self.kept = self.folder.with_name(f".{self.folder.name}.former")
        self.private = PrivateManifests(self.folder)

    def current(self) -> Release:
        """Return the release that is shown; an empty one if there is none that we know."""
        if not os.path.lexists(self.folder) and leftovers.find(self.folder, "aside"):
            with self._alone():
                pass  # whoever comes first puts the old site back
        return self.release(self._manifest(self.folder), self.folder) or _NO_RELEASE

    def former(self) -> Release | None:
        """Return the release that `rollback` would show, if there is one."""
        with explained(self.kept, "be used"):
            return self.release(self._manifest(self.kept), self.kept) if regular.is_folder(self.kept) else None

    def release(self, manifest: bytes, folder: Path) -> Release | None:
        """Return the release of this manifest, whose files are in a folder; None if the manifest is not one of ours."""
        found = load(manifest, self.private.read(manifest))
        return named(found, foreign.named(found, str(folder))) if found and found.nameless else found

    def was_rolled_back(self, known: Mapping[str, Signature]) -> bool:
        """Tell whether the release that was left there with these signatures is the former one: somebody went back."""
        try:
            found = os.lstat(self.kept / MANIFEST)
        except OSError:
            return False
        return known.get(MANIFEST) == (found.st_size, found.st_mtime_ns)

    def _manifest(self, folder: Path) -> bytes:
        with explained(self.output / MANIFEST, "be read"):
            try:
                return regular.read(folder / MANIFEST)
            except (FileNotFoundError, NotADirectoryError):
                return b""

    @contextmanager
    def stage(self, force: bool = False, known: Mapping[str, Signature] = {}) -> Iterator[FolderStage]:
        """Begin a new release, beside the one shown; nobody else can meanwhile.

        `known` are the signatures of the files as they were left there: a file that still has its own is taken
        over unread. `force` reads them all.
        """
        self._check_place()
        with explained(self.output, "be made"):
            self.folder.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            stage = FolderStage(self, self._manifest(self.folder), {} if force else known)
            try:
                yield stage
            finally:
                stage.discard()

    def rollback(self) -> Changes:
        """Show the release before once more; done twice, it is undone."""
        self._check_place()
        if not self.folder.parent.is_dir():
            self._check_former()  # which says that there is none
        with self._alone():
            former, current = self._check_former(), self.current()
            with explained(self.output, "be rolled back"):
                shown = tree.look(str(self.folder))
                found = foreign.find(shown, current)
                others = foreign.check(found, self.output, self.folder, former.entries, _IN_THE_WAY)
                self._renew_manifest(former)
                self._complete_former(former, shown, others)
                disk.show(self.kept, self.folder, self.beside("aside"))
                disk.sync_folder(self.folder.parent)
        return replace(compare(current, former), foreign=tuple(others))

    def _check_former(self) -> Release:
        former = self.former()
        if former is None:
            message, hint = "there is no release before to go back to", "publish: from the second time on there is one"
            raise TargetError(Problem(str(self.output), message, hint))
        lost = [path for path, entry in former.entries.items() if not _has_size(f"{self.kept}/{path}", entry.size)]
        if lost or former.nameless:
            message, hint = "the release before is no longer whole", "publish what you want to be shown"
            raise TargetError(Problem(f"{self.kept}/{lost[0]}" if lost else str(self.kept), message, hint))
        return former

    def _renew_manifest(self, former: Release) -> None:
        """Write the manifest of the release before as it is written today: an older one told more."""
        manifest = dump(former)
        if manifest != self._manifest(self.kept):
            self.private.write(manifest, dump_private(former))
            new = self.kept / f"{MANIFEST}.new"  # no file of the release: whoever is killed here leaves none that stays
            new.unlink(missing_ok=True)
            disk.write(str(new), manifest)
            new.replace(self.kept / MANIFEST)

    def _complete_former(self, former: Release, shown: Tree, others: list[str]) -> None:
        """Bring the foreign files of the folder along: all that are there, as they are there."""
        have = tree.look(str(self.kept))
        wanted = {path: have.files[path] for path in (MANIFEST, *former.entries)}
        wanted.update((path, shown.files[path]) for path in others if not path.endswith("/"))
        places = above((*former.entries, *others))
        tree.conform(str(self.kept), have, wanted, places, str(self.folder))
        tree.copy_modes(shown, str(self.kept), have, places)
        disk.sync(self.kept)

    def clean(self) -> Changes:
        """Remove what we made and nothing else; what is left there is `foreign`."""
        if not self.folder.parent.is_dir():
            return Changes()
        with self._alone(), explained(self.output, "be cleaned"):
            if regular.is_folder(self.kept):
                shutil.rmtree(self.kept)
            current = self.current()
            self.private.remove()
            return self._remove(current)

    def _remove(self, release: Release) -> Changes:
        removed = [path for path in sorted(release.entries) if disk.remove_file(self.folder, path)]
        if release is not _NO_RELEASE:
            (self.folder / MANIFEST).unlink()
        disk.remove_empty(self.folder, above(release.entries))
        left = foreign.find(tree.look(str(self.folder)), _NO_RELEASE)
        if not left and release is not _NO_RELEASE and not self.output.is_symlink():
            disk.remove_empty(self.folder.parent, {self.folder.name})
        return Changes(removed=tuple(removed), foreign=tuple(left))

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

    def beside(self, what: str) -> Path:
        """Return the path of a folder of this process next to the output folder, hidden, on the same file system."""
        return self.folder.with_name(f".{self.folder.name}.{what}-{os.getpid()}")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes away, and put right what killed ones left."""
        with lock.alone(self.folder.with_name(f".{self.folder.name}.lock"), self.output):
            with explained(self.output, "be published"):
                leftovers.put_right(self.folder, self.kept)
                for what in ("stage", "next", "aside"):
                    regular.is_folder(self.beside(what))
            try:
                yield
            finally:
                self._prune_private()

    def _prune_private(self) -> None:
        """Remove what is private of releases that are gone, or never came to be: a publish may have been killed."""
        with suppress(OSError):
            if os.path.lexists(self.folder / MANIFEST):
                places = (folder / MANIFEST for folder in (self.folder, self.kept))
                self.private.prune(*(regular.read(each) for each in places if os.path.lexists(each)))


class FolderStage:
    """A release in the making: what is new goes to a folder beside the output at once, what stays is only noted.

    To show it, the tree of the former release is brought up to date: a name that has the right inode already is left
    alone. A new tree of links would be simpler, but for one edit it costs more (CPU, a tree of links and the removal
    of the old one first): 75 and 15 ms for 1,000 files, 420 and 50 for 5,000, 920 and 110 for 10,000, 4,400 and
    720 for 50,000. The first time, and after a crash, there is no former tree; then it begins as an empty folder.
    """

    def __init__(self, target: FolderTarget, manifest: bytes, known: Mapping[str, Signature]) -> None:
        self.target = target
        current = target.release(manifest, target.folder)
        self.current = current or _NO_RELEASE
        self.entries: dict[str, Entry] = {}
        self._manifest = manifest
        self._is_damaged = bool(manifest) and current is None
        self._known = known
        self._signatures: dict[str, Signature] = {}
        self._folders = {path: times for path, times in known.items() if path.endswith("/")}
        self._inodes: dict[str, int] = {}
        self._root = str(target.folder)
        self._folder = str(target.beside("stage"))
        self._next = str(target.beside("next"))
        self._is_begun = False
        self._made: set[str] = set()
        self._fresh: set[str] = set()

    def write(self, path: str, data: bytes, owner: str = "") -> bool:
        """Add a file to the release. Return whether it has to be written, or is there already with these bytes."""
        entry = Entry(hashlib.sha256(data).hexdigest(), len(data), owner)
        if path in self.entries:
            self.entries[path] = shared(path, self.entries[path], entry)
            return path in self._fresh
        check_name(path)
        if path == MANIFEST:
            raise PublisherError(
                Problem(owner or path, f"{MANIFEST!r} is the name of the manifest", "use another name")
            )
        known = self.current.entries.get(path)
        if not (known and known.digest == entry.digest and self._is_intact(path, known)):
            self._write(path, data, entry)
            self._fresh.add(path)
        self.entries[path] = entry
        return path in self._fresh

    def keep(self, path: str, owner: str = "") -> bool:
        """Carry a file over from the release that is shown. Return False if it is not there as it was made."""
        known = self.current.entries.get(path)
        if known is None or not (path in self.entries or self._is_intact(path, known)):
            return False
        kept = Entry(known.digest, known.size, owner)
        if path in self.entries:
            self.entries[path] = shared(path, self.entries[path], kept)
        else:
            self.entries[path] = kept
        return True

    def keep_below(self, folder: str) -> bool:
        """Carry over all files of a folder, whose path ends with `/`. Return False if one is not as it was made."""
        return all(self.keep(path) for path in self.current.entries if path.startswith(folder))

    def retain(self, owners: Mapping[str, str], releases: int = 2) -> None:
        """Keep some files of the release that is shown for a while, for readers who have an older page before them.

        `owners` has the paths of these files, and the notebook whose each was, "" for none. Comes last. A release
        that needs the very same files as the one shown leaves their ages as they are, so that to publish the same
        again changes nothing.
        """
        step = int(_needed(self.entries) != _needed(self.current.entries))
        aged = {
            path: entry.age + step
            for path, entry in self.current.entries.items()
            if path in owners and path not in self.entries and 0 < entry.age + step <= releases
        }
        for path in fitting(aged, self.entries) if aged else ():
            entry = self.current.entries[path]
            if self._is_intact(path, entry):
                self.entries[path] = Entry(entry.digest, entry.size, owners[path], aged[path])

    def drop(self, paths: Iterable[str]) -> None:
        """Take files out of the new release again."""
        for path in paths:
            self.entries.pop(path, None)
            self._fresh.discard(path)

    def has(self, path: str) -> bool:
        """Tell whether the new release has the file already."""
        return path in self.entries

    def read(self, path: str) -> bytes:
        """Return the bytes of a file of the new release."""
        where = self._folder if path in self._fresh else self._root
        with explained(self.target.output / path, "be read"):
            return regular.read(f"{where}/{path}")

    def signatures(self) -> dict[str, Signature]:
        """Return the signatures of the new release, once it is shown: what `stage` can know next time.

        They are those of its files, and of its folders, which have a `/` at the end, as far as all in them is ours.
        """
        files = {path: self._signatures[path] for path in (*self.entries, MANIFEST) if path in self._signatures}
        return files | self._folders

    def _is_intact(self, path: str, entry: Entry) -> bool:
        """Tell whether a file is there as it was made. One that cannot be read is made again."""
        file = f"{self._root}/{path}"  # strings: pathlib doubles the time of a publish of nothing
        try:
            found = os.lstat(file)
            if not stat.S_ISREG(found.st_mode) or found.st_size != entry.size:
                return False
            self._inodes[path] = found.st_ino
            self._signatures[path] = signature = (found.st_size, found.st_mtime_ns)
            return self._known.get(path) == signature or disk.digest(file) == entry.digest
        except OSError:
            return False

    def _write(self, path: str, data: bytes, entry: Entry | None = None) -> None:
        with explained(self.target.output / path, f"be written ({len(data):,} bytes)"):
            try:
                self._make_folder(path)
                status = disk.write(f"{self._folder}/{path}", data)
            except (FileExistsError, NotADirectoryError):
                if entry:
                    check_paths({**self.entries, path: entry})  # says which two files want one place
                raise
            except OSError as error:
                if entry and entry.owner and error.errno in disk.NO_SUCH_NAME:
                    message = f"would be at {path}, and the file system there takes no such name"
                    raise NotebookError(Problem(entry.owner, message, "give it another `slug`")) from None
                raise
        self._signatures[path] = (status.st_size, status.st_mtime_ns)

    def _make_folder(self, path: str) -> None:
        """Make the folder of a file of the stage, and the stage itself when this is its first one."""
        if not self._is_begun:
            os.mkdir(self._folder)
            self._is_begun = True
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            os.makedirs(f"{self._folder}/{folder}", exist_ok=True)
            self._made.add(folder)

    def discard(self) -> Changes:
        """Leave everything as it was; a stage that was shown has nothing left to discard."""
        self._remove()
        return Changes(unchanged=compare(self.current, self.current).unchanged)

    def _remove(self) -> None:
        if self._is_begun:
            for folder in (self._folder, self._next):
                shutil.rmtree(folder, ignore_errors=True)
            self._is_begun = False

    def show(
        self,
        posts: Mapping[str, Mapping[str, Any]],
        unlisted: frozenset[str] = frozenset(),
        held: frozenset[str] = frozenset(),
    ) -> Changes:
        """Show the new release in one step. When nothing changes, nothing on the disk is touched.

        `unlisted` are the paths that are told to nobody, `held` the notebooks that are held back.
        Raises TargetError, with the old site whole, if the folder cannot hold it; PublisherError if two files clash.
        """
        release = Release(dict(self.entries), posts, unlisted, held=held)
        if self.entries.keys() != self.current.entries.keys():
            check_paths(self.entries)
        manifest = dump(release)
        changes = self._changes(release)
        if not self._fresh and manifest == self._manifest:
            self._write_private(manifest, release)
            self._is_intact(MANIFEST, Entry("", len(manifest)))
            return changes
        with explained(self.target.output, "be read"):
            shown = tree.look(self._root, {path[:-1]: times for path, times in self._folders.items()})
            others = self._foreign(shown)
        self._write(MANIFEST, manifest)
        self._write_private(manifest, release)
        with explained(self.target.output, "be published"):
            self._fill(shown, others)
            disk.show(Path(self._next), self.target.folder, self.target.beside("aside"))
            self._keep_old(shown)
            disk.sync_folder(self.target.folder.parent)
        self._remove()
        return replace(changes, foreign=tuple(others))

    def _changes(self, release: Release) -> Changes:
        """Compare with what is shown; what was lost or damaged there and is written once more counts as written."""
        changes = compare(self.current, release)
        restored = self._fresh.intersection(changes.unchanged)
        return Changes(
            written=tuple(sorted(restored.union(changes.written))),
            unchanged=tuple(path for path in changes.unchanged if path not in restored),
            removed=changes.removed,
        )

    def _foreign(self, shown: Tree) -> list[str]:
        """Return the files of the output folder that stay though we did not make them."""
        hint = _DAMAGED if self._is_damaged else _IN_THE_WAY
        found = foreign.find(shown, self.current)
        return foreign.check(found, self.target.output, self.target.folder, self.entries, hint)

    def _fill(self, shown: Tree, others: list[str]) -> None:
        """Make the tree of the new release: what stays is linked, what is new is moved in; all of it is on the disk."""
        if regular.is_folder(self.target.kept):
            os.rename(self.target.kept, self._next)
        else:
            os.mkdir(self._next)
        have = tree.look(self._next)
        fresh = {MANIFEST, *self._fresh}
        wanted = {path: shown.files.get(path) or self._inodes.get(path, 0) for path in self.entries}
        wanted.update((path, shown.files[path]) for path in others if not path.endswith("/"))
        wanted.update(dict.fromkeys(fresh, 0))
        places = above((*self.entries, *others))
        tree.conform(self._next, have, wanted, places, self._root)
        for path in sorted(fresh):
            os.rename(f"{self._folder}/{path}", f"{self._next}/{path}")
        tree.copy_modes(shown, self._next, have, places)
        disk.sync(Path(self._next))
        self._settle(have, places, others)

    def _settle(self, have: Tree, places: set[str], others: list[str]) -> None:
        """Note the times of the folders as they were found: one that was changed since then gives itself away."""
        mixed = {path.rpartition("/")[0] for path in others}
        self._folders = {
            f"{name}/": tree.times(status)
            if (status := have.folders.get(name)) and name not in mixed and not tree.is_young(status, have)
            else _UNSETTLED
            for name in ("", *places)
        }

    def _write_private(self, manifest: bytes, release: Release) -> None:
        with explained(self.target.output, "be published"):
            self.target.private.write(manifest, dump_private(release))

    def _keep_old(self, shown: Tree) -> None:
        """Keep the old tree, which is where the new one was. The new one is shown: nothing here is an error."""
        old = self._next
        with suppress(OSError):
            os.rename(old, self.target.kept)
            old = str(self.target.kept)
        with suppress(OSError):
            ours = {*self.current.entries, *self.entries, MANIFEST}
            tree.bring((path for path in tree.came_since(old, shown) if path not in ours), old, self._root)


def _needed(entries: Mapping[str, Entry]) -> set[tuple[str, str]]:
    return {(path, entry.digest) for path, entry in entries.items() if not entry.age}


def _has_size(file: str, size: int) -> bool:
    try:
        found = os.lstat(file)
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == size
