"""The names of front matter: ours with their synonyms, and those of other tools that we know and do not use."""

from __future__ import annotations

from difflib import get_close_matches

# Each key with all names it goes by, the one that wins first; `name()` has made them lower-case, with hyphens.
KEYS: tuple[tuple[str, ...], ...] = (
    ("title",),
    ("subtitle",),
    ("date", "publishdate", "pubdate"),
    ("updated", "modified", "date-modified", "lastmod", "last-modified", "last-modified-at"),
    ("authors", "author"),
    ("tags", "categories", "category"),
    ("description", "summary", "abstract", "excerpt"),
    ("image", "thumbnail", "cover", "previewimage", "featured-image", "featured-img", "feature-image"),
    ("image-alt",),
    ("social-image",),
    ("focus",),
    ("slug",),
    ("aliases", "redirect-from"),
    ("draft",),
    ("status",),
    ("published",),
    ("unlisted", "hide", "search-exclude"),
    ("pinned", "sticky-rank"),
    ("type",),
    ("series",),
    ("language", "lang"),
    ("translates", "translation-of"),
    ("toc",),
    ("license",),
    ("citation",),
    ("comments",),
    ("canonical", "canonical-url"),
    ("guid",),
)
KNOWN: dict[str, str] = {name: names[0] for names in KEYS for name in names}
SYNONYMS: dict[str, tuple[str, ...]] = {names[0]: names for names in KEYS}

_QUARTO = """
about affiliation affiliations appendix-cite-as appendix-style bibliography body-classes brand card-style
citation-location cite-method classoption code-block-bg crossref csl css dashboard date-format
date-meta df-print documentclass doi echo editor editor-options embed-resources engine execute expandable
extensions filters fontsize footer footnotes-hover format format-links freeze from funding geometry grid
header-includes highlight-style html-math-method image-height image-width institute ipynb-filters
ipynb-shell-interactivity jupyter keywords knitr layout lightbox linestretch link-citations linkcolor listing
logo mainfont margin-header max-width mermaid metadata-files nocite notebook-links notebook-view number-offset
number-sections open-graph orcid order other-links output output-file page-layout page-navigation pagetitle
papersize params pdf-engine profile quarto reader-mode reference-location repo-actions resource-path resources
rights search section-divs self-contained server shortcodes sidebar site-url slide-level smooth-scroll
standalone subject suppress-bibliography syntax-definitions template template-partials theme title-block-banner
title-block-style title-delim to top-level-division twitter-card urlcolor use-rsvg-convert variant website
widescreen
"""
_MYST = """
abbreviations acknowledgments arxiv banner banneroptimized biblio binder content-includes-title contributors
copyright corresponding data-availability dedication downloads edit-url editors enumerator epigraph error-rules
exports external-links file-format first-page github html-meta identifiers issue jupytext kernelspec keypoints
label language-info last-page math mystjs mystnb numbering open-access options oxa parts plugins pmcid pmid
project references requirements reviewers settings short-title site skip-execution social source source-url
substitutions thumbnailoptimized venue volume widgets
"""
_HUGO_AND_JEKYLL = """
audio badges bookcollapsesection branch build cascade classes collection css-class date-str disqus
draft-comments excerpt-separator expirydate feed headless hide-binder-badge hide-colab-badge hide-deepnote-badge
hide-github-badge hidemeta iscjklanguage katex lightgallery linktitle markup mathjax menu menus nb-path outputs
permalink pin post-id read-time redirect redirect-to robots sections share show-tags showtoc sitemap tagline
translationkey url use-math videos weight
"""
_PELICAN_AND_NIKOLA = """
data enclosure filters gallery has-math header-cover hidetitle hyphenate id link medium nocomments noindex
password path pretty-url save-as sections template translation update url-type write-depth
"""
_SPHINX_AND_MKDOCS = """
blogpost external-link glightbox html-theme icon links location navigation nosearch orphan readtime
robots tocdepth
"""
_JUPYTER = """
accelerator anaconda-cloud celltoolbar colab gist gpuclass hide-code-all-hidden hide-input interactive
kernel-info latex-envs livereveal name nav-menu nbdev nbformat nbformat-minor nbsphinx nbtranslate nteract
orig-nbformat papermill pycharm rise runtime signature skip-exec skip-showdoc solveit sos toc-autonumbering
varinspector vscode
"""
# Front matter of other tools that changes nothing here and is nobody's mistake.
FOREIGN = frozenset(f"{_QUARTO}{_MYST}{_HUGO_AND_JEKYLL}{_PELICAN_AND_NIKOLA}{_SPHINX_AND_MKDOCS}{_JUPYTER}".split())
FOREIGN_BEGINNINGS = (
    "-", "callout-",
    "code-", "execute-", "fig-", "html-", "include-", "keep-", "latex-", "listing-", "pdf-", "revealjs-", "tbl-",
    "title-block-", "toc-", "twitter-", "og-", "website-",
)  # fmt: skip


def name(written: str) -> str:
    """Return a key in the one spelling of the tables: lower-case, with hyphens."""
    return written.strip().casefold().replace("_", "-").replace(" ", "-")


def is_recognised(written: str) -> bool:
    """Tell whether a key is one of ours or one that another tool uses."""
    key = name(written)
    return key in KNOWN or key in FOREIGN or key.startswith(FOREIGN_BEGINNINGS)


def nearest(written: str) -> str | None:
    """Return our key that `written` most likely means."""
    found = get_close_matches(name(written), KNOWN, n=1, cutoff=0.7)
    return found[0] if found else None
