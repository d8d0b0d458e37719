"""Frameworks: who belongs to what, from when until when, as known on which day, and what is on hold.

Nouns: Framework, Membership, Suspension, Event, Statement. A state's names and successors are the room below; what is
open to whom is the room above. Nothing here is overwritten: a correction supersedes a row and keeps it.
"""
