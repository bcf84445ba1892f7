"""Read a blog as a good editor would, before it is published: nothing is written that readers see."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from msgspec import Struct

from publisher import build, config, notebooks, posts, stored
from publisher import metadata as about
from publisher.checks import addresses, elsewhere, files, fixes, publishing, running, saying, shown, weights
from publisher.checks.kinds import BY_NAME, KINDS, Finding
from publisher.checks.reading import Reading
from publisher.errors import NotebookError, SettingsError
from publisher.posts import Made
from publisher.writing import Change

if TYPE_CHECKING:
    from publisher.build import Proof
    from publisher.config import Options, Settings
    from publisher.pages import Post
    from publisher.posts import Outline
    from publisher.report import Reporter

# The checks of one notebook, in the order in which one reads it.
OF_NOTEBOOKS: tuple[Callable[[Reading], Iterable[Finding]], ...] = (
    files.cell_ids,
    files.volatile_metadata,
    saying.front_matter_place,
    saying.missing_title,
    saying.missing_date,
    saying.missing_summary,
    shown.heading_order,
    shown.missing_alts,
    shown.tracebacks,
    shown.empty_outputs,
    running.never_run,
    running.out_of_order,
    running.stale_output,
)


class Checked(Struct, frozen=True):
    """What was found, sorted, in how many posts, and what `--fix` would make of files, by their paths in the blog."""

    findings: tuple[Finding, ...]
    posts: int = 0
    fixes: tuple[Change, ...] = ()
    seconds: float = 0.0


def check(settings: Settings, options: Options, reporter: Reporter, asks_others: bool = False) -> Checked:
    """Return what an editor would say of the blog; with `asks_others` links to other sites are tried."""
    begun = time.perf_counter()
    check_settings(settings)
    recorded = addresses.read(settings.root)
    found: list[Finding] = []
    mended: list[Change] = []
    posts_read = 0

    def proofread(proof: Proof) -> None:
        nonlocal posts_read
        posts_read = len(proof.entries)
        found.extend(_of_site(proof, settings, addresses.text(recorded or b"")))
        linked: list[elsewhere.Use] = []
        for post in _posts_read(proof, settings):
            found.extend(post.findings)
            mended.extend(post.fixes)
            linked.extend(post.linked)
        if asks_others:
            found.extend(elsewhere.findings(linked, proof.work.cache, time.time(), elsewhere.ask))
        mended.extend(_completed_list(proof, settings, recorded))

    summary = build.publish(settings, options, reporter, proofread)
    found.extend(publishing.findings(summary.failures, summary.warnings))
    kept = tuple(sorted(finding for finding in set(found) if not is_ignored(finding.kind, finding.file, settings)))
    return Checked(kept, posts_read, tuple(mended), time.perf_counter() - begun)


def check_settings(settings: Settings) -> None:
    """Raise SettingsError for kinds that are ignored and that do not exist."""
    for _, names in settings.check.ignore:
        for name in names:
            if name not in BY_NAME:
                near = get_close_matches(name, BY_NAME, n=1)
                hint = f"did you mean {near[0]!r}?" if near else "docs/checking.md lists them"
                message = f"`ignore` names {name!r}, which is no kind of finding"
                raise SettingsError(config.problem_at(settings.root, ("check", "ignore"), message, hint))


def is_ignored(kind: str, file: str, settings: Settings) -> bool:
    """Tell whether the author wants to hear nothing of a kind, in this file."""
    return any(kind in names and notebooks.matches(file, glob) for glob, names in settings.check.ignore)


def _shown(proof: Proof) -> list[Post]:
    return [post for post, _ in proof.entries]


def _public(proof: Proof) -> list[Post]:
    """Return the posts that are published without further options: no draft, and none of the future."""
    holding = posts.Holding(proof.work.options.now, drafts=True)
    return [post for post in _shown(proof) if not holding.holds(post.metadata)]


def _of_site(proof: Proof, settings: Settings, recorded: str) -> Iterator[Finding]:
    """Yield what is found in the blog as a whole."""
    if problem := posts.undescribed(proof.choice.outlines, settings):
        yield publishing.of(problem, problem.kind)
    shown = _shown(proof)
    yield from addresses.same_titles(shown)
    yield from addresses.vanished(recorded, proof.work.stage.entries, shown, _held(proof, settings))
    yield from addresses.unrecorded(recorded, _public(proof))


def _held(proof: Proof, settings: Settings) -> Mapping[str, str]:
    """Return the addresses of what is held back, with their notebooks."""
    known = proof.production.known
    held = (*proof.choice.drafts, *proof.choice.future)
    return {posts.place(path, known[path].metadata, settings.permalink).url: path for path in held}


def _completed_list(proof: Proof, settings: Settings, before: bytes | None) -> Iterator[Change]:
    after = addresses.completed(before or b"", _public(proof))
    if after != (before or b"") and not is_ignored("unrecorded-address", addresses.FILE, settings):
        yield Change(addresses.FILE, after, before)


class _PostRead(Struct, frozen=True):
    """What is found in one post, how its notebook would be repaired, and what other sites it links to."""

    findings: tuple[Finding, ...]
    fixes: tuple[Change, ...]
    linked: tuple[elsewhere.Use, ...]


def _posts_read(proof: Proof, settings: Settings) -> Iterator[_PostRead]:
    """Yield what is found in each post; one that changed meanwhile is left out."""
    sizes = {path: entry.size for path, entry in proof.work.stage.entries.items()}
    pages = {post.notebook: post.path for post in _shown(proof)}
    run = proof.work.crew.for_notebooks(0)
    for outline in proof.choice.outlines:
        made = stored.load(Made, proof.production.article(outline.notebook, run))
        reading = _read(outline, made, settings) if made else None
        if made and reading:
            weighed = weights.Weighed(made, sizes.get(pages.get(made.notebook, ""), 0), sizes)
            yield _PostRead(
                tuple(_of_post(reading, weighed, settings)),
                tuple(_fixes(reading, settings)),
                tuple(elsewhere.uses(made)),
            )


def _read(outline: Outline, made: Made, settings: Settings) -> Reading | None:
    """Return a notebook as it is read; None if it is not what was published."""
    try:
        source = notebooks.fetch(settings.root / settings.source, outline.notebook)
        document = notebooks.parse(source.data, source.path, source.sidecars)
    except NotebookError:
        return None
    if document.digest != outline.digest:
        return None
    return Reading(source.data, document, about.front_matter(document, settings.defaults), made)


def _of_post(reading: Reading, weighed: weights.Weighed, settings: Settings) -> Iterator[Finding]:
    yield from weights.heavy_page(weighed, settings.check)
    yield from weights.heavy_images(weighed, settings.check)
    for each in OF_NOTEBOOKS:
        yield from each(reading)


def _fixes(reading: Reading, settings: Settings) -> Iterator[Change]:
    kinds = {kind.name for kind in KINDS if not is_ignored(kind.name, reading.path, settings)}
    if (after := fixes.fixed(reading, kinds)) is not None:
        yield Change(f"{settings.source}/{reading.path}", after, reading.data)
