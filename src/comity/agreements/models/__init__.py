"""Agreements with their rounds under silence, and the keys and signatures that prove them.

Only the arrows of `rules.states` are gone, and what was agreed or signed stays: triggers in `migrations/laws.sql`.
"""

from comity.agreements.models.agreements import Agreement, AgreementQuerySet, AgreementState, How, WhyReturned
from comity.agreements.models.circulations import Capital, Circulation, CirculationQuerySet, Extension, Outcome
from comity.agreements.models.papers import Print, PrintQuerySet
from comity.agreements.models.signatures import Signature, SigningKey, SigningKeyQuerySet

__all__ = [
    "Agreement", "AgreementQuerySet", "AgreementState", "Capital", "Circulation", "CirculationQuerySet", "Extension", "How",
    "Outcome", "Print", "PrintQuerySet", "Signature", "SigningKey", "SigningKeyQuerySet", "WhyReturned",
]  # fmt: skip
