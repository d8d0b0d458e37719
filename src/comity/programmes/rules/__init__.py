"""What follows, without a database or a clock: tiers, who may have a document, what becomes of goals, when reviews are due."""

from comity.programmes.rules.eligibility import Opening, findings, openings_of
from comity.programmes.rules.tiers import TIER_WORDS, TIERS

__all__ = ["TIERS", "TIER_WORDS", "Opening", "findings", "openings_of"]
