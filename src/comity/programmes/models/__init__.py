"""Tables of the room of programmes."""

from comity.programmes.models.goals import Goal, GoalQuerySet, Tier
from comity.programmes.models.objectives import Objective, ObjectiveQuerySet
from comity.programmes.models.plans import (
    JointPlan,
    JointPlanQuerySet,
    JointPlanState,
    LineState,
    Plan,
    PlanLine,
    PlanLineQuerySet,
    PlanQuerySet,
    PlanState,
    PlanStep,
    Proposal,
    ProposalKind,
    ProposalQuerySet,
    ProposalState,
    SeatForecast,
)

__all__ = [
    "Goal",
    "GoalQuerySet",
    "JointPlan",
    "JointPlanQuerySet",
    "JointPlanState",
    "LineState",
    "Objective",
    "ObjectiveQuerySet",
    "Plan",
    "PlanLine",
    "PlanLineQuerySet",
    "PlanQuerySet",
    "PlanState",
    "PlanStep",
    "Proposal",
    "ProposalKind",
    "ProposalQuerySet",
    "ProposalState",
    "SeatForecast",
    "Tier",
]
