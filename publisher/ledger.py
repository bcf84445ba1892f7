"""Remember what the last publish saw and made, so that the next one does only what has to be done.

The ledger is three entries of the cache: its head, which tells whether there is anything to do; what the files of
the blog and of the site looked like; and what is known of each post and page.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from publisher import stored
from publisher.cache import Cache
from publisher.report import Summary
from publisher.sources import Signature

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")


class Files(Struct, frozen=True):
    """The files of the blog, their signatures and, where it was needed, the SHA-256; the files of the site."""

    sources: Mapping[str, tuple[Signature, str]] = field(default_factory=dict)
    outputs: Mapping[str, tuple[int, int]] = field(default_factory=dict)


class Head(Struct, frozen=True):
    """What is needed to say that nothing has to be done.

    `wanted` stands for settings, options and versions, `seen` for the signatures of all sources; that is "" if the next
    publish has to try again what failed through no fault of theirs. It holds from `since`, the day of the newest post,
    until `until`, when the next one that is held back is due.
    """

    wanted: str
    seen: str
    summary: Summary
    since: datetime | None = None
    until: datetime | None = None
    files: str = ""
    memory: str = ""


class Ledger:
    """The ledger of one output folder."""

    def __init__(self, cache: Cache, output: Path) -> None:
        self.cache = cache
        self.name = f"ledger of {output}"

    def head(self) -> Head | None:
        """Return the head, if there is a whole one."""
        return stored.load(Head, self.cache.get(self.name))

    def files(self, head: Head | None) -> Files:
        """Return what all files looked like; nothing if that is not known."""
        return (head and stored.load(Files, self.cache.get(head.files))) or Files()

    def memory(self, head: Head | None, kind: type[T]) -> T | None:
        """Return what is known of posts and pages, if it is of this type."""
        return stored.load(kind, self.cache.get(head.memory)) if head else None

    def save(self, head: Head, files: Files, memory: object = None) -> Head:
        """Write the ledger: the head last, so that it never names what is not there. `memory` None stays as it is."""
        former = self.head()
        written = replace(head, files=self._put("files", files))
        if memory is not None:
            written = replace(written, memory=self._put("memory", memory))
        self.cache.put(self.name, stored.dump(written))
        if former is not None:
            for key in {former.files, former.memory} - {written.files, written.memory}:
                self.cache.remove(key)
        return written

    def keys(self, head: Head) -> set[str]:
        """Return the keys under which the cache has the ledger."""
        return {self.name, head.files, head.memory}

    def _put(self, what: str, value: object) -> str:
        data = stored.dump(value)
        name = f"{what} of {self.name} {blake2b(data, digest_size=16).hexdigest()}"
        self.cache.put(name, data)
        return name
