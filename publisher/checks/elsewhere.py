"""Links to other sites: asked for politely, one at a time for each host, and remembered for a while."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from publisher import cache as caches
from publisher import html_tags, stored, web
from publisher.checks.kinds import Finding, found
from publisher.web import Answer, Reach

if TYPE_CHECKING:
    from publisher.cache import Cache
    from publisher.posts import Made

PAUSE = 1.0  # seconds between two questions to one host
_HOSTS_AT_ONCE = 8
_DAY = 86_400
_GOOD_FOR, _BAD_FOR = 7 * _DAY, _DAY / 4  # seconds for which an answer is remembered
_GONE = (404, 410)
_BUSY = (429, 503)  # answers of a host that wants to be left alone, maybe with `Retry-After`
_NO_HEAD = (400, 403, 404, 405, 406, 410, 500, 501)  # answers of servers that know no HEAD, or dislike it


_Future = Future[dict[str, Answer]]
_Asked = tuple[Sequence[str], _Future]  # the URLs of a host, and what will be its answers


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
    for name, attributes in html_tags.found(body, "data-cell", "src"):
        cell = int(attributes.get("data-cell", cell))
        if name == "img" and web.is_web(source := attributes.get("src", "")):
            yield source, cell


def findings(
    linked: Iterable[Use], cache: Cache, now: float, ask: Callable[[str], Answer], pause: float = PAUSE
) -> Iterator[Finding]:
    """Yield the links that lead nowhere, as far as other sites tell."""
    uses = list(linked)
    answers = _answers(dict.fromkeys(use.url for use in uses), cache, now, ask, pause)
    for use in uses:
        answer = answers[use.url]
        if answer.status in _GONE or answer.reach == "no-host":
            what, hint = f"a link leads to a page that is gone: {use.url} {answer.why}", "correct or remove it"
            yield found("dead-link", use.notebook, what, hint, use.cell)
        elif answer.reach == "unasked":
            what, hint = f"a link was not tried: {use.url} {answer.why}", "check again later"
            yield found("unreachable-link", use.notebook, what, hint, use.cell)
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
    answers: dict[str, Answer] = {}
    hosts: defaultdict[str, list[str]] = defaultdict(list)
    for url in urls:
        if known := _recall(url, cache, now):
            answers[url] = known
        else:
            hosts[urlsplit(url).netloc.casefold()].append(url)
    fresh: dict[str, Answer] = {}
    for told in _side_by_side(list(hosts.values()), ask, pause):
        fresh |= told
        _remember(told, "site", cache, now)
    if not any(answer.reach == "no-host" for answer in fresh.values()):
        return answers | fresh
    if any(answer.status for answer in fresh.values()) or _is_online(answers, ask):
        _remember(fresh, "no-host", cache, now)
        return answers | fresh
    return answers | {url: _doubted(answer) for url, answer in fresh.items()}


def _is_online(remembered: Mapping[str, Answer], ask: Callable[[str], Answer]) -> bool:
    """Tell whether a site that is remembered to have answered does so again."""
    known = next((url for url, answer in remembered.items() if answer.is_good), None)
    return known is not None and ask(known).status > 0


def _doubted(answer: Answer) -> Answer:
    """Return an answer as it counts where no site gives any: it may be the network that is not there."""
    if answer.reach != "no-host":
        return answer
    return replace(answer, why=f"{answer.why}, or there is no network", reach="unasked")


def _side_by_side(
    hosts: Sequence[Sequence[str]], ask: Callable[[str], Answer], pause: float
) -> Iterator[dict[str, Answer]]:
    """Yield the answers to the URLs of each host.

    The threads that ask end with the process, as no executor's do: whoever interrupts it waits for no site.
    """
    waiting: SimpleQueue[_Asked] = SimpleQueue()
    futures, stopped = [_Future() for _ in hosts], Event()
    for each in zip(hosts, futures, strict=True):
        waiting.put(each)
    for _ in hosts[:_HOSTS_AT_ONCE]:
        Thread(target=_work, args=(waiting, ask, pause, stopped), daemon=True).start()
    try:
        for future in futures:
            yield future.result()
    finally:
        stopped.set()


def _work(waiting: SimpleQueue[_Asked], ask: Callable[[str], Answer], pause: float, stopped: Event) -> None:
    """Ask one host after the other, until none waits or all is stopped."""
    while not stopped.is_set():
        try:
            urls, future = waiting.get_nowait()
        except Empty:
            return
        try:
            future.set_result(_ask_one_by_one(urls, ask, pause, stopped))
        except Exception as error:  # noqa: BLE001 - who waits for the answer raises it
            future.set_exception(error)


def _ask_one_by_one(
    urls: Sequence[str], ask: Callable[[str], Answer], pause: float, stopped: Event
) -> dict[str, Answer]:
    """Return the answers of one host, which is asked no more when it is busy."""
    answers: dict[str, Answer] = {}
    for number, url in enumerate(urls):
        if number and stopped.wait(pause):
            break
        answers[url] = answer = ask(url)
        if answer.status in _BUSY:
            rest = Answer(0, f"was not asked, as its site answers {answer.status}", reach="unasked")
            return dict.fromkeys(urls, rest) | answers
    return answers


def ask(url: str) -> Answer:
    """Ask whether a page is there: without fetching it first, and as a reader would where that is not understood."""
    answer = web.head(url)
    if answer.status in _NO_HEAD:
        answer = web.begin(url)
    return replace(answer, kind="", data=b"")


def _key(url: str) -> str:
    return caches.key("external link", url)


def _remember(answers: Mapping[str, Answer], reach: Reach, cache: Cache, now: float) -> None:
    """Keep the answers that reached so far."""
    for url, answer in answers.items():
        if answer.reach == reach:
            cache.put(_key(url), stored.dump(Remembered(answer, now)))


def _recall(url: str, cache: Cache, now: float) -> Answer | None:
    known = stored.load(Remembered, cache.get(_key(url)))
    if known is None:
        return None
    lasts = _GOOD_FOR if known.answer.is_good else _BAD_FOR
    return known.answer if 0 <= now - known.when < lasts else None
