"""The whole story in order: read this first."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from publisher import cache as caches
from publisher import (
    clashes,
    closing,
    images,
    indexes,
    ingredients,
    layout,
    leaks,
    legibility,
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
    staging,
    stamps,
    stylesheet,
    syndication,
    taxonomies,
    templating,
    translations,
    words,
)
from publisher import related as likeness
from publisher import typesetting as typesettings
from publisher.article import Limits
from publisher.cache import Cache
from publisher.config import Options
from publisher.convert import TEMPLATE, Conversion
from publisher.errors import Problem, PublisherError, SettingsError
from publisher.layout import Files
from publisher.ledger import Ledger
from publisher.posts import Holding, Making
from publisher.production import Digests, Known, Production, Workplace
from publisher.report import Log, Reporter, Summary, count
from publisher.target import FolderTarget
from publisher.typesetting import ARTICLE, Typesetting
from publisher.work import MADE, Choice, Crew, Edition, Entry, Memory, Work

if TYPE_CHECKING:
    from markupsafe import Markup

    from publisher.config import Settings
    from publisher.pages import Post, Site
    from publisher.posts import Outline, Place
    from publisher.stamps import Stamp

__all__ = ["Options", "publish"]

_FEW, _GONE_NAMED = 4, 5  # posts
_PAGES_A_NOTEBOOK = 10  # laying out a page takes a tenth of the time of converting a notebook


class Proof(Struct, frozen=True):
    """All that a publish would show, for someone who reads it before: posts, what is made of them, where pages lead."""

    work: Work
    production: Production
    choice: Choice
    entries: Sequence[Entry]


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
        log.warn(closing.broken_links(edition.entries, edition.choice, edition.typesetting, stage))
        shown = [post for post, _ in edition.entries]
        stage.retain(records.retained(stage.current, shown, options.now, closing.RETAINED))
        if proofread:
            proofread(Proof(work, edition.production, edition.choice, edition.entries))
        else:
            check_descriptions(edition.choice.outlines, settings)
        is_shown = proofread is None and (log.is_clean or not options.strict)
        if is_shown and not options.allow_fewer:
            check_number(edition, work)
        had_gone_back = is_shown and target.was_rolled_back(former.outputs)
        unlisted = records.unlisted(edition.entries, stage.entries)
        held = frozenset((*edition.choice.drafts, *edition.choice.future))
        changes = stage.show(edition.records, unlisted, held) if is_shown else stage.discard()
        summary = closing.summarise(edition.entries, edition.choice, changes, had_gone_back, work)
        remade = closing.explained(edition.typesetting, edition.production, work) if options.explain else ()
        summary = replace(summary, remade=remade, is_shown=is_shown, seconds=time.perf_counter() - begun)
        if is_shown:
            summary = closing.remembered(summary, edition, stage.signatures(), stamp, ledger, work)
    return summary


def make_site(work: Work) -> Edition:
    """Make all that the site is to have, as far as it is not what it was, and put it on the stage."""
    production = make_posts(work)
    choice = hold_back(production.known, work)
    static = staging.static_files(work.settings)
    places = find_places(choice.outlines, static, work.settings, work.log)
    files = staging.stage_files(choice.outlines, places, work)
    site = staging.stage_assets(choice.outlines, work)
    staging.stage_libraries(choice.outlines, production, work)
    staging.stage_static(static, work)
    staging.stage_headers(site, work.stage)
    font = staging.own_font(work)
    site = staging.stage_brand(site, font, work)
    check_allowances(production.known, static, work)
    check_words(work)
    check_translations(choice, production, work)
    composed = staging.stage_social_cards(
        choice.outlines, compose(choice.outlines, files, places, work.settings), site, font, work
    )
    entries = [*composed, *keep_failed(work.log.failed, places, production, work)]
    site = replace(site, overviews=overviews.urls([post for post, _ in entries]))
    typesetting, lost = set_articles(choice.outlines, entries, files, site, production, work)
    entries = keep_lost(lost, entries, places, production, work)
    shown = [outline for outline in choice.outlines if outline.notebook not in lost]
    set_listings(shown, entries, typesetting, production, work)
    set_search(shown, entries, typesetting, production, work)
    set_redirects(entries, typesetting, work)
    stamped = syndicate(shown, entries, typesetting, production, work)
    return Edition(choice, entries, stamped, production, typesetting)


def check_source(settings: Settings) -> None:
    """Raise SettingsError if there is no folder of notebooks."""
    if not (settings.root / settings.source).is_dir():
        hint = "make it and put notebooks into it, or set `source`"
        raise SettingsError(Problem(settings.source, "is not a folder", hint))


def check_colours(settings: Settings) -> None:
    """Raise SettingsError if text, links or code could not be read in the colours of the settings."""
    where = templating.folders(settings.root)
    sheet = stylesheet.style(where, settings.accent, settings.theme)
    problems = legibility.problems(sheet, stylesheet.extra_style(where), settings.theme, settings.accent, settings.root)
    if found := list(problems):
        raise SettingsError(*found)


def check_descriptions(outlines: Sequence[Outline], settings: Settings) -> None:
    """Raise PublisherError if more images are without an alternative text than the settings allow."""
    if problem := posts.undescribed(outlines, settings):
        raise PublisherError(problem)


def check_number(edition: Edition, work: Work) -> None:
    """Raise SettingsError if far fewer posts are left than there were: the folder of notebooks may not be whole.

    Those that are held back are missing on purpose.
    """
    release, now = work.stage.current, {post.notebook for post, _ in edition.entries}
    held = {*edition.choice.drafts, *edition.choice.future}
    held.update(notebook for notebook in work.log.failed if why_not_kept(notebook, edition.production, work))
    if release.posts:
        before = release.posts.keys() - (held - now)
        gone = sorted(before - now)
    else:  # what is remembered of them is lost
        before = records.pages(release)
        gone = sorted(before - work.stage.entries.keys())
    is_fewer = not now if len(before) < _FEW else len(now) * 2 < len(before)
    if gone and is_fewer:
        rest = len(gone) - _GONE_NAMED
        named = ", ".join(gone[:_GONE_NAMED]) + (f" and {rest:,} more" if rest > 0 else "")
        message = f"{count(len(gone), 'post')} of {len(before):,} would vanish from the site: {named}"
        hint = "see whether all notebooks are there; if these are to go, publish with --allow-fewer"
        raise SettingsError(Problem(work.settings.source, message, hint))


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
        scripts=staging.scripts(work),
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


def find_places(outlines: Sequence[Outline], static: Iterable[str], settings: Settings, log: Log) -> dict[str, Place]:
    """Return where each post goes, by the path of its notebook; those that want one place all fail.

    `static` are the paths of the author's own files.
    """
    places = {each.notebook: posts.place(each.notebook, each.metadata, settings.permalink) for each in outlines}
    listed = {
        each.notebook: each.metadata for each in outlines if not (each.metadata.is_page or each.metadata.unlisted)
    }
    names = {notebook: taxonomies.names(metadata, settings.authors) for notebook, metadata in listed.items()}
    aliases = {each.notebook: each.metadata.aliases for each in outlines}
    fixed = clashes.taken(static, listing.urls((), settings))
    there = clashes.taken(static, listing.urls(names.values(), settings))
    found = (*clashes.find(places, aliases, there), *taxonomies.clashes(names), *clashes.of_terms(names, fixed))
    for clash in found:
        log.fail(clash.file, [clash])
    return {path: place for path, place in places.items() if path not in log.failed}


def check_allowances(known: Mapping[str, Known], static: Mapping[str, Path], work: Work) -> None:
    """Warn of what static files tell that is not allowed, and of allowances that nothing needs any more."""
    allowed = work.settings.allowed_leaks
    used = {mark for each in known.values() for mark in each.allowed}
    for path, file in static.items():
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


def compose(
    outlines: Sequence[Outline], files: Mapping[str, Files], places: Mapping[str, Place], settings: Settings
) -> Iterator[Entry]:
    """Yield each post as listings show it, with the files that its page needs."""
    for outline in outlines:
        if found := files.get(outline.notebook):
            place = places[outline.notebook]
            own = (place.path, posts.twin_path(place.path))
            beside = (*outline.files, *found.attachments.values(), *([found.download] if found.download else []))
            yield layout.compose(outline, place, found, settings.authors), tuple(dict.fromkeys((*own, *beside)))


def keep_failed(failed: Iterable[str], places: Mapping[str, Place], production: Production, work: Work) -> list[Entry]:
    """Carry over the last good page of each of these notebooks, which failed, with all that the page needs.

    What is held back does not come back in this way: neither a page that was made with drafts and posts of the
    future, nor one of a notebook that says so by now, nor a page that leads to one of these.
    """
    kept: list[Entry] = []
    last, stage = work.stage.current, work.stage
    notebooks = dict.fromkeys(failed)
    taken = [places[each].path for each in places.keys() - set(work.log.failed)]
    there = clashes.taken((*stage.entries, *taken) if notebooks else (), ())
    hidden = held_back_pages(production, work) if notebooks else {}
    for notebook in notebooks:
        entry = records.load(notebook, last.posts.get(notebook, {}))
        if why := why_not_kept(notebook, production, work) or why_not_shown(entry, hidden, work):
            work.log.warn([Problem(notebook, f"its last good page was not kept: {why}", "put it right, then publish")])
        elif entry is not None and clashes.is_free(entry[0].path, there):  # else another is there
            page_last = reversed(entry[1])  # without what it shows it does not stay
            if all(stage.has(path) or stage.keep(path, notebook) for path in page_last):
                kept.append(records.unlisted_by(entry, production.metadata(notebook)))
    if kept:  # their pages name the style sheet of their time
        for path in last.entries:
            if path.startswith("assets/") and not stage.has(path):
                stage.keep(path)
    return kept


def why_not_kept(notebook: str, production: Production, work: Work) -> str:
    """Return why the last good page of a notebook that failed is held back; "" if it is not."""
    record, holding = work.stage.current.posts.get(notebook), held_back_by(work.options)
    return records.why_not_kept(notebook, record, production.metadata(notebook), holding)


def held_back_pages(production: Production, work: Work) -> dict[str, str]:
    """Return the pages of the site whose posts are held back by now, each with the path of its notebook."""
    holding, found = held_back_by(work.options), {}
    for notebook, record in work.stage.current.posts.items():
        known = production.known.get(notebook)
        if holding.holds(known.metadata) if known else why_not_kept(notebook, production, work):
            found[str(record.get("path"))] = notebook
    return found


def why_not_shown(entry: Entry | None, hidden: Mapping[str, str], work: Work) -> str:
    """Return why the last good page would tell of a post that is held back; "" if it tells of none of these."""
    page = entry[0].path if entry else ""
    if not hidden or work.stage.has(page) or not work.stage.keep(page):
        return ""
    html = work.stage.read(page).decode()
    work.stage.drop((page,))
    for base_url in {work.settings.base_url, ""}:
        for lead in links.scan(page, html, base_url).leads:
            target = lead.target if lead.target in hidden else f"{lead.target.rstrip('/')}/index.html"
            if target in hidden:
                return f"it leads to the page of {hidden[target]}, which is held back"
    return ""


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
    related = find_related(listed, site.language, work)
    all_of_them = typesettings.articles(listed, outlines, files, kept, related, site.language)
    typesetting.articles = {each.post.notebook: each for each in all_of_them}
    stale = [each for each in typesetting.articles.values() if not typesetting.keep(each.sheet(site))]
    run = work.crew.for_notebooks(-(-len(stale) // _PAGES_A_NOTEBOOK))
    lost = set()
    for notebook, why in typesettings.set_articles(typesetting, stale, lambda path: production.article(path, run), run):
        lost.add(notebook)
        typesetting.articles.pop(notebook, None)
        if why:
            work.log.fail(notebook, [Problem(notebook, why.reason, why.hint)])
            production.is_settled = False
            production.lost.add(notebook)
    return typesetting, lost


def find_related(posts: Sequence[Post], language: str, work: Work) -> Mapping[str, Sequence[str]]:
    """Return the notebooks of posts that are like each listed one; to compare them all takes long, so it is kept."""
    listed = [post for post in posts if post.is_listed]
    held = {post.notebook: (post.terms, post.tags) for post in listed}
    linked = layout.linked_otherwise(listed, language)
    key = caches.key("related posts", work.program, repr(sorted(held.items())), repr(sorted(linked.items())))
    known = work.cache.get(key)
    if known is None:
        known = msgspec.json.encode(likeness.related(held, linked))
        work.cache.put(key, known)
    return msgspec.json.decode(known, type=dict[str, tuple[str, ...]])


def keep_lost(
    lost: Collection[str],
    entries: Sequence[Entry],
    places: Mapping[str, Place],
    production: Production,
    work: Work,
) -> list[Entry]:
    """Return the entries with the last good pages of those whose new ones were lost."""
    there = [entry for entry in entries if entry[0].notebook not in lost]
    return [*there, *keep_failed(sorted(lost), places, production, work)]


def shelf(production: Production, work: Work) -> Callable[[str], bytes | None]:
    """Return who hands out what was made of a notebook, and asks for workers only when something is wanted."""
    run = once(lambda: work.crew.for_notebooks(0))
    return lambda path: production.article(path, run())


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
    made_of = shelf(production, work)

    def bodies(posts: Sequence[Post]) -> Mapping[str, Markup]:
        return typesettings.bodies(typesetting, posts, made_of)

    typesettings.set_listings(typesetting, listed, contents, work.settings, bodies, work.cache)
    typesettings.set_overviews(typesetting, listed, work.settings, work.cache)
    if not work.stage.has(indexes.PATH):  # an author's own file stays
        typesettings.set_index(typesetting, listed)
    if not work.stage.has(pages.MISSING):
        typesettings.set_missing(typesetting, work.cache)


def set_redirects(entries: Sequence[Entry], typesetting: Typesetting, work: Work) -> None:
    """Lay out and stage a page at each old address of a post, and the file of redirects unless the author has one."""
    stage = work.stage
    wanted = tuple(redirects.of_posts(post for post, _ in entries))
    found, others = clashes.fitting(wanted, stage.entries if wanted else {})
    for each in others:  # another's last good page is there, or an old address of it
        message = f"has the alias {each.alias}, which is another page of the site"
        work.log.warn([Problem(each.post.notebook, message, "remove the alias")])
    work.log.warn(typesettings.set_redirects(typesetting, found, work.cache))
    if found and stage.has(redirects.FILE):
        name = f"{work.settings.static}/{redirects.FILE}"
        work.log.warn([Problem(name, "does not have the aliases of posts", "add them, or remove the file")])
    elif found:
        told = [each for each in found if not each.post.metadata.unlisted]  # the page at the old address leads there
        stage.write(redirects.FILE, redirects.file(told, typesetting.site))


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
    wire = syndication.Wire(
        typesetting,
        listed,
        stamped,
        contents_of(outlines, listed),
        shelf(production, work),
        work.settings,
        work.cache,
        work.options.now,
    )
    syndication.set_robots(wire)
    if work.settings.base_url:
        wire.stylesheet = staging.stage_feed_style(typesetting.site, work)
        syndication.set_feeds(wire)
        syndication.set_sitemap(wire)
    return stamped


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
    made_of = shelf(production, work)
    typesettings.set_search(typesetting, found, contents, settings.search_outputs, made_of, work.options.jobs)
