"""Reads of the room of programmes."""

from comity.programmes.queries.goals import goal, goals
from comity.programmes.queries.objectives import objective, objectives
from comity.programmes.queries.plans import (
    draft_of,
    party_planning,
    plan,
    plans,
    proposal,
    year_to_plan_from,
    years_taking_requests,
)

__all__ = [
    "draft_of",
    "goal",
    "goals",
    "objective",
    "objectives",
    "party_planning",
    "plan",
    "plans",
    "proposal",
    "year_to_plan_from",
    "years_taking_requests",
]
