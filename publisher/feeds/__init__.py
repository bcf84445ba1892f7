"""Feeds: what a post is to feed readers, and how that is written down."""

from __future__ import annotations

from publisher.feeds import atom, json_feed
from publisher.feeds.content import clean
from publisher.feeds.sheet import stylesheet
from publisher.feeds.values import Entry, Feed, Person, entry, identity, persons

__all__ = ["Entry", "Feed", "Person", "atom", "clean", "entry", "identity", "json_feed", "persons", "stylesheet"]
