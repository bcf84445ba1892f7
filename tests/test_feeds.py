"""Feeds, the sitemap and robots.txt: what is in them, that it is fit to be read elsewhere, and when it changes."""

from __future__ import annotations

import io
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from publisher import build, config, feeds, sitemap, unchanged
from publisher.build import Options
from publisher.config import Author
from publisher.pages import Site
from publisher.report import QuietReporter, Summary
from publisher.target import MANIFEST
from tests.support import CASES, CHECKOUT, feed_checks
from tests.support import posts as examples
from tests.support.notebooks import cell, front, notebook, plot, png

NOW = datetime(2025, 6, 15, 23, 59, 59, tzinfo=UTC)
ADDRESS = "https://example.org/blog"
URL = f"{ADDRESS}/post/"
ATOM = feed_checks.ATOM
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def publish(blog: Path, address: str = ADDRESS, **options: Any) -> Summary:
    settings = config.load(blog, base_url=address)
    wanted = replace(Options(now=NOW), **options)
    found = unchanged.summary(settings, wanted)
    return found or build.publish(settings, wanted, QuietReporter(io.StringIO()))


def write(blog: Path, name: str, *cells: dict[str, Any] | str) -> None:
    file = blog / "notebooks" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(notebook(*cells))


def feed(blog: Path, path: str = "feed.xml") -> ElementTree.Element:
    return ElementTree.fromstring((blog / "public" / path).read_bytes())


def entries(blog: Path, path: str = "feed.xml") -> dict[str, dict[str, str]]:
    """Return the texts of each entry by its title."""
    found = [
        {each.tag.removeprefix(ATOM): "".join(each.itertext()).strip() for each in entry}
        for entry in feed(blog, path).iter(f"{ATOM}entry")
    ]
    return {entry["title"]: entry for entry in found}


def addresses(blog: Path) -> dict[str, str]:
    """Return the times of the pages in the sitemap by their address, without that of the site."""
    found = feed(blog, "sitemap.xml").iter(f"{MAP}url")
    return {
        (each.findtext(f"{MAP}loc") or "").removeprefix(ADDRESS): each.findtext(f"{MAP}lastmod") or "" for each in found
    }


def inodes(blog: Path) -> dict[str, int]:
    found = (path for path in (blog / "public").rglob("*") if path.suffix in (".xml", ".json", ".txt"))
    return {path.relative_to(blog / "public").as_posix(): path.stat().st_mtime_ns for path in found}


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.publisher]\ntitle = "Residuals"\ndescription = "On what is left."\n'
        'authors = [{ name = "Ada", url = "/about/" }]\n'
    )
    write(tmp_path, "one.ipynb", front("One", date="2025-01-01", tags="[a, b]"), "First words.", plot(png(500, 300)))
    write(tmp_path, "two.ipynb", front("Two", date="2025-01-02 10:30", tags="[a]"), "Second words.")
    return tmp_path


# What readers get of an article


def cleaned(body: str) -> str:
    html = feeds.clean(body, URL)
    assert not list(feed_checks.content_faults(html))
    return html


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<div class="cell" id="cell-1" data-cell="1"><p>x</p></div>', "<p>x</p>"),
        ('<h2 id="a">A<a class="anchor" href="#a" aria-label="Link">#</a></h2>', "<h2>A</h2>"),
        ('<p><a href="/blog/other/#x">o</a></p>', '<p><a href="https://example.org/blog/other/#x">o</a></p>'),
        ('<p><a href="#part">p</a></p>', f'<p><a href="{URL}#part">p</a></p>'),
        ('<p><a href="data.csv">d</a></p>', f'<p><a href="{URL}data.csv">d</a></p>'),
        (
            '<p><a href="//example.com/?a=1&amp;b=2">d</a></p>',
            '<p><a href="https://example.com/?a=1&amp;b=2">d</a></p>',
        ),
        ('<p><a href="javascript:alert(1)">d</a></p>', "<p>d</p>"),
        ('<p><a href="http://[">d</a></p>', "<p>d</p>"),
        ('<p>x<button type="button">Copy</button><script>1</script></p>', "<p>x</p>"),
        ('<p style="position:fixed" onclick="x()" class="y">x</p>', "<p>x</p>"),
        ('<p><span lang="ja" class="k">本</span> <span class="k">x</span></p>', '<p><span lang="ja">本</span> x</p>'),
        (
            '<pre class="code" tabindex="0" data-language="r"><code><span class="k">if</span> a &lt; b</code></pre>',
            "<pre><code>if a &lt; b</code></pre>",
        ),
        (
            '<div class="table" role="region" tabindex="0"><table><tr><th scope="col">a</th></tr></table></div>',
            '<table><tr><th scope="col">a</th></tr></table>',
        ),
        (
            '<details class="fold"><summary>Show code</summary><pre class="code"><code>x</code></pre></details>',
            "<details><summary>Show code</summary><pre><code>x</code></pre></details>",
        ),
        (
            '<aside class="callout callout-note" role="note">\n<p class="callout-title">Note</p>\n<p>x</p></aside>',
            "<blockquote>\n<p><strong>Note</strong></p>\n<p>x</p></blockquote>",
        ),
        ('<p><img src="data:image/png;base64,AAAA" alt="A lake"></p>', "<p><em>A lake</em></p>"),
        (
            '<img src="/blog/img/a-1280.webp" srcset="/blog/b.webp 640w" width="60" height="40" alt="A" class="b">',
            '<img src="https://example.org/blog/img/a-1280.webp" alt="A" width="60" height="40">',
        ),
        (
            '<video src="/blog/a.mp4" poster="/blog/p.webp" controls></video>',
            '<video src="https://example.org/blog/a.mp4" poster="https://example.org/blog/p.webp" controls></video>',
        ),
        ("<svg><path></path><p>x</p></svg><p>y</p>", "<p>y</p>"),
        (
            '<p><img src="/a.png" class="only-light" alt="A"><img src="/b.png" class="only-dark" alt="A"></p>',
            '<p><img src="https://example.org/a.png" alt="A"></p>',
        ),
    ],
)
def test_of_an_article_readers_get_plain_html_with_whole_addresses(body: str, expected: str) -> None:
    assert cleaned(body) == expected


def test_a_frame_becomes_what_is_shown_without_scripts_with_a_link_to_the_page() -> None:
    framed = (
        '<figure class="interactive wide"><iframe src="/outputs/x.html" sandbox="allow-scripts" title="A map" '
        'style="height:9px"></iframe><noscript><p class="note">A map: it is drawn by a script.</p></noscript></figure>'
    )
    assert cleaned(framed) == (
        f'<figure><p>A map: it is drawn by a script.</p><figcaption><a href="{URL}">A map</a></figcaption></figure>'
    )
    opened = (
        '<p>x</p><details class="interactive"><summary>Interactive version</summary>'
        '<iframe src="/outputs/x.html" sandbox="allow-scripts" title="A" style="height:9px"></iframe></details>'
    )
    assert cleaned(opened) == f'<p>x</p><p><a href="{URL}">Interactive version</a></p>'


def test_a_formula_has_words_and_its_tex_is_set_apart_for_who_sees_only_text() -> None:
    body = (
        '<div class="math" role="group" aria-label="Formula" tabindex="0"><math display="block"><semantics><mrow>'
        '<msup><mi class="x">x</mi><mn style="width:9px">2</mn></msup></mrow><annotation encoding="application/x-tex">'
        "x^2 &lt; y</annotation></semantics></math></div>"
    )
    assert cleaned(body) == (
        '<div><math display="block" alttext="x² &lt; y"><semantics><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow>'
        ' <annotation encoding="application/x-tex">x^2 &lt; y</annotation></semantics></math></div>'
    )


def test_footnotes_lead_to_and_fro_within_their_entry_alone() -> None:
    body = '<p>x<sup><a href="#fn-1" id="fnref-1">1</a></sup></p><ol><li id="fn-1">y <a href="#fnref-1">b</a></li></ol>'
    one, other = feeds.clean(body, URL), feeds.clean(body, f"{ADDRESS}/other/")
    ids = set(feed_checks.ids_of(one))
    assert len(ids) == 2
    assert ids.isdisjoint(feed_checks.ids_of(other))
    assert not list(feed_checks.content_faults(one))


# What a feed says


def site_of(**more: Any) -> Site:
    values: dict[str, Any] = {"title": "Residuals", "base_url": ADDRESS, "prefix": "/blog", **more}
    return Site(**values)


def test_a_post_is_known_by_its_guid_else_by_the_first_address_that_it_had() -> None:
    site = site_of()
    assert feeds.identity(site, examples.post("new")) == f"{ADDRESS}/new/"
    for alias in ("/größe", "/größe/", "/gr%C3%B6%C3%9Fe/"):
        moved = examples.post("new", aliases=(alias, "/later/"))
        assert feeds.identity(site, moved) == f"{ADDRESS}/gr%C3%B6%C3%9Fe/"
    assert feeds.identity(site, examples.post("new", aliases=("/old.html",))) == f"{ADDRESS}/old.html"
    assert feeds.identity(site, examples.post("new", aliases=("/a/",), guid="urn:x:1")) == "urn:x:1"


def test_a_feed_says_nothing_that_xml_does_not_allow() -> None:
    odd = 'A <b> & "c"\x00\x0b \ufffe end'
    said = feeds.entry(site_of(), replace(examples.post("x", odd), excerpt=odd, tags=(odd,)), f"<p>{odd}</p>", NOW)
    people = (feeds.Person(odd),)
    whole = feeds.Feed(f"{ADDRESS}/feed.xml", f"{ADDRESS}/", odd, odd, "en", people, "", "", "/a.css", (said,))
    atom = ElementTree.fromstring(feeds.atom.write(whole))
    assert atom.findtext(f"{ATOM}title") == 'A <b> & "c"\ufffd\ufffd \ufffd end'
    assert atom.find(f"{ATOM}entry/{ATOM}category").attrib["term"] == 'A <b> & "c"\ufffd\ufffd \ufffd end'  # type: ignore[union-attr]
    assert json.loads(feeds.json_feed.write(whole))["title"] == 'A <b> & "c"\x00\x0b \ufffe end'


def test_authors_have_whole_addresses_or_none() -> None:
    urls = ("/about/", "https://b.example/", "mailto:c@example.org", "")
    found = [person.url for person in feeds.persons(site_of(), [Author("A", url) for url in urls])]
    assert found == [f"{ADDRESS}/about/", "https://b.example/", "", ""]


def test_the_feeds_have_whole_articles_and_all_that_is_known_of_them(blog: Path) -> None:
    publish(blog)
    assert not feed_checks.faults(blog / "public")
    found = entries(blog)
    assert list(found) == ["Two", "One"]
    assert found["Two"]["published"] == "2025-01-02T10:30:00Z" == found["Two"]["updated"]
    assert found["One"]["id"] == f"{ADDRESS}/one/"
    assert "<p>First words.</p>" in found["One"]["content"]
    assert f'src="{ADDRESS}/img/' in found["One"]["content"]
    assert found["One"]["summary"] == "First words."
    assert list(entries(blog, "tags/a/feed.xml")) == ["Two", "One"]
    assert list(entries(blog, "tags/b/feed.xml")) == ["One"]
    assert feed(blog, "tags/b/feed.xml").findtext(f"{ATOM}title") == "b · Residuals"
    icon = feed(blog).findtext(f"{ATOM}icon") or ""
    assert (blog / "public" / icon.removeprefix(f"{ADDRESS}/")).is_file()
    assert feed(blog).findtext(f"{ATOM}subtitle/{{*}}div/{{*}}a") == "On what is left."
    items = json.loads((blog / "public/feed.json").read_bytes())["items"]
    assert [item["title"] for item in items] == ["Two", "One"]
    assert items[1]["content_html"] == found["One"]["content"]
    assert items[1]["authors"] == [{"name": "Ada", "url": f"{ADDRESS}/about/"}]


def test_pages_name_the_feeds_and_the_page_of_a_tag_its_own_first(blog: Path) -> None:
    publish(blog)
    home, tag = ((blog / "public" / path).read_text() for path in ("index.html", "tags/a/index.html"))
    link = '<link rel="alternate" type="application/atom+xml" title="Residuals" href="/blog/feed.xml">'
    own = '<link rel="alternate" type="application/atom+xml" title="a · Residuals" href="/blog/tags/a/feed.xml">'
    assert link in home
    assert 'type="application/feed+json" title="Residuals" href="/blog/feed.json"' in home
    assert '<a href="/blog/feed.xml">Feed</a>' in home
    assert tag.index(own) < tag.index(link)
    assert '<a href="/blog/tags/a/feed.xml">Feed</a>' in tag


@pytest.mark.parametrize("about", ["unlisted: true", "draft: true", "type: page", "date: 2025-06-16"])
def test_what_listings_do_not_show_is_in_no_feed(blog: Path, about: str) -> None:
    date = "" if "date" in about else "date: 2025-01-03\n"
    write(blog, "more.ipynb", f"---\ntitle: More\n{date}tags: [a]\n{about}\n---", "Words.")
    publish(blog, drafts=True, future=True)
    assert (blog / "public/more/index.html").exists()
    assert "More" not in entries(blog)
    assert "More" not in entries(blog, "tags/a/feed.xml")
    assert ("/more/" in addresses(blog)) == (about == "type: page")


def test_undated_posts_are_in_no_feed_and_a_blog_of_these_has_an_empty_one(tmp_path: Path) -> None:
    write(tmp_path, "one.ipynb", front("One", tags="[x]"), "Words.")
    publish(tmp_path)
    assert entries(tmp_path) == {} == entries(tmp_path, "tags/x/feed.xml")
    assert not feed_checks.faults(tmp_path / "public")
    assert addresses(tmp_path)["/one/"] == ""


def test_a_feed_has_the_newest_posts_alone(blog: Path) -> None:
    with (blog / "pyproject.toml").open("a") as file:
        file.write("feed-size = 1\n")
    publish(blog)
    assert list(entries(blog)) == ["Two"] == list(entries(blog, "tags/a/feed.xml"))
    assert list(entries(blog, "tags/b/feed.xml")) == ["One"]


def test_hostile_and_foreign_names_are_only_names(tmp_path: Path) -> None:
    title = "<script>alert('ü')</script> & ]]> 本"
    tags = ["d'été", "machine learning", "日本", "<b>x</b>", "c++"]
    write(
        tmp_path,
        "one.ipynb",
        f"---\ntitle: {json.dumps(title)}\ndate: 2025-01-01\ntags: {json.dumps(tags)}\n---",
        "Words.",
    )
    publish(tmp_path)
    assert not feed_checks.faults(tmp_path / "public")
    (entry,) = entries(tmp_path).values()
    assert "alert('ü')" in entry["title"]
    terms = [each.attrib["term"] for each in feed(tmp_path).iter(f"{ATOM}category")]
    assert terms == tags
    found = sorted(path.parent.name for path in (tmp_path / "public/tags").glob("*/feed.xml"))
    assert found == sorted(path.parent.name for path in (tmp_path / "public/tags").glob("*/index.html"))
    assert len(found) == len(tags)
    assert {"machine-learning", "日本"} <= set(found)


def test_every_kind_of_output_is_fit_for_feeds(tmp_path: Path) -> None:
    for case in CASES.iterdir():
        for file in (case / "notebooks").rglob("*"):
            if file.is_file():
                to = tmp_path / "notebooks" / case.name / file.relative_to(case / "notebooks")
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, to)
    for number, file in enumerate(sorted((tmp_path / "notebooks").rglob("*.ipynb"))):
        dated(file, f"2025-01-01T00:{number // 60:02}:{number % 60:02}")
    (tmp_path / "pyproject.toml").write_text('[tool.publisher]\npermalink = "/{path}/{slug}/"\nfeed-size = 1000\n')
    publish(tmp_path)
    assert not feed_checks.faults(tmp_path / "public")
    assert len(entries(tmp_path)) > 25


def dated(file: Path, date: str) -> None:
    """Give a notebook a date, if it can be read and has none that comes before."""
    try:
        data = json.loads(file.read_bytes())
        data["cells"].insert(0, cell(f"---\ndate: {date}\n---"))
    except (ValueError, KeyError, TypeError):
        return
    file.write_text(json.dumps(data))


@pytest.mark.corpus
def test_feeds_of_real_notebooks_are_good(corpus: Path, tmp_path: Path) -> None:
    found = sorted(path for path in corpus.rglob("*.ipynb") if path.stat().st_size < 10**6)[::4]
    (tmp_path / "notebooks").mkdir()
    for number, path in enumerate(found):
        target = tmp_path / f"notebooks/{number:03}.ipynb"
        shutil.copyfile(path, target)
        dated(target, f"2024-01-01T00:{number // 60:02}:{number % 60:02}")
    (tmp_path / "pyproject.toml").write_text(f"[tool.publisher]\nfeed-size = {len(found)}\n")
    publish(tmp_path, jobs=2)
    assert not feed_checks.faults(tmp_path / "public")
    assert len(entries(tmp_path)) > len(found) // 2


# When it changed


def test_updated_is_the_date_until_readers_get_to_see_something_else(blog: Path) -> None:
    publish(blog)
    later = datetime(2025, 7, 1, 23, 59, 59, tzinfo=UTC)
    publish(blog, now=later, force=True)
    assert entries(blog)["One"]["updated"] == "2025-01-01T00:00:00Z"
    write(blog, "one.ipynb", front("One", date="2025-01-01", tags="[a, b]"), "Other words.", plot(png(500, 300)))
    publish(blog, now=later)
    assert entries(blog)["One"]["updated"] == "2025-07-01T00:00:00Z"
    assert entries(blog)["One"]["published"] == "2025-01-01T00:00:00Z"
    assert entries(blog)["Two"]["updated"] == "2025-01-02T10:30:00Z"
    assert feed(blog).findtext(f"{ATOM}updated") == "2025-07-01T00:00:00Z"
    publish(blog, now=datetime(2025, 8, 1, tzinfo=UTC))
    publish(blog, now=datetime(2025, 8, 1, tzinfo=UTC), force=True)
    assert entries(blog)["One"]["updated"] == "2025-07-01T00:00:00Z"


def test_a_second_change_in_a_day_is_told_as_well(blog: Path) -> None:
    publish(blog)
    for number in range(3):
        write(blog, "one.ipynb", front("One", date="2025-01-01"), f"Words {number}.")
        publish(blog)
    assert entries(blog)["One"]["updated"] == "2025-06-15T00:00:02Z"


def test_another_image_is_another_article_and_another_tag_or_markup_is_not(blog: Path) -> None:
    publish(blog)
    write(blog, "one.ipynb", front("One", date="2025-01-01", tags="[c]"), "First\nwords.", plot(png(500, 300)))
    publish(blog)
    assert entries(blog)["One"]["updated"] == "2025-01-01T00:00:00Z"
    write(blog, "one.ipynb", front("One", date="2025-01-01", tags="[c]"), "First words.", plot(png(500, 300, "red")))
    publish(blog)
    assert entries(blog)["One"]["updated"] == "2025-06-15T00:00:00Z"


def test_what_the_author_says_was_updated_is_believed(blog: Path) -> None:
    publish(blog)
    write(blog, "one.ipynb", front("One", date="2025-01-01", updated="2025-02-03"), "Other words.")
    publish(blog)
    assert entries(blog)["One"]["updated"] == "2025-02-03T00:00:00Z"


def test_without_cache_but_with_the_site_the_same_is_said(blog: Path) -> None:
    publish(blog)
    write(blog, "one.ipynb", front("One", date="2025-01-01"), "Other words.")
    publish(blog)
    before = {path: (blog / "public" / path).read_bytes() for path in inodes(blog)}
    shutil.rmtree(blog / ".publisher-cache")
    publish(blog, now=datetime(2025, 9, 1, tzinfo=UTC))
    assert {path: (blog / "public" / path).read_bytes() for path in inodes(blog)} == before


def test_a_new_slug_with_the_old_address_as_alias_is_the_same_entry_and_no_news(blog: Path) -> None:
    publish(blog)
    (blog / "notebooks/one.ipynb").unlink()
    cells = front("One", date="2025-01-01", aliases="[/one]"), "First words.", plot(png(500, 300))
    write(blog, "uno.ipynb", *cells)
    publish(blog)
    assert entries(blog)["One"]["id"] == f"{ADDRESS}/one/"
    assert entries(blog)["One"]["updated"] == "2025-01-01T00:00:00Z"
    assert f"{ADDRESS}/uno/" in (blog / "public/feed.xml").read_text()


def test_a_post_that_fails_stays_in_the_feed_as_it_was(blog: Path) -> None:
    publish(blog)
    before = (blog / "public/feed.xml").read_bytes()
    (blog / "notebooks/one.ipynb").write_text("{")
    publish(blog)
    assert (blog / "public/feed.xml").read_bytes() == before
    write(blog, "one.ipynb", front("One", date="2025-01-01", tags="[a, b]"), "First words.", plot(png(500, 300)))
    publish(blog)
    assert (blog / "public/feed.xml").read_bytes() == before


# What is made again


def test_feeds_are_made_again_only_when_what_they_say_changes(blog: Path) -> None:
    publish(blog)
    write(blog, "one.ipynb", front("One", date="2025-01-01", tags="[a, b]"), "Other words.")
    found = {each.page for each in publish(blog, explain=True).remade}
    assert {"feed.xml", "feed.json", "tags/a/feed.xml", "tags/b/feed.xml", "sitemap.xml"} <= found
    write(blog, "two.ipynb", front("Two", date="2025-01-02 10:30", tags="[a]"), "Other words, too.")
    found = {each.page for each in publish(blog, explain=True).remade}
    assert {"feed.xml", "tags/a/feed.xml"} <= found
    assert "tags/b/feed.xml" not in found


def test_an_old_post_outside_the_feed_leaves_it_alone(blog: Path) -> None:
    with (blog / "pyproject.toml").open("a") as file:
        file.write("feed-size = 1\n")
    publish(blog)
    before = inodes(blog)
    write(blog, "one.ipynb", front("One", date="2025-01-01", tags="[b]"), "Other words.")
    found = {each.page for each in publish(blog, explain=True).remade}
    assert "tags/b/feed.xml" in found
    assert found.isdisjoint({"feed.xml", "feed.json", "tags/a/feed.xml"})
    assert inodes(blog)["feed.xml"] == before["feed.xml"]


def test_force_gives_the_same_bytes(blog: Path) -> None:
    with (blog / "pyproject.toml").open("a") as settings:
        settings.write("search = false\n")  # whose tags have no order
    publish(blog)
    before = (blog / "public" / MANIFEST).read_bytes()
    publish(blog, force=True)
    assert (blog / "public" / MANIFEST).read_bytes() == before


def test_only_what_is_new_in_a_feed_is_made_fit_for_it(blog: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(blog)
    made = []
    monkeypatch.setattr(feeds, "clean", lambda body, url: made.append(url) or body)
    write(blog, "three.ipynb", front("Three", date="2025-01-03", tags="[a]"), "Third words.")
    publish(blog)
    assert made == [f"{ADDRESS}/three/"]


# The sitemap, robots, and a site without an address


def test_the_sitemap_has_the_pages_for_people_with_the_times_of_what_they_show(blog: Path) -> None:
    write(blog, "about.ipynb", "---\ntitle: About\ntype: page\n---", "Words.")
    write(blog, "gone.ipynb", front("Gone", date="2025-01-05", canonical="https://elsewhere.example/"), "Words.")
    (blog / "static").mkdir()
    (blog / "static/mine.html").write_text("<!doctype html><title>x</title>")
    publish(blog)
    found = addresses(blog)
    assert found["/one/"] == "2025-01-01"
    assert found["/two/"] == found["/tags/a/"] == "2025-01-02T10:30:00+00:00"
    assert found["/tags/b/"] == "2025-01-01"
    assert found["/"] == found["/archive/"] == "2025-01-05"
    assert found["/about/"] == ""
    assert set(found) == {"/", "/one/", "/two/", "/about/", "/archive/", "/tags/", "/tags/a/", "/tags/b/"}
    assert f"Sitemap: {ADDRESS}/sitemap.xml\n" in (blog / "public/robots.txt").read_text()


def test_times_that_are_days_are_written_as_days() -> None:
    assert sitemap.day(datetime(2025, 1, 2, tzinfo=UTC)) == "2025-01-02"
    assert sitemap.day(datetime(2025, 1, 2, 3, tzinfo=UTC)) == "2025-01-02T03:00:00+00:00"


@pytest.mark.parametrize("path", ["robots.txt", "feed.xml", "sitemap.xml"])
def test_a_file_of_the_author_wins(blog: Path, path: str) -> None:
    (blog / "static").mkdir()
    (blog / "static" / path).write_text("mine")
    publish(blog)
    assert (blog / "public" / path).read_text() == "mine"


def test_without_an_address_there_is_one_note_and_nothing_that_needs_it(blog: Path) -> None:
    said = publish(blog, address="")
    assert len([note for note in said.notes if "base-url" in note]) == 1
    assert (blog / "public/robots.txt").read_text() == "User-agent: *\nAllow: /\n"
    assert not [path for path in (blog / "public").rglob("*") if path.suffix == ".xml" or path.name == "feed.json"]
    assert 'rel="alternate"' not in (blog / "public/index.html").read_text()
    assert not [note for note in publish(blog).notes if "base-url" in note]


def test_the_style_sheet_says_what_a_feed_is_whatever_the_words() -> None:
    where = (CHECKOUT / "templates",)
    rules = feeds.stylesheet(where, "#123456", 'Say "this" \\ and\nthat').data.decode()
    assert rules.endswith('feed { --accent: #123456; --about: "Say \\"this\\" \\\\ and that"; }\n')


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_opens_a_feed_sees_where_the_posts_are(blog: Path, browser: Any, serve: Any, scheme: str) -> None:
    publish(blog, address="")
    publish(blog, address="http://localhost")
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{serve(blog / 'public')}/feed.xml")
    shown = page.evaluate("getComputedStyle(document.documentElement, '').display")
    about = page.evaluate("getComputedStyle(document.querySelector('subtitle'), '::after').content")
    links = page.evaluate("[...document.querySelectorAll('summary a')].map(link => link.href)")
    hidden = page.evaluate("getComputedStyle(document.querySelector('content')).display")
    colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    context.close()
    assert (shown, hidden) == ("block", "none")
    assert "web feed" in about
    assert links == ["http://localhost/two/", "http://localhost/one/"]
    assert colour == {"light": "rgb(253, 252, 250)", "dark": "rgb(22, 21, 19)"}[scheme]
