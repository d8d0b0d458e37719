"""Reads of the room of agreements. Every one takes the reader; there is no other way to a row."""

from comity.agreements.queries.agreements import (
    Line,
    Sight,
    agreement,
    agreements,
    circulation,
    lines,
    ready_to_offer,
    rounds,
    sight,
    signing_key,
    signing_keys,
)
from comity.agreements.queries.register import THE_HOUSE, allies, holds, names_of, organisation, told

__all__ = [
    "THE_HOUSE", "Line", "Sight", "agreement", "agreements", "allies", "circulation", "holds", "lines", "names_of",
    "organisation", "ready_to_offer", "rounds", "sight", "signing_key", "signing_keys", "told",
]  # fmt: skip
