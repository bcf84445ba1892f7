"""Keep beside an output folder what the manifests of its releases do not tell, as it is not for all to read."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from publisher import disk, regular
from publisher.release import name_of


class Memories:
    """The memories of an output folder: a file for each manifest, hidden beside the folder, where no host serves it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._prefix = f".{folder.name}.posts-"
        self._name = re.compile(rf"{re.escape(self._prefix)}[0-9a-f]+(\.\d+)?")  # with a number while it is written

    def read(self, manifest: bytes) -> bytes:
        """Return what is remembered of the release with this manifest; nothing if that cannot be read."""
        try:
            return regular.read(self._file(manifest))
        except OSError:
            return b""

    def write(self, manifest: bytes, memory: bytes) -> None:
        """Remember this of the release with this manifest."""
        if self.read(manifest) == memory:
            return
        file = self._file(manifest)
        new = file.with_name(f"{file.name}.{os.getpid()}")
        with suppress(FileNotFoundError):
            os.unlink(new)
        disk.write(str(new), memory)
        os.replace(new, file)

    def prune(self, *manifests: bytes) -> None:
        """Forget all releases but those with these manifests."""
        kept = {self._file(manifest).name for manifest in manifests}
        with os.scandir(self.folder.parent) as found:
            names = [
                each.name
                for each in found
                if self._name.fullmatch(each.name) and not each.is_dir(follow_symlinks=False)
            ]
        for name in names:
            if name not in kept:
                os.unlink(self.folder.with_name(name))

    def _file(self, manifest: bytes) -> Path:
        return self.folder.with_name(f"{self._prefix}{name_of(manifest)}")
