"""Reads across rooms, each for one reader."""
