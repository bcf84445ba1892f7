"""Blogs to publish under bad conditions, and what a site has to look like afterwards."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

from publisher import release
from publisher.release import MANIFEST, Release
from tests.support.notebooks import front, notebook, plot, png

COLOURS = ("navy", "darkred", "teal", "purple")
VARIANTS = len(COLOURS)
WORDS = "The quick brown fox jumps over the lazy dog, and nobody knows why it does. "

Site = dict[str, bytes]


@cache
def picture(width: int, height: int, colour: str) -> bytes:
    return png(width, height, colour)


def post(number: int, variant: int, count: int) -> bytes:
    """Return a notebook with a plot and a link to the next. Every other one is the same in all variants."""
    seen = variant if number % 2 else 0
    opening = front(f"Post {number} {COLOURS[seen]}", date=f"2025-01-{number % 28 + 1:02}", tags=f"[t{number % 3}]")
    text = f"## Part\n\nVariant {seen}. {WORDS * 5}\n\n[next](post-{(number + 1) % count:02}.ipynb#part) ![](lake.png)"
    shown = plot(picture(400 + 10 * number, 300, COLOURS[seen]))
    return notebook(opening, text if number % 4 == 0 else text.removesuffix(" ![](lake.png)"), shown)


def write_blog(root: Path, variant: int, count: int) -> None:
    """Write the sources of a blog in one of its variants, over those of another one."""
    source = root / "notebooks"
    source.mkdir(parents=True, exist_ok=True)
    (root / "static").mkdir(exist_ok=True)
    (root / "static/robots.txt").write_text(f"# {variant}\n")
    (root / "pyproject.toml").write_text('[tool.publisher]\ntitle = "Faults"\nsearch = false\n')
    (source / "lake.png").write_bytes(picture(600, 400, COLOURS[variant]))
    written = {f"post-{number:02}.ipynb": post(number, variant, count) for number in range(count)}
    written[f"only-{variant}.ipynb"] = post(count, variant, count)
    for file in source.glob("*.ipynb"):
        if file.name not in written:
            file.unlink()
    for name, data in written.items():
        if not (source / name).exists() or (source / name).read_bytes() != data:
            (source / name).write_bytes(data)


def read_site(folder: Path) -> Site:
    """Return all files of a site, the manifest included; nothing if there is no folder."""
    found = (Path(where, name) for where, _, names in os.walk(folder) for name in names)
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in found}


def needed(site: Site) -> Site:
    """Return what a site needs, without what stays for readers of older pages; hold that it is what its manifest says.

    The manifest is left as the list of these files and the records of their posts, without when those last changed:
    that is what happened to this site, and no other has to know it.
    """
    if not site:
        return {}
    shown = release.load(site[MANIFEST])
    assert shown is not None
    assert site.keys() - {MANIFEST} == shown.entries.keys()
    for path, entry in shown.entries.items():
        assert hashlib.sha256(site[path]).hexdigest() == entry.digest, path
    entries = {path: entry for path, entry in shown.entries.items() if not entry.age}
    records = {notebook: {**record, "changed": None} for notebook, record in shown.posts.items()}
    return {**{path: site[path] for path in entries}, MANIFEST: release.dump(Release(entries, records))}


def differing(one: Site, other: Site) -> list[str]:
    """Return the files that two sites do not have in common, so that a test can say which."""
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))
