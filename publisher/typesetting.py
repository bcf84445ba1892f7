"""Lay out the pages that are not what they were: a page is kept while all that it is made of stays the same."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct, field

from publisher import cache as caches
from publisher import (
    indexes,
    ingredients,
    layout,
    links,
    listing,
    markup,
    ordering,
    overviews,
    pages,
    redirects,
    search,
    stored,
    taxonomies,
    templating,
)
from publisher.errors import NotebookError, Problem
from publisher.layout import Files, LaidOut, Layout, Neighbourhood
from publisher.links import Scan
from publisher.pages import Page
from publisher.posts import Made
from publisher.report import Change
from publisher.search import Record
from publisher.workers import Lost

if TYPE_CHECKING:
    from markupsafe import Markup

    from publisher.config import Settings
    from publisher.listing import Part
    from publisher.overviews import Overview
    from publisher.pages import Post, Site
    from publisher.posts import Outline
    from publisher.redirects import Redirect
    from publisher.target import Stage
    from publisher.templating import Store, Templates
    from publisher.workers import Run

_OF_ARTICLES_ALONE = ("ending",)  # of what is known of the site
ARTICLE, LISTING, OVERVIEW, INDEX, MISSING = "article", "listing", "overview", "index for programs", "missing page"
REDIRECT, SEARCH = "redirect", "search"
_ROOTS = {
    ARTICLE: ("article.html.j2",),
    LISTING: ("listing.html.j2",),
    OVERVIEW: ("overview.html.j2",),
    MISSING: ("missing.html.j2",),
    REDIRECT: (redirects.TEMPLATE,),
}  # templates, by kind of page
_UNKNOWN = (Change("what it was made of", "", "not known"),)
_FORCED = (Change("--force", "", "everything is made again"),)
_AWAY = (Change("its file on the site", "as it was published", "missing or changed"),)


class KnownPage(Struct, frozen=True):
    """What is known of a page: its kind, what it alone was made of, the SHA-256 of its bytes, and where it leads.

    `beside` are the paths and digests of the files that were made along with it.
    """

    kind: str
    own: Mapping[str, str]
    digest: str
    scan: Scan
    beside: tuple[tuple[str, str], ...] = ()


class Sheet(Struct, frozen=True):
    """A page that the site is to have: where, whose, of which kind, and made of what."""

    path: str
    owner: str
    kind: str
    own: Mapping[str, str]


def is_html(path: str) -> bool:
    """Tell whether a file of the site is a page that a browser shows."""
    return path.endswith(".html")


class Typesetting(Struct):
    """The pages of one publish: those `known` so far, and why others were made again.

    `former` and `before` are the pages of the last publish, and what those of each kind were made of. `articles` are
    those of this one, by their notebooks.
    """

    stage: Stage
    site: Site
    templates: Templates
    program: Mapping[str, str]
    former: Mapping[str, KnownPage]
    before: Mapping[str, Mapping[str, str]]
    is_forced: bool = False
    shared: dict[str, Mapping[str, str]] = field(default_factory=dict)
    known: dict[str, KnownPage] = field(default_factory=dict)
    remade: dict[str, tuple[Change, ...]] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)

    def begin(self, kind: str, **more: str) -> Templates:
        """Note what all pages of a kind are made of, `more` included; return their templates."""
        needed = templating.needed(self.templates, *_ROOTS.get(kind, ()))
        unused = () if kind == ARTICLE else _OF_ARTICLES_ALONE
        self.shared[kind] = {**self.program, **ingredients.of_pages(self.site, needed, unused), **more}
        return needed

    def keep(self, sheet: Sheet) -> bool:
        """Keep a page if all that it is made of is the same; else note why it has to be made again."""
        former = self.former.get(sheet.path)
        reasons = self._reasons(sheet, former)
        if former is None or reasons:
            self.remade[sheet.path] = reasons
            return False
        self.known[sheet.path] = former
        return True

    def _reasons(self, sheet: Sheet, former: KnownPage | None) -> tuple[Change, ...]:
        if self.is_forced:
            return _FORCED
        if former is None or former.kind != sheet.kind:
            return _UNKNOWN
        shared, before = self.shared[sheet.kind], self.before.get(sheet.kind, {})
        if former.own != sheet.own or shared != before:
            return caches.explain({**before, **former.own}, {**shared, **sheet.own})
        files = (*former.beside, (sheet.path, former.digest))
        return () if all(self._is_kept(path, digest, sheet.owner) for path, digest in files) else _AWAY

    def _is_kept(self, path: str, digest: str, owner: str) -> bool:
        shown = self.stage.current.entries.get(path)
        return shown is not None and shown.digest == digest and self.stage.keep(path, owner)

    def put(self, sheet: Sheet, make: Callable[[], bytes]) -> None:
        """Keep a page if all that it is made of is the same, else make it here: one of no post or of many."""
        if not self.keep(sheet):
            page = Page(sheet.path, make())
            found = links.scan(page.path, page.data.decode(), self.site.base_url) if is_html(page.path) else Scan()
            self.take(sheet, LaidOut(page, found))

    def take(self, sheet: Sheet, laid_out: LaidOut) -> None:
        """Take a page that was laid out."""
        digest, *others = (self._write(page, sheet.owner) for page in (laid_out.page, *laid_out.beside))
        beside = tuple(zip((page.path for page in laid_out.beside), others, strict=True))
        self.known[sheet.path] = KnownPage(sheet.kind, sheet.own, digest, laid_out.scan, beside)

    def _write(self, page: Page, owner: str) -> str:
        self.stage.write(page.path, page.data, owner)
        return self.stage.entries[page.path].digest

    def scan(self, path: str) -> Scan:
        """Return where a page of the site leads that is none of ours, or was carried over."""
        html = self.stage.read(path).decode("utf-8", "replace")
        return links.scan(path, html, self.site.base_url)


class Article(Struct, frozen=True):
    """The page of a post: what it is made of."""

    outline: Outline
    post: Post
    files: Files
    others: Neighbourhood

    def sheet(self, site: Site) -> Sheet:
        """Return where the page goes and what it alone is made of."""
        notebook = self.post.notebook
        resolved = {
            href: layout.resolve(href, notebook, self.files, self.others, site) for href in self.outline.references
        }
        own = ingredients.of_page(self.outline, self.post, self.files, self.others, resolved)
        return Sheet(self.post.path, notebook, ARTICLE, own)

    def made_of(self, site: Site) -> str:
        """Return a key of what its body is made of, for other pages that show it."""
        own = self.sheet(site).own
        parts = {name: own[name] for name in own if name in ingredients.OF_BODIES or name.startswith("link ")}
        return caches.key(parts, ingredients.of_words(site.own_words), site.language)


def articles(
    posts: Sequence[Post],
    outlines: Sequence[Outline],
    files: Mapping[str, Files],
    others: Mapping[str, Scan],
    related: Mapping[str, Sequence[str]],
    language: str,
) -> Iterator[Article]:
    """Yield the article of each outline that has files.

    `others` are the pages of posts that have no outline; `related` names the posts that are like each. `language` is
    that of the blog.
    """
    ids: dict[str, Iterable[str]] = {outline.notebook: outline.ids for outline in outlines}
    ids |= {notebook: scan.ids for notebook, scan in others.items()}
    everybody = layout.neighbourhood(posts, ids, related, language)
    by_notebook = {post.notebook: post for post in posts}
    for outline in outlines:
        if found := files.get(outline.notebook):
            yield Article(outline, by_notebook[outline.notebook], found, _nearby(everybody, outline))


def _nearby(everybody: Neighbourhood, outline: Outline) -> Neighbourhood:
    """Return the part of the neighbourhood that the page of one post speaks of."""
    notebook, name = outline.notebook, outline.metadata.series
    series = taxonomies.url("series", name) if name else ""
    meant = {notebook, *(layout.notebook_meant(urlsplit(href).path, notebook) for href in outline.references)}
    return Neighbourhood(
        urls={other: everybody.urls[other] for other in meant if other in everybody.urls},
        ids={other: everybody.ids[other] for other in meant if other in everybody.ids},
        neighbours={notebook: everybody.neighbours.get(notebook, (None, None))},
        translations={notebook: everybody.translations.get(notebook, ())},
        series={series: everybody.series[series]} if series in everybody.series else {},
        related={notebook: everybody.related.get(notebook, ())},
    )


def set_articles(
    typesetting: Typesetting, stale: Sequence[Article], made_of: Callable[[str], bytes | None], run: Run
) -> Iterator[tuple[str, Lost | None]]:
    """Lay out pages of posts, here or in other processes; yield the notebooks whose pages were lost there.

    `made_of` gives what was made of a notebook; one of which that is None by now is yielded as well.
    """
    needed = templating.needed(typesetting.templates, *_ROOTS[ARTICLE])
    waiting: deque[Sheet] = deque()
    failed: list[str] = []

    def layouts() -> Iterator[Layout]:
        for each in stale:
            made = made_of(each.post.notebook)
            if made is None:
                failed.append(each.post.notebook)
                continue
            waiting.append(each.sheet(typesetting.site))
            yield Layout(made, each.post, typesetting.site, each.files, each.others, needed)

    for laid_out in run(layout.lay_out, layouts()):
        sheet = waiting.popleft()
        if isinstance(laid_out, Lost):
            yield sheet.owner, laid_out
        else:
            typesetting.take(sheet, laid_out)
    yield from ((notebook, None) for notebook in failed)


def bodies(
    typesetting: Typesetting, posts: Iterable[Post], made_of: Callable[[str], bytes | None]
) -> dict[str, Markup]:
    """Return finished articles to stand on one page below a heading each, by their notebooks.

    Posts of which only the page is there have none.
    """
    found = {}
    for post in posts:
        article = typesetting.articles.get(post.notebook)
        stored = made_of(post.notebook) if article else None
        if article and stored:
            body = layout.body_of(stored, article.post, article.files, article.others, typesetting.site)
            distinct = pages.with_distinct_regions(body)
            found[post.notebook] = markup.safe(markup.nested(distinct, f"{taxonomies.slug(post.url)}-"))
    return found


def set_listings(
    typesetting: Typesetting,
    posts: Sequence[Post],
    contents: Mapping[str, str],
    settings: Settings,
    bodies: Callable[[Sequence[Post]], Mapping[str, Markup]],
    store: Store,
) -> None:
    """Lay out the pages that list posts.

    `contents` stand for what cards show, by notebook; `bodies` gives whole articles; `store` keeps templates.
    """
    site, source = typesetting.site, settings.source
    needed = typesetting.begin(LISTING, source=source)
    for each in listing.listings(posts, settings):
        for part in each.parts():
            cards = [(post.notebook, f"{post.url} {contents[post.notebook]}") for post in part.posts]
            if each.view == "full":
                whole = {
                    name: typesetting.articles[name].made_of(site) for name, _ in cards if name in typesetting.articles
                }
                cards = [(name, f"{shown} {whole.get(name, '')}") for name, shown in cards]
            sheet = Sheet(part.path, "", LISTING, ingredients.of_listing(cards, part))

            def made(part: Part = part) -> bytes:
                shown = bodies(part.posts) if part.listing.view == "full" else {}
                env = templating.environment(needed, store)
                return listing.listing_page(env, site, part, source, shown).data

            typesetting.put(sheet, made)


def set_index(typesetting: Typesetting, posts: Sequence[Post]) -> None:
    """Write the list of all posts for programs, if there are any."""
    typesetting.begin(INDEX)
    if found := ordering.by_date(posts):
        own = {f"post {post.notebook}": f"{post.url} {post.title} {post.excerpt}" for post in found}
        sheet = Sheet(indexes.PATH, "", INDEX, own)
        typesetting.put(sheet, lambda: indexes.index(typesetting.site, found))


def set_missing(typesetting: Typesetting, store: Store) -> None:
    """Lay out the page that servers show in the place of one that does not exist; `store` keeps templates."""
    needed = typesetting.begin(MISSING)
    site = typesetting.site
    sheet = Sheet(pages.MISSING, "", MISSING, {})
    typesetting.put(sheet, lambda: pages.missing_page(templating.environment(needed, store), site).data)


def set_overviews(typesetting: Typesetting, posts: Sequence[Post], settings: Settings, store: Store) -> None:
    """Lay out the archive and the lists of tags, series and authors; `store` keeps templates."""
    site = typesetting.site
    needed = typesetting.begin(OVERVIEW)
    for each in overviews.overviews(site, posts, settings):
        sheet = Sheet(each.path, "", OVERVIEW, ingredients.of_overview(each))

        def made(each: Overview = each) -> bytes:
            return overviews.overview_page(templating.environment(needed, store), site, each).data

        typesetting.put(sheet, made)


def set_search(
    typesetting: Typesetting,
    posts: Sequence[Post],
    contents: Mapping[str, str],
    with_outputs: bool,
    made_of: Callable[[str], bytes | None],
    jobs: int,
) -> None:
    """Stage the parts of the search's index; one is made again if a post in it is not what it was.

    `contents` stand for what was made of the notebooks; of a post that has none only title and excerpt are found.
    """
    typesetting.shared[SEARCH] = typesetting.program
    by_notebook = {post.notebook: post for post in posts}
    parts = [[by_notebook[notebook] for notebook in part] for part in search.deal(by_notebook)]
    stale: list[tuple[Sheet, int, tuple[Record, ...]]] = []
    for number, members in enumerate(parts):
        sheet = _part_sheet(number, members, contents, typesetting, with_outputs)
        if not (typesetting.keep(sheet) and typesetting.stage.keep_below(search.folder(number))):
            known = [made_of(post.notebook) if post.notebook in contents else None for post in members]
            texts = (_text(made, with_outputs) for made in known)
            records = (_record(post, typesetting.site, text) for post, text in zip(members, texts, strict=True))
            stale.append((sheet, number, tuple(records)))
    if parts:
        typesetting.stage.write(search.PARTS, search.parts_file(len(parts)))
    made = search.indexes([(number, records) for _, number, records in stale], typesetting.site.language, jobs)
    for (sheet, _, _), files in zip(stale, made, strict=True):
        _stage_part(sheet, files, typesetting)


def _part_sheet(
    number: int, members: Sequence[Post], contents: Mapping[str, str], typesetting: Typesetting, with_outputs: bool
) -> Sheet:
    """Return what a part of the index is made of. The first file of it stands for all, as it names them by hashes.

    Posts of which only the page is there are found as they were, as long as all others of the part stay the same.
    """
    path = f"{search.folder(number)}{search.ENTRY}"
    own = {post.notebook: f"{post.url} {contents.get(post.notebook) or repr(post)}" for post in members}
    made_of = ingredients.of_search(own, typesetting.site, with_outputs)
    former = typesetting.former.get(path)
    lost = [f"post {post.notebook}" for post in members if post.notebook not in contents]
    carried = {**made_of, **{name: former.own[name] for name in lost if former and name in former.own}}
    return Sheet(path, "", SEARCH, carried if former and former.own == carried else made_of)


def _stage_part(sheet: Sheet, files: Mapping[str, bytes], typesetting: Typesetting) -> None:
    folder = sheet.path.removesuffix(search.ENTRY)
    for path, data in files.items():
        if path != search.ENTRY:
            typesetting.stage.write(f"{folder}{path}", data)
    typesetting.take(sheet, LaidOut(Page(sheet.path, files[search.ENTRY]), Scan()))


def _text(made: bytes | None, with_outputs: bool) -> str | None:
    post = stored.load(Made, made)
    return search.text_of(post.article.body, with_outputs) if post else None


def _record(post: Post, site: Site, text: str | None) -> Record:
    """Return what can be found of a post."""
    published = pages.date(post.date, pages.words_of(site))
    picture = f"/{post.picture.variants[0].path}" if post.picture and not post.is_cover else ""
    return Record(
        notebook=post.notebook,
        url=pages.href(site, post.url),
        title=post.title,
        text=post.excerpt if text is None else text,
        tags=taxonomies.distinct(post.tags),
        date=published.text if published else "",
        picture=pages.href(site, picture),
    )


def set_redirects(typesetting: Typesetting, found: Sequence[Redirect], store: Store) -> Iterator[Problem]:
    """Lay out the pages at old addresses, and yield which cannot be there; `store` keeps templates."""
    needed = typesetting.begin(REDIRECT)
    for redirect in found:
        post = redirect.post
        own = {"post": f"{post.title} ({post.url}, {post.metadata.language})", "canonical": post.metadata.canonical}

        def made(redirect: Redirect = redirect) -> bytes:
            return redirects.page(templating.environment(needed, store), typesetting.site, redirect).data

        try:
            typesetting.put(Sheet(redirect.path, post.notebook, REDIRECT, own), made)
        except NotebookError as error:
            yield from error.problems
