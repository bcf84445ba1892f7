"""What each key of front matter takes and means: the table of the documentation and the schema of editors."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from publisher.config.shapes import Shape, of, shape_of
from publisher.metadata import dates, values
from publisher.metadata.people import read_authors


class Row(Struct, frozen=True):
    """A key, the check or the shape of its values, an example as YAML, and what it means, as Markdown."""

    key: str
    check: Callable[..., object] | Shape
    example: str
    meaning: str

    @property
    def shape(self) -> Shape:
        """What values it takes."""
        return self.check if isinstance(self.check, dict) else shape_of(self.check)


_IMAGE: Shape = {"anyOf": [of(["string", "number", "boolean", "null"]), of("object")]}

ROWS = (
    Row("title", values.read_text, "Light on a *mountain*", "Inline Markdown: emphasis, code and formulas"),
    Row("subtitle", values.read_text, "Seventy lines of NumPy", "Below the title; else the description is shown there"),
    Row("date", dates.read, "2026-11-02", "When it was published. See below"),
    Row("updated", dates.read, "2026-11-20", "Shown beside the date"),
    Row(
        "authors",
        read_authors,
        "[Ada Lovelace, Grace Hopper]",
        "Names, or tables with `name` and `url`; else the setting `authors`",
    ),
    Row("tags", values.read_tags, "[python, plots]", "A list, or a text with commas. All names are read together"),
    Row("description", values.read_text, "What it is about.", "The text of the card, and of search engines"),
    Row(
        "image",
        _IMAGE,
        "2",
        "The picture of the card: a file beside the notebook, or the number of a figure, counted from 1. See "
        "[writing](writing.md#thumbnails-and-covers)",
    ),
    Row("image-alt", values.read_text, "A peak at sunset", "What `image` shows, where it opens the article"),
    Row(
        "social-image",
        _IMAGE,
        "card.png",
        "A file beside the notebook that other sites show beside links to the post, in place of the drawn card. "
        "See [social cards](social.md#social-cards)",
    ),
    Row(
        "focus",
        values.read_focus,
        "60% 30%",
        "The point of a photograph that the card keeps in view: from the left, from the top",
    ),
    Row("slug", values.read_slug, "a-second", "The last part of the address. See below"),
    Row(
        "aliases",
        values.read_aliases,
        "[/2019/second/]",
        "Old addresses, from the root of the site: each leads on to the post. See [aliases](social.md#aliases)",
    ),
    Row("draft", values.read_truth, "true", "Held back. See below"),
    Row(
        "status",
        values.read_status,
        "draft",
        "`draft` and `skip` are drafts; `private`, `hidden` and `unlisted` are unlisted; `published` is neither",
    ),
    Row("published", values.read_published, "false", "`false` is a draft"),
    Row("unlisted", values.read_hidden, "true", "The page exists, but no listing names it"),
    Row("pinned", values.read_pinned, "true", "Before all others in the listing"),
    Row(
        "type",
        values.read_text,
        "page",
        '`page` is a page beside the posts, such as "About": no card, no authors of the blog, no reading time. '
        "Link to it in the setting `navigation`",
    ),
    Row("series", values.read_series, "Fourier by hand", "Posts of one series name each other, oldest first"),
    Row(
        "language",
        values.read_language,
        "de",
        "Of this post, if it is another than the blog's; else the one at the end of the file's name, as in "
        "`post.de.ipynb`",
    ),
    Row(
        "translates",
        values.read_notebook,
        "how-long-is-a-second.ipynb",
        "The notebook that this one is a translation of. See [languages](languages.md#translations)",
    ),
    Row("toc", values.read_toc, "false", "Whether there is a table of contents; else from three headings on"),
    Row(
        "license",
        values.read_license,
        "CC BY 4.0",
        "Shown at the end, with a link if it is known; else the setting `license`",
    ),
    Row("citation", values.read_citation, "true", "Whether the post says how to cite it; else the setting `cite`"),
    Row("comments", values.read_comments, "false", "`false` keeps comments away from this post, if the blog has any"),
    Row(
        "canonical",
        values.read_canonical,
        "https://example.org/first/",
        "The address that search engines should take for the first",
    ),
    Row(
        "guid",
        values.read_guid,
        "https://example.org/?p=12",
        "What feeds know the post by: an IRI or a UUID. Else its first address: the first of `aliases`, or its "
        "own. See [feeds](feeds.md)",
    ),
)
