"""Keep of the text fonts in templates/assets/fonts what pages use: kerning, ligatures, tabular figures, one size.

Inter's first file is cut from the whole font, so that it has the superscripts of a text with numbers, too.
Needs fonttools, brotli and npm:  python .ci/text_fonts.py
"""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset, ttLib
from fontTools.varLib import instancer

FONTS = Path(__file__).resolve().parent.parent / "templates/assets/fonts"
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "rvrn", "tnum"]
INTER = "inter-ui@4.1.1"  # SIL OFL 1.1
FILE = "package/variable/InterVariable.woff2"
AXES = {"opsz": 18, "wght": (400, 700)}  # a size between the headings and the small print
SCRIPTS = {*range(0x2070, 0x2072), *range(0x2074, 0x208F)}  # superscripts and subscripts


def main() -> None:
    """Cut every font that is not the one of formulas."""
    for file in sorted(FONTS.glob("*.woff2")):
        if not file.stem.startswith("math"):
            before = file.read_bytes()
            letters = ttLib.TTFont(file).getBestCmap()
            made = _inter({*letters, *SCRIPTS}) if file.stem == "sans" else _cut(ttLib.TTFont(file), letters)
            if len(made) < 0.98 * len(before):  # once cut, there is nothing to gain
                file.write_bytes(made)


def _inter(letters: Iterable[int]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(["npm", "pack", INTER], cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603, S607
        with tarfile.open(Path(folder, packed.stdout.split()[-1])) as archive:
            archive.extract(FILE, folder, filter="data")
        whole = ttLib.TTFont(Path(folder, FILE))
        made = instancer.instantiateVariableFont(whole, AXES)
        return _cut(ttLib.TTFont(io.BytesIO(_saved(made))), letters)


def _cut(font: ttLib.TTFont, letters: Iterable[int]) -> bytes:
    """Return a font with the features that pages use, without hints."""
    cutter = subset.Subsetter(subset.Options(layout_features=FEATURES, hinting=False, notdef_outline=True))
    cutter.populate(unicodes=letters)
    cutter.subset(font)
    font.flavor = "woff2"
    return _saved(font)


def _saved(font: ttLib.TTFont) -> bytes:
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


if __name__ == "__main__":
    main()
