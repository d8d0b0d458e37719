"""What acts on a plan do around their own change: lock it, remember its lines, write lines anew."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.plans.models import LineState, Plan, PlanLine, PlanStep
from comity.plans.rules import Occurrence
from comity.programmes.acts.objectives import must_speak_for

Row = tuple[int, int, int]
"""Activity, year, people."""


def held(plan: Plan, by: Actor) -> Plan:
    """The plan locked for changing, for whoever may speak for its party."""
    found = Plan.objects.seen_by(by).select_for_update(of=("self",)).select_related("party").filter(pk=plan.pk).first()
    if found is None:
        raise NotFound(what="plan")
    must_speak_for(found.party_id, by)
    return found


def remember(plan: Plan, verb: str, *, by: Actor, at: datetime, **facts: Any) -> PlanStep:
    """Keep the lines as they stand, so that what follows can be undone."""
    last = plan.steps.values_list("number", flat=True).first() or 0
    before = [snapshot(n) for n in plan.lines.all()]
    return PlanStep.objects.create(plan=plan, number=last + 1, verb=verb, facts=facts, before=before, done_at=at, done_by=by.login)


def snapshot(line: PlanLine) -> list[Any]:
    """A line as it is kept for undoing."""
    days = [line.starts_on.isoformat(), line.ends_on.isoformat()]
    return [line.activity_id, line.year, line.people, line.state, *days, line.cost, line.units]


def write(plan: Plan, rows: Iterable[Row], menu: Mapping[str, Occurrence]) -> None:
    """Put what the planner says in the place of what it said before; what was decided by hand is left alone."""
    by_hand = {(n.activity_id, n.year) for n in plan.lines.exclude(state=LineState.PROPOSED)}
    plan.lines.filter(state=LineState.PROPOSED).delete()
    known = {(o.activity, o.year): o for o in menu.values()}
    PlanLine.objects.bulk_create(
        line_of(plan, known[activity, year], people)
        for activity, year, people in rows
        if people and (activity, year) not in by_hand and (activity, year) in known
    )


def line_of(plan: Plan, going: Occurrence, people: int, state: str = LineState.PROPOSED) -> PlanLine:
    """A line as it is planned now."""
    return PlanLine(
        plan=plan, activity_id=going.activity, year=going.year, people=people, state=state, starts_on=going.starts,
        ends_on=going.ends, cost=going.cost, units=going.units,
    )  # fmt: skip
