"""Verbs of feeds."""
