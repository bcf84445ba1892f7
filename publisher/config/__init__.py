"""The settings of a blog: what there is, how it is checked, and where it is read from."""

from publisher.config.load import IMAGE_KEYS, KEYS, LIMIT_KEYS, TABLES, Key, load, problem_at
from publisher.config.root import find_root, seen_from
from publisher.config.settings import (
    Analytics,
    Author,
    CheckSettings,
    Comments,
    FolderListing,
    ImageSettings,
    LimitSettings,
    NavigationLink,
    Options,
    Settings,
    Theme,
    Trust,
    View,
    optimized,
    untrusting,
)
from publisher.config.today import end_of_today

__all__ = [
    "IMAGE_KEYS",
    "KEYS",
    "LIMIT_KEYS",
    "TABLES",
    "Analytics",
    "Author",
    "CheckSettings",
    "Comments",
    "FolderListing",
    "ImageSettings",
    "Key",
    "LimitSettings",
    "NavigationLink",
    "Options",
    "Settings",
    "Theme",
    "Trust",
    "View",
    "end_of_today",
    "find_root",
    "load",
    "optimized",
    "problem_at",
    "seen_from",
    "untrusting",
]
