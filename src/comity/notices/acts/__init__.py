"""Verbs of notices, tastes, letters, hooks and calls."""
