"""Address the frame in which giscus shows the comments of a post; no script of theirs is needed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from msgspec import Struct

if TYPE_CHECKING:
    from publisher.config import Comments

HOST = "https://giscus.app"
# Languages of giscus by the codes that pages have, as far as they differ from the first part of those.
_LOCALES = (
    "ar", "be", "bg", "ca", "cs", "da", "de", "en", "eo", "es", "eu", "fa", "fr", "gsw", "he", "hu", "id", "it", "ja",
    "ko", "nl", "pl", "pt", "ro", "ru", "th", "tr", "uk", "uz", "vi",
)  # fmt: skip
_OTHER = {"el": "gr", "km": "kh", "zh": "zh-CN", "zh-tw": "zh-TW", "zh-hk": "zh-HK", "zh-hant": "zh-TW"}


class Discussion(Struct, frozen=True):
    """The comments of a post: the address of their frame, less what only the browser knows; where they are on GitHub.

    `script` is the URL of what shows the frame at a click.
    """

    frame: str
    url: str
    script: str


def discussion(comments: Comments, path: str, url: str, title: str, language: str, script: str) -> Discussion:
    """Return the comments of a post by its path on the host, its whole address and its title."""
    term = {"pathname": _by_path(path), "url": url, "title": title}[comments.mapping]
    asked = {
        "repo": comments.repository,
        "repoId": comments.repository_id,
        "category": comments.category,
        "categoryId": comments.category_id,
        "term": term,
        "strict": "0",
        "reactionsEnabled": str(int(comments.reactions)),
        "emitMetadata": "0",
        "inputPosition": "bottom",
    }
    found = urlencode({"discussions_q": term})
    return Discussion(
        frame=f"{HOST}/{_locale(language)}/widget?{urlencode(asked)}",
        url=f"https://github.com/{comments.repository}/discussions?{found}",
        script=script,
    )


def _by_path(path: str) -> str:
    """Return what giscus calls a page by its path, so that comments from before a change to publisher are found."""
    return re.sub(r"\.\w+$", "", path[1:]) if len(path) > 1 else "index"


def _locale(language: str) -> str:
    code = language.lower()
    first = code.split("-")[0]
    return _OTHER.get(code) or _OTHER.get(first) or (first if first in _LOCALES else "en")
