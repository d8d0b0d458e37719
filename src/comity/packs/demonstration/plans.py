"""The demonstration's goals and plans: for three partners whose points of contact can be tried, invented and marked so.

Goals stand in the areas of which the menu has most, under the invented objectives; plans are drafted by the planner itself.
"""

from collections import Counter
from datetime import datetime

from django.db import transaction

from comity.activities.models import Activity, Term
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.packs.demonstration.menu import YEAR
from comity.packs.demonstration.requests import ASKED
from comity.parties.models import Party
from comity.plans.acts import limits, plans
from comity.plans.models import Plan
from comity.programmes.models import Goal, Objective
from comity.programmes.queries.goals import areas

PARTIES = ("MDA", "GEO", "CHE")
# Units, tier, deadline and priority of each goal, and how much the second and third partner need of it, in per cent.
GOALS: tuple[tuple[int, str, str, int], ...] = (
    (140, "intermediate", "2028-06", 1),
    (120, "beginner", "2028", 2),
    (220, "intermediate", "2029", 1),
    (90, "advanced", "2029-09", 2),
    (130, "intermediate", "2030", 2),
    (260, "beginner", "2030", 3),
    (80, "advanced", "2030-06-30", 3),
    (60, "intermediate", "2027-10", 1),
)
SHARES = {"MDA": 100, "GEO": 140, "CHE": 80}
BUDGETS = {"MDA": 40_000, "GEO": 70_000, "CHE": 50_000}


def build(by: Actor, at: datetime) -> int:
    """Build what is missing; the same call again changes nothing.

    Returns:
        How many plans there are of the demonstration.
    """
    at = min(at, ASKED)
    for code in PARTIES:
        party = Party.objects.filter(code=code).first()
        if party and Objective.objects.live().filter(party=party).exists() and not Goal.objects.filter(party=party).exists():
            _plan(party, by=by, at=at)
    return Plan.objects.filter(is_demonstration=True).count()


@transaction.atomic
def _plan(party: Party, *, by: Actor, at: datetime) -> None:
    """Goals, limits and a draft of one party."""
    own = list(Objective.objects.live().filter(party=party).order_by("number"))
    for number, ((units, tier, deadline, priority), term) in enumerate(zip(GOALS, _areas(by), strict=False), 1):
        Goal.objects.create(
            party=party, objective=own[number % len(own)], number=number, area=term, tier=tier, priority=priority,
            units=units * SHARES[party.code] // 100, deadline=PartialDate(deadline), is_demonstration=True,
            title_en=f"Demonstration goal: people trained in {term.en}",
            title_fr=f"But de démonstration : personnes formées, {term.fr or term.en}",
        )  # fmt: skip
    plan = limits.begin(party, first_year=YEAR, by=by, at=at)
    Plan.objects.filter(pk=plan.pk).update(is_demonstration=True)
    limits.set_limits(
        plan, first_year=YEAR, years=4, budgets=[BUDGETS[party.code]] * 4, away_cap=6, speakers=[None, 20, 8], by=by, at=at
    )
    plans.draft(plan, by=by, at=at)


def _areas(by: Actor) -> list[Term]:
    """The areas of which the menu has most."""
    count = Counter(Activity.objects.on_offer().filter(edition=YEAR).values_list("area_key", flat=True))
    return sorted(areas(seen_by=by), key=lambda term: (-count[term.code], term.code))
