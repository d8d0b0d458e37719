"""Tables of the room of programmes."""

from comity.programmes.models.goals import Goal, GoalQuerySet, Tier
from comity.programmes.models.objectives import Objective, ObjectiveQuerySet

__all__ = [
    "Goal",
    "GoalQuerySet",
    "Objective",
    "ObjectiveQuerySet",
    "Tier",
]
