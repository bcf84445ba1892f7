"""One publish: what is wanted, what is known, who works, and where things go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from publisher import posts, records, templating, workers
from publisher.cache import Cache
from publisher.config import Options
from publisher.convert import TEMPLATE
from publisher.production import Digests, Known, Production
from publisher.report import Log
from publisher.typesetting import KnownPage, Typesetting
from publisher.words import Own

if TYPE_CHECKING:
    from publisher.config import Settings
    from publisher.pages import Post
    from publisher.posts import Outline
    from publisher.stamps import Stamp
    from publisher.target import Stage
    from publisher.templating import Templates
    from publisher.workers import Run


Entry = tuple["Post", tuple[str, ...]]  # a post of the site and the files that its page needs
MADE = "made"  # the kind of what is made of notebooks
TEMPLATES = (TEMPLATE, "article.html.j2")


class Memory(Struct, frozen=True):
    """What the ledger knows of notebooks and pages, and of what all of a kind are made of.

    `lost` are the notebooks that a worker process did not survive: they are not tried in this one.
    """

    notebooks: Mapping[str, Known] = field(default_factory=dict)
    pages: Mapping[str, KnownPage] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    shared: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Work(Struct, frozen=True):
    """One publish: what is wanted, what is known, and where things go."""

    settings: Settings
    options: Options
    templates: Templates
    own_words: Own
    program: Mapping[str, str]
    cache: Cache
    digests: Digests
    memory: Memory
    stage: Stage
    crew: Crew
    log: Log


class Crew(Struct):
    """Who does the work: this process, until there is enough to do for others, who then stay to the end."""

    settings: Settings
    options: Options
    templates: Templates
    cache: Cache
    hired: ExitStack
    others: Run | None = None

    def for_notebooks(self, number: int, is_dangerous: bool = False) -> Run:
        """Return a way to run functions for about that many notebooks, here or elsewhere; dangerous ones not here."""
        if self.others is not None:
            return self.others
        if is_dangerous:
            number = max(number, workers.WORTH_A_POOL)
        for name in TEMPLATES if number else ():  # compiled or read once, before there are other processes
            templating.environment(templating.needed(self.templates, name), self.cache).get_template(name)
        is_much = number >= workers.WORTH_A_POOL or (bool(self.options.executor) and number > 0)
        jobs = max(self.options.jobs, 2 if is_dangerous else 1) if is_much else 1
        executor = self.options.executor if is_much else ""
        limits = workers.Limits(self.settings.limits.seconds, self.settings.limits.memory)
        run = self.hired.enter_context(workers.pool(jobs, number, limits, executor, posts.warm_up))
        self.others = run if is_much else None
        return run


class Choice(Struct, frozen=True):
    """The posts to publish, in the order of their notebooks, and the notebooks that are held back."""

    outlines: tuple[Outline, ...]
    drafts: tuple[str, ...]
    future: tuple[str, ...]


class Edition(Struct, frozen=True):
    """A site that was made: the posts chosen for it and those on it, with the times of their changes, and by whom."""

    choice: Choice
    entries: Sequence[Entry]
    stamped: Mapping[str, Stamp]
    production: Production
    typesetting: Typesetting

    @property
    def records(self) -> dict[str, dict[str, Any]]:
        """What the manifest remembers of each post."""
        return records.dump(self.entries, self.stamped)

    @property
    def memory(self) -> Memory:
        """What there is to know of it when the next one is made."""
        production, typesetting = self.production, self.typesetting
        shared = {MADE: production.place.shared, **typesetting.shared}
        return Memory(production.known, typesetting.known, tuple(sorted(production.lost)), shared)
