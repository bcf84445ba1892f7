"""All that our code looks for in texts."""

from __future__ import annotations

# What our own code looks for in HTML, or writes into it for a while.
LOOKED_FOR = (
    *('"asset:', '"asset:media/x.png"', "asset:", 'src="asset:outputs/x.html"', "figure:1", 'src="figure:1"'),
    *('<img src="figure:1">', 'src="/img/logo.png"', '<img src="/img/logo.png">', '<a href="/media/x.csv"'),
    *('poster="/media/x"', ' id="intro"', ' name="intro"', 'id="user-intro"', ' id="cell-1"', ' href="#intro"'),
    *('href="#', 'href="/', ' href=', ' id=', "title=", ' src=', 'role="region" aria-label="Table"'),
    *('role="region" aria-label="Map"', 'aria-labelledby="', ' headers="', "<figure", "</figure>", "<figcaption>"),
    *('<div class="output">', "</div>", '<pre class="code">', "</pre>", "<span>", '<span class="k">', "</span>"),
    *('<a class="anchor" href="#x">#</a>', '<section class="footnotes">', "<math>x</math>", "<annotation>", "<svg>"),
    *("<script>", "</script>", "<style>", "<iframe ", '<iframe src="asset:x"', "<noscript>", "<video>", "</video>"),
    *("<audio", "<table>", "</table>", "<td>1</td>", "<tr>", "</article>", "<em>", "<code", "<summary>", "</details>"),
    *('<details class="interactive">', ' data-cell="7"', "<!--", "-->", "<!-- more -->", "<!-- TEASER_END -->"),
    *("TEASER_END", "{{% /summary %}}", "{{ title }}", "{% raw %}", "{title}", "{0}", "%s", "<h2>", "<br>", "<p></p>"),
    *("&quot;", "&#34;", "&amp;", "&lt;", "&gt;", "&amp;lt;", "&nbsp;", "&#xe000;0&#xe001;", "&#0;", "&", "<", ">"),
    *('"', "'", "`", "``", "\\", "\\1", "\\g<0>", "$x$", "$$", "|", "$|x|$", "#T_1", "[^1]", "[x]: y"),
    *("***", "~~", "]]>", "# x", "- x", "1. x", "---", "===", " #", "!", "%%"),
    *("<mark>", "Make this Notebook Trusted", "https://example.org/", "www.example.org", "data:image/png;base64,", "://"),
    *("\ue000", "\ue0000\ue001", "\ue001", "\ue003", "\ue009", "\ufdd0", "\ufeff", "\u200b", "\u2028", "\x85"),
    *("\xa0", "\xad"),
    *("\0", "\x01", "\x03", "\x0b", "\x0c", "\x1f", "\x7f", "\ufffe", "\uffff", "𝒳", "é", "\u202e"),
)  # fmt: skip
