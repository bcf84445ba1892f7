"""What a notebook says about itself: found wherever people put it, checked, and one value in the end."""

from publisher.metadata.check import Metadata, parse, slash_dates, slash_order
from publisher.metadata.dates import SlashOrder
from publisher.metadata.frontmatter import FrontMatter, front_matter

__all__ = ["FrontMatter", "Metadata", "SlashOrder", "front_matter", "parse", "slash_dates", "slash_order"]
