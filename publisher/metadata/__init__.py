"""What a notebook says about itself: found wherever people put it, checked, and one value in the end."""

from publisher.metadata.check import FrontMatterError, Metadata, parse, slash_dates, slash_order
from publisher.metadata.dates import SlashOrder
from publisher.metadata.frontmatter import FrontMatter, front_matter

__all__ = [
    "FrontMatter",
    "FrontMatterError",
    "Metadata",
    "SlashOrder",
    "front_matter",
    "parse",
    "slash_dates",
    "slash_order",
]
