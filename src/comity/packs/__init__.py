"""Packs: the facts and rules of one organisation, as files that people read; laid down by calling the rooms' acts.

A pack knows the columns of its files; the rooms know nothing of packs.
"""
