"""Formulas (MathML) of foreign HTML: drawn where browsers can, else words, and nothing in them that runs or leads."""

from __future__ import annotations

import random

import pytest

from publisher import formulas, markdown, markup, words
from publisher.article import Notes
from publisher.feeds.content import clean as of_feeds
from publisher.markdown import embedded
from publisher.twins import markdown as twin
from tests.support import generated
from tests.support.outputs import said, shown

ENGLISH = words.of("en")
HALF = "<math><mfrac><mi>a</mi><mn>2</mn></mfrac></math>"
PIECES = (
    *sorted(formulas.TAGS),
    *("math", "mtext") * 6,
    "mglyph",
    "malignmark",
    "annotation-xml",
    "svg",
    "style",
    "td",
)
PIECES += (
    "title",
    "table",
    "p",
    "b",
    "a",
    "img",
    "select",
    "noscript",
    "textarea",
    "foreignObject",
    "xmp",
    "plaintext",
)


def read(html: str) -> str:
    return markup.clean(markup.tame(html, ENGLISH).html)


def test_a_formula_is_on_the_page_as_it_was() -> None:
    html, notes = shown({"text/html": f"<p>Half: {HALF}</p>"})
    assert html == f'<div class="html"><p>Half: {HALF}</p></div>'
    assert not notes.problems


def test_a_formula_in_text_stays() -> None:
    assert HALF in markdown.render(f"Half: {HALF}", Notes("a.ipynb"))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<math xmlns='http://www.w3.org/1998/Math/MathML' display='block'></math>", '<math display="block"></math>'),
        ("<math><mi mathvariant='double-struck'>R</mi></math>", '<math><mi mathvariant="double-struck">R</mi></math>'),
        ("<math><mi href='x' xlink:href='x'>x</mi></math>", "<math><mi>x</mi></math>"),
        ("<math><mi id=x>x</mi></math>", '<math><mi id="user-x">x</mi></math>'),
        ("<math><mspace width='-9em'></mspace></math>", "<math><mspace></mspace></math>"),
        ("<math><mpadded voffset='9em' width='0'></mpadded></math>", "<math><mpadded></mpadded></math>"),
        ("<math><mi>x</mi><none/></math>", "<math><mi>x</mi><mrow></mrow></math>"),
        (
            "<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x</annotation></semantics></math>",
            "<math><semantics><mi>x</mi></semantics></math>",
        ),
        (
            "<math><mi>x</mi><annotation-xml encoding='text/html'><p>y</p></annotation-xml></math>",
            "<math><mi>x</mi></math>",
        ),
    ],
)
def test_what_is_not_for_drawing_is_left_out(html: str, text: str) -> None:
    assert read(html) == text
    assert markup.tame(html, ENGLISH).formulas == 0


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<math alttext='f(x) &lt; y'><mi>f</mi><mfenced><mi>x</mi></mfenced></math>", "f(x) &lt; y"),
        ("<math><apply><plus/><ci>a</ci><ci>b</ci></apply></math>", "a b"),
        ("<math><maction actiontype='statusline'><mi>x</mi></maction>", "x"),
    ],
)
def test_of_a_formula_that_browsers_do_not_draw_stay_its_words_and_a_warning(html: str, text: str) -> None:
    shown_html, notes = shown({"text/html": f"<p>{html}</p>"})
    assert text in shown_html
    assert "<math" not in shown_html
    assert said(notes) == f"{formulas.MESSAGE} ({formulas.HINT})"
    embedded.warn_of_active(html, of_text := Notes("a.ipynb", cell=3))
    assert said(of_text) == said(notes)


def test_feeds_and_twins_have_the_formula_too() -> None:
    assert "<mi>a</mi>" in of_feeds(f"<p>{HALF}</p>", "https://a.test/")
    assert twin(f"<p>{HALF}</p>") == "$a2$\n"


def test_formulas_around_and_within_all_else_are_clean_and_stay_as_they_are() -> None:
    chance = random.Random(7)
    kept = 0
    for _ in range(5_000):
        html = "<math>" + "".join(_piece(chance) for _ in range(chance.randrange(2, 12)))
        for cleaned in (markup.clean(html), read(html)):
            kept += "<math><" in cleaned
            assert markup.clean(cleaned) == cleaned, html
            assert generated.alive(cleaned) == [], html
    assert kept > 1_000


def _piece(chance: random.Random) -> str:
    if not chance.randrange(3):
        return chance.choice((*generated.SIGNS, *generated.PAYLOADS, "x"))
    name = chance.choice(PIECES)
    if not chance.randrange(4):
        return f"</{name}>"
    written = (
        f'{chance.choice(generated.ATTRIBUTES)}="{chance.choice(generated.VALUES)}"' if chance.randrange(2) else ""
    )
    return f"<{name} {written}{chance.choice(('>', '>', '/>'))}"


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        (f"<p>cp <ms> here</p>{HALF}", f"<p>cp  here</p>{HALF}"),
        (f"{HALF} and <mi>a</mi> <mo> c", f"{HALF} and a  c"),
        (f"<math/><mi>a</mi>{HALF}", f"<math></math>a{HALF}"),
    ],
)
def test_words_after_a_tag_of_a_formula_outside_of_one_stay(html: str, cleaned: str) -> None:
    assert markup.clean(html) == cleaned
