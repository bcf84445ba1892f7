"""Turn figures into files of the right sizes: plans first, by arithmetic, pixels later."""

from publisher.images import svg
from publisher.images.card import plan_card
from publisher.images.choose import choose
from publisher.images.cover import Cover, plan_cover, render_cover
from publisher.images.decode import codecs
from publisher.images.download import plan_download
from publisher.images.errors import ImageError, TooLargeError
from publisher.images.icon import Icon, render_icon
from publisher.images.plan import Picture, Variant, plan
from publisher.images.render import render
from publisher.images.social import SIZE, SocialCard, has_letters, render_social
from publisher.images.typeface import segments as check_font

__all__ = [
    "SIZE",
    "Cover",
    "Icon",
    "ImageError",
    "Picture",
    "SocialCard",
    "TooLargeError",
    "Variant",
    "check_font",
    "choose",
    "codecs",
    "has_letters",
    "plan",
    "plan_card",
    "plan_cover",
    "plan_download",
    "render",
    "render_cover",
    "render_icon",
    "render_social",
    "svg",
]
