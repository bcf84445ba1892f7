"""Ask other sites: the only door to the network, which only `check --external` and `localize` open."""

from __future__ import annotations

import errno
import socket
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import IO, TYPE_CHECKING, Literal
from urllib.parse import quote, urlsplit, urlunsplit

from msgspec import Struct

from publisher import __version__

if TYPE_CHECKING:
    from email.message import Message

TIMEOUT = 15.0  # seconds that a site may be silent
_AGENT = f"Mozilla/5.0 (compatible; notebook-publisher/{__version__})"
_SAFE = "/%:=&?~+!$,;'@()*[]"
_PIECE = 65_536
# Errors of networks without a way to the site, which say nothing of the site.
_NO_WAY = (errno.ENETDOWN, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL)
# Errors that say that there is no such host; the second, of a name without an address, is not everywhere.
_NO_HOST = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))

# Whether a question got anywhere: to a site, which may be silent; nowhere, as there is no such host; or it was not put.
Reach = Literal["site", "no-host", "unasked"]


class Answer(Struct, frozen=True):
    """What a site said: the status of HTTP, 0 if there was none, then why; the type and the bytes of what it sent."""

    status: int
    why: str = ""
    kind: str = ""
    data: bytes = b""
    reach: Reach = "site"

    @property
    def is_good(self) -> bool:
        """Tell whether the site has what was asked for."""
        return 200 <= self.status < 300


def is_web(url: str) -> bool:
    """Tell whether a URL is one of the web, with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def head(url: str, timeout: float = TIMEOUT) -> Answer:
    """Ask whether there is anything at a URL, without fetching it."""
    return _ask(url, "HEAD", 0, timeout)


def begin(url: str, timeout: float = TIMEOUT) -> Answer:
    """Ask for what is at a URL, and read none of it."""
    return _ask(url, "GET", 0, timeout)


def get(url: str, most: int, timeout: float = TIMEOUT) -> Answer:
    """Fetch what is at a URL. More than `most` bytes are no answer."""
    answer = _ask(url, "GET", most, timeout)
    return Answer(0, f"is larger than {most / 1e6:,.0f} MB") if len(answer.data) > most else answer


def _ask(url: str, method: str, most: int, timeout: float) -> Answer:
    if not is_web(url):
        return Answer(0, "is no address of the web")
    try:
        request = urllib.request.Request(_spelled(url), method=method, headers={"User-Agent": _AGENT, "Accept": "*/*"})  # noqa: S310 - checked
        with _opener().open(request, timeout=timeout) as response:
            status, kind = int(response.status), str(response.headers.get_content_type())
            data = _read(response, most) if most else b""
    except urllib.error.HTTPError as error:
        error.close()
        return Answer(error.code, _said(error.code, error.headers))
    except (OSError, HTTPException, ValueError) as error:
        return _silence(error.reason if isinstance(error, urllib.error.URLError) else error)
    return Answer(status, "", kind, data)


def _opener() -> urllib.request.OpenerDirector:
    """Make what opens the web and nothing else: no files, no FTP, whatever a redirect says."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
        urllib.request.UnknownHandler,
    ):
        opener.add_handler(handler())
    return opener


def _spelled(url: str) -> str:
    """Return a URL in ASCII, as HTTP has it, without the place on the page."""
    parts = urlsplit(url)
    name = parts.hostname or ""
    host = f"[{name}]" if ":" in name else name.encode("idna").decode()
    place = f"{host}:{parts.port}" if parts.port else host
    return urlunsplit((parts.scheme, place, quote(parts.path or "/", _SAFE), quote(parts.query, _SAFE), ""))


def _read(response: IO[bytes], most: int) -> bytes:
    """Return the bytes of an answer, one more than `most` at the most."""
    pieces, size = [], 0
    while size <= most and (piece := response.read(min(_PIECE, most + 1 - size))):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _said(status: int, headers: Message) -> str:
    if status in (301, 302, 303, 307, 308):
        return f"leads on to {headers.get('location', 'nowhere')!r}, which is not followed"
    return f"answers {status}"


def _silence(reason: object) -> Answer:
    """Return what stands for no answer at all, for this reason: an error, or its words."""
    if isinstance(reason, TimeoutError):
        return Answer(0, "does not answer in time")
    if isinstance(reason, socket.gaierror) and reason.errno in _NO_HOST:
        return Answer(0, "has a host that nobody knows", reach="no-host")
    if isinstance(reason, socket.gaierror):
        return Answer(0, "could not be asked: there is nobody who knows where hosts are", reach="unasked")
    if isinstance(reason, OSError) and reason.errno in _NO_WAY:
        return Answer(0, f"could not be asked: {reason.strerror}", reach="unasked")
    return Answer(0, f"does not answer: {reason}" if str(reason) else f"does not answer: {type(reason).__name__}")
