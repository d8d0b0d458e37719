"""Tables of the room of parties."""

from comity.parties.models.delegations import Delegation, Mandate
from comity.parties.models.parties import Party, PartyKind, PartyName, Source, SourceGrade, Succession
from comity.parties.models.readers import own

__all__ = ["Delegation", "Mandate", "Party", "PartyKind", "PartyName", "Source", "SourceGrade", "Succession", "own"]
