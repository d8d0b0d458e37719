"""Reads of the room of reviews."""
