"""Links to other sites: asked for politely, one at a time for each host, and remembered for a while."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

import msgspec
from msgspec import Struct

from publisher import cache as caches
from publisher import web
from publisher.checks.kinds import Finding, found
from publisher.web import Answer

if TYPE_CHECKING:
    from publisher.cache import Cache
    from publisher.posts import Made

_IMAGE = re.compile(r' data-cell="(\d+)"|<img src="(https?://[^"]+)"')
PAUSE = 1.0  # seconds between two questions to one host
_HOSTS_AT_ONCE = 8
_DAY = 86_400
_GOOD_FOR, _BAD_FOR = 7 * _DAY, _DAY / 4  # seconds for which an answer is remembered
_GONE = (404, 410)
_NO_HEAD = (400, 403, 404, 405, 406, 410, 429, 500, 501, 503)  # answers of servers that know no HEAD, or dislike it


class Use(Struct, frozen=True):
    """Where a page of another site is linked to."""

    url: str
    notebook: str
    cell: int


class Remembered(Struct, frozen=True):
    """An answer, and when it was given, in seconds since 1970."""

    answer: Answer
    when: float


def uses(made: Made) -> Iterator[Use]:
    """Yield the links of a post to other sites, and its images there, each once, with the cell of the first."""
    seen = set()
    for href, cell in (*((link.href, link.cell) for link in made.article.links), *_images(made.article.body)):
        url = f"https:{href}" if href.startswith("//") else href
        if web.is_web(url) and (whole := urldefrag(url).url) not in seen:
            seen.add(whole)
            yield Use(whole, made.notebook, cell)


def _images(body: str) -> Iterator[tuple[str, int]]:
    cell = 0
    for number, src in _IMAGE.findall(body):
        if number:
            cell = int(number)
        else:
            yield unescape(src), cell


def findings(
    linked: Iterable[Use], cache: Cache, now: float, ask: Callable[[str], Answer], pause: float = PAUSE
) -> Iterator[Finding]:
    """Yield the links that lead nowhere, as far as other sites tell."""
    uses = list(linked)
    answers = _answers(dict.fromkeys(use.url for use in uses), cache, now, ask, pause)
    for use in uses:
        answer = answers[use.url]
        if answer.status in _GONE or "nobody knows" in answer.why:
            what, hint = f"a link leads to a page that is gone: {use.url} {answer.why}", "correct or remove it"
            yield found("dead-link", use.notebook, what, hint, use.cell)
        elif not answer.is_good:
            what, hint = (
                f"a link leads to a site that gave no answer: {use.url} {answer.why}",
                "look at it in a browser",
            )
            yield found("unreachable-link", use.notebook, what, hint, use.cell)


def _answers(
    urls: Iterable[str], cache: Cache, now: float, ask: Callable[[str], Answer], pause: float
) -> Mapping[str, Answer]:
    """Return what is remembered of URLs, and the answers to the others: hosts side by side, a host's one by one."""
    answers, hosts = {}, defaultdict(list)
    for url in urls:
        if known := _recall(url, cache, now):
            answers[url] = known
        else:
            hosts[urlsplit(url).netloc.casefold()].append(url)
    with ThreadPoolExecutor(_HOSTS_AT_ONCE) as pool:
        for told in pool.map(lambda urls: _ask_one_by_one(urls, ask, pause), hosts.values()):
            answers |= told
            for url, answer in told.items():
                cache.put(_key(url), msgspec.json.encode(Remembered(answer, now)))
    return answers


def _ask_one_by_one(urls: Sequence[str], ask: Callable[[str], Answer], pause: float) -> dict[str, Answer]:
    answers = {}
    for number, url in enumerate(urls):
        if number:
            time.sleep(pause)
        answers[url] = ask(url)
    return answers


def ask(url: str) -> Answer:
    """Ask whether a page is there: without fetching it first, and as a reader would where that is not understood."""
    answer = web.head(url)
    if answer.status in _NO_HEAD:
        answer = web.begin(url)
    return Answer(answer.status, answer.why)


def _key(url: str) -> str:
    return caches.key("external link", url)


def _recall(url: str, cache: Cache, now: float) -> Answer | None:
    data = cache.get(_key(url))
    if data is None:
        return None
    known = msgspec.json.decode(data, type=Remembered)
    lasts = _GOOD_FOR if known.answer.is_good else _BAD_FOR
    return known.answer if 0 <= now - known.when < lasts else None
