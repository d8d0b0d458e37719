"""Tables of the room of programmes."""

from comity.programmes.models.documents import Binding, Programme, ProgrammeQuerySet, ProgrammeState, Prolongation
from comity.programmes.models.goals import Goal, GoalQuerySet, Outcome, Tier
from comity.programmes.models.milestones import (
    Evidence,
    GoalStep,
    Milestone,
    MilestoneState,
    OfAGoal,
    StepKind,
    Support,
    SupportKind,
)
from comity.programmes.models.objectives import Objective, ObjectiveQuerySet
from comity.programmes.models.types import ProgrammeType, ProgrammeTypeQuerySet

__all__ = [
    "Binding", "Evidence", "Goal", "GoalQuerySet", "GoalStep", "Milestone", "MilestoneState", "Objective", "ObjectiveQuerySet",
    "OfAGoal",
    "Outcome", "Programme", "ProgrammeQuerySet", "ProgrammeState", "ProgrammeType", "ProgrammeTypeQuerySet", "Prolongation",
    "StepKind", "Support",
    "SupportKind", "Tier",
]  # fmt: skip
