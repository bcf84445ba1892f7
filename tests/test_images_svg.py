"""What stays of an SVG, and how large it is."""

from __future__ import annotations

import pytest

from publisher.images import ImageError, svg

ROOT = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="10" height="10">'


def cleaned(inside: str, root: str = ROOT) -> str:
    """Clean a drawing and return what is inside its svg element."""
    text = svg.clean(f"{root}{inside}</svg>".encode()).decode()
    assert svg.clean(text.encode()).decode() == text
    return text.partition(">")[2].removesuffix("</svg>")


@pytest.mark.parametrize(
    "kept",
    [
        '<path d="M0 0L1 1" style="fill:none;stroke:#1f77b4"/>',
        '<g clip-path="url(#p1)"><use xlink:href="#m1" x="3"/></g>',
        '<g style="clip-path: url(\'#clip\')"><rect width="2"/></g>',
        '<image href="data:image/png;base64,AAAA" width="2"/>',
        '<text xml:space="preserve">a &lt; b &amp; c</text>',
        "<style>.a &gt; .b{fill:red;stroke:url(#g)}</style>",
        '<a href="#part"><text>down</text></a>',
        "<title>A plot</title><desc>of things</desc>",
        '<animate attributeName="r" values="1;2"/>',
        '<circle r="1"><set attributeName="stroke-width" to="2" begin="1s"/></circle>',
        '<animateTransform attributeName="transform" type="rotate" from="0" to="360" repeatCount="indefinite"/>',
        '<animateMotion dur="1s"><mpath href="#p"/></animateMotion>',
        '<path aria-label="x" data-name="y"/>',
    ],
)
def test_what_draws_stays_as_it_is(kept: str) -> None:
    assert cleaned(kept) == kept


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("<script>alert(1)</script><g/>", "<g/>"),
        ('<s:script xmlns:s="http://www.w3.org/2000/svg">alert(1)</s:script>', ""),
        ('<h:iframe xmlns:h="http://www.w3.org/1999/xhtml" src="x"/><g/>', "<g/>"),
        ("<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>x</body></foreignObject>", ""),
        ('<g onload="alert(1)" ONCLICK="x" id="a"/>', '<g id="a"/>'),
        ('<a xlink:href="javascript:alert(1)"><g/></a>', "<a><g/></a>"),
        ('<a href="java&#10;script:alert(1)"/>', "<a/>"),
        ('<image href="http://evil.test/a.png"/>', "<image/>"),
        ('<image href="data:image/svg+xml;base64,AA"/>', "<image/>"),
        ('<use href="other.svg#a"/>', "<use/>"),
        ('<a href="#x"><set attributeName="href" to="javascript:alert(1)"/></a>', '<a href="#x"/>'),
        ('<animate xlink:href="#a" attributeName="xlink:href" to="x"/>', ""),
        ('<set attributeName="onclick" to="alert(1)"/>', ""),
        ('<set attributeName="href" attributename="x" to="javascript:alert(1)"/>', ""),
        ('<set attributename="x" attributeName="href" to="javascript:alert(1)"/>', ""),
        ('<set attributeName="x" attributename="href" to="javascript:alert(1)"/>', ""),
        ('<animate attributeName=" href " values="javascript:alert(1)"/>', ""),
        ('<animate attributeName="class" values="a"/><animate attributeName="style" values="a"/>', ""),
        ('<animateMotion attributeName="href" path="M0 0"/>', '<animateMotion path="M0 0"/>'),
        ('<set attributeName="mask" to="url(http://evil.test/a)"/>', '<set attributeName="mask" to="none"/>'),
        ('<a href="#a" HREF="#b"/><a HREF="javascript:alert(1)" href="#b"/>', "<a/><a/>"),
        ('<use href="data:image/png;base64,AA"/><a href="data:image/png;base64,AA"/>', "<use/><a/>"),
        ('<SCRIPT>alert(1)</SCRIPT><unknown/><handler/><discard/><cursor xlink:href="http://evil.test/a"/>', ""),
        ('<g unknown="x" formaction="x" xlink:title="x"/>', "<g/>"),
        ('<g style="fill:url(http://evil.test/a)"/>', '<g style="fill:none"/>'),
        ('<g style="fill:url(http://evil.test/a"/>', '<g style="fill:none"/>'),
        ('<g style="fill:u\\72l(http://evil.test/a)"/>', '<g style=""/>'),
        ('<g fill="url(&quot;http://evil.test/a&quot;)"/>', '<g fill="none"/>'),
        ('<g xml:base="http://evil.test/"/>', "<g/>"),
        ("<style>@import 'http://evil.test/a.css'; .a{fill:red}</style>", "<style> .a{fill:red}</style>"),
        ("<style>@\\69mport 'http://evil.test/a.css';</style>", "<style/>"),
        ("<style><desc/>@import url(http://evil.test);</style>", "<style/>"),
        ("<style><![CDATA[.a{mask:url(//evil.test)}]]></style>", "<style>.a{mask:none}</style>"),
        ("<style>.a{mask:image-set('//evil.test' 1x)}</style>", "<style>.a{mask:none}</style>"),
        ("<metadata><x/></metadata><!-- note --><?pi x?>", ""),
    ],
)
def test_what_runs_or_loads_goes(written: str, left: str) -> None:
    assert cleaned(written) == left


def test_names_are_written_as_browsers_read_them() -> None:
    """HTML puts the case of names right, and programs that write it spell them in small letters."""
    written = '<lineargradient gradientunits="userSpaceOnUse"/><CLIPPATH/>'
    assert cleaned(written) == '<linearGradient gradientUnits="userSpaceOnUse"/><clipPath/>'
    assert svg.size(svg.clean(b'<svg viewbox="0 0 200 100"/>')) == (200, 100)


def test_a_declaration_and_a_doctype_are_dropped() -> None:
    head = '<?xml version="1.0" encoding="utf-16"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://x/svg11.dtd">\n'
    assert svg.is_svg((head + ROOT + "</svg>").encode())
    assert svg.clean((head + ROOT + "<g/></svg>").encode()).startswith(b"<svg ")


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'
    with pytest.raises(ImageError, match="declares entities"):
        svg.clean(bomb.encode())


def test_names_of_characters_that_only_html_has_become_characters() -> None:
    assert cleaned("<text>a&nbsp;b</text>") == "<text>a\xa0b</text>"


def test_a_missing_namespace_is_added_because_browsers_want_it() -> None:
    assert b'xmlns="http://www.w3.org/2000/svg"' in svg.clean(b'<svg width="1" height="1"><g/></svg>')


def test_prefixes_are_resolved() -> None:
    text = svg.clean(b'<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:g/></s:svg>').decode()
    assert text.endswith("><g/></svg>")


def test_deep_nesting_costs_nothing() -> None:
    deep = "<g>" * 50_000 + "</g>" * 50_000
    assert len(cleaned(deep)) > 50_000


@pytest.mark.parametrize("data", [b"", b"<svg", b"<svg><g></svg>", b"<html/>", b"plain", b"<svg>\x00</svg>"])
def test_what_is_no_drawing_is_refused(data: bytes) -> None:
    with pytest.raises(ImageError):
        svg.clean(data)


def test_a_drawing_above_two_megabytes_is_refused() -> None:
    with pytest.raises(ImageError, match=r"2\.0 MB; the limit is 2 MB"):
        svg.clean((ROOT + " " * 2_000_000 + "</svg>").encode())


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="640" height="480"', (640, 480)),
        ('width="460.8pt" height="345.6pt"', (614, 461)),
        ('width="4in" height="2.54cm"', (384, 96)),
        ('width="25.4mm" height="10px"', (96, 10)),
        ('viewBox="0 0 200 100"', (200, 100)),
        ('width="100%" height="100%" viewBox="0,0,30,20"', (30, 20)),
        ('width="300" viewBox="0 0 200 100"', (300, 150)),
        ('height="300" viewBox="0 0 200 100"', (600, 300)),
        ('viewBox="0 0 x y"', (300, 150)),
        ('viewBox="0 0 nan nan"', (300, 150)),
        ("", (300, 150)),
    ],
)
def test_the_size_comes_from_the_attributes_or_the_view_box(attributes: str, size: tuple[int, int]) -> None:
    assert svg.size(svg.clean(f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}/>'.encode())) == size


def test_many_comments_are_read_quickly() -> None:
    assert not svg.is_svg(b"<!-- -->" * 500 + b"x")


def test_what_is_left_of_a_style_loads_nothing_either() -> None:
    hidden = b'<svg xmlns="http://www.w3.org/2000/svg"><style>@@import x;import "http://x.test/a.css";</style></svg>'
    assert b'@import "http' not in svg.clean(hidden)
    assert svg.clean(svg.clean(hidden)) == svg.clean(hidden)
