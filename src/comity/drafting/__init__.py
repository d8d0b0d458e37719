"""Drafting: two sides write one text, clause by clause; versions, comparison, comments and amendments."""
