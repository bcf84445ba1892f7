"""The whole story in order: read this first."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from publisher import (
    beside,
    brand,
    branding,
    feeds,
    headers,
    images,
    ingredients,
    layout,
    leaks,
    legibility,
    libraries,
    links,
    listing,
    notebooks,
    overviews,
    pages,
    posts,
    records,
    redirects,
    search,
    sources,
    stamps,
    syndication,
    taxonomies,
    templating,
    translations,
    unchanged,
    words,
    workers,
)
from publisher import cache as caches
from publisher import ledger as ledgers
from publisher import related as likeness
from publisher import typesetting as typesettings
from publisher.article import Limits
from publisher.brand import Drawing, Font
from publisher.cache import Cache
from publisher.config import Options
from publisher.convert import TEMPLATE, Conversion
from publisher.errors import Problem, PublisherError, SettingsError, TargetError
from publisher.gallery import Gallery
from publisher.layout import Files
from publisher.ledger import Head, Ledger
from publisher.outputs.frames import FOLDER as FRAMES
from publisher.posts import Holding, Making
from publisher.production import Digests, Known, Production, Workplace
from publisher.report import Counts, Log, Remade, Reporter, Summary, count
from publisher.target import FolderTarget
from publisher.typesetting import ARTICLE, KnownPage, Typesetting
from publisher.words import Own

if TYPE_CHECKING:
    from markupsafe import Markup

    from publisher.branding import Logo
    from publisher.config import Settings
    from publisher.pages import Post, Site
    from publisher.posts import Outline, Place
    from publisher.release import Changes
    from publisher.stamps import Stamp
    from publisher.target import Signature, Stage
    from publisher.templating import Templates
    from publisher.workers import Run

__all__ = ["Options", "publish"]

Entry = tuple["Post", tuple[str, ...]]  # a post of the site and the files that its page needs

RETAINED = ("assets/", "img/", "files/")  # hashed: they stay a while for readers who hold an older page
WENT_BACK = "the site had been rolled back; now it shows the notebooks as they are"
NO_ADDRESS = "no base-url: feeds, sitemap, social cards and canonical links are left out"
MADE = "made"  # the kind of what is made of notebooks
TEMPLATES = (TEMPLATE, "article.html.j2")
_CARDS_A_NOTEBOOK = 4  # drawing a card takes a quarter of the time of converting a notebook
_PAGES_A_NOTEBOOK = 10  # laying out a page takes a tenth of the time of converting a notebook


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


class Proof(Struct, frozen=True):
    """All that a publish would show, for someone who reads it before: posts, what is made of them, where pages lead."""

    work: Work
    production: Production
    choice: Choice
    entries: Sequence[Entry]
    typesetting: Typesetting


def publish(
    settings: Settings, options: Options, reporter: Reporter, proofread: Callable[[Proof], None] | None = None
) -> Summary:
    """Publish the blog: every good notebook gets its page, and the site changes in one step or not at all.

    With someone to proofread, it is all made and nothing is shown.
    """
    begun = time.perf_counter()
    check_source(settings)
    check_colours(settings)
    log = Log(reporter)
    cache = Cache(settings.root / settings.cache)
    ledger = Ledger(cache, settings.root / settings.output)
    head = None if options.force else ledger.head()
    former = ledger.files(head)
    seen, stamp = sources.look(settings), cache.stamp()
    digests = Digests(seen.files, former.sources)
    memory = ledger.memory(head, Memory) or Memory()
    templates = templating.read(templating.folders(settings.root))
    own_words = words.read(settings.root)
    program = ingredients.of_program(images.codecs())
    target = FolderTarget(settings.root / settings.output)

    with templating.worded_errors(), target.stage(options.force, former.outputs) as stage, ExitStack() as hired:
        crew = Crew(settings, options, templates, cache, hired)
        work = Work(settings, options, templates, own_words, program, cache, digests, memory, stage, crew, log)
        edition = make_site(work)
        log.warn(broken_links(edition.entries, edition.choice, edition.typesetting, stage))
        stage.retain(RETAINED)
        if proofread:
            proofread(Proof(work, edition.production, edition.choice, edition.entries, edition.typesetting))
        else:
            check_descriptions(edition.choice.outlines, settings)
        is_shown = proofread is None and (log.is_clean or not options.strict)
        had_gone_back = is_shown and target.was_rolled_back(former.outputs)
        changes = stage.show(edition.records) if is_shown else stage.discard()
        summary = summarise(edition.entries, edition.choice, changes, had_gone_back, work)
        remade = explained(edition.typesetting, edition.production, work) if options.explain else ()
        summary = replace(summary, remade=remade, is_shown=is_shown, seconds=time.perf_counter() - begun)
        if is_shown:
            summary = remembered(summary, edition, stage.signatures(), stamp, ledger, work)
    return summary


def make_site(work: Work) -> Edition:
    """Make all that the site is to have, as far as it is not what it was, and put it on the stage."""
    production = make_posts(work)
    choice = hold_back(production.known, work)
    places = find_places(choice.outlines, work.settings, work.log)
    files = stage_files(choice.outlines, places, work)
    site = stage_assets(choice.outlines, work)
    stage_libraries(choice.outlines, production, work)
    stage_static(work)
    stage_headers(site, work.stage)
    font = own_font(work)
    site = stage_brand(site, font, work)
    check_allowances(production.known, work)
    check_words(work)
    check_translations(choice, production, work)
    composed = stage_social_cards(
        choice.outlines, compose(choice.outlines, files, places, work.settings), site, font, work
    )
    entries = [*composed, *keep_failed(places, work)]
    site = replace(site, overviews=overviews.urls([post for post, _ in entries]))
    typesetting, lost = set_articles(choice.outlines, entries, files, site, production, work)
    entries = keep_lost(lost, entries, places, work)
    set_listings(choice.outlines, entries, typesetting, production, work)
    set_search(choice.outlines, entries, typesetting, production, work)
    set_redirects(entries, typesetting, work)
    stamped = syndicate(choice.outlines, entries, typesetting, production, work)
    return Edition(choice, entries, stamped, production, typesetting)


def check_source(settings: Settings) -> None:
    """Raise SettingsError if there is no folder of notebooks."""
    if not (settings.root / settings.source).is_dir():
        hint = "make it and put notebooks into it, or set `source`"
        raise SettingsError(Problem(settings.source, "is not a folder", hint))


def check_colours(settings: Settings) -> None:
    """Raise SettingsError if text, links or code could not be read in the colours of the settings."""
    where = templating.folders(settings.root)
    sheet = pages.style(where, settings.accent, settings.theme)
    problems = legibility.problems(sheet, pages.extra_style(where), settings.theme, settings.accent, settings.root)
    if found := list(problems):
        raise SettingsError(*found)


def check_descriptions(outlines: Sequence[Outline], settings: Settings) -> None:
    """Raise PublisherError if more images are without an alternative text than the settings allow."""
    if problem := posts.undescribed(outlines, settings):
        raise PublisherError(problem)


def make_posts(work: Work) -> Production:
    """Make the post of every notebook of the source folder, as far as it is not known what comes of it."""
    production = begin_production(work)
    paths = notebooks.find(work.settings.root / work.settings.source, work.settings.exclude)
    stale = production.stale(paths)
    work.log.reporter.start("Converting", stale)
    production.make(paths, work.crew.for_notebooks(stale, is_dangerous=bool(work.memory.lost)))
    work.log.reporter.stop()
    return production


def begin_production(work: Work) -> Production:
    """Return the making of posts, before any is made: with what all are made of, and what is known of each."""
    settings, options = work.settings, work.options
    source = settings.root / settings.source
    needed = templating.needed(work.templates, TEMPLATE)
    conversion = Conversion(
        needed,
        settings.excerpt_words,
        settings.remote_images == "allow",
        limits=Limits(settings.limits.characters, settings.limits.rows),
        runs_scripts=True,
        scripts=scripts(work),
        trust=settings.trust,
        language=settings.language,
        own_words=work.own_words,
    )
    making = Making(
        conversion,
        settings.images,
        settings.accent,
        settings.timezone,
        holding=held_back_by(options),
        megabytes=settings.limits.notebook,
        allowed=settings.allowed_leaks,
        defaults=settings.defaults,
    )
    shared = {**work.program, **ingredients.of_articles(settings, needed, work.own_words)}
    static = settings.root / settings.static
    place = Workplace(source, static, work.cache, work.digests, shared, options.force)
    former = work.memory.notebooks if work.memory.shared.get(MADE) == shared else {}
    return Production(place, former, making, work.stage, work.log)


def scripts(work: Work) -> dict[str, str]:
    """Return the paths of the script libraries that outputs may load, by name."""
    names = libraries.distributions()
    return libraries.available({name: work.program.get(f"version of {name}", "") for name in names})


def held_back_by(options: Options) -> Holding:
    """Return what is held back: drafts, and what is dated after today, unless they are wanted."""
    return Holding(None if options.future else options.now, drafts=not options.drafts)


def hold_back(known: Mapping[str, Known], work: Work) -> Choice:
    """Leave out drafts, and what is dated after today, unless they are wanted; tell what is odd about the others."""
    holding = held_back_by(work.options)
    drafts = tuple(path for path in sorted(known) if holding.is_draft(known[path].metadata))
    future = tuple(path for path in sorted(known) if holding.is_future(known[path].metadata))
    held = {*drafts, *future}
    outlines = tuple(
        outline for path in sorted(known) if path not in held and (outline := known[path].outline) is not None
    )
    for outline in outlines:
        work.log.warn(outline.problems)
    return Choice(outlines, drafts, future)


def find_places(outlines: Sequence[Outline], settings: Settings, log: Log) -> dict[str, Place]:
    """Return where each post goes, by the path of its notebook; those that want one place all fail."""
    places = {each.notebook: posts.place(each.notebook, each.metadata, settings.permalink) for each in outlines}
    listed = {
        each.notebook: each.metadata for each in outlines if not (each.metadata.is_page or each.metadata.unlisted)
    }
    names = {notebook: taxonomies.names(metadata, settings.authors) for notebook, metadata in listed.items()}
    reserved = {*static_files(settings), *listing.reserved(names.values(), settings)}
    aliases = {each.notebook: each.metadata.aliases for each in outlines}
    clashes = [
        *posts.clashes(places, reserved),
        *taxonomies.clashes(names),
        *redirects.clashes(aliases, places, reserved),
    ]
    for clash in clashes:
        log.fail(clash.file, [clash])
    return {path: place for path, place in places.items() if path not in log.failed}


def stage_files(outlines: Sequence[Outline], places: Mapping[str, Place], work: Work) -> dict[str, Files]:
    """Stage what comes along with each post; return what there is of it, by the path of its notebook."""
    placed = [each for each in outlines if each.notebook in places]
    shown = {path for each in placed for path in each.files}
    work.stage.drop(path for each in outlines for path in each.files if path not in shown)
    return {each.notebook: _stage_files(each, places[each.notebook], work) for each in placed}


def _stage_files(outline: Outline, place: Place, work: Work) -> Files:
    notebook, stage, settings = outline.notebook, work.stage, work.settings
    source, static = settings.root / settings.source, settings.root / settings.static
    attachments = {}
    for each in outline.attachments:
        file = beside.local_file(each.name, notebook, source, static)
        if file and _stage_copy(file, each.path, each.digest, "", stage):
            attachments[each.href] = each.path
    download = posts.download_path(place)
    if not _stage_copy(source / notebook, download, outline.digest, notebook, stage):
        download = ""
        work.log.warn([Problem(notebook, "changed while it was published", "publish again")])
    return Files(attachments, download)


def _stage_copy(file: Path, path: str, digest: str, owner: str, stage: Stage) -> bool:
    """Stage a copy of a file; return False if it is no longer what it was when the post was made."""
    shown = stage.current.entries.get(path)
    if shown and shown.digest == digest and stage.keep(path, owner):
        return True
    try:
        data = file.read_bytes()
    except OSError:
        return False
    if hashlib.sha256(data).hexdigest() != digest:
        return False
    stage.write(path, data, owner)
    return True


def stage_assets(outlines: Sequence[Outline], work: Work) -> Site:
    """Stage the style sheet, the fonts, the logo, and scripts where they are used; return what pages know of it."""
    settings, where = work.settings, templating.folders(work.settings.root)
    assets = pages.assets(where, settings.accent, settings.theme)
    has_frames = any(path.startswith(FRAMES) for each in outlines for path in each.files)
    used = {pages.SCRIPT: has_frames, pages.COMMENTS: bool(settings.comments.repository)}
    if not search.is_wanted(settings.search, work.program):
        assets = tuple(asset for asset in assets if asset.name not in pages.SEARCHING)
    for asset in assets:
        if used.get(asset.name, True):
            work.stage.write(asset.path, asset.data)
    return pages.site(settings, assets, work.own_words, stage_logo(work))


def stage_logo(work: Work) -> Logo | None:
    """Stage the logo, if there is one."""
    if not work.settings.logo:
        return None
    logo, data = branding.logo(work.settings.root, work.settings.logo)
    work.stage.write(logo.url.lstrip("/"), data)
    return logo


def static_files(settings: Settings) -> dict[str, Path]:
    """Return the author's own files by the path that they go to; links that lead out of their folder are left out."""
    folder = settings.root / settings.static
    root = folder.resolve()
    files = (file for file in sorted(folder.rglob("*")) if file.is_file() and file.resolve().is_relative_to(root))
    return {file.relative_to(folder).as_posix(): file for file in files}


def stage_libraries(outlines: Sequence[Outline], production: Production, work: Work) -> None:
    """Stage the script libraries that the posts load, unless one of the same version is there already."""
    paths = scripts(work)
    for name in sorted({name for each in outlines for name in each.libraries}):
        if not production.has(paths[name]):
            work.stage.write(paths[name], libraries.LIBRARIES[name].read())


def stage_static(work: Work) -> None:
    """Stage the author's own files as they are."""
    for path, file in static_files(work.settings).items():
        shown = work.stage.current.entries.get(path)
        if not (shown and shown.digest == work.digests.of(str(file)) and work.stage.keep(path, "")):
            work.stage.write(path, _read_static(file, f"{work.settings.static}/{path}"))


def stage_headers(site: Site, stage: Stage) -> None:
    """Stage what servers should say with the files, unless the author has written that."""
    if not stage.has(headers.PATH):
        stage.write(headers.PATH, headers.file(site.prefix))


def own_font(work: Work) -> Font:
    """Return the font of the blog's own for what is drawn. Raises SettingsError if it cannot be read."""
    file = brand.font_file(work.settings)
    if file is None:
        return Font()
    try:
        font = Font(file.read_bytes(), work.digests.of(str(file)))
        images.check_font(font.data)
    except (OSError, images.ImageError) as error:
        what = error.strerror if isinstance(error, OSError) else error.what
        raise SettingsError(
            Problem("pyproject.toml", f"`social-font` {file.name}: {what}", "correct its path")
        ) from None
    return font


def stage_brand(site: Site, font: Font, work: Work) -> Site:
    """Stage icons, the manifest and the blog's own social card; return what pages know of them."""
    settings, stage = work.settings, work.stage
    touch, others = brand.icons(settings, font)
    card = brand.card_of_blog(settings, font) if settings.base_url else None
    wanted = [each for each in (touch, *others, card) if each]
    drawings = (Drawing(each, font.data, settings.images.max_pixels) for each in wanted)
    work.log.warn(Gallery(stage, work.cache, work.options.force).hang(drawings))
    if not stage.has(brand.MANIFEST):
        stage.write(brand.MANIFEST, brand.manifest(site, others))
    return replace(
        site,
        touch_icon=f"/{brand.TOUCH_ICON if stage.has(brand.TOUCH_ICON) else touch.path}",
        manifest=f"/{brand.MANIFEST}",
        social_card=f"/{card.path}" if card and stage.has(card.path) else "",
    )


def check_allowances(known: Mapping[str, Known], work: Work) -> None:
    """Warn of what static files tell that is not allowed, and of allowances that nothing needs any more."""
    allowed = work.settings.allowed_leaks
    used = {mark for each in known.values() for mark in each.allowed}
    for path, file in static_files(work.settings).items():
        mark = leaks.of_photograph(file, work.digests.of)
        if mark in allowed:
            used.add(mark)
        elif mark:
            work.log.warn([leaks.told_of_photograph(f"{work.settings.static}/{path}", mark)])
    if not work.log.failures:  # a notebook that failed may need some
        work.log.warn(leaks.needless(mark for mark in allowed if mark not in used))


def check_words(work: Work) -> None:
    """Warn of a blog's language whose words are not all there."""
    if gap := words.gaps(work.settings.language, work.own_words):
        work.log.warn([gap])


def check_translations(choice: Choice, production: Production, work: Work) -> None:
    """Warn of translations of what is not there, and of several in one language."""
    known = {*production.known, *work.log.failed}
    work.log.warn(translations.problems(choice.outlines, work.settings.language, known))


def _read_static(file: Path, name: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        hint = "check the file and its permissions"
        raise PublisherError(Problem(name, f"cannot be read: {error.strerror}", hint)) from None


def compose(
    outlines: Sequence[Outline], files: Mapping[str, Files], places: Mapping[str, Place], settings: Settings
) -> Iterator[Entry]:
    """Yield each post as listings show it, with the files that its page needs."""
    for outline in outlines:
        if found := files.get(outline.notebook):
            place = places[outline.notebook]
            own = (place.path, posts.twin_path(place))
            beside = (*outline.files, *found.attachments.values(), *([found.download] if found.download else []))
            yield layout.compose(outline, place, found, settings.authors), tuple(dict.fromkeys((*own, *beside)))


def stage_social_cards(
    outlines: Sequence[Outline], entries: Iterable[Entry], site: Site, font: Font, work: Work
) -> list[Entry]:
    """Stage the card that other sites show of each post, which only a site that has an address needs."""
    composed = list(entries)
    if not site.base_url:
        return composed
    known, accent = {outline.notebook: outline for outline in outlines}, work.settings.accent
    cards = {post.notebook: brand.card_of_post(known[post.notebook], post, site, accent, font) for post, _ in composed}
    work.log.warn(brand.without_title(cards, font))
    pixels = work.settings.images.max_pixels
    drawings = (Drawing(card, font.data, pixels, notebook) for notebook, card in cards.items())
    gallery = Gallery(work.stage, work.cache, work.options.force)
    work.log.warn(gallery.hang(drawings, lambda number: work.crew.for_notebooks(-(-number // _CARDS_A_NOTEBOOK))))
    return [_with_social_card(entry, cards[entry[0].notebook].path, work.stage) for entry in composed]


def _with_social_card(entry: Entry, path: str, stage: Stage) -> Entry:
    post, files = entry
    return (replace(post, social_card=f"/{path}"), (*files, path)) if stage.has(path) else entry


def keep_failed(places: Mapping[str, Place], work: Work) -> list[Entry]:
    """Carry over the last good page of every notebook that failed, with all that the page needs."""
    kept: list[Entry] = []
    last, stage = work.stage.current, work.stage
    taken = {place.path for place in places.values()}
    for notebook in dict.fromkeys(work.log.failed):
        entry = records.load(notebook, last.posts.get(notebook, {}))
        if entry is not None and entry[0].path not in taken and not stage.has(entry[0].path):  # else another is there
            page_last = reversed(entry[1])  # without what it shows it does not stay
            kept += [entry] if all(stage.has(path) or stage.keep(path) for path in page_last) else []
    if kept:  # their pages name the style sheet of their time
        for path in last.entries:
            if path.startswith("assets/") and not stage.has(path):
                stage.keep(path)
    return kept


def set_articles(
    outlines: Sequence[Outline],
    entries: Sequence[Entry],
    files: Mapping[str, Files],
    site: Site,
    production: Production,
    work: Work,
) -> tuple[Typesetting, set[str]]:
    """Lay out and stage the page of every post that is not what it was; return the notebooks whose pages were lost."""
    memory, stage = work.memory, work.stage
    typesetting = Typesetting(
        stage, site, work.templates, work.program, memory.pages, memory.shared, work.options.force
    )
    typesetting.begin(ARTICLE)
    kept = {post.notebook: typesetting.scan(post.path) for post, _ in entries if post.notebook not in files}
    listed = [post for post, _ in entries]
    related = find_related(outlines, listed, site.language, work)
    all_of_them = typesettings.articles(listed, outlines, files, kept, related, site.language)
    typesetting.articles = {each.post.notebook: each for each in all_of_them}
    stale = [each for each in typesetting.articles.values() if not typesetting.keep(each.sheet(site))]
    run = work.crew.for_notebooks(-(-len(stale) // _PAGES_A_NOTEBOOK))
    lost = set()
    for notebook, why in typesettings.set_articles(typesetting, stale, lambda path: production.article(path, run), run):
        lost.add(notebook)
        if why:
            work.log.fail(notebook, [Problem(notebook, why.reason, why.hint)])
            production.is_settled = False
            production.lost.add(notebook)
    return typesetting, lost


def find_related(
    outlines: Sequence[Outline], posts: Sequence[Post], language: str, work: Work
) -> Mapping[str, Sequence[str]]:
    """Return the notebooks of posts that are like each listed one; to compare them all takes long, so it is kept."""
    listed = [post for post in posts if post.is_listed]
    terms = {each.notebook: (each.terms, each.metadata.tags) for each in outlines}
    held = {post.notebook: terms[post.notebook] for post in listed if post.notebook in terms}
    linked = layout.linked_otherwise(listed, language)
    key = caches.key("related posts", work.program, repr(sorted(held.items())), repr(sorted(linked.items())))
    known = work.cache.get(key)
    if known is None:
        known = msgspec.json.encode(likeness.related(held, linked))
        work.cache.put(key, known)
    return msgspec.json.decode(known, type=dict[str, tuple[str, ...]])


def keep_lost(lost: Container[str], entries: Sequence[Entry], places: Mapping[str, Place], work: Work) -> list[Entry]:
    """Return the entries with the last good pages of those whose new ones were lost."""
    there = [entry for entry in entries if entry[0].notebook not in lost]
    if len(there) == len(entries):
        return there
    return [*there, *keep_failed({path: place for path, place in places.items() if path not in lost}, work)]


def set_listings(
    outlines: Sequence[Outline],
    entries: Sequence[Entry],
    typesetting: Typesetting,
    production: Production,
    work: Work,
) -> None:
    """Lay out and stage the pages that list posts, as far as they are not what they were."""
    listed = [post for post, _ in entries]
    contents = contents_of(outlines, listed)

    def bodies(posts: Sequence[Post]) -> Mapping[str, Markup]:
        run = work.crew.for_notebooks(0)
        return typesettings.bodies(typesetting, posts, lambda path: production.article(path, run))

    typesettings.set_listings(typesetting, listed, contents, work.settings, bodies, work.cache)
    typesettings.set_overviews(typesetting, listed, work.settings, work.cache)
    typesettings.set_index(typesetting, listed, work.settings.description)
    if not work.stage.has(pages.MISSING):  # the author's own
        typesettings.set_missing(typesetting, work.cache)


def set_redirects(entries: Sequence[Entry], typesetting: Typesetting, work: Work) -> None:
    """Lay out and stage a page at each old address of a post, and the file of redirects unless the author has one."""
    stage, found = work.stage, []
    for each in redirects.of_posts(post for post, _ in entries):
        if stage.has(each.path):
            message = f"has the alias {each.alias}, which is another page of the site"
            work.log.warn([Problem(each.post.notebook, message, "remove the alias")])
        else:
            found.append(each)
    typesettings.set_redirects(typesetting, found, work.cache)
    if found and stage.has(redirects.FILE):
        name = f"{work.settings.static}/{redirects.FILE}"
        work.log.warn([Problem(name, "does not have the aliases of posts", "add them, or remove the file")])
    elif found:
        stage.write(redirects.FILE, redirects.file(found, typesetting.site))


def contents_of(outlines: Sequence[Outline], posts: Sequence[Post]) -> dict[str, str]:
    """Return what stands for all that is shown of each post, by its notebook."""
    contents = {outline.notebook: outline.content for outline in outlines}
    return {**{post.notebook: f"kept {post!r}" for post in posts}, **contents}


def syndicate(
    outlines: Sequence[Outline],
    entries: Sequence[Entry],
    typesetting: Typesetting,
    production: Production,
    work: Work,
) -> Mapping[str, Stamp]:
    """Stage what is for machines, of which most needs the address of the site; return the stamps of all posts."""
    listed = [post for post, _ in entries]
    read = {outline.notebook: outline.read for outline in outlines}
    stamped = stamps.stamps(listed, read, work.stage.current.posts, work.options.now)
    run = once(lambda: work.crew.for_notebooks(0))
    wire = syndication.Wire(
        typesetting,
        listed,
        stamped,
        contents_of(outlines, listed),
        lambda path: production.article(path, run()),
        work.settings,
        work.cache,
        work.options.now,
    )
    syndication.set_robots(wire)
    if work.settings.base_url:
        wire.stylesheet = stage_feed_style(typesetting.site, work)
        syndication.set_feeds(wire)
        syndication.set_sitemap(wire)
    return stamped


def stage_feed_style(site: Site, work: Work) -> str:
    """Stage the style sheet of feeds; return its site-relative URL."""
    about = pages.words_of(site).feed_about
    sheet = feeds.stylesheet(templating.folders(work.settings.root), work.settings.accent, about)
    work.stage.write(sheet.path, sheet.data)
    return f"/{sheet.path}"


def set_search(
    outlines: Sequence[Outline],
    entries: Sequence[Entry],
    typesetting: Typesetting,
    production: Production,
    work: Work,
) -> None:
    """Make the index of the search, as far as it is not what it was."""
    settings = work.settings
    if not search.is_wanted(settings.search, work.program):
        return
    contents = {outline.notebook: outline.content for outline in outlines}
    found = [post for post, _ in entries if not post.metadata.unlisted]

    run = work.crew.for_notebooks(0)

    def made_of(notebook: str) -> bytes | None:
        return production.article(notebook, run)

    typesettings.set_search(typesetting, found, contents, settings.search_outputs, made_of, work.options.jobs)


def broken_links(entries: Sequence[Entry], choice: Choice, typesetting: Typesetting, stage: Stage) -> Iterator[Problem]:
    """Yield what leads nowhere in the finished site, with the notebook and the cell that it is in."""
    owners = {post.path: post.notebook for post, _ in entries}
    known, paths = typesetting.known, sorted(path for path in stage.entries if path.endswith(".html"))
    scans = ((path, known[path].scan if path in known else typesetting.scan(path)) for path in paths)
    for broken in links.judge(scans, stage.entries):
        owner = owners.get(broken.page, broken.page)
        what, hint = _held_back(broken, owner, choice) or (broken.what, broken.hint)
        kind = links.KINDS.get(broken.what, "broken-link")
        yield Problem(owner, f"{what}: {broken.href}", hint or "correct or remove it", broken.cell, kind=kind)


def _held_back(broken: links.Broken, notebook: str, choice: Choice) -> tuple[str, str] | None:
    """Say more of a link to another notebook than that its page is not there."""
    target = layout.notebook_meant(urlsplit(broken.href).path, notebook)
    if target in choice.drafts:
        return "a link leads to a draft", "publish that one first, or remove the link"
    if target in choice.future:
        return "a link leads to a post that is not due yet", "publish that one first, or remove the link"
    return ("a link leads to a notebook that the blog does not have", "correct the path") if target else None


def summarise(entries: Sequence[Entry], choice: Choice, changes: Changes, had_gone_back: bool, work: Work) -> Summary:
    """Count what came of it."""
    last, settings = work.stage.current, work.settings
    written, unchanged = set(changes.written), set(changes.unchanged)
    pages_of_posts = {post.path for post, _ in entries}
    gone = [record for record in last.posts.values() if record.get("path") in changes.removed]
    return Summary(
        posts=Counts(len(pages_of_posts & written), len(pages_of_posts & unchanged), len(gone)),
        pages=_counts(changes, lambda path: path.endswith(".html")),
        images=_counts(changes, lambda path: path.startswith("img/")),
        drafts=len(choice.drafts),
        future=len(choice.future),
        warnings=tuple(work.log.warnings),
        failures=tuple(work.log.failures),
        notes=tuple(_notes(changes, had_gone_back, settings.base_url)),
        output=settings.output,
        site_url=settings.base_url,
        first_run=not last.entries,
    )


def _counts(changes: Changes, is_counted: Callable[[str], bool]) -> Counts:
    kinds = (changes.written, changes.unchanged, changes.removed)
    written, unchanged, removed = (sum(map(is_counted, paths)) for paths in kinds)
    return Counts(written, unchanged, removed)


def _notes(changes: Changes, had_gone_back: bool, base_url: str) -> Iterator[str]:
    if had_gone_back:
        yield WENT_BACK
    if changes.foreign:
        yield f"left in place, as publisher did not make it: {count(len(changes.foreign), 'file')}"
    if not base_url:
        yield NO_ADDRESS


def explained(typesetting: Typesetting, production: Production, work: Work) -> tuple[Remade, ...]:
    """Return why each page was made again; for an article that changed, what changed in it."""
    shared, before = production.place.shared, work.memory.shared.get(MADE, {})
    owners = {outline.notebook: known for known in production.known.values() if (outline := known.outline)}
    remade = []
    for path, changes in sorted(typesetting.remade.items()):
        owner = work.stage.entries[path].owner if path in work.stage.entries else ""
        former, known = work.memory.notebooks.get(owner), owners.get(owner)
        if former and known and any(change.name == "article" for change in changes):
            inside = caches.explain({**before, **former.made_of()}, {**shared, **known.made_of()})
            changes = (*inside, *(change for change in changes if change.name != "article"))
        remade.append(Remade(path, changes))
    return tuple(remade)


def remembered(
    summary: Summary, edition: Edition, outputs: Mapping[str, Signature], stamp: int, ledger: Ledger, work: Work
) -> Summary:
    """Write down what was seen and made. If that cannot be done, the site is shown all the same: say so."""
    try:
        remember(summary, edition, outputs, stamp, ledger, work)
    except TargetError as error:
        hint = "the site is published; the next publish has to find out again what has changed"
        told = (replace(problem, hint=f"{hint}; {problem.hint}") for problem in error.problems)
        return replace(summary, warnings=(*summary.warnings, *told))
    return summary


def remember(
    summary: Summary, edition: Edition, outputs: Mapping[str, Signature], stamp: int, ledger: Ledger, work: Work
) -> None:
    """Write down what was seen and made, for the next publish; clear the cache of what nobody used for long."""
    known = edition.production.known
    sources_seen = work.digests.table(stamp)
    dates = [each.metadata.date for each in known.values() if each.metadata.date]
    head = Head(
        wanted=unchanged.wanted(work.settings, work.options),
        seen=sources.Look({path: signature for path, (signature, _) in sources_seen.items()}).digest(),
        summary=calm(summary),
        since=max((date for date in dates if date <= work.options.now), default=None),
        until=min((date for date in dates if date > work.options.now), default=None),
    )
    if not edition.production.is_settled:
        head = replace(head, seen="")
    written = ledger.save(head, ledgers.Files(sources_seen, outputs), edition.memory)
    used = {each.key for each in known.values()}.union(ledger.keys(written))
    used.update(path for path in work.stage.entries if path.startswith(RETAINED))
    used.update(path for each in known.values() if each.outline for path in each.outline.files)
    work.cache.prune(used)


def calm(summary: Summary) -> Summary:
    """Return what there is to say when nothing has changed since."""
    posts, pages, images = (
        Counts(unchanged=each.written + each.unchanged) for each in (summary.posts, summary.pages, summary.images)
    )
    return replace(summary, posts=posts, pages=pages, images=images, remade=(), notes=(), first_run=False)
