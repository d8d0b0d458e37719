"""Reads of feeds: one's own, the one behind an address, and what stands in it."""

from comity.calendars.queries.contents import Contents, contents
from comity.calendars.queries.feeds import MARK, behind, feed, feeds, known, preview, stands

__all__ = ["MARK", "Contents", "behind", "contents", "feed", "feeds", "known", "preview", "stands"]
