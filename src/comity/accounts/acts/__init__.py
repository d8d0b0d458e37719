"""Verbs of accounts, tokens and sessions."""
