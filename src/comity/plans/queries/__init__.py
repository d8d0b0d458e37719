"""Reads of the room of plans."""

from comity.plans.queries.plans import (
    draft_of,
    joint_plan,
    joint_plans,
    plan,
    plans,
    proposal,
    year_to_plan_from,
    years_taking_requests,
)

__all__ = [
    "draft_of",
    "joint_plan",
    "joint_plans",
    "plan",
    "plans",
    "proposal",
    "year_to_plan_from",
    "years_taking_requests",
]
