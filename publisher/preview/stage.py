"""A release in the making whose files are in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from publisher.paths import check_name
from publisher.release import Entry, Release, shared


class MemoryStage:
    """What `FolderStage` is to a folder. `fresh` are the bytes of the files that the release before did not have."""

    def __init__(self, current: Release, files: Mapping[str, bytes]) -> None:
        self.current = current
        self.entries: dict[str, Entry] = {}
        self.fresh: dict[str, bytes] = {}
        self._files = files

    def write(self, path: str, data: bytes, owner: str = "") -> bool:
        """Add a file to the release. Return whether it is new, or is there already with these bytes."""
        entry = Entry(hashlib.sha256(data).hexdigest(), len(data), owner)
        if path in self.entries:
            self.entries[path] = shared(path, self.entries[path], entry)
            return path in self.fresh
        check_name(path)
        known = self.current.entries.get(path)
        if known is None or known.digest != entry.digest:
            self.fresh[path] = data
        self.entries[path] = entry
        return path in self.fresh

    def keep(self, path: str, owner: str = "") -> bool:
        """Carry a file over from the release before. Return False if it had none of that path."""
        known = self.current.entries.get(path)
        if known is None:
            return False
        kept = Entry(known.digest, known.size, owner)
        self.entries[path] = shared(path, self.entries.get(path, kept), kept)
        return True

    def keep_below(self, folder: str) -> bool:
        """Carry over all files of a folder, whose path ends with `/`."""
        return all(self.keep(path) for path in self.current.entries if path.startswith(folder))

    def drop(self, paths: Iterable[str]) -> None:
        """Take files out of the new release again."""
        for path in paths:
            self.entries.pop(path, None)
            self.fresh.pop(path, None)

    def has(self, path: str) -> bool:
        """Tell whether the new release has the file already."""
        return path in self.entries

    def read(self, path: str) -> bytes:
        """Return the bytes of a file of the new release."""
        return self.fresh[path] if path in self.fresh else self._files[path]

    def files(self) -> dict[str, bytes]:
        """Return the bytes of all files of the new release."""
        return {path: self.read(path) for path in self.entries}
