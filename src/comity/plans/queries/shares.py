"""The part of a plan that falls into the edition of one year: what participation can ask for."""

from dataclasses import dataclass

from comity.kernel.actors import Actor
from comity.plans.models import Plan, PlanLine
from comity.programmes.models import Goal


@dataclass(frozen=True)
class Wanted:
    """An activity that a plan sends people to, with the priority and the objective of the goal it serves first."""

    number: str
    title: str
    people: int
    priority: int | None
    objective: int | None


def wanted(plan: Plan, year: int, *, seen_by: Actor) -> list[Wanted]:
    """What a plan wants of the edition of a year: its own activities on offer, no repetition that is only assumed."""
    lines = PlanLine.objects.seen_by(seen_by).filter(plan=plan, people__gt=0, activity__edition=year, activity__state="approved")
    goals = {g.number: g for g in Goal.objects.seen_by(seen_by).aimed().filter(party=plan.party_id).select_related("objective")}
    serves = plan.outcome.get("serves", {})
    found = []
    for line in lines.select_related("activity").order_by("activity__number"):
        if line.year != (line.activity.first_day.year if line.activity.first_day else year):
            continue
        aims = [goals[n] for n in serves.get(f"{line.activity_id}:{line.year}", ()) if n in goals]
        first = min(aims, key=lambda g: (g.priority, g.number), default=None)
        found.append(_wanted(line, first, year))
    return found


def _wanted(line: PlanLine, first: Goal | None, year: int) -> Wanted:
    serves = first is not None and first.objective.is_live and first.objective.first_year <= year <= first.objective.last_year
    objective = first.objective.number if first is not None and serves else None
    return Wanted(line.activity.number, line.activity.title, line.people, first.priority if first else None, objective)
