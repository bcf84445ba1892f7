"""Put real images into pages: the tag of a picture, and pictures in the place of the figures of an article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from publisher import markup
from publisher.images import Picture
from publisher.outputs import whole
from publisher.words import Words

TEXT_WIDTH = 592  # CSS pixels of the text column, --measure in style.css
WIDE_WIDTH = 896  # of what may be wider than the text, --wide
_WIDE_FROM = 720  # a picture that is little wider than the text is fitted into it, so that edges line up
_FIGURE = "figure:"


def image_tag(
    picture: Picture,
    alt: str,
    *,
    width: int | None = None,
    height: int | None = None,
    lazy: bool = True,
    sizes: str = "",
    prefix: str = "",
    kept: Mapping[str, str] | None = None,
    text_width: int = TEXT_WIDTH,
) -> str:
    """Return the `<img>` of a picture.

    `width` and `height` are what the author asked for, in CSS pixels; where only one is given the other follows,
    where none is the natural size holds. Of `kept`, written as it is, the class may get company.
    """
    shown_width, shown_height = _size(picture, width, height)
    attributes = {"src": f"{prefix}/{picture.variants[-1].path}"}
    if len(picture.variants) > 1:
        attributes["srcset"] = ", ".join(f"{prefix}/{each.path} {each.width}w" for each in picture.variants)
        attributes["sizes"] = sizes or sizes_for(shown_width, text_width)
    attributes |= {"width": str(shown_width), "height": str(shown_height), "alt": alt, **(kept or {})}
    if not sizes and shown_width > _WIDE_FROM:
        attributes["class"] = f"{attributes.get('class', '')} wide".strip()
    if lazy:
        attributes["loading"] = "lazy"
    attributes["decoding"] = "async"
    return _tag(attributes)


def _size(picture: Picture, width: int | None, height: int | None) -> tuple[int, int]:
    if width and height:
        return width, height
    if height:
        return max(1, round(picture.width * height / picture.height)), height
    shown = width or picture.width
    return shown, max(1, round(picture.height * shown / picture.width))


def sizes_for(width: int, text_width: int = TEXT_WIDTH) -> str:
    """Return the `sizes` of an image that is shown `width` CSS pixels wide where there is room."""
    if width > _WIDE_FROM:
        return f"(min-width: 75rem) {min(width, WIDE_WIDTH)}px, calc(100vw - 2.5rem)"
    return f"min({min(width, text_width)}px, 100vw - 2.5rem)"


def _tag(attributes: Mapping[str, str]) -> str:
    return "<img" + "".join(f' {name}="{escape(value)}"' for name, value in attributes.items()) + ">"


def number(source: str) -> int:
    """Return the number of the figure that the source of an `<img>` stands for; 0 if it is the address of an image."""
    return int(source.removeprefix(_FIGURE)) if source.startswith(_FIGURE) else 0


def fill_figures(
    body: str,
    pictures: Sequence[Picture | None],
    wording: Words,
    prefix: str = "",
    *,
    is_first_eager: bool = True,
    text_width: int = TEXT_WIDTH,
) -> str:
    """Put real images in the place of the `<img src="figure:N">` of an article's body.

    The first is loaded with the page, the others when they come near. Where a picture is None, words stand; where it is
    too large to be shown, a link to its file follows them, but not within a link.
    """
    shown = 0

    def filled(attributes: dict[str, str], is_linked: bool) -> str:
        nonlocal shown
        source = attributes.pop("src", "")
        if not (place := number(source)):
            return _tag({"src": source, **attributes})
        picture = pictures[place - 1]
        if picture and not picture.is_shown:
            return _download(picture, attributes.get("alt", ""), wording, "" if is_linked else f"{prefix}/")
        shown += picture is not None
        is_late = not is_first_eager or shown > 1
        return _filled(picture, attributes, wording, prefix, text_width, is_lazy=is_late)

    return markup.replace_images(body, filled)


def _filled(
    picture: Picture | None, attributes: dict[str, str], wording: Words, prefix: str, text_width: int, *, is_lazy: bool
) -> str:
    alt = attributes.pop("alt", "")
    if picture is None:
        return markup.missing_image(alt, wording)
    width, height = (_pixels(attributes.pop(name, "")) for name in ("width", "height"))
    is_lazy = is_lazy or attributes.get("class", "").startswith("only-")  # one that is not seen is not fetched
    return image_tag(
        picture, alt, width=width, height=height, lazy=is_lazy, prefix=prefix, kept=attributes, text_width=text_width
    )


def _download(picture: Picture, alt: str, wording: Words, to_root: str) -> str:
    """Return what stands for an image that is too large; `to_root` is "" if there can be no link."""
    if not to_root:
        return markup.missing_image(alt, wording)
    told = wording.image_missing_named(name=alt) if alt else str(wording.image_missing)
    said = whole.said(told, whole.image_link(to_root + picture.src, picture.weight, wording), wording)
    return f'<span class="missing-image">{said}</span>'


def _pixels(written: str) -> int | None:
    return int(written) if written.isdecimal() and int(written) > 0 else None
