"""Find the notebooks whose posts cannot be where they want to be, since something else of the site is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct

from publisher import pages, redirects, release, reserved, taxonomies
from publisher.errors import Problem
from publisher.listing import feed_url
from publisher.paths import folded, folders, shortened, unfit
from publisher.posts import download_path, twin_path

if TYPE_CHECKING:
    from publisher.posts import Place
    from publisher.redirects import Redirect
    from publisher.release import Entry
    from publisher.taxonomies import Names

Found = tuple["Claim", str, str]  # what cannot be there, why, and what to do

_KIND = "same-address"
_LATER = "page"  # the folder of the later pages of a listing, which are numbers
_SAME = "is another page of the site"
_SLUG = "give it another `slug`"


class Claim(Struct, frozen=True):
    """A file that a notebook wants: of its post, which is at `url`, or the page at an old address, its `alias`."""

    notebook: str
    path: str
    url: str
    alias: str = ""

    @property
    def what(self) -> str:
        """Its address in words."""
        return f"has the alias {shortened(self.alias)}" if self.alias else f"has the URL {shortened(self.url)}"

    @property
    def remedy(self) -> str:
        """What its author can do."""
        if self.alias:
            return "remove the alias, or write another one"
        return "give it another `slug`, or move it to another folder" if "/" in self.url.strip("/") else _SLUG

    @property
    def is_page(self) -> bool:
        """Whether it is what readers come to, not a file beside it."""
        return bool(self.alias) or self.path.endswith(".html")


class Taken(Struct, frozen=True):
    """What the site has of its own, by folded paths: files, the folders that these are in, and URLs of listings."""

    files: Mapping[str, str]
    folders: frozenset[str]
    listings: frozenset[str]


def taken(static: Iterable[str], listings: Iterable[str]) -> Taken:
    """Return what the site has of its own: the static files of its author, and listings at these URLs."""
    urls = set(listings)
    paged = urls.difference(pages.OVERVIEWS)
    named = [*static, *map(pages.path_of, urls)]
    named += [f"{url}{name}".lstrip("/") for url in paged for name in (feed_url(""), pages.path_of(f"{_LATER}/"))]
    files = {folded(path): path for path in named}
    return Taken(files, frozenset(folder for path in files for folder in folders(path)), frozenset(map(folded, paged)))


def find(places: Mapping[str, Place], aliases: Mapping[str, tuple[str, ...]], there: Taken) -> Iterator[Problem]:
    """Yield a problem for every notebook whose post, or an alias of it, would be where something else is.

    Of two posts that want one place both have one; of a post and an alias the notebook with the alias.
    """
    claims = tuple(_claims(places, aliases))
    told: set[tuple[str, str]] = set()
    for claim, message, hint in (*_in_the_way_of_site(claims, there), *_in_each_others_way(claims)):
        if (claim.notebook, claim.alias) not in told:
            told.add((claim.notebook, claim.alias))
            yield Problem(claim.notebook, message, hint, kind=_KIND)


def of_terms(filed: Mapping[str, Names], there: Taken) -> Iterator[Problem]:
    """Yield a problem for every notebook with a tag, a series or an author whose page cannot be where it would be."""
    for notebook, names in filed.items():
        for kind in taxonomies.KINDS:
            for name in names[kind]:
                url = taxonomies.url(kind, name)
                if reason := _reason(pages.path_of(url), there):
                    message = f"{kind}: {name!r} would have the address {url}, which {reason}"
                    yield Problem(notebook, message, "call it something else", kind=_KIND)


def is_free(path: str, there: Taken) -> bool:
    """Tell whether a post may be at a path."""
    return not _reason(path, there)


def fitting(wanted: Iterable[Redirect], entries: Mapping[str, Entry]) -> tuple[list[Redirect], list[Redirect]]:
    """Return the old addresses that fit beside the files of a release, and those that do not; the first one stays."""
    nothing = taken((), ())
    first: dict[str, Redirect] = {}
    for each in wanted:
        if is_free(each.path, nothing):
            first.setdefault(each.path, each)
    free = {path: first[path] for path in release.fitting(first, entries)}
    return list(free.values()), [each for each in wanted if free.get(each.path) is not each]


def _claims(places: Mapping[str, Place], aliases: Mapping[str, tuple[str, ...]]) -> Iterator[Claim]:
    for notebook, place in places.items():
        url, page = unquote(place.url), folded(place.path)
        for path in (place.path, twin_path(place.path), download_path(place)):
            yield Claim(notebook, path, url)
        for alias in aliases.get(notebook, ()):
            path = redirects.path_of(alias)
            if folded(path) != page:  # one that is the post's own address leads nowhere
                yield Claim(notebook, path, url, alias)


def _in_the_way_of_site(claims: Iterable[Claim], there: Taken) -> Iterator[Found]:
    known: dict[str, str] = {}  # most of what a post wants is in one folder
    for claim in claims:
        folder = claim.path.rpartition("/")[0]
        if folder not in known:
            known[folder] = _reason_of_folder(folder, there)
        if reason := _reason_of_file(claim.path, there, known[folder]):
            yield claim, *_worded(claim, reason)


def _reason(path: str, there: Taken) -> str:
    """Say what of the site is where a file would be; "" if nothing is."""
    return _reason_of_file(path, there, _reason_of_folder(path.rpartition("/")[0], there))


def _reason_of_file(path: str, there: Taken, of_folder: str) -> str:
    key = folded(path)
    if key in there.files:
        return _SAME
    if of_folder:
        return of_folder
    if key in there.folders:
        return f"takes the place of /{path}/, a folder of the site"
    return unfit(path) or ("" if "/" in path else reserved.reason(path))


def _reason_of_folder(folder: str, there: Taken) -> str:
    if reason := reserved.reason(folder):
        return reason
    key = folded(f"{folder}/")
    if above := next((there.files[each] for each in folders(key) if each in there.files), ""):
        return f"lies below {above}, a file of the site"
    listing, later, number = f"/{key}".rpartition(f"/{_LATER}/")
    is_later = bool(later) and f"{listing}/" in there.listings and number.partition("/")[0].isdecimal()
    return "is where later pages of a list are" if is_later else ""


def _worded(claim: Claim, reason: str) -> tuple[str, str]:
    if reason == _SAME and claim.alias:
        return f"{claim.what}, which {reason}", "remove the alias"
    if reason == _SAME and claim.is_page:
        return f"has the URL of another page of the site: {claim.url}", _SLUG
    if reason == _SAME or not claim.is_page:
        which = "is another file of the site" if reason == _SAME else reason
        message = f"would have {shortened(claim.path)} beside its page, which {which}"
        return message, "give it another `slug`, or move that file" if reason == _SAME else claim.remedy
    return f"{claim.what}, which {reason}", claim.remedy


def _in_each_others_way(claims: Iterable[Claim]) -> Iterator[Found]:
    by_key: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_key[folded(claim.path)].append(claim)
    for rivals in by_key.values():
        for claim in rivals if len(rivals) > 1 else ():
            if others := _stronger(claim, rivals):
                yield claim, *_worded_same(claim, others)
    for key, lower in by_key.items():
        for upper in (by_key[folder] for folder in folders(key) if folder in by_key):
            for claim, others in (*((each, lower) for each in upper), *((each, upper) for each in lower)):
                if stronger := _stronger(claim, others, is_same=False):
                    message = f"{claim.what}, of which {shortened(claim.path)} cannot be beside {_named(stronger)}"
                    yield claim, message, claim.remedy


def _stronger(claim: Claim, rivals: Iterable[Claim], *, is_same: bool = True) -> list[Claim]:
    """Return the claims that a claim has to give way to: an alias to those of posts, else to its like.

    What a notebook wants twice (`is_same`) is no clash; a file where it wants a folder too is one.
    """
    others = [each for each in rivals if each.notebook != claim.notebook or not is_same]
    of_posts = [each for each in others if not each.alias]
    if claim.alias:
        return of_posts or others
    return [each for each in of_posts if each.notebook != claim.notebook]


def _worded_same(claim: Claim, others: list[Claim]) -> tuple[str, str]:
    whose = " and ".join(sorted({each.notebook for each in others}))
    if claim.alias:
        which = f"{whose} has as well" if others[0].alias else f"is the address of {whose}"
        return f"{claim.what}, which {which}", "remove it from one of them"
    if claim.is_page:
        return f"has the same URL as {whose}: {claim.url}", "give one of them another `slug`"
    return f"would have {claim.path} beside its page, as {whose} would", "give one of them another `slug`"


def _named(claims: Iterable[Claim]) -> str:
    return " and ".join(sorted({f"{shortened(each.path)} of {each.notebook}" for each in claims}))
