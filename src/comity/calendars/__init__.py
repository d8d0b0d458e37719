"""Feeds of a person and of a party, for calendars that subscribe to them.

Nouns: feed, appearance. What was once shown and is no more stays in the feed, as cancelled.
"""
