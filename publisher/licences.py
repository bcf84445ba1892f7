"""Know licences by the names that authors write: what they are called in full, and where they can be read."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from msgspec import Struct

_CREATIVE_COMMONS = re.compile(
    r"(?:cc|creative commons)[ -]+(by(?:-nc)?(?:-sa|-nd)?)(?:[ -]+v?(\d\.\d))?(?:[ -]+international)?",
    re.I,
)
_CC_ADDRESS = re.compile(r"https?://creativecommons\.org/licenses/(by(?:-nc)?(?:-sa|-nd)?)/(\d\.\d)\b.*", re.I)
_ZERO = re.compile(r"cc[ -]?(?:0|zero)(?:[ -]+1\.0)?|https?://creativecommons\.org/publicdomain/zero/1\.0/?.*", re.I)
_LATEST = "4.0"

# By SPDX identifier, https://spdx.org/licenses: what a post is likely to be under.
_NAMES = {
    "0BSD": "BSD Zero Clause License",
    "AGPL-3.0-only": "GNU Affero General Public License 3.0",
    "AGPL-3.0-or-later": "GNU Affero General Public License 3.0 or later",
    "Apache-2.0": "Apache License 2.0",
    "Artistic-2.0": "Artistic License 2.0",
    "BSD-2-Clause": "BSD 2-Clause License",
    "BSD-3-Clause": "BSD 3-Clause License",
    "BSL-1.0": "Boost Software License 1.0",
    "ECL-2.0": "Educational Community License 2.0",
    "EPL-2.0": "Eclipse Public License 2.0",
    "EUPL-1.2": "European Union Public Licence 1.2",
    "GFDL-1.3-only": "GNU Free Documentation License 1.3",
    "GFDL-1.3-or-later": "GNU Free Documentation License 1.3 or later",
    "GPL-2.0-only": "GNU General Public License 2.0",
    "GPL-2.0-or-later": "GNU General Public License 2.0 or later",
    "GPL-3.0-only": "GNU General Public License 3.0",
    "GPL-3.0-or-later": "GNU General Public License 3.0 or later",
    "ISC": "ISC License",
    "LGPL-2.1-or-later": "GNU Lesser General Public License 2.1 or later",
    "LGPL-3.0-only": "GNU Lesser General Public License 3.0",
    "LGPL-3.0-or-later": "GNU Lesser General Public License 3.0 or later",
    "MIT": "MIT License",
    "MIT-0": "MIT No Attribution",
    "MPL-2.0": "Mozilla Public License 2.0",
    "ODbL-1.0": "Open Data Commons Open Database License 1.0",
    "OFL-1.1": "SIL Open Font License 1.1",
    "Unlicense": "The Unlicense",
    "Zlib": "zlib License",
}
_BY_NAME = {each.casefold(): identifier for identifier, name in _NAMES.items() for each in (identifier, name)}


class Licence(Struct, frozen=True):
    """What a licence is called, and where it can be read; "" where that is not known."""

    name: str
    url: str = ""


def licence(written: str) -> Licence | None:
    """Return the licence that an author means. Words that are not known stay words; no words are no licence."""
    text = " ".join(written.split())
    if not text:
        return None
    if match := _CREATIVE_COMMONS.fullmatch(text) or _CC_ADDRESS.fullmatch(text):
        kind, version = match[1].lower(), match[2] or _LATEST
        return Licence(f"CC {kind.upper()} {version}", f"https://creativecommons.org/licenses/{kind}/{version}/")
    if _ZERO.fullmatch(text):
        return Licence("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/")
    if identifier := _BY_NAME.get(text.casefold()):
        return Licence(_NAMES[identifier], f"https://spdx.org/licenses/{identifier}.html")
    if re.fullmatch(r"https?://[^\s\"<>]+", text):
        return Licence(urlsplit(text).netloc, text)
    return Licence(text)
