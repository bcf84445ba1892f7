"""Hand on results in the order of what they are made from, which is taken only a little ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(
    items: Iterable[Item], submit: Callable[[Item], Future[Result]], ahead: int
) -> Iterator[tuple[Item, Future[Result]]]:
    """Yield each item with its future, which may have to be waited for, as soon as it is done or `ahead` are begun."""
    begun: deque[tuple[Item, Future[Result]]] = deque()
    try:
        for item in items:
            begun.append((item, submit(item)))
            del item  # it may be large
            while begun and (len(begun) >= ahead or begun[0][1].done()):
                yield begun.popleft()
        while begun:
            yield begun.popleft()
    finally:
        for _, future in begun:
            future.cancel()
