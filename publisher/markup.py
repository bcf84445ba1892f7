"""Make foreign HTML safe; the only module that decides what HTML an author's words may become."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Container
from functools import partial
from html import escape as escape
from html import unescape
from typing import TYPE_CHECKING

import nh3
from msgspec import Struct

from publisher import controls, formulas, html_tags, nesting, obsolete, strays

if TYPE_CHECKING:
    from markupsafe import Markup

    from publisher.words import Words

_TEXT_TAGS = (
    "a abbr b bdi bdo blockquote br cite code data dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 "
    "hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub summary sup time u ul var wbr "
    "center font tt strike big audio video source track progress meter"
)
_TABLE_TAGS = "caption col colgroup table tbody td tfoot th thead tr"
TAGS = frozenset(f"{_TEXT_TAGS} {_TABLE_TAGS}".split()) | formulas.TAGS

# What is dropped with everything in it; any other unknown tag is dropped and its text kept.
DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        *formulas.DROPPED,
        "title",
        "textarea",
        "select",
        "noembed",
        "xmp",
    ]
)

_EVERYWHERE = {
    "class",
    "id",
    "title",
    "lang",
    "dir",
    "role",
    "style",
    "aria-label",
    "aria-hidden",
    "aria-describedby",
    "align",
}
ATTRIBUTES: dict[str, set[str] | frozenset[str]] = {
    "*": _EVERYWHERE,
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "headers", "valign"},
    "th": {"colspan", "rowspan", "headers", "scope", "valign"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "details": {"open"},
    "time": {"datetime"},
    "data": {"value"},
    "del": {"datetime"},
    "ins": {"datetime"},
    "font": {"color"},
    "audio": {"src", "controls", "loop", "muted"},
    "video": {"src", "controls", "loop", "muted", "poster", "width", "height", "playsinline"},
    "source": {"src", "type"},
    "track": {"src", "kind", "srclang", "label"},
    "section": {"tabindex"},
    "div": {"tabindex"},
    "pre": {"tabindex"},
    "progress": {"value", "max"},
    "meter": {"value", "min", "max", "low", "high", "optimum"},
    **formulas.ATTRIBUTES,
}

# No position, no url(): nothing that could cover the page or call home.
STYLES = frozenset(
    """
    color background-color text-align text-decoration text-indent font-weight font-style font-size font-family
    vertical-align white-space width min-width max-width height min-height max-height margin margin-left
    margin-right margin-top margin-bottom padding padding-left padding-right padding-top padding-bottom border
    border-top border-right border-bottom border-left border-color border-style border-width border-collapse
    border-spacing border-radius line-height list-style-type float clear display opacity
    """.split()  # noqa: SIM905 (reads better)
)

# The classes of the site's own style sheets, templates and scripts; those of foreign elements get a prefix. Not among
# them is what foreign HTML may have as well: what Markdown makes (`box`, `done`, `embed`, `figure`, `task`), what tells
# us something (`dataframe`, `only-dark`, `only-light`), and the classes of Pygments and of terminals within `pre`.
CLASSES = frozenset(
    """
    actuarial alone anchor archive article authors beside body callout callout-caution callout-important callout-tip
    callout-title callout-warning card cards cell chr-lrg chr-lrg-vec chr-med chr-med-vec chr-sml chr-sml-vec
    circle-pad citation close code columns comments contents count description diagram download downstrike empty ending
    enlarge entries error error-message excerpt file finder fold folded footnote-back footnote-ref footnotes found
    heading html imprint interactive json kind lead licence lightbox line lines listing logo long longdiv-arc
    longdiv-top markdown masthead math math-error menu meta missing-image name natural neighbours newer node note
    number older opening output overview overviews pager parts phasor-angle phasor-bottom prose raw related
    remote-image scheme search series skip social source sout stderr subtitle table tags text textcircle title
    tml-cancel tml-fbox tml-hat-1 tml-hat-2 tml-hat-3 tml-hat-4 tml-jot tml-left tml-overline tml-prime tml-right
    tml-small tml-tag tml-tilde-2 tml-tilde-3 tml-tilde-4 tml-underline tml-vec tml-xcancel tools translations unseen
    upstrike whole wholes wide window words wrapped
    """.split()  # noqa: SIM905 (reads better)
)

SCHEMES = frozenset({"http", "https", "mailto", "tel", "data", "attachment", "figure"})
ID_PREFIX = "user-"  # of ids, names and classes

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_LINE_END = re.compile("\r\n?")
_IMAGE_DATA = re.compile(r"data:image/(png|jpe?g|gif|webp|avif|svg\+xml)[;,]", re.I)
_UNSAFE_STYLE = re.compile(r"url\s*\(|expression|\\|@|/\*", re.I)
# What would move text over what stands beside it.
_OVERLAPS = re.compile(r"(?:^|(?<=;))\s*(?:margin[\w-]*|text-indent)\s*:[^;]*(?:-\s*[\d.]|\()[^;]*(?:;|$)", re.I)


# What names elements of the same page: one, or several.
_NAMING = ("id", "aria-labelledby", "aria-describedby", "headers")
_HEADING_LEVEL = re.compile(r"(</?h)([2-6])(?=[ >])")


def safe(html: str) -> Markup:
    """Mark HTML that this package made or cleaned as such, for templates that escape everything else."""
    from markupsafe import Markup

    return Markup(html)  # noqa: S704 - the one place; callers pass clean or own HTML


def without_comments(html: str) -> str:
    """Drop `<!-- … -->`; one that is not closed stays."""
    parts: list[str] = []
    position = 0
    while (start := html.find("<!--", position)) >= 0 and (end := html.find("-->", start + 4)) >= 0:
        parts.append(html[position:start])
        position = end + 3
    return "".join(parts) + html[position:]


def without_controls(text: str) -> str:
    """Put U+FFFD, which can be seen, in the place of characters that neither HTML nor XML can hold, such as NUL.

    A line ends with a newline alone, as readers of HTML have it.
    """
    return _CONTROLS.sub("\ufffd", _LINE_END.sub("\n", text) if "\r" in text else text)


def _keep(tag: str, attribute: str, value: str) -> str | None:
    if attribute in ("src", "poster") and tag != "img" and remote_url(value):
        return None
    if attribute in ("src", "href", "poster"):
        scheme = value.strip().lower()
        if scheme.startswith("data:"):
            return value if tag in ("img", "audio", "video", "source") else None
        if scheme.startswith("figure:"):
            return None  # ours alone
        if tag == "a" and scheme.startswith("attachment:"):
            return None  # attachments are shown, never led to
    elif attribute == "style":
        return None if _UNSAFE_STYLE.search(value) else _OVERLAPS.sub("", value)
    elif attribute == "class":
        return " ".join(f"{ID_PREFIX}{name}" if name in CLASSES else name for name in value.split())
    elif attribute == "name":
        return value if value.startswith(ID_PREFIX) else ID_PREFIX + value
    return value if formulas.is_harmless(tag, attribute, value) else None


_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(DROPPED),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    attribute_filter=_keep,
    url_schemes=set(SCHEMES),
    link_rel=None,
    filter_style_properties=set(STYLES),
    id_prefix=ID_PREFIX,
)
_KNOWN = TAGS | DROPPED

_MOST_PASSES = 8
_OPENING_LINE = re.compile(r'<pre(?: [a-z-]+="[^"]*")*>(?=\n)')  # readers of HTML drop the first newline there


def _cleaned(html: str) -> str:
    cleaned = obsolete.renewed(nesting.cut(without_controls(_CLEANER.clean(strays.broken(html)))))
    return _OPENING_LINE.sub(r"\g<0>\n", cleaned) if "<pre" in cleaned else cleaned


def clean(html: str) -> str:
    """Return `html` with nothing in it that could run, load, submit or cover the page.

    Ids, names and the classes that are ours get the prefix `user-`, so that no author's can pass for one of ours. To
    clean twice is to clean once.
    """
    html = html.replace("\0", "\ufffd")  # which readers of HTML would drop
    cleaned = _cleaned(nesting.bounded(strays.left_out(html, _KNOWN)))
    for _ in range(_MOST_PASSES):  # a tree from which elements were taken may be written as HTML that reads otherwise
        before, cleaned = cleaned, _cleaned(cleaned)
        if cleaned == before:
            break
    return cleaned


def with_single_ids(html: str) -> str:
    """Return clean and own HTML in which each id of an author stands once: where it stood first."""
    seen: set[str] = set()

    def single(_: str, attributes: html_tags.Attributes) -> html_tags.Changes:
        name = attributes.get("id", "")
        is_again = name in seen
        seen.update({name} if name.startswith(ID_PREFIX) else ())
        return {"id": None} if is_again else {}

    return html_tags.changed(html, ("id",), single)


_SOURCE = re.compile(r"""(?<=[\s"'/])(?:src|data)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.I)
_SRCDOC = re.compile(r"""\bsrcdoc\s*=\s*(?:"[^"]*"|'[^']*')""", re.I)
_SVG_TITLE = re.compile(r"<title[^<>]*>([^<]*)</title>|aria-label=\"([^\"]*)\"", re.I)
_YOUTUBE = re.compile(r"(?:https?:)?//(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]+)[^\s]*")
_VIMEO = re.compile(r"(?:https?:)?//player\.vimeo\.com/video/(\d+)[^\s]*")
_WEB = re.compile(r"https?://", re.I)
_UNSAFE = re.compile(r"\s*(?:javascript|vbscript|data|blob|file|about):", re.I)
_TITLE = re.compile(r"""\stitle\s*=\s*(?:"([^"]{1,200})"|'([^']{1,200})')""", re.I)
_ANY_TAG = re.compile(r"<[^<>]*>")
_EMBEDDED = {"video": "video", "audio": "audio", "iframe": "embedded_page"}
# What a card says of an embedded page, by a part of its address: a word of the catalogue, and the name of the service.
_SERVICES = (
    ("//www.youtube.com/", "video_on", "YouTube"),
    ("//vimeo.com/", "video_on", "Vimeo"),
    ("dailymotion.com/", "video_on", "Dailymotion"),
    ("//open.spotify.com/", "audio_on", "Spotify"),
    ("soundcloud.com/", "audio_on", "SoundCloud"),
    ("scribd.com/", "document_on", "Scribd"),
    ("slideshare.net/", "slides_on", "SlideShare"),
    ("docs.google.com/", "document_on", "Google Docs"),
    ("google.com/maps", "map_on", "Google Maps"),
    ("openstreetmap.org/", "map_on", "OpenStreetMap"),
    ("codepen.io/", "code_on", "CodePen"),
    ("gist.github.com/", "code_on", "GitHub"),
    ("plot.ly/", "chart_on", "Plotly"),
    ("plotly.com/", "chart_on", "Plotly"),
)
_SVG_NAMESPACE = "http://www.w3.org/2000/svg"


class Tamed(Struct, frozen=True):
    """HTML whose drawings and frames became images and links, and what was left out.

    `scripts` and `frames` are how many of them, `formulas` those of which only words stay, `idle` the names of
    elements that do nothing on a page.
    """

    html: str
    scripts: int = 0
    frames: int = 0
    idle: tuple[str, ...] = ()
    formulas: int = 0


def tame(html: str, words: Words) -> Tamed:
    """Turn what `clean` would drop into what it keeps: inline SVG into an image, frames and far media into links.

    Controls become what they say.
    """
    said = controls.said(html)
    html, scripts = replace_elements(said.html, "script", lambda _: "")
    html, _ = replace_elements(html, "svg", _svg_image)
    html, undrawn = formulas.kept(html)
    frames = 0
    for name in ("iframe", "object", "embed", "video", "audio"):
        html, lost = replace_elements(html, name, partial(_embedded_link, name, words))
        frames += lost
    return Tamed(html, scripts, frames, said.idle, undrawn)


def replace_elements(html: str, name: str, replace: Callable[[str], str]) -> tuple[str, int]:
    """Put `replace(element)` in the place of every outermost element of a name; count those that left nothing.

    What looks like one in a comment, or in the value of an attribute, is none.
    """
    if f"<{name}" not in html and f"<{name}" not in html.lower():
        return html, 0
    parts: list[str] = []
    position = lost = 0
    for start, end in nesting.elements(html, name):
        parts += [html[position:start], replace(html[start:end])]
        lost += not parts[-1]
        position = end
    return "".join(parts) + html[position:], lost


def _svg_image(svg: str) -> str:
    """Put an inline SVG into an image, where nothing of it can run."""
    title = _SVG_TITLE.search(svg)
    if "xmlns=" not in nesting.opening(svg):
        svg = f'{svg[:4]} xmlns="{_SVG_NAMESPACE}"{svg[4:]}'
    alt = escape(unescape((title[1] or title[2] or "").strip())) if title else ""
    return f'<img src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}" alt="{alt}">'


def _embedded_link(name: str, words: Words, element: str) -> str:
    """Put a link in the place of an embedded page, sound or film; what carries its data itself stays as it is."""
    # A film may name its files in <source> elements; what an iframe holds is not its source.
    element = _SRCDOC.sub("", element)
    found = _SOURCE.search(element if name in ("video", "audio", "object") else nesting.opening(element))
    url = unescape(found[1] or found[2] or found[3] or "").strip() if found else ""
    if name in ("video", "audio") and url and (url.startswith("data:") or _is_near(url)):
        return element
    if name in ("object", "embed", "iframe") and _IMAGE_DATA.match(url):
        return f'<img src="{escape(url)}" alt="{escape(_titled(element))}">'
    if not url or _UNSAFE.match(url):
        return _inside(element) if name == "object" else ""
    url, place = _address(url)
    title = _titled(element) or _named(url, words) or getattr(words, _EMBEDDED.get(name, "embedded_file"))
    said = f"<strong>{escape(title)}</strong> <span>{escape(place)}</span>"
    return f'<p class="embed"><a href="{escape(url)}">{said}</a></p>'


def _titled(element: str) -> str:
    """Return the title of an element; "" if it has none."""
    titled = _TITLE.search(nesting.opening(element))
    return unescape(titled[1] or titled[2]).strip() if titled else ""


def _inside(element: str) -> str:
    """Return what an element holds for browsers that cannot show it; "" if there are no words and no image in it."""
    inside = element[len(nesting.opening(element)) : element.rfind("</")]
    is_seen = "<img" in inside.lower() or _ANY_TAG.sub("", inside).strip()
    return inside if is_seen else ""


def _named(url: str, words: Words) -> str:
    key, service = next(((key, service) for host, key, service in _SERVICES if host in url), ("", ""))
    return str(getattr(words, key)(service=service)) if key else ""


def _is_near(url: str) -> bool:
    """Tell whether a sound or a film lies beside the notebook, or is attached to its cell."""
    return not remote_url(url) and (url.startswith("attachment:") or ":" not in url.partition("/")[0])


def _address(url: str) -> tuple[str, str]:
    """Return where a reader finds what is embedded, and the same without its scheme."""
    if youtube := _YOUTUBE.fullmatch(url):
        url = f"https://www.youtube.com/watch?v={youtube[1]}"
    elif vimeo := _VIMEO.fullmatch(url):
        url = f"https://vimeo.com/{vimeo[1]}"
    else:
        url = remote_url(url) or url
    return url, _WEB.sub("", url)


_BLANKS = "".join(map(chr, range(33)))
_FAR = re.compile(r"(?:(https?|ftp|wss?):)?/*(.*)", re.I | re.S)


def remote_url(source: str) -> str:
    """Return the address of what a browser would ask another host for, however oddly it is written; "" if it would not.

    As the URL standard has it: blanks around it and line breaks in it do not count, a backslash is a slash.
    """
    plain = re.sub("[\t\n\r]", "", source).strip(_BLANKS).replace("\\", "/")
    if not plain.lower().startswith(("//", "http:", "https:", "ftp:", "ws:", "wss:")):
        return ""
    scheme, rest = _FAR.fullmatch(plain).groups()  # type: ignore[union-attr] # it matches anything
    return f"{(scheme or 'https').lower()}://{rest}"


def preformatted(html: str, classes: str = "text") -> str:
    """Return a text, as HTML, with its lines as they are; readers of HTML drop the first newline there."""
    first = "\n" * html.startswith("\n")
    return f'<pre class="{classes}" tabindex="0">{first}{html}</pre>'


def missing_image(alt: str, words: Words) -> str:
    """Return what stands in the place of an image that cannot be shown."""
    label = escape(words.image_missing_named(name=alt) if alt else words.image_missing)
    return f'<span class="missing-image" role="img" aria-label="{label}">{label}</span>'


_IMAGE = re.compile(r'<img((?: [a-z-]+="[^"]*")*)>|<(/?)a[ >]')


def replace_images(html: str, replace: Callable[[dict[str, str], bool], str]) -> str:
    """Put `replace(attributes, is_inside_a_link)` in the place of every `<img>` of clean or own HTML."""
    is_linked = False

    def replaced(match: re.Match[str]) -> str:
        nonlocal is_linked
        if match[1] is None:
            is_linked = not match[2]
            return match[0]
        return replace(html_tags.attributes(match[1]), is_linked)

    return _IMAGE.sub(replaced, html) if "<img" in html else html


def replace_links(html: str, replace: Callable[[str], str]) -> str:
    """Put `replace(href)` in the place of every href of an `<a>` of clean or own HTML."""

    def replaced(name: str, attributes: html_tags.Attributes) -> html_tags.Changes:
        return {"href": replace(attributes["href"])} if name == "a" and "href" in attributes else {}

    return html_tags.changed(html, ("href",), replaced)


_LINK_OR_MEDIA = re.compile(r"</?(?:a|img|video|audio|source|track)\b[^<>]*>")


def without_links(html: str) -> str:
    """Return clean or own HTML without its links, of which only the words stay, and without images, sound and film."""
    return _LINK_OR_MEDIA.sub("", html) if "<" in html else html


_WITH_ATTRIBUTES = re.compile(r'<([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"]*")?)+)>')
_OF_WORDS = ("lang", "dir", "title", "href", "src", "alt")


def bare(html: str) -> str:
    """Return clean HTML without its looks, to stand in a place that is not its own: in the contents, in a list."""

    def bared(tag: re.Match[str]) -> str:
        written = html_tags.attributes(tag[2])
        kept = (f' {name}="{escape(written[name])}"' for name in _OF_WORDS if name in written)
        return f"<{tag[1]}{''.join(kept)}>"

    return _WITH_ATTRIBUTES.sub(bared, html)


_HEADING = re.compile(r'<(/?)h[1-6]((?: [a-z-]+="[^"]*")*)>')


def without_headings(html: str, ours: Container[str] = ()) -> str:
    """Make plain blocks of the headings of clean HTML but those with ids in `ours`: only these have a rank."""
    is_ours = False

    def flat(match: re.Match[str]) -> str:
        nonlocal is_ours
        if not match[1]:
            is_ours = html_tags.attributes(match[2]).get("id", "") in ours
            return match[0] if is_ours else '<div class="heading">'
        return match[0] if is_ours else "</div>"

    return _HEADING.sub(flat, html)


def nested(html: str, prefix: str) -> str:
    """Return the body of an article to stand with others on one page: ids of its own, headings one level lower."""

    def renamed(_: str, attributes: html_tags.Attributes) -> html_tags.Changes:
        changes = {
            name: " ".join(f"{prefix}{each}" for each in value.split())
            for name, value in attributes.items()
            if name in _NAMING
        }
        href = attributes.get("href", "")
        return changes | ({"href": f"#{prefix}{href[1:]}"} if href.startswith("#") and len(href) > 1 else {})

    html = html_tags.changed(html, (*_NAMING, "href"), renamed)
    return _HEADING_LEVEL.sub(lambda match: f"{match[1]}{min(int(match[2]) + 1, 6)}", html)


def hrefs(html: str) -> list[str]:
    """Return where the links of clean or own HTML lead, in order."""
    if "<a " not in html:
        return []
    return [written["href"] for name, written in html_tags.found(html, "href") if name == "a" and "href" in written]
