"""Read and change attributes of our own HTML in its tags alone, so that what is text stays letter for letter.

Nothing else rewrites HTML that is finished. It is for what this package wrote or cleaned: there a `<` begins a tag and
stands nowhere else, neither in a text nor in a value, and values stand in double quotes and have none in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html import escape, unescape
from itertools import chain

Attributes = dict[str, str]  # by name, values unescaped; "" for one that has none
Changes = Mapping[str, str | None]  # new values by name; None takes an attribute away

# Each is read to its end before the next one begins, since a value may end like a name: `title="write id="`. Of the
# templates one writes JSON, between single quotes.
_ATTRIBUTE = re.compile(r"""\s+([^\s"'=<>/]+)(?:="([^"]*)"|='[^']*')?""")
_START_TAG = re.compile(rf"<([a-z][a-z0-9-]*)((?:{_ATTRIBUTE.pattern.replace('([', '(?:[')})+)\s*/?>")


def attributes(written: str) -> Attributes:
    """Return the attributes of one start tag, from what stands in it after its name."""
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(written)}


def found(html: str, *names: str) -> Iterator[tuple[str, Attributes]]:
    """Yield the name and all attributes of each start tag that has one of these attributes, in their order.

    Now and then it is one that has none of them, and a value that looks like it.
    """
    return ((tag[1], attributes(tag[2])) for tag in _tags(html, names))


def changed(html: str, names: tuple[str, ...], change: Callable[[str, Attributes], Changes]) -> str:
    """Return HTML in which the start tags that `found` yields got what `change(name, attributes)` says.

    An attribute that it does not mention, or gives the value that it has, stays as it is written. New ones come last.
    """
    parts, end = [], 0
    for tag in _tags(html, names):
        known = attributes(tag[2])
        changes = {key: value for key, value in change(tag[1], known).items() if value != known.get(key)}
        if changes:
            parts += [html[end : tag.start(2)], _rewritten(tag[2], changes)]
            parts += [_written(name, value) for name, value in changes.items() if name not in known]
            end = tag.end(2)
    return "".join((*parts, html[end:])) if parts else html


def _tags(html: str, names: tuple[str, ...]) -> Iterator[re.Match[str]]:
    """Yield the start tags that have one of these attributes.

    Looking for the names takes a tenth of the time of looking at every tag: most of a page are spans of highlighted
    code and cells of tables.
    """
    looked_at = 0
    for place in sorted(chain.from_iterable(_places(html, f'{name}="') for name in names)):
        start = html.rfind("<", looked_at, place)  # if there is none, it is in the tag or text of the place before
        looked_at = place
        tag = _START_TAG.match(html, start) if start >= 0 else None
        if tag and tag.end() > place:
            yield tag


def _places(html: str, text: str) -> Iterator[int]:
    place = html.find(text)
    while place >= 0:
        yield place
        place = html.find(text, place + 1)


def _rewritten(written: str, changes: Changes) -> str:
    return _ATTRIBUTE.sub(lambda each: _written(each[1], changes[each[1]]) if each[1] in changes else each[0], written)


def _written(name: str, value: str | None) -> str:
    return "" if value is None else f' {name}="{escape(value)}"'
