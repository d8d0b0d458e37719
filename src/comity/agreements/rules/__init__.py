"""The pure part of agreements: the arrows, the deadline, the frozen form and its proof, keys and signatures."""

from comity.agreements.rules.freezing import as_file, fingerprint_of, frozen, parts_of, signed_statement
from comity.agreements.rules.silence import has_held, left, local
from comity.agreements.rules.states import ARROWS, HOW, OUTCOMES, SIDES, STATES, STEPS, TONES, WHY_RETURNED, may_become
from comity.agreements.rules.verifying import Verdict, verify

__all__ = [
    "ARROWS", "HOW", "OUTCOMES", "SIDES", "STATES", "STEPS", "TONES", "WHY_RETURNED", "Verdict", "as_file", "fingerprint_of",
    "frozen", "has_held", "left", "local", "may_become", "parts_of", "signed_statement", "verify",
]  # fmt: skip
