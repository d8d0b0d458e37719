"""Comity: the open partnership desk."""
