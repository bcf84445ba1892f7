"""The look by settings: rules, fonts, and colours that can be read."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from publisher import config, contrast, legibility, pages, stylesheet, templating, theme
from publisher.build import Options, publish
from publisher.config import Theme
from publisher.errors import Problem, SettingsError
from publisher.report import QuietReporter

if TYPE_CHECKING:
    from collections.abc import Callable

WHERE = (templating.packaged(),)
ACCENT = "#1f4e8c"


def sheet(accent: str = ACCENT, extra: str = "", **settings: object) -> str:
    return stylesheet.style(WHERE, accent, Theme(**settings)) + extra  # type: ignore[arg-type]


def problems(accent: str = ACCENT, extra: str = "", **settings: object) -> list[Problem]:
    chosen = Theme(**settings)  # type: ignore[arg-type]
    return list(legibility.problems(sheet(accent, extra, **settings), extra, chosen, accent, Path("nowhere")))


# Contrast


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000", "#fff", 21.0),
        ("#fff", "#fff", 1.0),
        ("#767676", "#ffffff", 4.54),  # the lightest grey that can be read on white
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.00),
    ],
)
def test_contrast_is_what_wcag_says(one: str, other: str, ratio: float) -> None:
    assert contrast.contrast(contrast.parsed(one), contrast.parsed(other)) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize(
    ("one", "other", "percent", "measured"),
    [
        ("#1f4e8c", "#ffffff", 45, "#97adcc"),
        ("#c2410c", "#ffffff", 45, "#eaad99"),
        ("#000000", "#ffffff", 45, "#717171"),
        ("#ffcc00", "#161513", 30, "#524521"),
        ("#00ff00", "#ff00ff", 50, "#c6b4b4"),
    ],
)
def test_colours_are_mixed_as_chromium_mixes_them(one: str, other: str, percent: int, measured: str) -> None:
    mixed = contrast.mixed(contrast.parsed(one), contrast.parsed(other), percent / 100)
    assert contrast.written(mixed) == measured


def test_the_nearest_colour_keeps_the_hue_and_is_itself_where_it_is_good() -> None:
    yellow = contrast.parsed("#ffcc00")
    white = contrast.parsed("#fff")
    found = contrast.nearest(yellow, lambda colour: contrast.contrast(colour, white) >= 4.5)
    assert found
    assert contrast.contrast(found, white) == pytest.approx(4.5, abs=0.2)
    assert found[0] > found[1] > found[2]
    assert contrast.nearest(yellow, lambda colour: False) is None


# Colours of the style sheet


def test_the_packaged_colours_can_be_read() -> None:
    assert problems() == []


@pytest.mark.parametrize("accent", ["#1f4e8c", "#c2410c", "#0f766e", "#7a1f5c", "#4d4d4d"])
def test_an_accent_that_can_be_read_in_light_and_dark_is_taken(accent: str) -> None:
    assert problems(accent) == []


def test_a_pale_accent_is_refused_with_what_was_measured_and_the_nearest_that_would_do() -> None:
    (problem,) = problems("#ffcc00")
    assert problem.message == "`accent` #ffcc00 has a contrast of 1.35:1 in the light, where 4.5:1 is needed"
    assert problem.hint == 'write accent = "#966500"'
    assert problems("#966500") == []


def test_an_accent_whose_lighter_form_is_too_dark_is_refused_unless_the_dark_has_its_own() -> None:
    (problem,) = problems("#000000")
    assert "as a link, which is lighter there, has a contrast of 3.39:1 in the dark" in problem.message
    assert problems(problem.hint.split('"')[1]) == []
    assert problems("#000000", accent_dark="#cccccc") == []


def test_an_accent_for_the_dark_is_checked_in_the_dark() -> None:
    (problem,) = problems(accent_dark="#333333")
    assert problem.message.startswith("`accent-dark` #333333 has a contrast of 1.30:1 in the dark")
    assert problems(accent_dark=problem.hint.split('"')[1]) == []


@pytest.mark.parametrize(
    "extra",
    [
        ":root { --ink: #999; }",
        ":root{--muted:#ccc}",
        "@media (prefers-color-scheme: dark) { :root { --paper: #777; } }",
        ":root { --link: var(--mine); --mine: #eee; }",
        ":root { --paper: light-dark(#1f4e8c, #161513); --tint: var(--paper) }",
    ],
)
def test_colours_of_the_author_are_checked_as_well(extra: str) -> None:
    assert {problem.file for problem in problems(extra=extra)} == {"templates/extra.css"}


@pytest.mark.parametrize(
    "extra",
    [
        ":root { --ink: oklch(0.9 0 0); }",  # not understood here
        "@media print { :root { --ink: #eee; } }",
        "@media (min-width: 80rem) { :root { --ink: #eee; } }",
        ".aside { --ink: #eee; }",
        ":root { /* --ink: #eee; */ }",
        ":root { --ink: var(--ink); }",
        '.a::before { content: "} :root { --ink: #eee; "; }',
    ],
)
def test_what_is_not_known_or_holds_elsewhere_is_passed_over(extra: str) -> None:
    assert problems(extra=extra) == []


def test_a_blog_whose_links_cannot_be_read_is_not_published(
    tmp_path: Path, write_notebook: Callable[..., Path]
) -> None:
    write_notebook("one.ipynb", "# One")
    (tmp_path / "pyproject.toml").write_text('[tool.publisher]\n\n[tool.publisher.theme]\naccent = "#ffcc00"\n')
    with pytest.raises(SettingsError) as caught:
        publish(config.load(tmp_path), Options(datetime(2026, 1, 1, tzinfo=UTC)), QuietReporter(io.StringIO()))
    (problem,) = caught.value.problems
    assert str(problem).splitlines()[0].startswith("pyproject.toml, line 4: `accent` #ffcc00 has a contrast of 1.35:1")
    assert not (tmp_path / "public").exists()


# Rules and fonts


def test_only_what_differs_becomes_a_rule() -> None:
    assert theme.rules(Theme(), "#112233") == ":root { --accent: #112233; }\n"
    made = theme.rules(Theme(accent_dark="#aabbcc", width=45.0, corners=0, text_font="sans"), "#112233")
    assert "--link: light-dark(var(--accent), #aabbcc);" in made
    assert "--measure: 45rem; --wide: 57rem; --radius: 0px;" in made
    assert '--serif: "Publisher Sans",' in made


@pytest.mark.parametrize("name", ["serif", "sans", "book", "legible"])
def test_a_font_that_is_chosen_is_declared_with_what_stands_in_for_it(name: str) -> None:
    made = sheet(text_font=name, heading_font="system", code_font="system")
    family = f'"Publisher {name.capitalize()}"'
    assert f"@font-face {{ font-family: {family}; src: url(fonts/{name}.woff2)" in made
    stack = theme._STACKS[name]
    assert all(f"font-family: {each.strip()};" in made for each in stack.split(",") if "Fallback" in each)


def test_only_fonts_that_are_used_are_on_the_site_and_come_first(tmp_path: Path) -> None:
    chosen = Theme(text_font="legible", heading_font="legible", code_font="system")
    assets = stylesheet.assets(WHERE, ACCENT, chosen)
    fonts = {asset.name.rpartition("/")[2] for asset in assets if asset.name.startswith(stylesheet.FONTS)}
    assert fonts == {"legible.woff2", "legible-italic.woff2", "legible-more.woff2", "math.woff2", "math-more.woff2"}
    site = pages.site(config.Settings(tmp_path, theme=chosen), assets)
    (preloaded,) = site.preloaded
    assert preloaded.startswith("/assets/fonts/legible-")


def test_the_fonts_of_the_system_need_no_file() -> None:
    system = Theme(text_font="system", heading_font="system", code_font="system")
    names = [asset.name for asset in stylesheet.assets(WHERE, ACCENT, system)]
    assert [name for name in names if name.startswith(stylesheet.FONTS)] == [
        "assets/fonts/math-more.woff2",
        "assets/fonts/math.woff2",
    ]


def test_pictures_are_as_wide_as_the_text_is_set_to_be(tmp_path: Path) -> None:
    site = pages.site(config.Settings(tmp_path, theme=Theme(width=30.0)), stylesheet.assets(WHERE))
    assert site.text_width == 480
