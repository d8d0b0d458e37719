"""Agreements on the terminal. What works on files alone stands apart from what needs the tables."""
