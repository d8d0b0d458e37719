"""The golden thread, from a programme down and from an activity up."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from comity.activities.queries import activity as activity_of
from comity.kernel.faces import say
from comity.programmes.queries import programme as programme_of
from comity.reports.queries import thread as queries
from comity.reports.queries.thread import GoalThread, ObjectiveThread
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

Bar = tuple[str, date, date, int]
BREAKS = 12
"""So many breaks are shown before the rest is asked for."""


@signed_in
@require_GET
def thread(request: Visit, pk: int) -> HttpResponse:
    """Objective, goal, activity, request, seat and milestone of a programme; breaks first, each with what mends it."""
    programme = programme_of(pk, seen_by=request.actor)
    on = datetime.now(request.actor.timezone).date()
    found = queries.thread(programme, on=on, seen_by=request.actor)
    told = queries.in_detail(found, request.GET.get("objective", ""))
    drawn: dict[str, Any] = {
        "span": queries.span(found, on),
        "rows": _rows(told),
        "most": BREAKS if "all" not in request.GET else None,
    }
    return page(request, "reports/thread.html", None, thread=found, programme=programme, on=on, told=told, **drawn)


@signed_in
@require_GET
def served(request: Visit, year: int, number: str) -> HttpResponse:
    """Whose goals an activity serves."""
    activity = activity_of(number, seen_by=request.actor, year=year)
    goals = queries.served(activity, seen_by=request.actor)
    people = {code: found[activity.pk] for code, found in queries.people_at([activity.pk], seen_by=request.actor).items()}
    return page(request, "reports/served.html", None, activity=activity, goals=goals, people=people)


def _rows(told: Sequence[ObjectiveThread]) -> list[tuple[str, str, list[Bar]]]:
    """Each goal told in detail over the years: its activities, then what is due."""
    goals = [goal for objective in told for goal in objective.goals]
    return [(f"{goal.goal.number}. {say(goal.goal.title)}", f"#goal-{goal.goal.pk}", _bars(goal)) for goal in goals]


def _bars(goal: GoalThread) -> list[Bar]:
    days = [(strand.activity, strand.activity.starts.earliest, strand.activity.ends.latest) for strand in goal.strands]
    bars = [(activity.title, first, last or first, 2) for activity, first, last in days if first]
    due = [(say(milestone.title), milestone.due.latest, milestone.state) for milestone in goal.milestones]
    return bars + [(title, day, day, 4 if state == "met" else 1) for title, day, state in due if day]
