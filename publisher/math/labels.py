r"""Labels of formulas, and what refers to them: `\label`, `\tag`, `\eqref`, and Markdown's ways to say the same."""

from __future__ import annotations

import re

from publisher.article import Label, Notes
from publisher.markup import escape
from publisher.math.reading import readable
from publisher.slugs import slugify

_LABEL = re.compile(r"\\label\s*\{([^{}]+)\}|\$\$[ \t]*\(([^()\s]+)\)[ \t]*$|^[ \t]*:label:[ \t]*(\S+)", re.M)
_REFERENCE = re.compile(r"\\(?:eq)?ref\s*\{([^{}]+)\}|\{eq\}`([^`]+)`")
_REFERS = re.compile(r"\\(eq)?ref\s*\{([^{}]*)\}")
_TAG = re.compile(r"\\tag(\*?)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_ROW = re.compile(r"\\\\|\\begin\{|\\end\{|\$\$|\\\[|\\\]")


def find(sources: list[str], notes: Notes) -> None:
    """Note the labels of a notebook, each with the tag that its formula shows and the id that its place will have.

    One without a tag of its own gets the next number if something refers to it.
    """
    wanted = {first or second for source in sources for first, second in _REFERENCE.findall(source)}
    number = 0
    for source in sources:
        for match in _LABEL.finditer(source):
            name = (match[1] or match[2] or match[3]).strip()
            if name in notes.labels:
                continue
            text, is_added = _shown(source, match), False
            if not text and name in wanted:
                number += 1
                text, is_added = str(number), True
            shown = f"({text})" if is_added else text
            notes.labels[name] = Label(notes.unique(slugify(f"eq {name}")), shown, text, is_added)


def refer(source: str, notes: Notes) -> str:
    r"""Return the link that `\eqref{name}` or `\ref{name}` makes, `(1)` or `1`; or `(???)` as in MathJax."""
    match = _REFERS.fullmatch(source.strip())
    kind, name = (match[1], match[2].strip()) if match else ("eq", source.strip())
    label = notes.labels.get(name)
    if label is None or not label.text:
        notes.warn(f"no formula with a number or tag has the label {name}", r"give it one: \label{name}")
        return "(???)" if kind else "???"
    text = label.text if kind else label.text.removeprefix("(").removesuffix(")")
    return f'<a href="#{escape(label.id)}">{escape(text, quote=False)}</a>'


def _shown(source: str, label: re.Match[str]) -> str:
    """Return the tag in the row of a label, as it is shown."""
    start = max((found.end() for found in _ROW.finditer(source, 0, label.start())), default=0)
    end = _ROW.search(source, label.end())
    tag = _TAG.search(source, start, end.start() if end else len(source))
    if tag is None:
        return ""
    words = readable(tag[2])
    return words if tag[1] else f"({words})"
