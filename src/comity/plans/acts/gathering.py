"""The tables that are put to the core of planning; the core itself is not known here."""

from collections.abc import Mapping, Sequence
from typing import Any

from comity.plans.models import Plan
from comity.plans.rules import Occurrence
from comity.programmes.models import Goal
from comity.programmes.rules import TIERS


def tables(plan: Plan, goals: Sequence[Goal], given: Sequence[Occurrence], fixed: Mapping[str, int]) -> dict[str, Any]:
    """Settings, goals, occurrences and what is fixed, column by column."""
    families = {o.family for o in given}
    return {
        "settings": {
            "years": plan.years,
            "first_year": plan.first_year,
            "budgets": [*plan.budgets, *[None] * plan.years][: plan.years],
            "away_cap": plan.away_cap,
            "speakers": plan.speakers,
            "trained": {o.after: 0 for o in given if o.after and o.after not in families},
            # No activity of the menu says which level of a language it teaches.
            "language_area": "no area teaches a level",
        },
        "goals": {
            "goal": [str(g.number) for g in goals],
            "objective": [str(g.objective.number) for g in goals],
            "area": [g.area.code for g in goals],
            "tier": [TIERS[g.tier] for g in goals],
            "units": [g.units for g in goals],
            "deadline": [g.deadline.latest for g in goals],
            "priority": [g.priority for g in goals],
        },
        "occurrences": {
            "occurrence": [o.key for o in given],
            "type": [o.family for o in given],
            "area": [o.area or "none" for o in given],
            "tier": [o.tier for o in given],
            "start": [o.starts for o in given],
            "end": [o.ends for o in given],
            "cost": [o.cost for o in given],
            "seats_likely": [o.seats for o in given],
            "language_level": [o.language for o in given],
            "after": [o.after or None for o in given],
            "units_per_person": [o.units for o in given],
            "repeats_per_year": [None] * len(given),
        },
        "fixed": {"occurrence": list(fixed), "people": list(fixed.values())},
    }
