"""Put the script that counts readers on pages, and say what their policy has to allow for it."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import TYPE_CHECKING

from msgspec import Struct

from publisher.config import services
from publisher.markup import escape

if TYPE_CHECKING:
    from publisher.config import Analytics


class Tracking(Struct, frozen=True):
    """What pages hold to count their readers: finished HTML, the hosts that it reaches, hashes of inline scripts."""

    html: str = ""
    hosts: tuple[str, ...] = ()
    inline: tuple[str, ...] = ()


def tracking(analytics: Analytics, prefix: str = "") -> Tracking:
    """Return what the settings ask for: nothing, if nothing is set."""
    if analytics.snippet:
        texts = (each.text for each in services.elements(analytics.snippet) if each.tag == "script" and each.text)
        return Tracking(analytics.snippet, analytics.hosts, tuple(dict.fromkeys(map(_hash, texts))))
    if not analytics.script:
        return Tracking()
    own = services.origin(analytics.script)
    source = analytics.script if own else prefix + analytics.script
    given = dict(analytics.attributes)
    attributes = {**({} if "async" in given else {"defer": ""}), "src": source, **given}
    written = "".join(f' {name}="{escape(value)}"' if value else f" {name}" for name, value in attributes.items())
    hosts = tuple(dict.fromkeys((*((own,) if own else ()), *analytics.hosts)))
    return Tracking(f"<script{written}></script>", hosts)


def _hash(script: str) -> str:
    """Return what a policy says to allow one inline script and no other."""
    return f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
