"""Queries of the room of drafting."""
