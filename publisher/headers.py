"""What a server should say with every file, for hosts that read it from a file of the site.

The policy of pages is in the pages. Here is what only a header can say: who may show the site in a frame, that what
runs in frames is sandboxed even when it is opened by itself, that types are not guessed, and what may be kept.
"""

from __future__ import annotations

from collections.abc import Iterator

from publisher.outputs import frames

PATH = "_headers"  # read by Netlify, Cloudflare and others that took it over

_EVERYWHERE = (
    ("Content-Security-Policy", "frame-ancestors 'self'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
_FRAMED = (("Content-Security-Policy", f"{frames.POLICY}; sandbox allow-scripts"),)
_DRAWN = (("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"),)
_KEPT = (("Cache-Control", "public, max-age=31536000, immutable"),)
# All that lies in these folders is named by its content.
RULES = (
    ("/*", _EVERYWHERE),
    ("/outputs/*", _FRAMED + _KEPT),
    ("/img/*", _DRAWN + _KEPT),
    ("/media/*", _KEPT),
    ("/assets/*", _KEPT),
)

KEPT = tuple(pattern[1:].removesuffix("*") for pattern, headers in RULES if _KEPT[0] in headers)  # as paths begin


def file(prefix: str = "") -> bytes:
    """Return the file; `prefix` is the path at which the site is. What several rules say of one file is all sent."""
    rules = (
        "\n".join((f"{prefix}{pattern}", *(f"  {name}: {value}" for name, value in headers)))
        for pattern, headers in RULES
    )
    return ("\n\n".join(rules) + "\n").encode()


def of(path: str) -> Iterator[tuple[str, str]]:
    """Yield what a server that follows the rules says with the file at a path of the site, which begins with `/`."""
    for pattern, headers in RULES:
        if path.startswith(pattern.removesuffix("*")):
            yield from headers
