"""The settings of a blog: what there is, how it is checked, and where it is read from."""

from publisher.config.load import IMAGE_KEYS, KEYS, Key, load, with_overrides
from publisher.config.settings import Author, ImageSettings, NavigationLink, Settings, Trust

__all__ = [
    "IMAGE_KEYS",
    "KEYS",
    "Author",
    "ImageSettings",
    "Key",
    "NavigationLink",
    "Settings",
    "Trust",
    "load",
    "with_overrides",
]
