"""Say what a page may do: which scripts it may run, and what it may load from where."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable

from publisher.analytics import Tracking

_NO_TRACKING = Tracking()

# Runs before anything is painted, so that a page is never seen in the scheme that its reader did not choose. That there
# is `data-scheme` tells the style sheet that scripts run.
EARLY = (
    '{let scheme="auto";try{scheme=localStorage.getItem("publisher-scheme")||scheme}catch{}'
    "document.documentElement.dataset.scheme=scheme}"
)
# What a page may do, whatever stands in it: run the site's own scripts, which it loads from there, and show what is
# there; within it no other script than the early one, letter by letter. It is in every page, as many hosts can set no
# headers.
_EARLY_HASH = b64encode(hashlib.sha256(EARLY.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; script-src 'self' 'sha256-{_EARLY_HASH}'"
    "{scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:{images}; font-src 'self'; "
    "connect-src 'self'{hosts}; media-src 'self' data:; frame-src 'self'{frames}; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
_REMOTE_IMAGE = re.compile(r'<img src="(https?://[^/"\s;,]+)')


def policy(
    body: str, tracking: Tracking = _NO_TRACKING, frames: tuple[str, ...] = (), *, searches: bool = False
) -> str:
    """Return the policy of a page; what the author has allowed adds hosts: remote images, analytics, comments.

    What searches is WebAssembly. It runs in a worker, to which this policy does not apply, and where a slow connection
    keeps that from starting within five seconds, on the page.
    """
    remote = (*_REMOTE_IMAGE.findall(body), *tracking.hosts)
    return POLICY.format(
        scripts=_listed((*tracking.hosts, *tracking.inline, *(["'wasm-unsafe-eval'"] if searches else []))),
        images=_listed(sorted(set(remote))),
        hosts=_listed(tracking.hosts),
        frames=_listed(frames),
    )


def _listed(sources: Iterable[str]) -> str:
    return "".join(f" {source}" for source in sources)
