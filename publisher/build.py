"""The whole story in order: read this first."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from publisher import layout, links, listing, metadata, notebooks, pages, posts, records, templating, workers
from publisher.convert import Conversion
from publisher.errors import NotebookError, Problem, SettingsError
from publisher.layout import Files
from publisher.pages import Post, Site
from publisher.report import Counts, Reporter, Summary, count
from publisher.target import FolderTarget

if TYPE_CHECKING:
    from publisher.cells import Document
    from publisher.config import Settings
    from publisher.images import Picture
    from publisher.notebooks import Notebook
    from publisher.posts import Failed, Made, Place, Rendering
    from publisher.release import Changes, Release
    from publisher.target import Stage

Entry = tuple[Post, tuple[str, ...]]  # a post of the site and the files that its page needs
Templates = tuple[Path, ...]  # the folders in which templates are looked for, in order


@dataclass(frozen=True, slots=True)
class Options:
    """What is wanted of one publish. What is dated after `now` is held back."""

    now: datetime
    drafts: bool = False
    future: bool = False
    strict: bool = False
    force: bool = False
    jobs: int = 1


@dataclass(slots=True)
class Log:
    """What went wrong so far, told to the reporter as it happens."""

    reporter: Reporter
    warnings: list[Problem] = field(default_factory=list)
    failures: list[Problem] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def warn(self, problems: Iterable[Problem]) -> None:
        """Note what the author should know."""
        for problem in problems:
            self.warnings.append(problem)
            self.reporter.problem(problem, is_failure=False)

    def fail(self, notebook: str, problems: Iterable[Problem]) -> None:
        """Note why a notebook is not published this time."""
        self.failed.append(notebook)
        for problem in problems:
            self.failures.append(problem)
            self.reporter.problem(problem, is_failure=True)

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing went wrong at all."""
        return not self.warnings and not self.failures


@dataclass(frozen=True, slots=True)
class Choice:
    """The notebooks to publish, and those that are held back."""

    notebooks: tuple[Notebook, ...]
    drafts: tuple[str, ...]
    future: tuple[str, ...]


def publish(settings: Settings, options: Options, reporter: Reporter) -> Summary:
    """Publish the blog: every good notebook gets its page, and the site changes in one step or not at all."""
    begun = time.perf_counter()
    log = Log(reporter)
    target = FolderTarget(settings.root / settings.output)
    last = target.current()
    where = templating.folders(settings.root)

    choice = hold_back(read_notebooks(settings, log), options)
    places = find_places(choice.notebooks, settings, log)
    with templating.worded_errors(), target.stage(force=options.force) as stage:
        made = make_posts(choice.notebooks, places, settings, options, stage, log)
        files = stage_files(made, places, settings, stage, log)
        site = stage_assets(settings, where, stage)
        stage_static(settings, stage)
        entries = [*compose(made, places, files, settings), *keep_failed(last, files, stage, log)]
        stage_articles(made, files, entries, site, where, stage)
        stage_listing(entries, site, settings, where, stage)
        log.warn(broken_links(entries, choice, site, stage))
        is_shown = log.is_clean or not options.strict
        changes = stage.show(records.dump(entries)) if is_shown else stage.discard()

    summary = summarise(entries, changes, last, log)
    return replace(
        summary,
        drafts=len(choice.drafts),
        future=len(choice.future),
        seconds=time.perf_counter() - begun,
        output=settings.output,
        site_url=settings.base_url,
        is_shown=is_shown,
    )


def read_notebooks(settings: Settings, log: Log) -> tuple[Notebook, ...]:
    """Read every notebook of the source folder; one that cannot be read fails alone."""
    source = settings.root / settings.source
    if not source.is_dir():
        hint = "make it and put notebooks into it, or set `source`"
        raise SettingsError(Problem(settings.source, "is not a folder", hint))
    documents = []
    for path in notebooks.find(source, settings.exclude):
        try:
            documents.append(notebooks.read(source, path))
        except NotebookError as error:
            log.fail(path, error.problems)
        except Exception as error:  # noqa: BLE001 - one bad notebook is one bad notebook
            log.fail(path, [posts.unexpected(path, error)])
    return tuple(interpret(documents, settings.timezone, log))


def interpret(documents: Sequence[Document], timezone: str, log: Log) -> Iterator[Notebook]:
    """Yield the notebooks whose front matter is good. The dates of the whole blog decide how 03/04/2025 is read."""
    found = {document.path: metadata.front_matter(document) for document in documents}
    order = metadata.slash_order(found.values())
    for document in documents:
        try:
            notebook, warnings = notebooks.interpret(document, found[document.path], timezone, order)
        except NotebookError as error:
            log.fail(document.path, error.problems)
        except Exception as error:  # noqa: BLE001 - one bad notebook is one bad notebook
            log.fail(document.path, [posts.unexpected(document.path, error)])
        else:
            log.warn(warnings)
            yield notebook


def hold_back(found: Sequence[Notebook], options: Options) -> Choice:
    """Leave out drafts, and what is dated after today, unless they are wanted."""
    drafts = tuple(each.path for each in found if each.metadata.draft and not options.drafts)
    dated = {each.path: each.metadata.date for each in found if each.metadata.date and each.path not in drafts}
    future = tuple(path for path, date in dated.items() if date > options.now and not options.future)
    held = {*drafts, *future}
    return Choice(tuple(each for each in found if each.path not in held), drafts, future)


def find_places(shown: Sequence[Notebook], settings: Settings, log: Log) -> dict[str, Place]:
    """Return where each post goes, by the path of its notebook; those that want one place all fail."""
    places = {each.path: posts.place(each, settings.permalink) for each in shown}
    reserved = {"index.html", *static_files(settings)}
    clashes = list(posts.clashes(places, reserved))
    for clash in clashes:
        log.fail(clash.file, [clash])
    return {path: place for path, place in places.items() if path not in log.failed}


def make_posts(
    shown: Sequence[Notebook],
    places: Mapping[str, Place],
    settings: Settings,
    options: Options,
    stage: Stage,
    log: Log,
) -> list[Made]:
    """Convert notebooks and render their pictures, here or in other processes; stage every picture once."""
    wanted = [each for each in shown if each.path in places]
    made: list[Made] = []
    log.reporter.start("Converting", len(wanted))
    with workers.pool(options.jobs, len(wanted)) as run:
        results = run(partial(posts.try_to_make, making=_making(settings)), wanted)
        pixels = run(posts.render, _renderings(results, made, stage, log, options.force))
        for result in pixels:
            if isinstance(result, Problem):
                log.warn([result])
            else:
                for path, data in result.items():
                    stage.write(path, data)
    log.reporter.stop()
    return made


def _making(settings: Settings) -> posts.Making:
    conversion = Conversion(
        templates=templating.folders(settings.root),
        excerpt_words=settings.excerpt_words,
        remote_images=settings.remote_images == "allow",
    )
    source, static = settings.root / settings.source, settings.root / settings.static
    return posts.Making(source, static, conversion, settings.images, settings.accent)


def _renderings(
    results: Iterable[Made | Failed], made: list[Made], stage: Stage, log: Log, is_forced: bool
) -> Iterator[Rendering]:
    """Note the posts as they come; yield what has to be rendered, each picture once."""
    asked: set[tuple[str, ...]] = set()
    for result in results:
        log.reporter.advance()
        if isinstance(result, posts.Failed):
            log.fail(result.notebook, result.problems)
            continue
        log.warn(result.problems)
        made.append(result.without_pixels())
        for rendering in result.renderings:
            if rendering.paths in asked:
                continue
            asked.add(rendering.paths)
            kept = [stage.keep(path, "") for path in rendering.paths] if not is_forced else [False]
            if not all(kept):
                yield rendering


def stage_assets(settings: Settings, where: Templates, stage: Stage) -> Site:
    """Stage the style sheet and the fonts; return what every page knows of the site."""
    assets = pages.assets(where, settings.accent)
    for asset in assets:
        stage.write(asset.path, asset.data)
    return pages.site(settings, assets)


def stage_files(
    made: Sequence[Made], places: Mapping[str, Place], settings: Settings, stage: Stage, log: Log
) -> dict[str, Files]:
    """Stage what comes along with each post; return what there is of it, by the path of its notebook."""
    return {each.notebook.path: _stage_files(each, places[each.notebook.path], settings, stage, log) for each in made}


def _stage_files(made: Made, place: Place, settings: Settings, stage: Stage, log: Log) -> Files:
    copied = (each for each in made.attachments if _stage_copy(each.file, each.path, each.digest, "", stage))
    attachments = {each.href: each.path for each in copied}
    download, notebook = posts.download_path(place), made.notebook
    if not _stage_copy(
        settings.root / settings.source / notebook.path, download, notebook.digest, notebook.path, stage
    ):
        download = ""
        log.warn([Problem(made.notebook.path, "changed while it was published", "publish again")])
    pictures = tuple(_if_staged(picture, stage) for picture in made.pictures)
    card = _if_staged(made.card.picture, stage) or _stage_cover(made, settings, stage)
    lead = _if_staged(made.card.lead, stage)
    shown = [path for picture in (*pictures, card, lead) if picture for path in picture.paths]
    paths = dict.fromkeys([place.path, *shown, *attachments.values(), *([download] if download else [])])
    return Files(pictures, card, lead, attachments, download, tuple(paths))


def _stage_copy(file: Path, path: str, digest: str, owner: str, stage: Stage) -> bool:
    """Stage a copy of a file; return False if it is no longer what it was when the post was made."""
    try:
        data = file.read_bytes()
    except OSError:
        return False
    if hashlib.sha256(data).hexdigest() != digest:
        return False
    stage.write(path, data, owner)
    return True


def _stage_cover(made: Made, settings: Settings, stage: Stage) -> Picture:
    """Stage a cover for a post whose chosen picture turned out to be broken when its pixels were made."""
    cover = posts.cover(made.notebook, made.article.title, settings.images, settings.accent)
    for path, data in cover.renderings[0].make().items():
        stage.write(path, data)
    return cover.picture


def _if_staged(picture: Picture | None, stage: Stage) -> Picture | None:
    """Return the picture if all of its pixels could be made."""
    return picture if picture and all(stage.has(path) for path in picture.paths) else None


def compose(
    made: Sequence[Made], places: Mapping[str, Place], files: Mapping[str, Files], settings: Settings
) -> Iterator[Entry]:
    """Yield each post as listings show it, with the files that its page needs."""
    for each in made:
        path = each.notebook.path
        yield layout.compose(each, places[path], files[path], settings.authors), files[path].paths


def keep_failed(last: Release, files: Mapping[str, Files], stage: Stage, log: Log) -> list[Entry]:
    """Carry over the last good page of every notebook that failed, with all that the page needs."""
    kept: list[Entry] = []
    taken = {path for each in files.values() for path in each.paths}
    for notebook in dict.fromkeys(log.failed):
        entry = records.load(notebook, last.posts.get(notebook, {}))
        if entry is not None and entry[0].path not in taken and not stage.has(entry[0].path):  # else another is there
            page_last = reversed(entry[1])  # without what it shows it does not stay
            kept += [entry] if all(stage.has(path) or stage.keep(path) for path in page_last) else []
    if kept:  # their pages name the style sheet of their time
        for path in last.entries:
            if path.startswith("assets/") and not stage.has(path):
                stage.keep(path)
    return kept


def stage_articles(
    made: Sequence[Made],
    files: Mapping[str, Files],
    entries: Sequence[Entry],
    site: Site,
    where: Templates,
    stage: Stage,
) -> None:
    """Lay out and stage the page of every post."""
    environment = templating.environment(where)
    by_notebook = {post.notebook: post for post, _ in entries}
    bodies = {each.notebook.path: each.article.body for each in made}
    kept = (post for post, _ in entries if post.notebook not in bodies)
    bodies.update({post.notebook: stage.read(post.path).decode("utf-8", "replace") for post in kept})
    others = layout.neighbourhood(list(by_notebook.values()), bodies)
    for each in made:
        notebook = each.notebook.path
        page = layout.article_page(environment, site, each, by_notebook[notebook], files[notebook], others)
        stage.write(page.path, page.data, notebook)


def stage_listing(entries: Sequence[Entry], site: Site, settings: Settings, where: Templates, stage: Stage) -> None:
    """Stage the pages of the listing."""
    listed = [post for post, _ in entries]
    environment = templating.environment(where)
    for page in listing.listing_pages(environment, site, listed, settings.page_size, settings.source):
        stage.write(page.path, page.data)


def static_files(settings: Settings) -> dict[str, Path]:
    """Return the author's own files by the path that they go to; links that lead out of their folder are left out."""
    folder = settings.root / settings.static
    root = folder.resolve()
    files = (file for file in sorted(folder.rglob("*")) if file.is_file() and file.resolve().is_relative_to(root))
    return {file.relative_to(folder).as_posix(): file for file in files}


def stage_static(settings: Settings, stage: Stage) -> None:
    """Stage the author's own files as they are."""
    for path, file in static_files(settings).items():
        stage.write(path, file.read_bytes())


def broken_links(entries: Sequence[Entry], choice: Choice, site: Site, stage: Stage) -> Iterator[Problem]:
    """Yield what leads nowhere in the finished site, with the notebook and the cell that it is in."""
    owners = {post.path: post.notebook for post, _ in entries}
    paths = sorted(path for path in stage.entries if path.endswith(".html"))
    finished = ((path, stage.read(path).decode("utf-8", "replace")) for path in paths)
    for broken in links.check(finished, stage.entries.keys(), site.base_url):
        owner = owners.get(broken.page, broken.page)
        what, hint = _held_back(broken, owner, choice) or (broken.what, broken.hint)
        yield Problem(owner, f"{what}: {broken.href}", hint or "correct or remove it", broken.cell)


def _held_back(broken: links.Broken, notebook: str, choice: Choice) -> tuple[str, str] | None:
    """Say more of a link to another notebook than that its page is not there."""
    target = layout.notebook_meant(urlsplit(broken.href).path, notebook)
    if target in choice.drafts:
        return "a link leads to a draft", "publish that one first, or remove the link"
    if target in choice.future:
        return "a link leads to a post that is not due yet", "publish that one first, or remove the link"
    return ("a link leads to a notebook that the blog does not have", "correct the path") if target else None


def summarise(entries: Sequence[Entry], changes: Changes, last: Release, log: Log) -> Summary:
    """Count what came of it."""
    written, unchanged = set(changes.written), set(changes.unchanged)
    pages_of_posts = {post.path for post, _ in entries}
    gone = [record for record in last.posts.values() if record.get("path") in changes.removed]
    return Summary(
        posts=Counts(len(pages_of_posts & written), len(pages_of_posts & unchanged), len(gone)),
        pages=_counts(changes, lambda path: path.endswith(".html")),
        images=_counts(changes, lambda path: path.startswith("img/")),
        warnings=tuple(log.warnings),
        failures=tuple(log.failures),
        notes=tuple(_notes(changes)),
        first_run=not last.entries,
    )


def _counts(changes: Changes, is_counted: Callable[[str], bool]) -> Counts:
    kinds = (changes.written, changes.unchanged, changes.removed)
    written, unchanged, removed = (sum(map(is_counted, paths)) for paths in kinds)
    return Counts(written, unchanged, removed)


def _notes(changes: Changes) -> Iterator[str]:
    if changes.foreign:
        yield f"left in place, as publisher did not make it: {count(len(changes.foreign), 'file')}"
