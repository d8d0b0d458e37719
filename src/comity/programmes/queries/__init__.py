"""Reads of the room of programmes."""

from comity.programmes.queries.goals import goal, goals
from comity.programmes.queries.objectives import objective, objectives
from comity.programmes.queries.plans import (
    draft_of,
    joint_plan,
    joint_plans,
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
    "joint_plan",
    "joint_plans",
    "objective",
    "objectives",
    "party_planning",
    "plan",
    "plans",
    "proposal",
    "year_to_plan_from",
    "years_taking_requests",
]
