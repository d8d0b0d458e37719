"""How far training goes, in order and in words."""

from comity.kernel.words import _

TIERS: dict[str, int] = {"beginner": 1, "intermediate": 2, "advanced": 3}
TIER_WORDS: dict[str, str] = {"beginner": _("Beginner"), "intermediate": _("Intermediate"), "advanced": _("Advanced")}
