"""What is done with one goal: its milestones and supports, its markers, and what becomes of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django import forms as base
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from comity.activities.queries import activity
from comity.programmes import forms, queries
from comity.programmes.acts import milestones, steps
from comity.programmes.models import Goal
from comity.programmes.queries.goals import milestone as milestone_of
from comity.programmes.queries.goals import support as support_of
from comity.programmes.queries.goals import words
from comity.ui.visits import Visit, signed_in

Doing = Callable[..., object]
# For each act: what does it, and what is said when it is done.
ON_GOALS: dict[str, tuple[Doing, str]] = {
    "milestone": (milestones.add, gettext_noop("The milestone is set.")),
    "support": (milestones.support, gettext_noop("It supports the goal now.")),
    "mark": (milestones.mark, gettext_noop("It is marked.")),
    "complete": (steps.complete, gettext_noop("The goal is completed.")),
    "drop": (steps.drop, gettext_noop("The goal is dropped.")),
    "title-only": (steps.keep_title_only, gettext_noop("Only the title is kept here.")),
}
ON_MILESTONES: dict[str, tuple[type[base.Form], Doing]] = {
    "meet": (forms.Meeting, milestones.meet),
    "miss": (forms.Reasoned, milestones.miss),
    "drop": (forms.Reasoned, milestones.drop),
}


def forms_of(request: Visit, goal: Goal, given: Any) -> dict[str, base.Form]:
    """The acts on a goal, each with its form."""
    start = {"markers": list(goal.markers.all())}
    return {
        "milestone": forms.Milestoning(given),
        "support": forms.Supporting(given),
        "mark": forms.Marking(given, markers=words("markers", seen_by=request.actor), initial=start),
        "complete": forms.Noted(given),
        "drop": forms.Reasoned(given),
        "title-only": forms.Noted(given),
    }


@signed_in
@require_POST
def on_goal(request: Visit, pk: int, verb: str) -> HttpResponse:
    """Do something with a goal."""
    found = queries.goal(pk, seen_by=request.actor)
    form = forms_of(request, found, request.POST).get(verb)
    if form is None:
        raise Http404
    if not form.is_valid():
        return _wrong(request, form, pk)
    act, said = ON_GOALS[verb]
    act(found, by=request.actor, at=datetime.now(UTC), **_values(request, verb, form.cleaned_data))
    messages.success(request, _(said))
    return redirect("goal", pk=pk)


@signed_in
@require_POST
def on_milestone(request: Visit, pk: int, verb: str) -> HttpResponse:
    """Say that a milestone is met, missed or dropped."""
    found = milestone_of(pk, seen_by=request.actor)
    if verb not in ON_MILESTONES:
        raise Http404
    kind, act = ON_MILESTONES[verb]
    form = kind(request.POST)
    if not form.is_valid():
        return _wrong(request, form, found.goal_id)
    act(found, by=request.actor, at=datetime.now(UTC), **form.cleaned_data)
    return redirect("goal", pk=found.goal_id)


@signed_in
@require_POST
def untie(request: Visit, pk: int) -> HttpResponse:
    """Take a support away from a goal."""
    found = support_of(pk, seen_by=request.actor)
    milestones.untie(found, by=request.actor, at=datetime.now(UTC))
    return redirect("goal", pk=found.goal_id)


def _values(request: Visit, verb: str, given: dict[str, Any]) -> dict[str, Any]:
    """What a form says as the act takes it: an activity by its number and year, a note as a reason."""
    if verb == "support":
        chosen = None
        if given["kind"] == "activity" and given["number"]:
            chosen = activity(given["number"], seen_by=request.actor, year=given["year"])
        return {"kind": given["kind"], "activity": chosen, "name": given["name"]}
    return {"reason": given["note"]} if verb == "title-only" else given


def _wrong(request: Visit, form: base.Form, goal: int) -> HttpResponse:
    """Back to the goal, with what was wrong said on the way."""
    for name, faults in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, " ".join(str(part) for part in (label, *faults) if part))
    return redirect("goal", pk=goal)
