"""Check the settings that lead elsewhere: links, what is put into the head, analytics, comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from publisher.config import checks
from publisher.config.checks import WrongSettingError
from publisher.config.settings import NavigationLink
from publisher.config.shapes import TEXT, WORDS, listed, of, shape_of, tables, takes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publisher.config.elements import Element
    from publisher.config.settings import Analytics, Comments, Settings

PLACES = ("colab", "binder", "jupyterlite")

_HTTPS = re.compile(r"https://[\w.-]+(?::\d+)?(?:/[^\s\"'<>\\]*)?")
_HOST = re.compile(r"(?:https://)?((?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)+(?::\d{1,5})?)/?", re.I)
_ATTRIBUTE = re.compile(r"(?:data-[a-z0-9-]+|async|defer|integrity|crossorigin|referrerpolicy|id|type)")
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")

# Relations that make a browser fetch something, or talk to a host, at once.
_FETCHED = {
    "stylesheet", "icon", "apple-touch-icon", "mask-icon", "manifest", "preload", "prefetch", "modulepreload",
    "preconnect", "dns-prefetch", "prerender", "import",
}  # fmt: skip


@takes(type="string", pattern=r"^\s*(https://\S+)?\s*$")
def https(value: object) -> str:
    """Check a safe web address, which may be empty."""
    text = checks.one_line(value)
    if text and not _HTTPS.fullmatch(text):
        raise WrongSettingError(f"{text!r} is no safe web address", 'write it like "https://example.org/"')
    return text


@takes(**shape_of(checks.navigation))
def social(value: object) -> tuple[NavigationLink, ...]:
    """Check the links to the blog elsewhere: safe web addresses, and mail."""
    links = checks.navigation(value, 'social = [{ title = "Mastodon", url = "https://example.social/@ada" }]')
    for index, link in enumerate(links):
        if not _HTTPS.fullmatch(link.url) and not link.url.startswith("mailto:"):
            raise WrongSettingError(
                f"{link.url!r} is no safe web address", 'begin it with "https://" or "mailto:"', index, "url"
            )
    return links


@takes(**listed(of("string", enum=list(PLACES))))
def open_in(value: object) -> tuple[str, ...]:
    """Check where readers can open a notebook."""
    form = f"open-in = {list(PLACES[:2])}".replace("'", '"')
    places = checks.texts(form)(value)
    for index, place in enumerate(places):
        if place not in PLACES:
            raise WrongSettingError(f"{place!r} is no place to open a notebook in", f"write {form}", index)
    return tuple(dict.fromkeys(places))


@takes(type="string", pattern=r"^\s*(\S+/\S+)?\s*$")
def github_repository(value: object) -> str:
    """Check the owner and the name of a repository on GitHub."""
    text = checks.one_line(value).removeprefix("https://github.com/").strip("/")
    if text and not _REPOSITORY.fullmatch(text):
        raise WrongSettingError(f"{text!r} is no repository on GitHub", 'write it like "owner/name"')
    return text


@takes(type="string")
def head(value: object) -> str:
    """Check HTML for the head of pages: `meta` and `link`, nothing that runs, nothing from elsewhere."""
    text = _html(value)
    for element in elements(text):
        _check_head_element(element.tag, element.attributes)
    return text


def _html(value: object) -> str:
    if not isinstance(value, str):
        raise WrongSettingError(f"is {checks.kind(value)}, where text is needed", "write it in three quotes: '''…'''")
    return value.strip()


def _check_head_element(tag: str, attributes: dict[str, str]) -> None:
    if tag == "script":
        raise WrongSettingError("holds a script", "give scripts to [tool.publisher.analytics], which lists their hosts")
    if tag not in ("meta", "link"):
        raise WrongSettingError(f"holds <{tag}>", "write <meta> and <link> elements alone")
    if "http-equiv" in attributes or "charset" in attributes:
        raise WrongSettingError("changes what pages may do", "write <meta> with a name or a property, and its content")
    fetched = _FETCHED.intersection(attributes.get("rel", "").lower().split())
    href = attributes.get("href", "")
    if re.match(r"\s*(?:javascript|data|vbscript):", href, re.I):
        raise WrongSettingError(f"holds {href!r}", "write an address that begins with https:// or /")
    if fetched and (not href.startswith("/") or href.startswith("//")):
        raise WrongSettingError(
            f"loads {href!r} from elsewhere", 'put the file into static/ and write its path, such as "/icon.png"'
        )


@takes(type="string", pattern=r"^\s*((https://|/)\S*)?\s*$")
def script(value: object) -> str:
    """Check the address of a script: a safe one, or a path on the site."""
    text = checks.one_line(value)
    if text and not _HTTPS.fullmatch(text) and not re.fullmatch(r"/(?!/)[^\s\"'<>\\]*", text):
        raise WrongSettingError(
            f"{text!r} is no safe address of a script", 'write it like "https://stats.example.org/script.js"'
        )
    return text


@takes(**tables(TEXT), propertyNames=of("string", pattern=f"^{_ATTRIBUTE.pattern}$"))
def attributes(value: object) -> tuple[tuple[str, str], ...]:
    """Check the attributes of a script."""
    form = 'attributes = { data-domain = "example.org" }'
    if not isinstance(value, dict):
        raise WrongSettingError(f"is {checks.kind(value)}, where a table is needed", f"write {form}")
    for name, text in value.items():
        if not _ATTRIBUTE.fullmatch(name) or not isinstance(text, str):
            raise WrongSettingError(f"has {name!r}, which no script needs", f"write {form}", name)
    return tuple(sorted(value.items()))


@takes(type="string")
def snippet(value: object) -> str:
    """Check the HTML of a service: scripts, and pictures in `noscript`, all from safe addresses."""
    text = _html(value)
    for element in elements(text):
        tag, attributes = element.tag, element.attributes
        if tag not in ("script", "noscript", "img"):
            raise WrongSettingError(f"holds <{tag}>", "write <script>, and <noscript> with an <img>, alone")
        source = attributes.get("src", "")
        if source and not source.startswith("https://"):
            raise WrongSettingError(f"loads {source!r}", "write an address that begins with https://")
        if running := [name for name in attributes if name.startswith("on")]:
            raise WrongSettingError(f"holds `{running[0]}`, which no page of the site runs", "put it into the script")
    return text


@takes(**listed(WORDS))
def hosts(value: object) -> tuple[str, ...]:
    """Check hosts; return each with its scheme."""
    form = 'hosts = ["stats.example.org"]'
    found = []
    for index, text in enumerate(checks.texts(form)(value)):
        match = _HOST.fullmatch(text)
        if not match:
            raise WrongSettingError(f"{text!r} is no host", f"write {form}", index)
        found.append(f"https://{match[1].lower()}")
    return tuple(dict.fromkeys(found))


def origin(url: str) -> str:
    """Return scheme and host of an address, or "" of a path."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}" if parts.netloc else ""


def elements(html: str) -> list[Element]:
    """Return the elements of some HTML; text between them is an error."""
    if not html:
        return []
    from publisher.config.elements import read  # here, since few blogs have any

    found, strays = read(html)
    if strays:
        raise WrongSettingError(f"holds the text {strays[0][:20]!r}", "write elements alone")
    return found


def together(settings: Settings) -> Iterator[WrongSettingError]:
    """Yield what does not fit together."""
    yield from _analytics(settings.analytics)
    yield from _comments(settings.comments, settings.base_url)
    yield from _places(settings)


def _analytics(analytics: Analytics) -> Iterator[WrongSettingError]:
    where = "analytics"
    if analytics.script and analytics.snippet:
        yield WrongSettingError("is given beside a script", "keep one of the two", where, "snippet")
    if analytics.snippet and not analytics.hosts:
        hint = 'name what it loads from and reports to: hosts = ["stats.example.org"]'
        yield WrongSettingError("has no hosts", hint, where, "snippet")
    for element in elements(analytics.snippet):
        host = origin(element.attributes.get("src", ""))
        if analytics.hosts and host and not _is_among(host, analytics.hosts):
            hint = f'write hosts = ["{host.removeprefix("https://")}"]'
            yield WrongSettingError(f"loads from {host}, which is not among its hosts", hint, where, "snippet")
    for name in ("attributes", "hosts"):
        if getattr(analytics, name) and not (analytics.script or analytics.snippet):
            yield WrongSettingError("belongs to a script that is not there", "add `script`", where, name)


def _is_among(host: str, hosts: tuple[str, ...]) -> bool:
    return any(host == each or ("*." in each and host.endswith(each.partition("*")[2])) for each in hosts)


def _comments(comments: Comments, base_url: str) -> Iterator[WrongSettingError]:
    needed = {
        "repository": comments.repository,
        "repository-id": comments.repository_id,
        "category": comments.category,
        "category-id": comments.category_id,
    }
    missing = [name for name, value in needed.items() if not value]
    if missing and len(missing) < len(needed):
        hint = "get all four from https://giscus.app"
        yield WrongSettingError(f"has no {' and no '.join(f'`{name}`' for name in missing)}", hint, "comments")
    if comments.mapping == "url" and not base_url:
        yield WrongSettingError('is "url", which needs `base-url`', 'write mapping = "pathname"', "comments", "mapping")


def _places(settings: Settings) -> Iterator[WrongSettingError]:
    for place in settings.open_in:
        if not settings.repository:
            yield WrongSettingError(f"names {place}, which needs `repository`", "set `repository`", "open-in")
            return
        if place == "colab" and origin(settings.repository) != "https://github.com":
            yield WrongSettingError("names colab, which opens from GitHub alone", 'write "binder"', "open-in")
        if place == "jupyterlite" and not settings.jupyterlite:
            yield WrongSettingError("names jupyterlite, whose address is not set", "set `jupyterlite`", "open-in")
