"""Tables of the room of notices."""

from comity.notices.models.hooks import Call, CallState, Hook
from comity.notices.models.letters import Letter, LetterState
from comity.notices.models.notices import DigestHour, Notice, Taste

__all__ = ["Call", "CallState", "DigestHour", "Hook", "Letter", "LetterState", "Notice", "Taste"]
