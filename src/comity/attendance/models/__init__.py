"""Tables of the room of attendance."""

from comity.attendance.models.certificates import Certificate, CertificateQuerySet
from comity.attendance.models.instructions import Instruction, InstructionQuerySet, Sending, SendingQuerySet
from comity.attendance.models.sheets import (
    Mark,
    Outcome,
    OutcomeQuerySet,
    Presence,
    PresenceQuerySet,
    Result,
    SettlingRule,
    Sheet,
    SheetQuerySet,
    SheetState,
)

__all__ = [
    "Certificate", "CertificateQuerySet", "Instruction", "InstructionQuerySet", "Mark", "Outcome", "OutcomeQuerySet", "Presence",
    "PresenceQuerySet", "Result", "Sending", "SendingQuerySet", "SettlingRule", "Sheet", "SheetQuerySet", "SheetState",
]  # fmt: skip
