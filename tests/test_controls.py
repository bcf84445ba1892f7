"""Controls and gauges of foreign HTML: what they say stays, and the author is told of those that did something."""

from __future__ import annotations

import pytest

from publisher import controls, markup, words
from publisher.article import Notes
from publisher.markdown import embedded
from tests.support.outputs import said, shown

ENGLISH = words.of("en")
OBJECT = "<IPython.core.display.HTML object>"


def read(html: str) -> tuple[str, tuple[str, ...]]:
    tamed = markup.tame(html, ENGLISH)
    return markup.clean(tamed.html), tamed.idle


@pytest.mark.parametrize(
    ("html", "text", "idle"),
    [
        ("<input value='A &amp; B'>", "A &amp; B", "input"),
        ("<input value='&lt;b&gt;'>", "&lt;b&gt;", "input"),
        ("<input type=text placeholder=x>", "", "input"),
        ("<input type=password value=secret>", "", "input"),
        ("<input type=checkbox checked><input type=radio>", "☑○", "input"),
        ("<button onclick=x>Go</button><button>Stop</button>", "Go Stop", "button"),
        ("<form><button><b>Go</b></button></form>", "<b>Go</b>", "button"),
        (
            "press <button class=btn><i class='icon-play'></i></button> above",
            'press <i class="icon-play"></i> above',
            "button",
        ),
        ("press <button class=btn><b>Go</b></button> above", "press <b>Go</b> above", ""),
        ("<select><option>1<option selected>2</select>", "2", "select"),
        ("<select><option value=a>first</option><option>other</option></select>", "first", "select"),
        ("<textarea>f :: a -&gt; b\n<b></textarea>", "<pre>f :: a -&gt; b\n&lt;b&gt;</pre>", "textarea"),
        ("<canvas></canvas>", "", "canvas"),
        ("<map name=m><area href=x></map>", "", "area"),
        ("<form action=x><fieldset><legend>Who</legend><label>Name</label></fieldset></form>", "WhoName", ""),
        ("<xmp><b></xmp>", "<pre>&lt;b&gt;</pre>", ""),
    ],
)
def test_a_control_becomes_what_it_says(html: str, text: str, idle: str) -> None:
    assert read(html) == (text, tuple(filter(None, [idle])))


@pytest.mark.parametrize(
    "html",
    [
        "<form></form>",
        "<input type=hidden name=token value=x>",
        "<input hidden value=x>",
        "<button style='display: none'></button>",
        "<p title='<input>'></p>",
        "<!-- <button>x</button> -->",
        "<script>'<input>'</script>",
        "<template><input></template>",
        "<svg><title><input></title></svg>",
    ],
)
def test_what_nobody_sees_is_not_told(html: str) -> None:
    assert markup.tame(html, ENGLISH).idle == ()


@pytest.mark.parametrize("html", ["<input type=checkbox checked disabled>", "<input readonly value='☑'>"])
def test_what_nobody_could_change_is_shown_and_not_told(html: str) -> None:
    assert read(html) == ("☑", ())


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<progress value='3' class='' max='10'></progress>", '<progress max="10" value="3">30%</progress>'),
        ("<progress value=.x max=10>so far</progress>", "so far"),
        ("<progress max='None'></progress> [47/?]", " [47/?]"),
        ("<progress value=1 max=0></progress>", ""),
        (
            "<progress\nvalue=1 style='width: 60ex'/> of 1",
            '<progress value="1" style="width:60ex">100%</progress> of 1',
        ),
        ("<meter min=0 max=9 value=3></meter>", '<meter min="0" max="9" value="3">3</meter>'),
        ("<progress value=0.5>half <b>done</b></progress>", '<progress value="0.5">50%</progress>half <b>done</b>'),
    ],
)
def test_a_gauge_stays_with_words_for_who_does_not_see_it(html: str, text: str) -> None:
    assert read(html) == (text, ())


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<object><p>Words</p></object>", "<p>Words</p>"),
        ("<object data='data:text/html,x'><param name=a>Words</object>", "Words"),
        ("<embed src='data:image/png;base64,AA'>", '<img src="data:image/png;base64,AA" alt="">'),
        (
            "<object title='A &lt; B' data='data:image/svg+xml;base64,AA'></object>",
            '<img src="data:image/svg+xml;base64,AA" alt="A &lt; B">',
        ),
    ],
)
def test_an_object_is_its_image_or_the_words_for_who_cannot_see_it(html: str, text: str) -> None:
    tamed = markup.tame(html, ENGLISH)
    assert markup.clean(tamed.html) == text
    assert tamed.frames == 0


def test_the_author_of_an_output_is_told_once_what_does_nothing() -> None:
    html, notes = shown({"text/html": "<p>Name: <input value=Ada><button id=go>Go</button></p>", "text/plain": OBJECT})
    assert "Name: Ada" in html
    assert said(notes) == f"has HTML that does nothing on a page: <button>, <input> ({controls.HINT})"
    assert [problem.cell for problem in notes.problems] == [3]


def test_of_controls_with_their_script_the_author_is_told_once() -> None:
    _, notes = shown({"text/html": "<p>Name: <input></p><script>1</script>"}, runs=False)
    assert said(notes).count("has ") == 1


def test_an_output_that_is_a_control_alone_leaves_a_note_and_a_warning() -> None:
    html, notes = shown({"text/html": "<canvas id=c></canvas>", "text/plain": OBJECT})
    assert 'class="note"' in html
    assert "<canvas>" in said(notes)


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("Name: <input>", "<input>"),
        ("<iframe srcdoc='x'></iframe>", "an embedded page in the text is left out"),
        ("<form></form><progress value=1></progress>", ""),
    ],
)
def test_the_author_of_text_is_told_as_well(html: str, told: str) -> None:
    notes = Notes("a.ipynb", cell=3)
    embedded.warn_of_active(html, notes)
    assert told in said(notes)
    assert len(notes.problems) == bool(told)


@pytest.mark.usefixtures("ends")
def test_time_grows_with_the_number_of_buttons_and_not_with_its_square() -> None:
    assert controls.said("<button>" * 200_000).idle == ("button",)


ELEMENTS = """
    a abbr acronym address applet area article aside audio b base bdi bdo blink blockquote body br button canvas caption
    center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption
    figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe image img input ins kbd
    label legend li link listing main map mark marquee math menu meta meter mfenced mi multicol my-element nav nobr
    noframes object ol optgroup option output p param path picture plaintext pre progress q rb rp rt rtc ruby s samp
    search section select slot small source span strike strong sub summary sup table tbody td text textarea tfoot th
    thead time tr track tt u ul var video wbr xmp
"""


@pytest.mark.parametrize("runs", [True, False])
@pytest.mark.parametrize("name", ELEMENTS.split())
def test_words_in_any_element_stay_or_the_author_is_told(name: str, runs: bool) -> None:
    for html in (f"<{name}>words</{name}>", f"<p>before</p><{name}>words</{name}><p>after</p>"):
        shown_html, notes = shown({"text/html": html}, runs=runs)
        assert "words" in shown_html or notes.problems, html
