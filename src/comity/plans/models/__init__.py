"""Tables of the room of plans."""

from comity.plans.models.plans import (
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
    "JointPlan",
    "JointPlanQuerySet",
    "JointPlanState",
    "LineState",
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
]
