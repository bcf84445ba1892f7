"""Keep beside an output folder what is private of its releases: what their manifests, which all can read, leave out."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

from publisher import disk, regular
from publisher.release import name_of

_IGNORED = ".gitignore"
_NAME = re.compile(r"[0-9a-f]+(\.\d+)?")  # with a number while it is written


class PrivateManifests:
    """The private manifests of an output folder: a file for each manifest, in a hidden folder beside it.

    No host serves that folder, and Git takes none of it along: whoever can read a repository is not told either.
    """

    def __init__(self, output: Path) -> None:
        self.folder = output.with_name(f".{output.name}.posts")

    def read(self, manifest: bytes) -> bytes:
        """Return what is private of the release with this manifest; nothing if that cannot be read."""
        try:
            return regular.read(self._file(manifest)) if regular.is_folder(self.folder) else b""
        except OSError:
            return b""

    def write(self, manifest: bytes, private: bytes) -> None:
        """Keep what is private of the release with this manifest."""
        if self.read(manifest) == private:
            return
        self._make_folder()
        file = self._file(manifest)
        new = file.with_name(f"{file.name}.{os.getpid()}")
        with suppress(FileNotFoundError):
            os.unlink(new)
        disk.write(str(new), private)
        os.replace(new, file)

    def prune(self, *manifests: bytes) -> None:
        """Remove what is private of all releases but those with these manifests."""
        if not regular.is_folder(self.folder):
            return
        kept = {self._file(manifest).name for manifest in manifests}
        for name in sorted(os.listdir(self.folder)):
            if _NAME.fullmatch(name) and name not in kept:
                with suppress(OSError):  # what is no file of ours
                    os.unlink(self.folder / name)

    def remove(self) -> None:
        """Remove what is private of all releases."""
        if regular.is_folder(self.folder):
            shutil.rmtree(self.folder)

    def _make_folder(self) -> None:
        if not regular.is_folder(self.folder):
            os.mkdir(self.folder)
        if not os.path.lexists(self.folder / _IGNORED):
            disk.write(str(self.folder / _IGNORED), b"*\n")

    def _file(self, manifest: bytes) -> Path:
        return self.folder / name_of(manifest)
