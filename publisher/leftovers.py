"""Put right what killed publishes left beside an output folder: see `FolderTarget` for what they do there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def find(folder: Path, what: str) -> list[Path]:
    """Return the folders that killed processes left. Foreign files in there are links to those still shown.

    What only has such a name, as a link to a folder may, none of them left.
    """
    prefix = f".{folder.name}.{what}-"
    try:
        with os.scandir(folder.parent) as found:
            names = sorted(each.name for each in found if each.is_dir(follow_symlinks=False))
    except OSError:
        return []
    return [
        folder.with_name(name) for name in names if name.startswith(prefix) and name.removeprefix(prefix).isdecimal()
    ]


def put_right(folder: Path, former: Path) -> None:
    """Put the old site back where it was taken away and the new one not yet shown; remove what was in the making."""
    for aside in find(folder, "aside"):
        if not os.path.lexists(folder):
            aside.rename(folder)
        elif not os.path.lexists(former):
            aside.rename(former)
        else:
            shutil.rmtree(aside)
    for unfinished in (*find(folder, "stage"), *find(folder, "next")):
        shutil.rmtree(unfinished)
