"""Turn a notebook into an article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from publisher import excerpt, highlight, markdown, markup, notebooks, options, outputs, templating, words
from publisher.article import Article, Limits, Link, Notes
from publisher.cells import Cell
from publisher.highlight import lines
from publisher.markdown import embedded
from publisher.notebooks import Notebook
from publisher.outputs.images import Labels, adopt
from publisher.slugs import slug_of
from publisher.words import FALLBACK, Own

if TYPE_CHECKING:
    from markupsafe import Markup

    from publisher.config import Trust
    from publisher.templating import Templates

TEMPLATE = "notebook.html.j2"
_CUT = excerpt.TEASER
_GUESTS: tuple[str, Trust] = ("guests", "guest")


class Conversion(Struct, frozen=True):
    """The slice of the settings that conversion reads, and the templates that it needs.

    `scripts` are the paths of the libraries that outputs may load, if the page `runs_scripts` at all. `language` is
    that of posts which name none, `own_words` are the blog's own catalogues.
    """

    templates: Templates
    excerpt_words: int = 40
    remote_images: bool = False
    limits: Limits = Limits()
    runs_scripts: bool = False
    scripts: Mapping[str, str] = {}
    trust: tuple[tuple[str, Trust], ...] = ()
    language: str = FALLBACK
    own_words: Own = ()


class Prose(Struct, frozen=True):
    """A Markdown or raw cell, ready for the template."""

    number: int
    kind: str
    html: Markup
    summary: str = ""


class Code(Struct, frozen=True):
    """A code cell with its outputs, ready for the template: what is "" is not shown, what has a summary is folded."""

    number: int
    id: str
    language: str
    code: Markup
    code_summary: str
    is_code_open: bool
    outputs: tuple[Markup, ...]
    output_summary: str
    columns: int
    label: str
    code_lines: int
    filename: str = ""
    kind: str = "code"


def convert(notebook: Notebook, conversion: Conversion) -> Article:
    """Return the article that a notebook makes. Pure: the same values give the same article in any process.

    nbconvert's own exporter would parse its page again, clean highlighted code and validate the notebook after every
    preprocessor, which is most of its time. Our template gets what the renderers give: well-formed, and safe.
    """
    notes = _notes(notebook, conversion)
    markdown.prepare((cell.source for cell in notebook.cells if cell.kind == "markdown"), notes)
    views = tuple(_views(notebook, notes))
    notes.attachments = {}
    footnotes = markup.safe(_linked(adopt(markdown.footnotes(notes), notes), notes))
    template = templating.environment(conversion.templates).get_template(TEMPLATE)
    html = template.render(cells=views, footnotes=footnotes, words=notes.words)
    body = markup.with_single_ids(markup.without_controls(html))
    return _article(notebook, conversion, notes, views, body)


def _notes(notebook: Notebook, conversion: Conversion) -> Notes:
    is_guest = trust_in(notebook.path, conversion.trust) == "guest"
    return Notes(
        notebook.path,
        notebook.metadata.title,
        notebook.language,
        words.of(notebook.metadata.language or conversion.language, conversion.own_words),
        remote_images=conversion.remote_images and not is_guest,
        runs_scripts=conversion.runs_scripts and not is_guest,
        scripts=conversion.scripts,
        limits=conversion.limits,
        widgets=notebook.widgets,
    )


def trust_in(path: str, trust: Iterable[tuple[str, Trust]]) -> Trust:
    """Return how far a notebook is trusted: by the last glob that fits; `guests/` is not, unless one says so."""
    levels = [level for glob, level in (_GUESTS, *trust) if notebooks.matches(path, glob)]
    return levels[-1] if levels else "author"


def _article(
    notebook: Notebook, conversion: Conversion, notes: Notes, views: Iterable[Prose | Code], body: str
) -> Article:
    metadata = notebook.metadata
    prose = [paragraph for paragraph in notes.paragraphs if paragraph != _CUT]
    title = markdown.plain(metadata.title)
    named = title or slug_of(notebook.path)  # a title that is only an image says nothing
    title_html = markdown.inline(metadata.title) if title else markup.escape(named)
    if "math-error" in title_html:
        notes.cell = 0
        notes.warn(f"a formula of the title {metadata.title} is not understood", "its source is shown")
    return Article(
        title=named,
        title_html=title_html,
        body=body,
        text="\n\n".join(prose),
        excerpt=excerpt.excerpt(markdown.plain(metadata.description), notes.paragraphs, conversion.excerpt_words),
        figures=tuple(notes.figures),
        files=notes.files,
        libraries=tuple(sorted(notes.libraries)),
        headings=tuple(notes.headings),
        links=tuple(notes.links),
        words=excerpt.count_words(prose),
        code_lines=sum(view.code_lines for view in views if isinstance(view, Code)),
        problems=tuple(notes.problems),
        undescribed=tuple(notes.undescribed),
    )


def _views(notebook: Notebook, notes: Notes) -> Iterator[Prose | Code]:
    for cell in notebook.cells:
        notes.cell, notes.attachments = cell.number, cell.attachments or {}
        view = _code(cell, notebook.hides_code, notes) if cell.kind == "code" else _prose(cell, notes)
        if view:
            yield view


def _prose(cell: Cell, notes: Notes) -> Prose | None:
    wishes = options.read(cell)
    if wishes.removed or not cell.source.strip():
        return None
    if cell.kind == "raw":
        return _raw(cell, notes)
    labels = Labels([], [], wishes.is_thumbnail)
    html = _linked(adopt(_flat(markdown.render(cell.source, notes), notes), notes, labels=labels), notes)
    summary = str(notes.words.show_text) if wishes.code_fold == "closed" else ""
    return Prose(cell.number, "prose", markup.safe(html), summary) if html.strip() else None


def _flat(html: str, notes: Notes) -> str:
    """Take the rank from headings within an author's own HTML: those of the outline have ids of ours."""
    return markup.without_headings(html, notes.ids) if "<h" in html else html


def _raw(cell: Cell, notes: Notes) -> Prose | None:
    """Show a raw cell: meant for a web page, or for no format in particular; one for LaTeX or RST is none of ours."""
    mime = cell.metadata.get("raw_mimetype") or cell.metadata.get("format") or "text/plain"
    if mime == "text/html":
        tamed = embedded.warn_of_active(cell.source, notes)
        html = _linked(adopt(_flat(markup.clean(tamed.html), notes), notes), notes)
    elif mime == "text/markdown":
        html = _linked(adopt(markdown.render(cell.source, notes), notes), notes)
    elif mime == "text/plain":
        html = markup.preformatted(markup.escape(cell.source, quote=False))
    else:
        return None
    return Prose(cell.number, "raw", markup.safe(html)) if html.strip() else None


def _code(cell: Cell, hides_code: bool, notes: Notes) -> Code | None:
    wishes = options.read(cell, {"hide_input": hides_code})
    if wishes.removed:
        return None
    source = wishes.source.strip("\n") if wishes.show_code else ""
    code = highlight.code(source, notes.language) if source.strip() else ""
    code = lines.mark(code, wishes.highlighted, notes.warn)
    shown = tuple(_outputs(cell, wishes, notes)) if wishes.show_output else ()
    if not code and not shown:
        return None
    return Code(
        number=cell.number,
        id=cell.id,
        language=notes.language,
        code=markup.safe(code),
        code_summary=(wishes.code_summary or notes.words.show_code(source.count("\n") + 1)) if wishes.code_fold else "",
        is_code_open=wishes.code_fold == "open",
        outputs=shown,
        output_summary=str(notes.words.show_output) if wishes.output_fold else "",
        columns=wishes.columns or 0,
        label=notes.unique(wishes.label) if wishes.label and shown else "",
        code_lines=source.count("\n") + 1 if code else 0,
        filename=wishes.filename,
    )


def _outputs(cell: Cell, wishes: options.Options, notes: Notes) -> Iterator[Markup]:
    asked = outputs.Wishes(
        captions=wishes.captions,
        alts=wishes.alts,
        table_caption=wishes.table_caption,
        shows_stdout=wishes.stdout,
        shows_stderr=wishes.warning,
        shows_errors=wishes.error,
        is_thumbnail=wishes.is_thumbnail,
        thumbnail_number=wishes.thumbnail_number,
        code=wishes.source,
        renderings=wishes.renderings,
    )
    for html in outputs.show(cell.outputs, asked, notes):
        if html:
            yield markup.safe(_linked(html, notes))


def _linked(html: str, notes: Notes) -> str:
    """Note where the links of a cell lead; return its HTML as it is."""
    for href in markup.hrefs(html):
        notes.links.append(Link(href, notes.cell))
    return html
