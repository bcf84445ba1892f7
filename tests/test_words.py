"""The catalogue of interface words: whole in every language, with nothing needless, used everywhere."""

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from markupsafe import Markup

from publisher import templating, words
from publisher.errors import SettingsError
from publisher.words import plurals

PACKAGE = Path(words.__file__).parent
LANGUAGES = ("ar", "de", "en", "ja")
DATA = ("months", "date", "thousands", "decimal")  # read by `words` itself


def catalogue(language: str) -> dict[str, object]:
    return tomllib.loads((PACKAGE / f"{language}.toml").read_text(encoding="utf-8"))


def forms(value: object) -> dict[str, str]:
    return value if isinstance(value, dict) else {"other": str(value)}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


# Complete


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words(language: str) -> None:
    assert list(catalogue(language)) == list(catalogue("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_the_placeholders_of_the_english_one(language: str) -> None:
    for key, value in catalogue(language).items():
        wanted = set().union(*map(placeholders, forms(catalogue("en")[key]).values()))
        for form, text in forms(value).items() if key != "months" else ():
            spelled_out = {"count"} if form in ("zero", "one", "two") else set()
            assert placeholders(text) | spelled_out == wanted | spelled_out, (key, form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_counted_has_all_forms_that_the_language_needs(language: str) -> None:
    needed = {plurals.category(number, language) for number in range(201)}
    for key, english in catalogue("en").items():
        if isinstance(english, dict):
            assert set(forms(catalogue(language)[key])) == needed, key


# Used, and nothing besides


def keys_used() -> set[str]:
    found: set[str] = set()
    for file in templating.packaged().rglob("*.j2"):
        found.update(re.findall(r"\b(?:site_)?words\.([a-z]\w*)", file.read_text(encoding="utf-8")))
    for file in PACKAGE.parent.rglob("*.py"):
        found.update(keys_of(ast.parse(file.read_text(encoding="utf-8"))) if file.parent != PACKAGE else ())
    return found - {"day", "number", "language"}


def keys_of(module: ast.Module) -> Iterator[str]:
    """Yield the keys that code asks for: of `notes.words`, of an argument `words`, by a name in a table."""
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    for function in functions:
        names = {each.arg for each in function.args.args if ast.unparse(each.annotation or each) == "Words"}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and is_words(node.value):
                names.update(ast.unparse(target) for target in node.targets)
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute) and (is_words(node.value) or ast.unparse(node.value) in names):
                yield node.attr
    if any(isinstance(node, ast.Name) and node.id in ("getattr", "WORD") for node in ast.walk(module)):
        texts = {node.value for node in ast.walk(module) if isinstance(node, ast.Constant)}
        yield from texts & set(catalogue("en"))


def is_words(node: ast.expr) -> bool:
    called = isinstance(node, ast.Call) and ast.unparse(node.func).endswith("words_of")
    return called or (isinstance(node, ast.Attribute) and node.attr == "words" and "notes" in ast.unparse(node))


def test_every_word_that_is_used_is_in_the_catalogue() -> None:
    assert keys_used() - set(catalogue("en")) == set()


def test_every_word_of_the_catalogue_is_used() -> None:
    assert set(catalogue("en")) - keys_used() - set(DATA) == set()


def test_no_template_has_words_of_its_own() -> None:
    for file in sorted(templating.packaged().rglob("*.j2")):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", file.read_text(encoding="utf-8"), flags=re.S)
        labels = re.findall(r'(?:aria-label|title|alt|placeholder|data-[\w-]*word[\w-]*)="([^"]*)"', text)
        between = re.sub(r"<[^>]*>", " ", re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.S))
        assert re.findall(r"[A-Za-z]{2,}", f"{between} {' '.join(labels)}") == [], file.name


# What they say


def test_a_number_chooses_the_form() -> None:
    english, german, arabic, japanese = (words.of(language) for language in ("en", "de", "ar", "ja"))
    assert english.minutes(1) == "1 min read"
    assert german.minutes(3) == "3 Min. Lesezeit"
    assert japanese.minutes(1) == "読了時間 1分"
    assert [arabic.minutes(count) for count in (1, 2, 3, 11)] == [
        "دقيقة قراءة واحدة",
        "دقيقتا قراءة",
        "3 دقائق قراءة",
        "11 دقيقة قراءة",
    ]


def test_large_numbers_are_grouped_as_the_language_does() -> None:
    assert words.of("en").minutes(12_345) == "12,345 min read"
    assert words.of("de").minutes(12_345) == "12.345 Min. Lesezeit"
    assert words.of("de-AT").minutes(12_345) == "12.345 Min. Lesezeit"


def test_values_are_filled_in_and_finished_html_stays_html() -> None:
    english = words.of("en")
    assert english.image_for(title="<b>") == "Image for <b>"
    assert english.updated(date=Markup("<time>now</time>")) == Markup("Updated <time>now</time>")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "November 2, 2026"),
        ("de", "2. November 2026"),
        ("de-AT", "2. November 2026"),
        ("ja", "2026年11月2日"),
        ("ar", "2 نوفمبر 2026"),
        ("fr", "2026-11-02"),
    ],
)
def test_a_date_is_written_as_in_its_language(language: str, said: str) -> None:
    assert words.of(language).day(date(2026, 11, 2)) == said


def test_a_word_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(AttributeError, match="the words have no key 'contentz'"):
        words.of("en").contentz  # noqa: B018 - the access is the test
    template = templating.environment(templating.Templates((("a.j2", "{{ words.contentz }}"),))).get_template("a.j2")
    with pytest.raises(Exception, match="contentz"):
        template.render(words=words.of("en"))


# Fallbacks and own words


def test_a_language_without_words_has_english_ones_and_its_author_is_told() -> None:
    assert words.of("fr").contents == "Contents"
    assert "there are no words for the language 'fr'" in str(words.gaps("fr"))
    assert all(words.gaps(language) is None for language in (*LANGUAGES, "de-AT", "en-GB"))


def test_a_region_has_the_words_of_its_language_and_its_own() -> None:
    own = (("de-AT", 'contents = "Überblick"'),)
    assert (words.of("de-AT", own).contents, words.of("de-AT", own).older) == ("Überblick", "Älter")
    assert words.of("de", own).contents == "Inhalt"


def test_own_words_are_read_from_the_templates_of_the_blog(tmp_path: Path) -> None:
    (tmp_path / words.FOLDER).mkdir(parents=True)
    text = 'contents = "Sommaire"\nminutes = { one = "{count} minute", other = "{count} minutes" }\n'
    (tmp_path / words.FOLDER / "fr.toml").write_text(text, encoding="utf-8")
    own = words.read(tmp_path)
    french = words.of("fr", own)
    assert (french.contents, french.minutes(0), french.minutes(2)) == ("Sommaire", "0 minute", "2 minutes")
    assert "templates/words/fr.toml: lacks" in str(words.gaps("fr", own))


def test_all_mistakes_of_own_words_are_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / words.FOLDER).mkdir(parents=True)
    texts = {
        "de": 'older_posts_page = "Seite {nummer}"\ncontents = 3',
        "fr": "contents = Sommaire",
        "ja": 'minutes = { one = "1" }\nmonths = ["1月"]',
    }
    for language, text in texts.items():
        (tmp_path / words.FOLDER / f"{language}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        words.read(tmp_path)
    said = [str(problem) for problem in caught.value.problems]
    assert said[:2] == [
        "templates/words/de.toml: `older_posts_page` has no placeholder {nummer} (write {number})",
        'templates/words/de.toml: `contents` is not a text (write it like `contents = "…"`)',
    ]
    assert said[2].startswith("templates/words/fr.toml, line 1: is not TOML: ")
    assert [text.split(" (")[0] for text in said[3:]] == [
        "templates/words/ja.toml: `minutes` lacks its form `other`",
        "templates/words/ja.toml: `months` is not a list of twelve names",
    ]


@pytest.mark.parametrize(
    ("language", "numbers", "categories"),
    [
        ("ar", (0, 1, 2, 3, 10, 11, 99, 100, 102, 103), "zero one two few few many many other other few"),
        ("pl", (1, 2, 5, 12, 22, 112), "one few many many few many"),
        ("ru", (1, 2, 5, 11, 21, 22), "one few many many one few"),
        ("fr", (0, 1, 2), "one one other"),
        ("ja", (0, 1, 2), "other other other"),
        ("pt-BR", (0, 1, 2), "one one other"),
        ("cs", (1, 4, 5), "one few other"),
        ("sl", (1, 102, 3, 5), "one two few other"),
        ("lt", (1, 11, 21, 2, 10), "one other one few other"),
        ("he", (1, 2, 3), "one two other"),
        ("nl", (0, 1, 2), "other one other"),
    ],
)
def test_plurals_follow_cldr(language: str, numbers: tuple[int, ...], categories: str) -> None:
    assert [plurals.category(number, language) for number in numbers] == categories.split()


@pytest.mark.parametrize("text", ["{count Minuten", "{ count }", "{}", "Minuten}"])
def test_a_brace_that_is_no_placeholder_is_told(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "templates/words"
    folder.mkdir(parents=True)
    (folder / "de.toml").write_text(f'minutes = "{text}"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="brace"):
        words.read(tmp_path)
