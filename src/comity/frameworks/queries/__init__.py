"""Reads of the room of frameworks."""

from comity.frameworks.queries.standings import standings

__all__ = ["standings"]
