"""Make the posts of a blog: what is known stays, what the cache has is taken from there, the rest is made."""

from __future__ import annotations

import hashlib
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct, field
from msgspec.structs import replace

from publisher import beside, disk, illustrations, ingredients, notebooks, posts, sources, stored
from publisher import cache as caches
from publisher import metadata as about
from publisher.beside import File
from publisher.errors import NotebookError, Problem
from publisher.illustrations import Rendering
from publisher.libraries import LIBRARIES, composed
from publisher.metadata import Metadata
from publisher.paths import resolved
from publisher.posts import Asking, Failed, Fresh, Held, Made, Making, Outline, Task
from publisher.workers import Lost

if TYPE_CHECKING:
    from publisher.cache import Cache
    from publisher.notebooks import Source
    from publisher.posts import Outcome
    from publisher.report import Log
    from publisher.sources import Signature
    from publisher.target import Stage
    from publisher.workers import Run

_ROUNDS = 4  # one; one with the files that were not foreseen; one with dates explained; one for a late change
# Where a notebook's JSON names files in Markdown, HTML and front matter; what this overlooks is asked for. Each begins
# with letters that can be looked for fast: one pattern for all takes ten times as long in the megabytes of an image.
_MENTIONED = tuple(
    re.compile(pattern)
    for pattern in (
        rb"""\]\(<?([^)\s"'\\<>]{1,300})""",
        rb"""src=\\?["']([^"'\\<>]{1,300})""",
        rb"""href=\\?["']([^"'\\<>]{1,300})""",
        rb"""image(?:\\?["'])?: ?(?:\\?["'])?([^"'\\<>]{1,300})""",
    )
)
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|#")
_SHOWN = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")


class Known(Struct, frozen=True):
    """What is known of a notebook: what it was made of, and what came of it, which is kept under `key` in the cache.

    One that is held back has no outline. `asked` are the digests of the files that it names, `slashes` its dates
    like 03/04/2025, read in `order`; `allowed` are the allowances of leaks that it needed.
    """

    own: Mapping[str, str]
    metadata: Metadata
    key: str = ""
    outline: Outline | None = None
    asked: Mapping[str, str] = field(default_factory=dict)
    slashes: tuple[str, ...] = ()
    order: str = ""
    allowed: tuple[str, ...] = ()

    def made_of(self) -> dict[str, str]:
        """Return what the article was made of: the notebook, the files that it names, the way its dates are read."""
        files = {f"file {name}": digest or "missing" for name, digest in self.asked.items()}
        return {**self.own, **files, **({"order of dates": self.order} if self.order else {})}


class Digests:
    """The SHA-256 of files of the blog; only files that are not as they were are read."""

    def __init__(self, files: Mapping[str, Signature], known: Mapping[str, tuple[Signature, str]]) -> None:
        self.files = files
        self.known = known
        self.found: dict[str, str] = {}
        self._torn: set[str] = set()

    def note(self, path: str, digest: str) -> None:
        """Note what a file was when it was read. One that was something else before is looked into next time."""
        if self.found.setdefault(path, digest) != digest:
            self.found[path] = digest
            self._torn.add(path)

    def is_as_it_was(self, path: str) -> bool:
        """Tell whether a file, or its absence, is what it was."""
        return self.files.get(path) == self.known.get(path, (None, ""))[0]

    def of(self, path: str) -> str:
        """Return the digest of a file; "" if it cannot be read."""
        if path not in self.found:
            known = self.known.get(path)
            if known and known[1] and self.is_as_it_was(path):
                self.found[path] = known[1]
            else:
                try:
                    self.found[path] = disk.digest(path)
                except OSError:
                    return ""
        return self.found[path]

    def table(self, stamp: int) -> dict[str, tuple[Signature, str]]:
        """Return what may be remembered of all files by someone who read them after `stamp`."""
        kept = {path: each[1] for path, each in self.known.items() if self.is_as_it_was(path)}
        settled = sources.settled(self.files, stamp)
        table = {path: (signature, self.found.get(path) or kept.get(path, "")) for path, signature in settled.items()}
        return {**table, **dict.fromkeys(self._torn, (sources.RACY, ""))}


class Workplace(Struct, frozen=True):
    """Where posts are made: the folders of the blog, what is known of it, and where to put what is made."""

    source: Path
    static: Path
    cache: Cache
    digests: Digests
    shared: Mapping[str, str]
    is_forced: bool = False


class Composing(Struct, frozen=True):
    """A library to be composed, and where it goes."""

    name: str
    path: str


Errand = Rendering | Composing  # what a post needs beside its article


class Production:
    """The making of all posts in one publish. `known` is what came of notebooks when all they share was the same."""

    def __init__(self, place: Workplace, known: Mapping[str, Known], making: Making, stage: Stage, log: Log) -> None:
        self.place = place
        self.former = dict(known)
        self.making = making
        self.stage = stage
        self.log = log
        self.known: dict[str, Known] = {}
        self.is_settled = True
        self.lost: set[str] = set()
        self._shared = caches.key(place.shared)
        self._again: dict[str, tuple[str, ...]] = {}
        self._failed: dict[str, Failed] = {}
        self._own: dict[str, Mapping[str, str]] = {}
        self._asked: set[str] = set()
        self._broken: dict[str, Problem | Lost] = {}
        self._is_first = place.is_forced or (place.cache.is_new and not stage.current.entries)
        self._in_work: deque[Errand] = deque()
        self._unfinished: deque[tuple[int, Made]] = deque()
        self._sent = self._rendered = 0

    def stale(self, paths: Sequence[str]) -> int:
        """Return about how many of these notebooks have to be made."""
        if self.place.is_forced:
            return len(paths)
        return sum(1 for path in paths if path not in self.former or not self._is_as_it_was(path))

    def _key(self, own: Mapping[str, str]) -> str:
        """Return the key of what is made of a notebook."""
        return caches.key(own, self._shared)

    def make(self, paths: Iterable[str], run: Run) -> None:
        """Make what has to be made of these notebooks: what comes of them is in `known`, what went wrong in the log."""
        wanted: dict[str, tuple[str, ...]] = dict.fromkeys(paths, ())
        told = self._failed.keys() - wanted.keys()
        for _ in range(_ROUNDS):
            self._round(wanted, run)
            wanted = {**self._again, **self._misread()}
            if not wanted:
                break
        for path in wanted:
            problem = Problem(path, "changed all the time while it was published", "publish again")
            self._failed[path] = Failed(path, (problem,))
            self.is_settled = False
        for path in sorted(self._failed.keys() - told):
            self.known.pop(path, None)
            self.log.fail(path, self._failed[path].problems)

    def _misread(self) -> dict[str, tuple[str, ...]]:
        """Return the notebooks whose dates like 03/04/2025 turn out to mean something else than was thought."""
        slashes = {path: known.slashes for path, known in self.known.items() if known.slashes}
        slashes |= {path: failed.slashes for path, failed in self._failed.items() if failed.slashes}
        order = about.slash_order(text for texts in slashes.values() for text in texts)
        was_failing = order != self.making.order
        self.making = replace(self.making, order=order)
        misread = [path for path, known in self.known.items() if known.slashes and known.order != (order or "")]
        misread += [path for path, failed in self._failed.items() if failed.slashes and was_failing]
        return dict.fromkeys(misread, ())

    def _round(self, wanted: Mapping[str, tuple[str, ...]], run: Run) -> None:
        self._again = {}
        outcomes = run(partial(posts.try_to_make, making=self.making), self._tasks(wanted))
        for files in run(_do, self._errands(outcomes)):
            self._take(files, self._in_work.popleft())

    def _tasks(self, wanted: Mapping[str, tuple[str, ...]]) -> Iterator[Task]:
        for path, names in wanted.items():
            self._failed.pop(path, None)
            try:
                task = self._task(path, names)
            except NotebookError as error:
                self._failed[path] = Failed(path, error.problems)
                task = None
            if task is not None:
                yield task
            else:
                self.log.reporter.advance()

    def _task(self, path: str, names: tuple[str, ...]) -> Task | None:
        """Return what there is to do for a notebook; None if it is known what comes of it."""
        former = self.former.get(path)
        if former and self._is_as_it_was(path) and self._recall(path, former.own):
            return None
        source = notebooks.fetch(self.place.source, path)
        own = self._ingredients(source)
        if not names and self._recall(path, own):
            return None
        self._own[path] = own
        mentioned = {*_mentioned(source.data), *(former.asked if former else ()), *names}
        files = {name: self._open(name, path, name in names) for name in sorted(mentioned)}
        return Task(source, files, self._is_first)

    def _is_as_it_was(self, path: str) -> bool:
        file = os.path.join(self.place.source, path)
        sidecars = (file.removesuffix(".ipynb") + suffix for suffix in notebooks.SIDECARS)
        digests = self.place.digests
        return file in digests.files and all(map(digests.is_as_it_was, (file, *sidecars)))

    def _ingredients(self, source: Source) -> dict[str, str]:
        digest = hashlib.sha256(source.data).hexdigest()
        self.place.digests.found[os.path.join(self.place.source, source.path)] = digest
        return {
            f"notebook {source.path}": digest,
            **{f"sidecar {each.path}": ingredients.digest(each.text) for each in source.sidecars},
        }

    def _recall(self, path: str, own: Mapping[str, str]) -> bool:
        """Note what is known to come of a notebook that is made of these; tell whether anything is."""
        if self.place.is_forced:
            return False
        known = self.former.get(path)
        if known is None or known.own != own:
            key = self._key(own)
            made = stored.load(Made, self.place.cache.get(key))
            known = _known(made, own, key, stored.dump(made)) if made else None
        if known is None or not self._holds(path, known):
            return False
        self.known[path] = known
        return True

    def _holds(self, path: str, known: Known) -> bool:
        """Tell whether what is known holds: files named are what they were, dates are read alike, pixels exist."""
        if known.slashes and known.order != (self.making.order or ""):
            return False
        if self.making.holding.holds(known.metadata):
            return True
        return (
            known.outline is not None
            and all(self._answer(name, path) == digest for name, digest in known.asked.items())
            and all(self.has(picture) for picture in known.outline.files)
        )

    def _answer(self, name: str, path: str) -> str:
        file = beside.local_file(name, path, self.place.source, self.place.static)
        return self._unread(file).identity if file else ""

    def _unread(self, file: Path) -> File:
        """Return a file that a notebook names, without its bytes."""
        return File(file.name, self.place.digests.of(str(file)), None, file.is_relative_to(resolved(self.place.static)))

    def metadata(self, path: str) -> Metadata | None:
        """Return the front matter of a notebook as it is now, also of one that failed.

        Of one that cannot be read it is what its name, the files beside it and its folder say; None if it is unknown.
        """
        if known := self.known.get(path):
            return known.metadata
        if failed := self._failed.get(path):
            return failed.metadata or self._metadata_around(path)
        return None

    def _metadata_around(self, path: str) -> Metadata | None:
        try:
            sidecars = notebooks.sidecars(self.place.source, path)
        except (OSError, UnicodeError):
            return None
        return posts.metadata_around(path, sidecars, self.making)

    def has(self, path: str) -> bool:
        """Tell whether a picture or a library is on the site, or stage it from the cache."""
        return is_there(path, self.stage, self.place.cache)

    def _open(self, name: str, path: str, is_shown: bool) -> File | None:
        """Return a file that a notebook names: with its bytes if it is shown, else its digest and how it begins."""
        file = beside.local_file(name, path, self.place.source, self.place.static)
        if not is_shown and not name.lower().endswith(_SHOWN):
            return replace(self._unread(file), is_markup=beside.is_markup(file)) if file else None
        found = beside.open_file(name, path, self.place.source, self.place.static)
        if file and found:
            self.place.digests.note(str(file), found.digest)
        return found

    def _errands(self, outcomes: Iterable[Outcome | Lost]) -> Iterator[Errand]:
        """Note what came of the notebooks; yield what else they need, each picture and each library once."""
        for outcome in outcomes:
            self.log.reporter.advance()
            if isinstance(outcome, Fresh):
                self._keep(outcome.pixels)
                self._broken |= {path: broken for path, broken in outcome.broken.items() if path not in self._broken}
                for errand in self._needed(outcome):
                    self._sent += isinstance(errand, Rendering)
                    self._in_work.append(errand)
                    yield errand
                self._unfinished.append((self._sent, outcome.made))
                self._finish()
            else:
                self._note(outcome)

    def _needed(self, fresh: Fresh) -> Iterator[Errand]:
        """Yield what a post needs beside its article. No post waits for a library: it only must not come last."""
        for name in fresh.made.libraries:
            path = self.making.conversion.scripts[name]
            if LIBRARIES[name].is_composed and path not in self._asked and not self.has(path):
                self._asked.add(path)
                yield Composing(name, path)
        yield from filter(self._is_wanted, fresh.renderings)

    def _take(self, files: Mapping[str, bytes] | Problem | Lost, errand: Errand) -> None:
        """Keep what came of an errand. A library that did not come is read where it is needed."""
        if isinstance(errand, Rendering):
            self._keep_pixels(files, errand.paths)
            self._rendered += 1
            self._finish()
        elif isinstance(files, Mapping):
            for path, data in files.items():
                self.place.cache.put(path, data)

    def _note(self, outcome: Held | Asking | Failed | Lost) -> None:
        if isinstance(outcome, Lost):
            self._lose(outcome.value.source.path, outcome)
        elif isinstance(outcome, Held):
            own = self._own.pop(outcome.notebook)
            order = (self.making.order or "") if outcome.slashes else ""
            self.known[outcome.notebook] = Known(
                own, outcome.metadata, self._key(own), slashes=outcome.slashes, order=order, allowed=outcome.allowed
            )
        elif isinstance(outcome, Asking):
            self._again[outcome.notebook] = (*outcome.shown, *outcome.linked)
        elif self._has_changed(outcome.notebook):
            self._again[outcome.notebook] = ()
        else:
            self._failed[outcome.notebook] = outcome

    def _lose(self, path: str, lost: Lost) -> None:
        """Note a notebook whose worker process did not survive it: the next publish tries again."""
        self._failed[path] = Failed(path, (Problem(path, lost.reason, lost.hint),))
        self.lost.add(path)
        self.is_settled = False

    def _has_changed(self, path: str) -> bool:
        """Tell whether a notebook is another one than the one that was made: what failed may be half of what it is."""
        try:
            found = notebooks.fetch(self.place.source, path)
        except NotebookError:
            return False
        return hashlib.sha256(found.data).hexdigest() != self._own[path][f"notebook {path}"]

    def _is_wanted(self, rendering: Rendering) -> bool:
        if self._asked.issuperset(rendering.paths):
            return False
        self._asked.update(rendering.paths)
        return self.place.is_forced or not all(map(self.has, rendering.paths))

    def _keep_pixels(self, pixels: Mapping[str, bytes] | Problem | Lost, paths: tuple[str, ...]) -> None:
        if isinstance(pixels, Mapping):
            self._keep(pixels)
        else:
            self._broken.update(dict.fromkeys(paths, pixels))

    def _keep(self, pixels: Mapping[str, bytes]) -> None:
        for path, data in pixels.items():
            if self.place.is_forced or not self.has(path):
                self.place.cache.put(path, data)
                self.stage.write(path, data)

    def _finish(self) -> None:
        """Note and keep the posts all of whose pixels were tried."""
        while self._unfinished and self._unfinished[0][0] <= self._rendered:
            _, made = self._unfinished.popleft()
            lost = next((lost for path in made.files if isinstance(lost := self._broken.get(path), Lost)), None)
            if lost:
                self._lose(made.notebook, lost)
                continue
            own = self._own.pop(made.notebook)
            key = self._key(own)
            whole = self._without_broken(made)
            data = stored.dump(whole)
            self.place.cache.put(key, data)
            self.known[made.notebook] = _known(whole, own, key, data)

    def _without_broken(self, made: Made) -> Made:
        """Return a post without the pictures that could not be made; a cover takes the place of the card's."""
        found = (self._broken[path] for path in made.files if path in self._broken)
        broken = dict.fromkeys(problem for problem in found if isinstance(problem, Problem))
        if not broken:
            return made
        own = (each if each.file == made.notebook else replace(each, file=made.notebook, cell=None) for each in broken)
        whole = replace(made.without(self._broken), problems=(*made.problems, *own))
        if self._broken.keys().isdisjoint(made.card.picture.paths):
            return whole
        title, making = made.article.title, self.making
        card, rendering = illustrations.cover(made.notebook, made.metadata, title, making.images, making.accent)
        self._keep_pixels(illustrations.render(rendering), rendering.paths)
        return replace(whole, card=card)

    def article(self, notebook: str, run: Run) -> bytes | None:
        """Return what was made of a notebook; it is made again if the cache has lost it. None if it fails by then."""
        data = self._kept_article(notebook)
        if data is None and notebook in self.known:
            self.former.pop(notebook, None)
            self.place.cache.remove(self.known.pop(notebook).key)
            self.make([notebook], run)
            data = self._kept_article(notebook)
        return data

    def _kept_article(self, notebook: str) -> bytes | None:
        """Return what is known of the article, not another one that was made of the notebook with other files."""
        known = self.known.get(notebook)
        if known is None or known.outline is None:
            return None
        data = self.place.cache.get(known.key)
        return data if data is not None and _content(data) == known.outline.content else None


def is_there(path: str, stage: Stage, cache: Cache) -> bool:
    """Tell whether a file is on the site, or stage it from the cache."""
    if stage.has(path) or stage.keep(path, ""):
        return True
    data = cache.get(path)
    if data is not None:
        stage.write(path, data)
    return data is not None


def _do(errand: Errand) -> Mapping[str, bytes] | Problem:
    """Return the files that an errand is for."""
    return illustrations.render(errand) if isinstance(errand, Rendering) else composed(errand.name, errand.path)


def _content(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _known(made: Made, own: Mapping[str, str], key: str, data: bytes) -> Known:
    outline = posts.outline(made, _content(data))
    return Known(own, made.metadata, key, outline, made.asked, made.slashes, made.order, made.allowed)


def _mentioned(data: bytes) -> set[str]:
    """Return the names of files that a notebook may show or link to."""
    names = {name.decode("utf-8", "replace") for pattern in _MENTIONED for name in pattern.findall(data)}
    plain = {name.split("#")[0].split("?")[0] for name in names if not _ELSEWHERE.match(name)}
    return {spelled for name in plain if name and not name.endswith(".ipynb") for spelled in (name, unquote(name))}
