"""Say what came of a publish, and remember it for the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec.structs import replace

from publisher import cache as caches
from publisher import layout, links, sources, unchanged
from publisher import ledger as ledgers
from publisher.errors import Problem, TargetError
from publisher.ledger import Head, Ledger
from publisher.production import Production
from publisher.report import Counts, Remade, Summary, count
from publisher.typesetting import Typesetting
from publisher.work import MADE, Choice, Edition, Entry, Work

if TYPE_CHECKING:
    from publisher.release import Changes
    from publisher.target import Signature, Stage


RETAINED = ("assets/", "img/", "files/")  # hashed: they stay a while for readers who hold an older page
WENT_BACK = "the site had been rolled back; now it shows the notebooks as they are"
NO_ADDRESS = "no base-url: feeds, sitemap, social cards and canonical links are left out"


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
    kept = [post for post, _ in entries if post.notebook in work.log.failed]
    return Summary(
        posts=Counts(len(pages_of_posts & written), len(pages_of_posts & unchanged), len(gone)),
        pages=_counts(changes, lambda path: path.endswith(".html")),
        images=_counts(changes, lambda path: path.startswith("img/") and not path.endswith(".html")),
        files=_counts(changes, lambda path: True),
        drafts=len(choice.drafts),
        future=len(choice.future),
        warnings=tuple(work.log.warnings),
        failures=tuple(work.log.failures),
        notes=tuple(_notes(changes, had_gone_back, settings.base_url)),
        output=settings.output,
        site_url=settings.base_url,
        kept=len(kept),
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
    kinds = (summary.posts, summary.pages, summary.images, summary.files)
    posts, pages, images, files = (Counts(unchanged=each.written + each.unchanged) for each in kinds)
    settled = replace(summary, posts=posts, pages=pages, images=images, files=files)
    return replace(settled, remade=(), notes=(), first_run=False)
