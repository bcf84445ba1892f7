"""What is on the disk beside a site."""

from __future__ import annotations

import errno
from pathlib import Path

from publisher.release import MANIFEST, name_of


def remembered(output: Path) -> set[str]:
    """Return the name of what is remembered beside an output folder, if it is of the site there and the one before."""
    manifests = (folder / MANIFEST for folder in (output, output.with_name(f".{output.name}.former")))
    known = {".gitignore", *(name_of(each.read_bytes()) for each in manifests if each.is_file())}
    folder = output.with_name(f".{output.name}.posts")
    return {folder.name} if folder.is_dir() and {each.name for each in folder.iterdir()} <= known else set()


def no_locks(_: int) -> None:
    raise OSError(errno.ENOLCK, "No locks available")
