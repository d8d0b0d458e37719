"""Reads of the room of programmes."""

from comity.programmes.queries.documents import programme, programme_type, programmes, told, types
from comity.programmes.queries.goals import goal, goals, party_planning
from comity.programmes.queries.objectives import objective, objectives

__all__ = [
    "goal", "goals", "objective", "objectives", "party_planning", "programme", "programme_type", "programmes", "told", "types",
]  # fmt: skip
