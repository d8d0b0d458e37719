"""Reads of the room of drafting. Every one takes the reader; there is no other way to a row."""

from comity.drafting.queries.texts import content_of, text, texts, unsettled
from comity.drafting.queries.versions import version, versions, visible

__all__ = ["content_of", "text", "texts", "unsettled", "version", "versions", "visible"]
