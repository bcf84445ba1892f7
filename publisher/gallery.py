"""Stage pictures that are drawn, not made of images: those that are there stay, the others are drawn by whoever can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from publisher import brand
from publisher.errors import Problem
from publisher.production import is_there
from publisher.workers import Lost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from publisher.brand import Drawing
    from publisher.cache import Cache
    from publisher.images import Icon, SocialCard
    from publisher.target import Stage
    from publisher.workers import Run


class Gallery(Struct, frozen=True):
    """Where drawn pictures go, and where they are kept for the next time."""

    stage: Stage
    cache: Cache
    is_forced: bool = False

    def hang(self, drawings: Iterable[Drawing], hire: Callable[[int], Run] | None = None) -> list[Problem]:
        """Stage each drawing once; return what went wrong. `hire` gives who draws so many, else it is done here."""
        wanted = {drawing.what.path: drawing for drawing in drawings}
        there = {path for path in wanted if not self.is_forced and is_there(path, self.stage, self.cache)}
        missing = [each for path, each in wanted.items() if path not in there]
        if not missing:
            return []
        ready = self._with_pictures(missing)
        drawn = hire(len(missing))(brand.draw, ready) if hire else map(brand.draw, ready)
        results = zip(missing, drawn, strict=True)
        return [problem for each, data in results if (problem := self._keep(each.what, each.owner, data))]

    def _with_pictures(self, drawings: Sequence[Drawing]) -> Iterator[Drawing]:
        """Yield drawings with the bytes of their pictures: one after the other, since all of them may be much."""
        for each in drawings:
            path = getattr(each.what, "picture", "")
            yield replace(each, picture=self.stage.read(path)) if path else each

    def _keep(self, what: SocialCard | Icon, owner: str, data: bytes | Problem | Lost) -> Problem | None:
        if isinstance(data, Lost):
            return Problem(owner, f"its social card is missing: {data.reason}", data.hint)
        if isinstance(data, Problem):
            return data
        self.cache.put(what.path, data)
        self.stage.write(what.path, data)
        return None
