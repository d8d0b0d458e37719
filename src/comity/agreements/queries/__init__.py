"""Queries of the room of agreements."""
