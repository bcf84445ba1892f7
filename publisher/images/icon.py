"""Draw the icon of a blog: its initial on the accent."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from msgspec import Struct

from publisher.images import colour, lettering, typeface
from publisher.images.cover import accent_of
from publisher.images.plan import key

if TYPE_CHECKING:
    from PIL.Image import Image

    from publisher.images.colour import Colour

# Part of every file's name: raise it when the same values would give other pixels.
ALGORITHM = 1

_INKS: tuple[Colour, ...] = ((255, 255, 255), (24, 24, 27))
_LETTER = 0.58  # of the side: within the circle to which some systems cut an icon
_FINER = 4  # it is drawn this much larger than it is seen


class Icon(Struct, frozen=True):
    """What an icon is made of; `font` is the digest of a font of the blog's own."""

    name: str
    accent: str
    side: int
    font: str = ""

    @property
    def path(self) -> str:
        """Where its file goes: the same values give the same name, other values another."""
        values = (initial(self.name), self.accent, self.font, str(self.side))
        return f"assets/icon-{key(chr(0).join(values).encode(), 'icon', str(ALGORITHM))}-{self.side}.png"


def initial(name: str) -> str:
    """Return the letter or digit that stands for a name; "" if it has none."""
    return next((letter.upper() for letter in lettering.plain(name) if letter.isalnum()), "")


def render_icon(icon: Icon, font: bytes) -> bytes:
    """Return an icon as PNG."""
    fonts = (font, lettering.bundled()) if font else (lettering.bundled(),)
    buffer = BytesIO()
    tile(icon.name, icon.accent, icon.side, typeface.first_for(initial(icon.name), fonts)).save(buffer, "PNG")
    return buffer.getvalue()


def tile(name: str, accent: str, side: int, font: bytes) -> Image:
    """Return a square in the accent, with the initial if there is a font for it."""
    from PIL import Image, ImageDraw

    paper, large, letter = accent_of(accent), _FINER * side, initial(name)
    square = Image.new("RGB", (large, large), paper)
    if letter and font:
        ink = max(_INKS, key=lambda each: colour.contrast(paper, each))
        face = typeface.face(font, round(large * _LETTER))
        left, top, right, bottom = face.getbbox(letter, anchor="ls")
        at = ((large - left - right) / 2, (large - top - bottom) / 2)
        ImageDraw.Draw(square).text(at, letter, fill=ink, font=face, anchor="ls")
    return square.reduce(_FINER)
