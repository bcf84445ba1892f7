"""Settings, checked whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher import config
from publisher.config import Author, FolderListing, ImageSettings, LimitSettings, NavigationLink, Settings
from publisher.errors import Problem, SettingsError


def load(root: Path, toml: str = "", section: bool = True, **overrides: object) -> Settings:
    header = "[tool.publisher]\n" if section else ""
    (root / "pyproject.toml").write_text(header + toml, encoding="utf-8")
    return config.load(root, **overrides)


def wrong(root: Path, toml: str = "", section: bool = True, **overrides: object) -> tuple[Problem, ...]:
    with pytest.raises(SettingsError) as caught:
        load(root, toml, section, **overrides)
    return caught.value.problems


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "my-blog"
    folder.mkdir()
    return folder


def test_no_file_and_no_section_mean_the_defaults(root: Path) -> None:
    assert config.load(root) == Settings(root, title="My blog")
    assert load(root, "[project]\nname = 'x'\n", section=False) == Settings(root, title="My blog")


def test_every_setting_has_a_key_and_a_line_of_help() -> None:
    assert {key.name.replace("-", "_") for key in config.KEYS} == {*Settings.__struct_fields__} - {"root"}
    assert {key.name.replace("-", "_") for key in config.IMAGE_KEYS} == {*ImageSettings.__struct_fields__}
    assert all(key.help.endswith(".") for key in config.KEYS + config.IMAGE_KEYS)


def test_all_settings_are_read(root: Path) -> None:
    settings = load(
        root,
        """title = "Plots"
description = "On plots."
base-url = "https://example.org/blog/"
language = "de"
timezone = "Europe/Berlin"
authors = ["Ada", { name = "Grace", url = "https://example.org/grace" }]
navigation = [{ title = "About", url = "/about/" }]
page-size = 5
view = "compact"
tags = { noise = "What is left." }
defaults = { talks = { tags = ["talk"], date = 2026-01-31 } }
excerpt-words = 30
permalink = "/{year}/{month}/{slug}.html"
exclude = ["scratch/*"]
source = "posts"
output = "site"
static = "files"
repository = "https://github.com/a/b"
accent = "#AABBCC"
remote-images = "allow"
images = { widths = [640, 320], quality = 70, card-size = [600, 300], max-pixels = 1_000, keep-bytes = 0 }
trust = { "guests/*" = "guest" }
cache = ".cache"
limits = { seconds = 5, memory = 100, characters = 9, rows = 8, notebook = 7 }
allowed-leaks = ["0123456789abcdef", "0123456789abcdef"]
[[tool.publisher.listings]]
folder = "talks"
url = "on-stage"
description = "Slides."
view = "full"
page-size = 3
home = false
""",
    )
    assert settings == Settings(
        root=root,
        title="Plots",
        description="On plots.",
        base_url="https://example.org/blog",
        language="de",
        timezone="Europe/Berlin",
        authors=(Author("Ada"), Author("Grace", "https://example.org/grace")),
        navigation=(NavigationLink("About", "/about/"),),
        page_size=5,
        view="compact",
        listings=(FolderListing("talks", "/on-stage/", "Talks", "Slides.", "full", 3, home=False),),
        tags=(("noise", "What is left."),),
        defaults=(("talks", {"tags": ["talk"], "date": "2026-01-31"}),),
        excerpt_words=30,
        permalink="/{year}/{month}/{slug}.html",
        exclude=("scratch/*",),
        source="posts",
        output="site",
        static="files",
        repository="https://github.com/a/b",
        accent="#aabbcc",
        remote_images="allow",
        allowed_leaks=("0123456789abcdef",),
        images=ImageSettings((320, 640), 70, (600, 300), 1_000, 0),
        trust=(("guests/*", "guest"),),
        cache=".cache",
        limits=LimitSettings(5, 100, 9, 8, 7),
    )


def test_an_output_around_the_blog_is_told_once(root: Path) -> None:
    assert [problem.message.partition(" ")[0] for problem in wrong(root, 'output = "."')] == ["`output`"]


def test_navigation_may_be_a_table_and_trust_a_word(root: Path) -> None:
    settings = load(root, 'trust = "guest"\n[tool.publisher.navigation]\n"Me" = "/me/"\nCode = "https://example.org"\n')
    assert settings.navigation == (NavigationLink("Me", "/me/"), NavigationLink("Code", "https://example.org"))
    assert settings.trust == (("*", "guest"),)


@pytest.mark.parametrize("case", ["wrong", "looks", "services"])
def test_all_that_is_wrong_is_told_at_once_with_line_caret_and_right_form(root: Path, case: str) -> None:
    toml, expected = (Path(__file__).parent / f"config/{case}.txt").read_text("utf-8").split("\n---\n")
    assert "\n".join(map(str, wrong(root, toml, section=False))) == expected.rstrip("\n")


@pytest.mark.parametrize(
    ("toml", "line", "column", "hint"),
    [
        ('view = "list"', 2, 8, 'write "cards" or "compact" or "full"'),
        ("listings = 3", 2, 12, 'write listings = [{ folder = "talks", title = "Talks" }]'),
        ('listings = [{ title = "x" }]', 2, 12, 'write listings = [{ folder = "talks", title = "Talks" }]'),
        ('listings = [{ folder = "x", vieww = "x" }]', 2, 29, "did you mean `view`?"),
        ('listings = [{ folder = "x", view = "x" }]', 2, 29, 'write "cards" or "compact" or "full"'),
        ('listings = [{ folder = "../x" }]', 2, 15, 'write it like "talks"'),
        ('listings = [{ folder = "x", url = "/a?b/" }]', 2, 29, 'write it like "/talks/"'),
        ('listings = [{ folder = "files" }]', 2, 12, "give it another `url`"),
        ('listings = [{ folder = "x", url = "/Tags/" }]', 2, 12, "give it another `url`"),
        ('listings = [{ folder = "x" }, { folder = "x" }]', 2, 12, "give one of them another `url`"),
        ("tags = { a = 3 }", 2, 10, 'write tags = { python = "Snakes of all lengths." }'),
        ("defaults = { a = 3 }", 2, 14, "write [tool.publisher.defaults.talks]"),
        ("limits = 3", 2, 1, "[tool.publisher.limits]"),
        ("limits = { second = 3 }", 2, 12, "did you mean `seconds`?"),
        ('allowed-leaks = ["0123"]', 2, 17, "copy the 16 digits of the message"),
        ('allowed-leaks = "0123456789abcdef"', 2, 17, 'write allowed-leaks = ["0123456789abcdef"]'),
        ("limits.memory = -1", 2, 17, "memory = 2048"),
        ("seconds = 3", 2, 1, "did you mean `limits.seconds`?"),
        ('cache = "notebooks/x"', 2, 9, 'write cache = ".publisher-cache"'),
        ('cache = "public"', 2, 9, 'write cache = ".publisher-cache"'),
        ('cache = "."', 2, 9, 'write cache = ".publisher-cache"'),
        ('base-url = "example.org/x"', 2, 12, 'write "https://example.org/x"'),
        ('base-url = "ftp://example.org"', 2, 12, 'write "https://example.org"'),
        ('base-url = "https://example.org/?a=b"', 2, 12, 'write "https://example.org/"'),
        ('base-url = "https://u:p@example.org"', 2, 12, 'write "https://example.org"'),
        ('base-url = "https://["', 2, 12, "write"),
        ('permalink = "{slug}/"', 2, 13, 'write "/{slug}/"'),
        ('permalink = "/img/{slug}/"', 2, 13, 'write "/{slug}/"'),
        ('permalink = "/{slgu}/"', 2, 13, "did you mean {slug}?"),
        ('permalink = "/{year}/"', 2, 13, "{slug}"),
        ('permalink = "/{slug"', 2, 13, "{slug}"),
        ('permalink = "/{slug}"', 2, 13, 'write "/{slug}/" or "/{slug}.html"'),
        ('permalink = "/../{slug}/"', 2, 13, "{slug}"),
        ('permalink = "/{slug.__class__}/"', 2, 13, "did you mean {slug}?"),
        ('permalink = "/{slug!r}/"', 2, 13, "did you mean {slug}?"),
        ('permalink = "/{slug:>999999999}/"', 2, 13, "did you mean {slug}?"),
        ('accent = "blue"', 2, 10, "hex"),
        ('language = "english language"', 2, 12, '"pt-BR"'),
        ('timezone = "../etc"', 2, 12, "write"),
        ('remote-images = "yes"', 2, 17, '"link" or "allow"'),
        ("page-size = true", 2, 13, "page-size = 12"),
        ("excerpt-words = 1.5", 2, 17, "excerpt-words = 40"),
        ('title = ""', 2, 9, "remove the line"),
        ('authors = "Ada"', 2, 11, "authors = ["),
        ('authors = [{ nam = "Ada" }]', 2, 14, "did you mean `name`?"),
        ('navigation = [{ title = "A" }]', 2, 14, "url"),
        ('navigation = [{ title = "A", url = "about" }]', 2, 30, '"/about/"'),
        ('exclude = "x"', 2, 11, "exclude = ["),
        ('trust = "everyone"', 2, 9, '"guest"'),
        ('trust = { "x/*" = "all" }', 2, 11, '"guest"'),
        ("images = 3", 2, 1, "[tool.publisher.images]"),
        ("images = { widht = 3 }", 2, 12, "did you mean `widths`?"),
        ("images.quality = 101", 2, 18, "quality = 80"),
        ("[tool.publisher.images]\nwidths = []", 3, 10, "widths = ["),
        ("[tool.publisher.images]\ncard-size = [640]", 3, 13, "card-size = [640, 360]"),
        ("widths = [320]", 2, 1, "did you mean `images.widths`?"),
        ('description = """\npage-size = 3\n"""\npage-size = "x"', 5, 13, "page-size = 12"),
        (
            (
                '[[tool.publisher.navigation]]\ntitle = "A"\nurl = "/"\n'
                '[[tool.publisher.navigation]]\ntitle = "B"\nurl = "b"'
            ),
            7,
            7,
            '"/about/"',
        ),
    ],
)
def test_a_wrong_value_is_shown_where_it_is(root: Path, toml: str, line: int, column: int, hint: str) -> None:
    problems = wrong(root, toml)
    assert len(problems) == 1
    assert (problems[0].file, problems[0].line, problems[0].column) == ("pyproject.toml", line, column)
    assert problems[0].source == f"[tool.publisher]\n{toml}".split("\n")[line - 1]
    assert hint in problems[0].hint


def test_a_mistyped_section_is_found(root: Path) -> None:
    assert wrong(root, "[tool.publsher]\ntitle = 'x'", section=False)[0].hint == "did you mean [tool.publisher]?"
    assert wrong(root, "[tool]\npublisher = 3", section=False)[0].line == 2


@pytest.mark.parametrize(
    ("toml", "line", "column"),
    [("title = ", 2, 8), ('title = "x\n', 2, 11), ("a = 1\na = 2", 3, 6), ("x = [1,\n", 2, 8)],
)
def test_what_is_not_toml_is_an_error_with_its_place(root: Path, toml: str, line: int, column: int) -> None:
    problem = wrong(root, toml)[0]
    assert "is not TOML" in problem.message
    assert (problem.line, problem.column) == (line, column)


@pytest.mark.parametrize(
    ("toml", "message"), [(f"x = {'[' * 100_000}", "is nested too deeply"), (f"x = {'9' * 5_000}", "cannot be read")]
)
def test_toml_that_python_cannot_hold_is_an_error_of_its_author(root: Path, toml: str, message: str) -> None:
    assert message in wrong(root, toml)[0].message


def test_a_byte_order_mark_and_windows_line_ends_are_fine(root: Path) -> None:
    (root / "pyproject.toml").write_bytes(b'\xef\xbb\xbf[tool.publisher]\r\ntitle = "T"\r\n')
    assert config.load(root).title == "T"
    (root / "pyproject.toml").write_bytes(b"[tool.publisher]\r\ntitle = 3\r\n")
    with pytest.raises(SettingsError) as caught:
        config.load(root)
    assert caught.value.problems[0].source == "title = 3"


def test_what_is_not_utf_8_is_an_error(root: Path) -> None:
    (root / "pyproject.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(SettingsError, match="not UTF-8"):
        config.load(root)


@pytest.mark.parametrize(
    ("toml", "blamed"),
    [
        ('output = "."', "output"),
        ('output = ".."', "output"),
        ('output = "notebooks"', "output"),
        ('output = "notebooks/site"', "output"),
        ('source = "public/posts"', "source"),
        ('source = "public"', "source"),
        ('output = "static"', "output"),
        ('output = "a/../notebooks/x"', "output"),
    ],
)
def test_the_site_is_never_where_an_authors_files_are(root: Path, toml: str, blamed: str) -> None:
    problems = wrong(root, toml)
    assert all(problem.message.startswith(f"`{blamed}`") for problem in problems)
    assert problems[0].line == 2


def test_a_symbolic_link_does_not_hide_where_the_site_goes(root: Path) -> None:
    (root / "notebooks").mkdir()
    (root / "link").symlink_to(root / "notebooks")
    assert wrong(root, 'output = "link"')


def test_options_win_over_the_file_and_are_checked_alike(root: Path) -> None:
    settings = load(root, 'source = "a"\noutput = "b"', source="c", output=None, base_url="https://example.org/x/")
    assert (settings.source, settings.output, settings.base_url) == ("c", "b", "https://example.org/x")
    problems = wrong(root, "page-size = 0", output="", base_url="nonsense")
    assert [problem.file for problem in problems] == ["pyproject.toml", "--output", "--base-url"]


def test_an_option_is_checked_as_the_setting_of_that_name_is(root: Path) -> None:
    assert load(root, output="../site").output == "../site"
    (problem,) = wrong(root, output=".")
    assert (problem.file, problem.message) == ("--output", "is the blog's own folder or one around it")
    with pytest.raises(TypeError):
        load(root, outptu="x")
