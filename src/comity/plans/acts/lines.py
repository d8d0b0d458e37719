"""Acts on the lines of a plan by hand: sending, fixing, freeing, removing; and undoing the last change.

Each is reckoned at once, by arithmetic alone: what breaks is said, never refused.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.plans.acts import keeping, plans
from comity.plans.models import LineState, Plan, PlanLine
from comity.plans.queries.menu import offered
from comity.trail import acts as trail

LIMITS = ("first_year", "years", "budgets", "away_cap", "speakers")


class NotOnTheMenu(Refusal):
    """Only what the menu offers in a year of the plan can be planned."""

    message = _("There is no such activity on the menu in {year}.")


class TooManyPeople(Refusal):
    """Numbers of people are counted from none to a million."""

    message = _("Give a number of people from 0 to 1,000,000.")


class NotInThePlan(Refusal):
    """What is fixed or freed is a line of the plan."""

    message = _("The plan sends nobody there.")


class NothingToUndo(Refusal):
    """There is no change left to undo."""

    message = _("There is nothing to undo.")


@transaction.atomic
def send(plan: Plan, activity: int, year: int, people: int, *, by: Actor, at: datetime) -> Plan:
    """Send so many people to an activity in a year, by hand: the planner will leave it so. Nobody means that it is removed."""
    kept = keeping.held(plan, by)
    going = offered(kept, {activity}, seen_by=by).get((activity, year))
    standing = kept.lines.filter(activity=activity, year=year).first()
    if going is None and (standing is None or people):
        raise NotOnTheMenu(year=year)
    told = going.number if going else str(standing)
    keeping.remember(kept, "set" if people else "removed", by=by, at=at, activity=told, people=people)
    state = LineState.FIXED if people else LineState.REMOVED
    if going is None:
        PlanLine.objects.filter(plan=kept, activity=activity, year=year).delete()
    else:
        with refusing(plan_line_removed_iff_nobody_goes=TooManyPeople()), transaction.atomic():
            PlanLine.objects.filter(plan=kept, activity=activity, year=year).delete()
            keeping.line_of(kept, going, people, state).save()
    plans.settle(kept, by=by, at=at)
    trail.record("plan.line-set", kept, by=by, at=at, about=kept.party_id, activity=told, people=people)
    return kept


@transaction.atomic
def fix(plan: Plan, activity: int, year: int, *, by: Actor, at: datetime) -> Plan:
    """Fix a line as it stands: the planner will leave it so."""
    return _turn(plan, activity, year, LineState.FIXED, "fixed", by=by, at=at)


@transaction.atomic
def free(plan: Plan, activity: int, year: int, *, by: Actor, at: datetime) -> Plan:
    """Leave a line to the planner again; one that was removed by hand goes for good, and may be proposed once more."""
    return _turn(plan, activity, year, LineState.PROPOSED, "freed", by=by, at=at)


def _turn(plan: Plan, activity: int, year: int, state: LineState, verb: str, *, by: Actor, at: datetime) -> Plan:
    kept = keeping.held(plan, by)
    line = kept.lines.filter(activity=activity, year=year).select_related("activity").first()
    if line is None or (state == LineState.FIXED and not line.people):
        raise NotInThePlan
    keeping.remember(kept, verb, by=by, at=at, activity=line.activity.number)
    if line.people:
        line.state = state
        line.save(update_fields=["state"])
    else:
        line.delete()
    plans.settle(kept, by=by, at=at)
    trail.record("plan.line-set", kept, by=by, at=at, about=kept.party_id, activity=line.activity.number, people=line.people)
    return kept


@transaction.atomic
def undo(plan: Plan, *, by: Actor, at: datetime) -> Plan:
    """Undo the last change that is not undone yet; the lines are again what they were before it."""
    kept = keeping.held(plan, by)
    step = kept.steps.filter(undone_at__isnull=True).first()
    if step is None:
        raise NothingToUndo
    put_back(kept, step.before)
    for name, value in step.facts.get("limits", {}).items():
        setattr(kept, name, value)
    kept.save(update_fields=LIMITS)
    step.undone_at = at
    step.save(update_fields=["undone_at"])
    plans.settle(kept, by=by, at=at)
    trail.record("plan.undone", kept, by=by, at=at, about=kept.party_id, step=step.verb)
    return kept


def put_back(plan: Plan, rows: list[list[Any]]) -> None:
    """Make the lines what they were, each as it was planned."""
    names = ("activity_id", "year", "people", "state", "starts_on", "ends_on", "cost", "units")
    plan.lines.all().delete()
    PlanLine.objects.bulk_create(PlanLine(plan=plan, **dict(zip(names, row, strict=True))) for row in rows)
