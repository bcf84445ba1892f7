"""Make the site again and again in one process: what was seen and made stays in memory from one round to the next."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from publisher import build, closing, images, ingredients, layout, posts, sources, staging, templating, words
from publisher import typesetting as typesettings
from publisher.cache import Cache
from publisher.config import Analytics
from publisher.preview.showing import Showing, banners
from publisher.preview.stage import MemoryStage
from publisher.production import Digests
from publisher.release import Release
from publisher.report import Log
from publisher.typesetting import ARTICLE, Typesetting
from publisher.work import Crew, Edition, Memory, Work

if TYPE_CHECKING:
    from publisher.config import Options, Settings
    from publisher.errors import Problem
    from publisher.pages import Post
    from publisher.report import Reporter
    from publisher.sources import Signature


class Past(Struct, frozen=True):
    """What is known from the rounds before: how files looked, what is known of posts and pages, what was made last."""

    sources: Mapping[str, tuple[Signature, str]] = field(default_factory=dict)
    memory: Memory = Memory()
    edition: Edition | None = None


class Desk:
    """Where the rounds are made. Nothing but conversions and pictures is written, into the cache that publish has too.

    `options` gives what is wanted of a round: it depends on the day. Whatever is wrong is raised or in the `problems`
    of what is shown; the rounds before count on.
    """

    def __init__(self, settings: Callable[[], Settings], options: Callable[[Settings], Options]) -> None:
        self._settings = settings
        self._options = options
        self._program = ingredients.of_program(images.codecs())
        self._past = Past()
        self.showing = Showing(words.of(words.FALLBACK))

    def whole(self, reporter: Reporter) -> tuple[Problem, ...]:
        """Make the whole site; return what its author should know.

        Raises PublisherError if that cannot be; then what was shown stays.
        """
        with self._begun(reporter) as work, templating.worded_errors():
            build.check_source(work.settings)
            build.check_colours(work.settings)
            stamp = work.cache.stamp()
            stage, edition = work.stage, build.make_site(work)
            work.log.warn(closing.broken_links(edition.entries, edition.choice, edition.typesetting, stage))
        self.showing = Showing(
            words.of(work.settings.language, work.own_words),
            Release(stage.entries, edition.records),
            stage.files(),
            banners(edition, work.options.now),
            edition.typesetting.site.style,
            tuple(work.log.failures),
        )
        self._past = Past(work.digests.table(stamp), edition.memory, edition)
        return tuple(work.log.warnings)

    def fail(self, problems: tuple[Problem, ...]) -> None:
        """Let what is shown say why it is not as its sources are."""
        self.showing = replace(self.showing, problems=problems)

    def url(self, notebook: str) -> str:
        """Return where the post of a notebook is; "" if it has none."""
        return str(self.showing.release.posts.get(notebook, {}).get("url", ""))

    def page(self, notebook: str, reporter: Reporter) -> Post | None:
        """Make the page of one notebook of a site that is otherwise as it was, which takes no longer in a large one.

        Return None, and leave all as it was, if anything else may have to change with it: that is for `whole` to do.
        """
        last = self._past.edition
        if last is None or notebook not in last.typesetting.articles:
            return None
        with self._begun(reporter) as work, templating.worded_errors():
            found = set_page(notebook, last, work)
        if found is None:
            return None
        post, memory = found
        entries = {**self.showing.release.entries, **work.stage.entries}
        release = Release(entries, self.showing.release.posts)
        files = {**self.showing.files, **work.stage.fresh}
        self.showing = replace(self.showing, release=release, files=files)
        self._past = replace(self._past, memory=memory)
        return post

    @contextmanager
    def _begun(self, reporter: Reporter) -> Iterator[MemoryWork]:
        settings = previewed(self._settings())
        options, cache = self._options(settings), Cache(settings.root / settings.cache)
        templates = templating.read(templating.folders(settings.root))
        digests = Digests(sources.look(settings).files, self._past.sources)
        stage = MemoryStage(self.showing.release, self.showing.files)
        with ExitStack() as hired:
            yield MemoryWork(
                settings,
                options,
                templates,
                words.read(settings.root),
                self._program,
                cache,
                digests,
                self._past.memory,
                stage,
                Crew(settings, options, templates, cache, hired),
                Log(reporter),
            )


class MemoryWork(Work, frozen=True):
    """The making of a site whose files stay in memory."""

    stage: MemoryStage


def previewed(settings: Settings) -> Settings:
    """Return the settings of a preview: it is at no address, counts nobody, and has no index of its words."""
    return replace(settings, base_url="", search=False, analytics=Analytics())


def set_page(notebook: str, last: Edition, work: Work) -> tuple[Post, Memory] | None:
    """Stage the page of one notebook, and return the post and what is known with it; None if others may change too."""
    run, memory = work.crew.for_notebooks(0), work.memory
    production = build.begin_production(work)
    production.known.update(last.production.known)
    production.make([notebook], run)
    known, before = production.known.get(notebook), last.typesetting.articles[notebook]
    outline = known.outline if known else None
    if outline is None or work.log.failures or outline.references != before.outline.references:
        return None
    place = posts.place(notebook, outline.metadata, work.settings.permalink)
    files = staging.stage_files([outline], {notebook: place}, work)[notebook]
    post = layout.compose(outline, place, files, work.settings.authors)
    if (post.path, post.url) != (before.post.path, before.post.url):
        return None
    article = replace(before, outline=outline, post=post, files=files)
    typesetting = Typesetting(
        work.stage, last.typesetting.site, work.templates, work.program, memory.pages, memory.shared
    )
    typesetting.begin(ARTICLE)
    if not typesetting.keep(article.sheet(typesetting.site)):
        list(typesettings.set_articles(typesetting, [article], lambda path: production.article(path, run), run))
    return post, replace(memory, notebooks=production.known, pages={**memory.pages, **typesetting.known})


def notebook_of(path: str, source: Path) -> str:
    """Return the notebook that a file is or lies beside as a sidecar; "" if it is neither."""
    name = Path(path)
    if not name.is_relative_to(source):
        return ""
    own = name if name.suffix == ".ipynb" else name.with_suffix(".ipynb")
    return own.relative_to(source).as_posix() if os.path.isfile(own) else ""  # a Path raises where it may not look
