"""Tables of the room of parties."""

from comity.parties.models.delegations import Delegation, Mandate
from comity.parties.models.parties import Party, PartyKind, PartyName, Source, SourceGrade, Succession

__all__ = ["Delegation", "Mandate", "Party", "PartyKind", "PartyName", "Source", "SourceGrade", "Succession"]
