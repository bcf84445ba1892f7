"""Make the settings of the look into rules of the style sheet."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.config import Theme

# What each font is in CSS, the first that is there. Those with a file are declared in assets/fonts/<name>.css.
_STACKS = {
    "serif": '"Publisher Serif", "Serif Fallback", "Serif Fallback Times", serif',
    "sans": '"Publisher Sans", "Sans Fallback", system-ui, sans-serif',
    "book": '"Publisher Book", "Book Fallback", "Book Fallback Times", serif',
    "legible": '"Publisher Legible", "Legible Fallback", system-ui, sans-serif',
    "mono": '"Publisher Mono", "Mono Fallback", ui-monospace, monospace',
}
_OF_THE_SYSTEM = {
    "--serif": 'Charter, "Bitstream Charter", "Iowan Old Style", Cambria, Georgia, serif',
    "--sans": "system-ui, sans-serif",
    "--mono": 'ui-monospace, "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace',
}
_WIDE = 56.0  # rem, --wide in style.css: figures stay wider than the text
_WIDER_BY = 12.0

_DEFAULTS = Theme()


def fonts(theme: Theme, sheet: str) -> tuple[str, ...]:
    """Return the names of the fonts with files that are chosen, and which a style sheet uses, each once."""
    chosen = {"--serif": theme.text_font, "--sans": theme.heading_font, "--mono": theme.code_font}
    used = (name for variable, name in chosen.items() if name in _STACKS and f"var({variable})" in sheet)
    return tuple(dict.fromkeys(used))


def rules(theme: Theme, accent: str) -> str:
    """Return the rules that give the custom properties of the style sheet what the settings say."""
    properties = {"--accent": accent, **dict(_fonts(theme))}
    if theme.accent_dark:
        properties["--link"] = f"light-dark(var(--accent), {theme.accent_dark})"
    if theme.width != _DEFAULTS.width:
        properties["--measure"] = f"{theme.width:g}rem"
        properties["--wide"] = f"{wide(theme):g}rem"
    if theme.corners != _DEFAULTS.corners:
        properties["--radius"] = f"{theme.corners}px"
    return f":root {{ {' '.join(f'{name}: {value};' for name, value in properties.items())} }}\n"


def _fonts(theme: Theme) -> Iterator[tuple[str, str]]:
    for variable, name, usual in (
        ("--serif", theme.text_font, _DEFAULTS.text_font),
        ("--sans", theme.heading_font, _DEFAULTS.heading_font),
        ("--mono", theme.code_font, _DEFAULTS.code_font),
    ):
        if name != usual:
            yield variable, _OF_THE_SYSTEM[variable] if name == "system" else _STACKS[name]


def wide(theme: Theme) -> float:
    """Return the width of what may be wider than the text, in rem."""
    return max(_WIDE, theme.width + _WIDER_BY)
