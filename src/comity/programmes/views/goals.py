"""Pages of goals: the list, a new one, one to change or retire."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.kernel.faces import refused_into
from comity.programmes import forms, queries
from comity.programmes.acts import goals
from comity.programmes.acts.objectives import may_speak_for
from comity.programmes.models import Programme
from comity.programmes.queries.documents import goals_told
from comity.programmes.queries.goals import areas
from comity.programmes.rules import TIER_WORDS
from comity.programmes.views.documents import WORDS
from comity.programmes.views.milestones import forms_of
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


@signed_in
@require_GET
def overview(request: Visit) -> HttpResponse:
    """The goals a reader may see; `?party=` narrows, `?retired=1` shows those that no longer hold."""
    found = queries.goals(seen_by=request.actor)
    if party := request.GET.get("party", ""):
        found = found.filter(party=party.upper())
    if not request.GET.get("retired"):
        found = found.live()
    shown = Paginator(found.order_by("party__sort", "number"), 50).get_page(request.GET.get("page"))
    whose = party.upper() or request.actor.party or ""
    return page(request, "programmes/goals.html", "list", shown=shown, whose=whose, may=_may(request, whose), tiers=TIER_WORDS)


@signed_in
@require_http_methods(["GET", "POST"])
def new(request: Visit, party: str) -> HttpResponse:
    """Set a goal of a party."""
    whose = queries.party_planning(party, seen_by=request.actor)
    chosen = _programme(request, whose.code)
    form = _form(request, whose.code, {"number": queries.goals(seen_by=request.actor).filter(party=whose).count() + 1})
    if form.is_bound and form.is_valid():
        with refused_into(form):
            made = goals.set_goal(whose, programme=chosen, by=request.actor, at=datetime.now(UTC), **form.values())
            messages.success(request, _("Goal {number} is set.").format(number=made.number))
            return redirect("programme", pk=chosen.pk) if chosen else redirect(f"/programmes/goals/?party={whose.code}")
    return page(
        request, "programmes/goal.html", status=422 if form.errors else 200, form=form, whose=whose, goal=None, programme=chosen
    )


@signed_in
@require_http_methods(["GET", "POST"])
def goal(request: Visit, pk: int) -> HttpResponse:
    """One goal; changed here by whoever may."""
    found = queries.goal(pk, seen_by=request.actor)
    form = _form(request, found.party_id, forms.GoalTerms.of(found))
    if form.is_bound and form.is_valid():
        with refused_into(form):
            version = form.cleaned_data["version"]
            goals.change(found, version=version, by=request.actor, at=datetime.now(UTC), **form.values())
            return redirect(f"/programmes/goals/?party={found.party_id}")
    may, retiring = found.is_live and _may(request, found.party_id), forms.Retiring()
    status = 422 if form.errors else 200
    told: dict[str, Any] = {"goal": found, "whose": found.party, "retiring": retiring, "tiers": TIER_WORDS, "may": may}
    told |= {"programme": found.programme, "told": goals_told([found], seen_by=request.actor)[0], "words_": WORDS}
    acts = forms_of(request, found, None) if may else {}
    return page(request, "programmes/goal.html", status=status, form=form if may else None, acts=acts, **told)


@signed_in
@require_POST
def retire(request: Visit, pk: int) -> HttpResponse:
    """Retire a goal, with the reason."""
    found = queries.goal(pk, seen_by=request.actor)
    form = forms.Retiring(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    goals.retire(found, reason=reason, by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("Goal {number} is retired.").format(number=found.number))
    return redirect(f"/programmes/goals/?party={found.party_id}")


def _form(request: Visit, party: str, start: dict[str, object]) -> forms.GoalTerms:
    own = queries.objectives(seen_by=request.actor).live().filter(party=party)
    return forms.GoalTerms(request.POST or None, initial=start, objectives=own, areas=areas(seen_by=request.actor))


def _programme(request: Visit, party: str) -> Programme | None:
    """The programme of a party that a new goal is to be of, if the address names one."""
    asked = request.GET.get("programme", "")
    own = queries.programmes(seen_by=request.actor).filter(party=party, state__in=["drafting", "in_force"])
    return own.filter(pk=int(asked[:18])).first() if asked.isdecimal() else None


def _may(request: Visit, party: str) -> bool:
    """Whether the reader may set goals of a party."""
    return bool(party) and may_speak_for(party, request.actor)
