"""Blogs in other languages than English: their words, their dates, their direction, and translations."""

from __future__ import annotations

import io
import re
import string
import tomllib
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from publisher import config, unchanged, words
from publisher.build import Options, publish
from publisher.report import QuietReporter, Summary
from publisher.words import languages
from tests.support.notebooks import cell, notebook, output

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SETTINGS = """
[tool.publisher]
title = "7"
language = "LANGUAGE"
base-url = "https://example.org/blog"
repository = "https://example.org/r"
navigation = [{ title = "8", url = "/" }]
page-size = 2
limits = { rows = 10, characters = 20000 }
"""
NOW = datetime(2026, 11, 20, tzinfo=UTC)
DATES = {"de": "2. November 2026", "ja": "2026年11月2日", "ar": "2 نوفمبر 2026"}
# Words of the authors themselves: what stands in the notebooks.
SENTENCES = {
    "de": "Die Sekunde wird durch Schwingungen des Atoms festgelegt.",
    "ja": "秒はセシウム原子の放射の周期によって定義されている。",
    "ar": "تُعرَّف الثانية بعدد اهتزازات ذرة السيزيوم.",
}

# What everything() makes a page say.
HEARD = (
    "skip site source updated minutes contents series download older newer show_code show_output show_lines left_out",
    "table table_start whole_text whole_data json_keys map_sketch figure_by_code image_missing_named image_missing",
    "lost_audio lost_video lost_pdf mermaid interactive_output drawn_by_script video_on embedded_page image_at",
    "link_here formula footnote footnotes footnote_back task_done task_to_do details callout_note callout_tip",
    "callout_warning callout_important callout_see_also callout_to_do callout_caution callout_error traceback",
)


def outputs() -> list[dict[str, object]]:
    """Return outputs of which pages say something themselves."""
    rows = [{"x": number, "y": number} for number in range(30)]
    places = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    error = {"output_type": "error", "ename": "", "evalue": "1/0", "traceback": ["1/0"]}
    return [
        {"output_type": "stream", "name": "stdout", "text": "\n".join(map(str, range(90)))},
        {"output_type": "stream", "name": "stderr", "text": "7" * 30_000},
        error,
        output({"application/json": {"a": [1, 2, {"b": "c" * 90}], "d": "e"}}),
        output({"application/vnd.dataresource+json": {"data": rows}}),
        output({"application/geo+json": places}),
        output({"text/html": "<script>document.body.append(1)</script>"}),
        output({"application/vnd.nobody+binary": {"x": 1}, "application/javascript": "x = 1"}),
        output({"application/3dmoljs_load.v0": "x"}),
        output({"audio/mpeg": b64encode(b"no sound").decode()}),
        output({"video/mp4": b64encode(b"no film").decode()}),
        output({"application/pdf": b64encode(b"no document").decode()}),
        output({"application/pdf": b64encode(b"%PDF-1.4 " + bytes(2_000)).decode()}),
        output(
            {"image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0"/></svg>'}
        ),
        output({"image/png": "!"}),
        output({"text/vnd.mermaid": "a --> b"}),
    ]


def everything(language: str) -> bytes:
    said = SENTENCES[language]
    prose = "\n\n".join(
        (
            f"---\ndate: 2026-11-02\nupdated: 2026-11-03\ntags: [{said[:7]}]\nseries: {said[:5]}\n---",
            f"# {said}",
            f"{said}[^1]",
            f"[^1]: {said}",
            *(f"## {said} {number}" for number in range(3)),
            "- [x] 1\n- [ ] 2",
            *(f"```{{{kind}}}\n{said}\n```" for kind in ("note", "tip", "warning", "important", "seealso", "todo")),
            f"> [!CAUTION]\n> {said}",
            f"```{{dropdown}}\n{said}\n```",
            "| 1 | 2 |\n|---|---|\n| 3 | 4 |",
            "$$a = b + c + d + e + f$$",
            "![7](7.png)",
            '<iframe src="https://www.youtube.com/embed/x"></iframe><iframe src="https://example.org/"></iframe>',
            "![](https://example.org/7.png)",
        )
    )
    code = cell("#| code-fold: true\n#| output-fold: true\n1\n2", "code", outputs=outputs())
    shown = cell("1", "code", outputs=outputs()[13:14])
    return notebook(cell(prose), code, shown)


def blog(root: Path, language: str, **notebooks: bytes) -> Path:
    """Write a blog; `-` in the names of notebooks is written `__`, `.` is `_`."""
    (root / "notebooks").mkdir(parents=True, exist_ok=True)
    (root / "pyproject.toml").write_text(SETTINGS.replace("LANGUAGE", language), encoding="utf-8")
    for name, data in notebooks.items():
        (root / "notebooks" / f"{name.replace('__', '-').replace('_', '.')}.ipynb").write_bytes(data)
    return root


def made(root: Path, **options: object) -> Summary:
    return publish(config.load(root), Options(now=NOW, **options), QuietReporter(io.StringIO()))  # type: ignore[arg-type]


def again(root: Path) -> dict[str, set[str]]:
    """Publish once more; return which pages were made again, and what had changed in each."""
    options = Options(now=NOW, explain=True)
    assert unchanged.summary(config.load(root), options) is None
    return {each.page: {change.name for change in each.changes} for each in made(root, explain=True).remade}


def page(root: Path, path: str) -> str:
    return (root / "public" / path / "index.html").read_text(encoding="utf-8")


def said_on(html: str) -> str:
    """Return what a page says: its text, and what is read aloud in place of pictures and signs."""
    html = re.sub(r"<(script|style)\b.*?</\1>|<meta[^>]*>|<annotation.*?</annotation>", "", html, flags=re.S)
    labels = re.findall(r' (?:aria-label|alt|title)="([^"]*)"', html)
    return unescape("\n".join((re.sub(r"<[^<>]*>", "\n", html), *labels)))


def catalogue(language: str) -> dict[str, str]:
    """Return all forms of all texts of a catalogue, by their keys."""
    text = (Path(words.__file__).parent / f"{language}.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    return {
        f"{key}.{form}": value
        for key, entry in found.items()
        if key != "months"
        for form, value in (entry if isinstance(entry, dict) else {"other": entry}).items()
    }


def parts(text: str) -> list[str]:
    """Return the words of a text between its placeholders."""
    pieces = (piece.strip(" ,.;:()×") for piece, *_ in string.Formatter().parse(text))
    return [piece for piece in pieces if any(map(str.isalpha, piece))]


@pytest.mark.parametrize("language", ["de", "ja", "ar"])
def test_a_blog_in_another_language_says_nothing_in_english(tmp_path: Path, language: str) -> None:
    root = blog(tmp_path, language, a=everything(language), b=everything(language).replace(b"11-02", b"11-01"))
    blog(root, language, c=everything(language).replace(b"11-02", b"10-31"))
    summary = made(root)
    assert not summary.failures
    pages = {path: said_on(path.read_text(encoding="utf-8")) for path in (root / "public").rglob("*.html")}
    own = "\n".join(catalogue(language).values())
    english = {
        piece for text in catalogue("en").values() for piece in parts(text) if piece not in own and len(piece) > 1
    }
    assert len(english) > 90
    for path, said in pages.items():
        found = {piece for piece in english if re.search(rf"(?<![\w-]){re.escape(piece)}(?![\w-])", said)}
        assert found == set(), path.relative_to(root)
    article = pages[root / "public" / "b" / "index.html"]
    spoken = {
        key for key, text in catalogue(language).items() if parts(text) and all(p in article for p in parts(text))
    }
    heard = {key.partition(".")[0] for key in spoken}
    assert {key for keys in HEARD for key in keys.split()} - heard == set()


@pytest.mark.parametrize("language", ["de", "ja", "ar"])
def test_language_direction_and_dates_are_those_of_the_post(tmp_path: Path, language: str) -> None:
    own = notebook(cell(f"---\ndate: 2026-11-02\nlanguage: {language}\n---\n# A\n\nB"))
    made(blog(tmp_path, "en", a=own))
    html = page(tmp_path, "a")
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html
    assert f">{DATES[language]}</time>" in html
    assert '<header class="masthead" lang="en" dir="ltr">' in html
    listing = page(tmp_path, "")
    assert '<html lang="en" dir="ltr">' in listing
    assert ">November 2, 2026</time>" in listing
    assert f'<h2 lang="{language}" dir="auto">' in listing


def test_a_language_without_words_is_told_once(tmp_path: Path) -> None:
    summary = made(blog(tmp_path, "fr", a=notebook("# A\n\nB"), b=notebook("# B\n\nC")))
    told = [str(problem) for problem in summary.warnings if "words" in problem.message]
    assert len(told) == 1
    assert told[0].startswith("pyproject.toml: there are no words for the language 'fr'")


def test_own_words_are_on_the_page_and_a_change_of_them_makes_it_again(tmp_path: Path) -> None:
    root = blog(tmp_path, "de", a=notebook("---\ndate: 2026-11-02\n---", "# A\n\n> [!TIP]\n> B"))
    made(root)
    folder = root / words.FOLDER
    folder.mkdir(parents=True)
    (folder / "de.toml").write_text('callout_tip = "Wink"\nminutes = { one = "eine", other = "{count} min" }\n')
    changed = again(root)
    assert "words of de" in changed["a/index.html"]
    assert "words of de" in changed["index.html"]
    assert '<p class="callout-title">Wink</p>' in page(root, "a")
    assert "<span>eine</span>" in page(root, "")
    (folder / "de.toml").write_text('callout_tip = "Rat"\n')
    again(root)
    assert '<p class="callout-title">Rat</p>' in page(root, "a")
    assert made(root, explain=True).remade == ()


def test_another_language_of_the_blog_makes_articles_again(tmp_path: Path) -> None:
    root = blog(tmp_path, "en", a=notebook("# A\n\n> [!TIP]\n> B"))
    made(root)
    blog(root, "ja")
    assert "setting language" in again(root)["a/index.html"]
    assert '<p class="callout-title">ヒント</p>' in page(root, "a")


# Translations


def alternates(html: str) -> dict[str, str]:
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html))


def test_translations_name_each_other_and_themselves(tmp_path: Path) -> None:
    root = blog(
        tmp_path,
        "en",
        second=notebook("# A second\n\nB"),
        second_de=notebook("# Eine Sekunde\n\nB"),
        other__ja=notebook("---\nlanguage: ja\ntranslates: second.de.ipynb\n---", "# Byo\n\nB"),
    )
    assert not made(root).warnings
    wanted = {
        "de": "https://example.org/blog/second-de/",
        "en": "https://example.org/blog/second/",
        "ja": "https://example.org/blog/other-ja/",
    }
    for path in ("second", "second-de", "other-ja"):
        assert alternates(page(root, path)) == wanted
    html = page(root, "second-de")
    assert '<html lang="de" dir="ltr">' in html
    line = re.search(r'<p class="translations">(.*?)</p>', html)
    assert line
    assert re.sub("<[^>]*>", "", line[1]) == "Auch auf English, 日本語"
    assert '<a href="/blog/other-ja/" lang="ja" hreflang="ja" rel="alternate" dir="auto">日本語</a>' in line[1]


def test_without_a_base_url_only_readers_are_told(tmp_path: Path) -> None:
    root = blog(tmp_path, "en", a=notebook("# A\n\nB"), a_de=notebook("# A\n\nB"))
    settings = root / "pyproject.toml"
    settings.write_text(re.sub("base-url.*\n", "", settings.read_text()))
    made(root)
    html = page(root, "a")
    assert alternates(html) == {}
    assert '<a href="/a-de/" lang="de"' in html


def test_a_post_alone_has_no_line_of_translations(tmp_path: Path) -> None:
    made(blog(tmp_path, "en", a=notebook("# A\n\nB"), b_de=notebook("# B\n\nC")))
    for path in ("a", "b-de"):
        assert "hreflang" not in page(tmp_path, path)
        assert "translations" not in page(tmp_path, path)


def test_a_translation_that_comes_or_goes_makes_the_others_again(tmp_path: Path) -> None:
    root = blog(tmp_path, "en", a=notebook("# A\n\nB"), b=notebook("# B\n\nC"))
    made(root)
    blog(root, "en", a_de=notebook("---\npinned: true\n---", "# A\n\nB"))
    changed = again(root)
    assert changed["a/index.html"] == {"translations"}
    assert "b/index.html" not in changed
    (root / "notebooks" / "a.de.ipynb").unlink()
    assert again(root)["a/index.html"] == {"translations"}


def test_a_translation_whose_notebook_fails_keeps_its_relations(tmp_path: Path) -> None:
    root = blog(
        tmp_path, "en", a=notebook("# A\n\nB"), b=notebook("---\nlanguage: de\ntranslates: a.ipynb\n---", "# B\n\nC")
    )
    made(root)
    (root / "notebooks" / "b.ipynb").write_text("{")
    assert made(root).failures
    assert set(alternates(page(root, "a"))) == {"de", "en"}


def test_what_is_wrong_with_translations_is_told(tmp_path: Path) -> None:
    root = blog(
        tmp_path,
        "en",
        a=notebook("# A\n\nB"),
        a_en=notebook("# A\n\nB"),
        b=notebook("---\ntranslates: nowhere.ipynb\n---", "# B\n\nC"),
        c=notebook("---\ntranslates: d.ipynb\nlanguage: de\n---", "# C\n\nD"),
        d=notebook("---\ndraft: true\n---", "# D\n\nE"),
    )
    assert sorted(map(str, made(root).warnings)) == [
        "a.en.ipynb: is a translation in the same language as a.ipynb: 'en' (give it its own `language`, or rename it)",
        "b.ipynb: translates nowhere.ipynb, which does not exist (correct the path in `translates`)",
    ]


def test_what_is_no_notebook_cannot_be_translated(tmp_path: Path) -> None:
    summary = made(blog(tmp_path, "en", a=notebook("---\ntranslates: b.md\n---", "# A\n\nB")))
    assert "`translates`: `b.md` is not a notebook" in str(summary.failures[0])


def test_a_language_in_the_name_of_an_index_stands_for_the_folder_too(tmp_path: Path) -> None:
    root = blog(tmp_path, "en")
    folder = root / "notebooks" / "second"
    folder.mkdir()
    (folder / "index.ipynb").write_bytes(notebook("B"))
    (folder / "index.de.ipynb").write_bytes(notebook("B"))
    made(root)
    assert set(alternates(page(root, "second"))) == {"de", "en"}
    assert "<h1>Second</h1>" in page(root, "second-de")


@pytest.mark.parametrize(
    ("stem", "base", "language"),
    [
        ("post.de", "post", "de"),
        ("2026-01-02-post.pt-BR", "2026-01-02-post", "pt-BR"),
        ("post.zh_Hant", "post", "zh-Hant"),
        ("post.v2", "post.v2", ""),
        ("post.xx", "post.xx", ""),
        ("post.ml", "post.ml", ""),
        ("de", "de", ""),
        ("a/b.ja", "a/b", "ja"),
    ],
)
def test_only_a_known_language_ends_a_name(stem: str, base: str, language: str) -> None:
    assert languages.in_name(stem) == (base, language)


def test_a_language_is_called_by_its_own_name() -> None:
    assert [languages.name(code) for code in ("ar", "de", "pt-BR", "tlh")] == [
        "العربية",
        "Deutsch",
        "português (BR)",
        "tlh",
    ]


@pytest.mark.browser
def test_a_page_from_right_to_left_fits_and_its_code_runs_from_left_to_right(
    tmp_path: Path, browser: Browser, serve: Callable[[Path], str]
) -> None:
    root = blog(tmp_path, "ar", a=everything("ar"))
    settings = root / "pyproject.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("example.org/blog", "example.org"), encoding="utf-8"
    )
    made(root)
    address = serve(root / "public")
    for width in (320, 390, 768, 1280):
        page = browser.new_page(viewport={"width": width, "height": 900})
        for path in ("/a/", "/", "/archive/"):
            page.goto(f"{address}{path}")
            assert page.evaluate("document.documentElement.scrollWidth") == width, (path, width)
            assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
        page.goto(f"{address}/a/")
        found = page.evaluate(
            "Object.fromEntries(['pre.code', 'pre.text', 'math', '.callout'].map("
            "name => [name, getComputedStyle(document.querySelector(name)).direction]))"
        )
        assert found == {"pre.code": "ltr", "pre.text": "ltr", "math": "ltr", ".callout": "rtl"}
        callout = page.evaluate("getComputedStyle(document.querySelector('.callout')).paddingRight")
        assert float(callout.removesuffix("px")) > 10
        page.close()
