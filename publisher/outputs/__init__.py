"""Turn the outputs of a code cell into HTML: one module a family of mime types, chosen by a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any

from msgspec import Struct

from publisher.article import Notes, described
from publisher.markup import escape
from publisher.outputs import (
    bokeh,
    data,
    documents,
    html,
    images,
    media,
    pairs,
    plotly,
    scripted,
    text,
    vdom,
    vega,
    widgets,
)


class Wishes(Struct, frozen=True):
    """What the author asked for the outputs of a cell: captions and alternative texts, in the order of its figures."""

    captions: tuple[str, ...] = ()
    alts: tuple[str, ...] = ()
    table_caption: str = ""
    shows_stdout: bool = True
    shows_stderr: bool = True
    shows_errors: bool = True
    is_thumbnail: bool = False
    thumbnail_number: int | None = None
    code: str = ""
    renderings: tuple[str, ...] = ()


# A family gets the data of its mime type, that type's metadata, the wishes and the notes; it returns
# HTML, or "" when there is nothing to see in it, and the next family gets its turn; a blank says that nothing is
# meant to be seen.
Family = Callable[[Any, Mapping[str, Any], images.Labels, Notes], str]

# A kind may end in `*`. In order of preference: the first that has something to show is shown.
FAMILIES: tuple[tuple[str, Family], ...] = (
    ("application/vnd.plotly.v1+json", plotly.show),
    *((mime, vega.show) for mime in vega.MIMES),
    ("application/vnd.bokehjs_exec.v0+json", bokeh.show),
    ("application/vnd.bokehjs_load.v0+json", bokeh.show_nothing),
    ("application/vnd.holoviews_load.v0+json", bokeh.show_nothing),
    ("application/vnd.jupyter.widget-view+json", widgets.show),
    ("application/vnd.dataresource+json", data.show_records),
    ("text/html", html.show),
    ("text/vnd.plotly.v1+html", html.show),
    ("application/vdom.v1+json", vdom.show),
    ("text/markdown", documents.show_markdown),
    ("image/svg+xml", images.show_svg),
    ("image/png", images.show_png),
    ("image/jpeg", images.show_jpeg),
    ("image/gif", images.show_gif),
    ("image/webp", images.show_webp),
    ("image/avif", images.show_avif),
    ("application/javascript", scripted.show_javascript),
    ("text/latex", documents.show_latex),
    ("video/*", media.show_video),
    ("audio/*", media.show_audio),
    ("application/pdf", media.show_pdf),
    ("text/vnd.mermaid", documents.show_mermaid),
    ("application/geo+json", data.show_geojson),
    ("application/json", data.show_json),
    ("image/*", images.show_other),
    ("application/vnd.jupyter.error", text.show_program_error),
    ("text/plain", text.show_plain),
    ("application/vnd.code.notebook.error", text.show_program_error),
    ("*", data.show_unknown),
)

# What only a program can show, and what says nothing to readers: no words of these are shown in its place.
PROGRAMS = (
    "application/javascript",
    "text/javascript",
    "application/ecmascript",
    "application/vnd.jupyter.widget*",
    "application/vnd.plotly*",
    "text/vnd.plotly*",
    "application/vnd.vega*",
    "application/vnd.bokeh*",
    "application/vnd.holoviews*",
    "application/3dmol*",
    "application/vnd.jupyter.es6-rich-output",
    "text/html",
)
# What its author put away: papermill and MyST-NB keep values there that are to be shown elsewhere, or never.
PUT_AWAY = ("application/papermill.record/*", "application/vnd.databricks.v1+bamboolib_hint")


def _described(alts: Iterable[str]) -> list[str]:
    """Return the alternative texts of the figures of a cell; none if all are stubs that still have to be written."""
    texts = [described(alt) for alt in alts]
    return texts if any(texts) else []


def show(outputs: Sequence[Mapping[str, Any]], wishes: Wishes, notes: Notes) -> Iterator[str]:
    """Yield the HTML of each output of a cell, streams of one name joined. Nothing is ever silently empty."""
    labels = images.Labels(
        list(wishes.captions), _described(wishes.alts), wishes.is_thumbnail, wishes.table_caption, wishes.code
    )
    labels.schemes = list(wishes.renderings) if set(wishes.renderings) <= set(pairs.SCHEMES) else []
    chosen = _numbered(outputs, wishes.thumbnail_number)
    lost: list[str] = []
    for name, group in groupby(outputs, key=_stream):
        if name is None:
            for output in group:
                labels.is_thumbnail = wishes.is_thumbnail and chosen in (None, output)
                if _is_wanted(output, wishes):
                    yield _show_one(output, labels, notes, lost)
        elif wishes.shows_stderr if name == "stderr" else wishes.shows_stdout:
            yield text.show_stream(name, "".join(output["text"] for output in group), notes)
    _check_renderings(wishes, labels, notes)
    if lost:
        yield _note_of(sorted(set(lost)), notes)


def _check_renderings(wishes: Wishes, labels: images.Labels, notes: Notes) -> None:
    """Warn of figures that cannot be told apart into light and dark ones."""
    count, hint = len(wishes.renderings), "name one for each figure, as in `renderings: [light, dark]`"
    if unknown := set(wishes.renderings) - set(pairs.SCHEMES):
        notes.warn(f"has a rendering {min(unknown)!r}: there are light and dark", hint)
    elif count and count != labels.figures:
        notes.warn(f"has {labels.figures} figures for {count} renderings", hint)


def _numbered(outputs: Sequence[Mapping[str, Any]], number: int | None) -> Mapping[str, Any] | None:
    """Return the output that the author chose by its number, from 0, or from -1 backwards."""
    return outputs[number] if number is not None and -len(outputs) <= number < len(outputs) else None


def _is_wanted(output: Mapping[str, Any], wishes: Wishes) -> bool:
    return wishes.shows_errors or output["output_type"] != "error"


def _stream(output: Mapping[str, Any]) -> str | None:
    return str(output["name"]) if output["output_type"] == "stream" else None


def _show_one(output: Mapping[str, Any], labels: images.Labels, notes: Notes, lost: list[str]) -> str:
    """Return the HTML of one output; add its kinds to those that are lost if none of them can be shown."""
    if output["output_type"] == "error":
        return text.show_error(output, notes)
    given, metadata = output.get("data"), output.get("metadata")
    bundle = given if isinstance(given, dict) else {}
    about = metadata if isinstance(metadata, dict) else {}
    labels.bundle = bundle
    for kind, family in FAMILIES:
        for mime in _meant(kind, bundle):
            of_mime = about.get(mime)
            shown = family(bundle[mime], of_mime if isinstance(of_mime, dict) else about, labels, notes)
            if shown:
                return shown.strip()
    lost.extend(mime for mime in bundle if _is_missed(mime, bundle[mime]))
    return ""


def _is_missed(mime: str, content: object) -> bool:
    """Tell whether readers miss something: nothing is lost of an empty text."""
    return mime != "text/plain" and content not in ("", []) and not _is_of(PUT_AWAY, mime)


def _meant(kind: str, bundle: Mapping[str, Any]) -> Sequence[str]:
    """Return which forms of an output are of a kind."""
    if not kind.endswith("*"):
        return (kind,) if kind in bundle else ()
    kept = PUT_AWAY if kind != "*" else (*PUT_AWAY, *PROGRAMS)
    return [mime for mime in bundle if fnmatchcase(mime, kind) and not _is_of(kept, mime)]


def _is_of(kinds: Sequence[str], mime: str) -> bool:
    return any(fnmatchcase(mime, kind) for kind in kinds)


def _note_of(kinds: Sequence[str], notes: Notes) -> str:
    """Say once a cell that something of it cannot be shown: to the author as a warning, to readers as a note."""
    named = ", ".join(kinds)
    notes.warn(
        f"has an output that cannot be shown: {named}", "add a form of it that needs no script, such as an image"
    )
    return f'<p class="note">{escape(notes.words.needs_program(kinds=named), quote=False)}</p>'
