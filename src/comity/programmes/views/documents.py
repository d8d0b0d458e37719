"""The pages of programmes: the register of them, the types, one document with all that hangs on it, and what is done with it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django import forms as base
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts.rules import Permission
from comity.kernel.faces import refused_into, say
from comity.parties.models import Party, PartyKind
from comity.parties.queries import parties
from comity.programmes import forms, queries
from comity.programmes.acts import documents, objectives, steps
from comity.programmes.models import Programme, ProgrammeState
from comity.programmes.queries.documents import GoalTold, findings_of, narrowed
from comity.programmes.queries.goals import words
from comity.programmes.rules import words as said
from comity.trail import queries as trail
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

PAGE, DRAWN = 50, 20
# The years that the picture of the register shows before and after this one.
BEFORE, AFTER = 7, 4
# Whose individual documents are told of; a record may be of a state that is no more.
HAVE_ONE = (PartyKind.STATE, PartyKind.FORMER_STATE)
NARROWING = ("party", "type", "state", "marker")
Bar = tuple[str, date, date, int]
WORDS: dict[str, Any] = {
    "states": said.STATES, "tones": said.STATE_TONES, "binding": said.BINDING, "goal_steps": said.GOAL_STEPS,
    "milestone_states": said.MILESTONES, "milestone_tones": said.MILESTONE_TONES, "supports": said.SUPPORTS,
    "choices": said.CHOICES,
}  # fmt: skip
LAYERS = {"recorded": 0, "drafting": 3, "in_force": 1, "terminated": 5}
DONE = {
    "prolong": gettext_noop("It is prolonged."),
    "terminate": gettext_noop("It is ended."),
    "replace": gettext_noop("It is replaced."),
    "mark": gettext_noop("It is marked."),
    "objective": gettext_noop("The objective is set."),
}


@signed_in
@require_GET
def register(request: Visit) -> HttpResponse:
    """The programmes a reader may see, by party, type, state and marker, and when each runs."""
    asked = {name: request.GET.getlist(name) for name in NARROWING}
    rows = narrowed(queries.programmes(seen_by=request.actor), asked).order_by("party__sort", "type__place", "since", "pk")
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    on = datetime.now(request.actor.timezone).date()
    told: dict[str, Any] = {
        "types": queries.types(seen_by=request.actor), "markers": words("markers", seen_by=request.actor), "asked": asked,
        "chart": _chart(shown.object_list, on), "on": None, "today_": on,
        "whose": _whose(request),
    }  # fmt: skip
    return page(request, "programmes/register.html", "list", shown=shown, may=_may(request), **told, **WORDS)


@signed_in
@require_GET
def types(request: Visit) -> HttpResponse:
    """The types of documents, with what is known of each."""
    return page(request, "programmes/types.html", None, types=queries.types(seen_by=request.actor), steps=said.REVIEW_STEPS)


@signed_in
@require_http_methods(["GET", "POST"])
def new(request: Visit, party: str) -> HttpResponse:
    """Open a programme of a party; what stands in the way of the chosen type is said before."""
    request.actor.must(Permission.KEEP_PROGRAMMES)
    whose, at = queries.party_planning(party, seen_by=request.actor), datetime.now(UTC)
    kinds = queries.types(seen_by=request.actor)
    chosen = kinds.filter(pk=request.GET.get("type", "").upper()).first()
    form = forms.Opening(request.POST or None, types=kinds, initial={"type": chosen})
    if form.is_bound and form.is_valid():
        with refused_into(form):
            made = documents.open_programme(whose, by=request.actor, at=at, **form.cleaned_data)
            return redirect("programme", pk=made.pk)
    found = findings_of(whose, chosen, on=at.date(), seen_by=request.actor) if chosen else None
    told: dict[str, Any] = {"whose": whose, "kinds": kinds, "chosen": chosen, "findings_": found}
    return page(request, "programmes/new.html", None, status=422 if form.errors else 200, form=form, **told)


@signed_in
@require_http_methods(["GET", "POST"])
def record(request: Visit) -> HttpResponse:
    """Record a programme that is known from a source: a fact, without a text here."""
    reader = request.actor
    reader.must(Permission.KEEP_PROGRAMMES)
    start = {"party": request.GET.get("party", "").upper(), "type": request.GET.get("type", "").upper()}
    whose, kinds = parties(seen_by=reader).filter(kind__in=HAVE_ONE), queries.types(seen_by=reader)
    form = forms.Recording(request.POST or None, initial=start, parties=whose, types=kinds)
    if form.is_bound and form.is_valid():
        with refused_into(form):
            made = documents.record(by=reader, at=datetime.now(UTC), **form.cleaned_data)
            messages.success(request, _("It is recorded."))
            return redirect("programme", pk=made.pk)
    return page(request, "programmes/record.html", None, status=422 if form.errors else 200, form=form)


@signed_in
@require_GET
def document(request: Visit, pk: int) -> HttpResponse:
    """One programme with all that hangs on it."""
    return _shown(request, queries.programme(pk, seen_by=request.actor), {})


@signed_in
@require_POST
def act(request: Visit, pk: int, verb: str) -> HttpResponse:
    """Do something with a programme: prolong, end, replace or mark it, set an objective."""
    found = queries.programme(pk, seen_by=request.actor)
    siblings = queries.programmes(seen_by=request.actor).filter(party=found.party_id)
    form = _forms(request, found, siblings, request.POST).get(verb)
    if form is None:
        raise Http404
    if form.is_valid():
        with refused_into(form):
            _doing(verb)(found, by=request.actor, at=datetime.now(UTC), **form.cleaned_data)
            messages.success(request, _(DONE[verb]))
            return redirect("programme", pk=pk)
    return _shown(request, found, {verb: form})


@signed_in
@require_http_methods(["GET", "POST"])
def forward(request: Visit, pk: int) -> HttpResponse:
    """What becomes of the open goals of an edition in the next: a proposal to look at, then to apply."""
    found = queries.programme(pk, seen_by=request.actor)
    told = queries.told(found, seen_by=request.actor)
    into = next((other for other in told.following if other.state == ProgrammeState.DRAFTING), None)
    form = base.Form(request.POST or None)
    if form.is_bound and form.is_valid() and into:
        picked = forms.choices_of(request.POST, [goal.goal.pk for goal in told.unsettled])
        with refused_into(form):
            steps.carry_forward(found, into=into, choices=picked, by=request.actor, at=datetime.now(UTC))
            messages.success(request, _("The goals of the next edition are set."))
            return redirect("programme", pk=into.pk)
    status = 422 if form.errors else 200
    return page(request, "programmes/forward.html", None, status=status, programme=found, told=told, into=into, form=form, **WORDS)


def _doing(verb: str) -> Callable[..., object]:
    acts: dict[str, Callable[..., object]] = {
        "prolong": documents.prolong, "terminate": documents.terminate, "replace": documents.replace, "mark": documents.mark,
        "objective": objectives.add_to,
    }  # fmt: skip
    return acts[verb]


def _shown(request: Visit, found: Programme, given: dict[str, base.Form]) -> HttpResponse:
    told, on = queries.told(found, seen_by=request.actor), datetime.now(request.actor.timezone).date()
    first, last = _years(found, on)
    context: dict[str, Any] = {
        "programme": found, "told": told, "on": None, "today_": on, "first": first, "last": last,
        "rows": _rows(told.goals, found),
        "entries": list(trail.of(found, seen_by=request.actor)[:20]) if told.within else [],
        "acts": (_forms(request, found, told.siblings, None) if told.within else {}) | given,
        "may": _may(request), "may_plan": told.within and _speaks(request, found),
    }  # fmt: skip
    status = 422 if any(form.errors for form in given.values()) else 200
    return page(request, "programmes/document.html", None, status=status, **context, **WORDS)


def _forms(request: Visit, found: Programme, siblings: Iterable[Programme], given: Any) -> dict[str, base.Form]:
    """The acts a reader may do here in this state, each with its form."""
    reader = request.actor
    ready: dict[str, base.Form] = {}
    if _may(request) and found.is_in_force:
        ready["prolong"] = forms.Prolonging(given)
        if others := [other.pk for other in siblings if other.is_in_force and other.pk != found.pk]:
            ready["replace"] = forms.Replacing(given, others=queries.programmes(seen_by=reader).filter(pk__in=others))
    if _may(request) and (found.is_in_force or found.is_draft):
        start = {"markers": list(found.markers.all())}
        ready["mark"] = forms.Marking(given, markers=words("markers", seen_by=reader), initial=start)
        ready["terminate"] = forms.Ending(given)
    if _speaks(request, found) and (found.is_in_force or found.is_draft):
        ready["objective"] = forms.Objecting(given)
    return ready


def _may(request: Visit) -> bool:
    """Whether the reader keeps programmes."""
    return request.actor.may(Permission.KEEP_PROGRAMMES)


def _speaks(request: Visit, found: Programme) -> bool:
    """Whether the reader may set goals of the party of a programme."""
    return objectives.may_speak_for(found.party_id, request.actor)


def _whose(request: Visit) -> Party | None:
    """The one party that was asked for, for whom a programme may be opened."""
    asked = [code.upper() for code in request.GET.getlist("party") if code]
    return parties(seen_by=request.actor).filter(pk=asked[0]).first() if len(asked) == 1 else None


def _chart(shown: Iterable[Programme], on: date) -> tuple[list[tuple[str, str, list[Bar]]], date, date] | None:
    """When each programme of a page runs, over the years around today; of one without a known end only its beginning."""
    first, last = date(on.year - BEFORE, 1, 1), date(on.year + AFTER, 12, 31)
    rows: list[tuple[str, str, list[Bar]]] = []
    for found in shown:
        start, end = found.since.earliest, found.last_day or found.since.latest
        if start and end and start <= last and end >= first:
            label, layer = f"{found.party_id} {found.type_id} {found.edition}".strip(), LAYERS.get(found.state, 2)
            rows.append((label, f"/programmes/{found.pk}/", [("", start, max(start, end), layer)]))
    return (rows, first, last) if rows else None


def _years(found: Programme, on: date) -> tuple[date, date]:
    """The years of the picture: those of the programme, four where its end is not known."""
    first = (found.since.earliest or on).year
    last = (found.last_day or date(first + 3, 1, 1)).year
    return date(first, 1, 1), date(max(first, last), 12, 31)


def _rows(goals: Sequence[GoalTold], programme: Programme) -> list[tuple[str, str, list[Bar]]]:
    """The goals over the years, where they fit into one picture; of more, the golden thread draws an objective at a time."""
    shown = [goal for goal in goals if goal.goal.is_live or not programme.is_in_force]
    return [_row(goal, programme) for goal in shown] if len(shown) <= DRAWN else []


def _row(told: GoalTold, programme: Programme) -> tuple[str, str, list[Bar]]:
    """One goal over the years: until its deadline, and what is due; its activities are drawn along the golden thread."""
    goal = told.goal
    bars: list[Bar] = []
    start = programme.since.earliest
    if start and goal.deadline.latest and not goal.is_title_only:
        bars.append(("", start, max(goal.deadline.latest, start), 1))
    for milestone in told.milestones:
        if day := milestone.due.latest:
            bars.append((say(milestone.title), day, day, {"met": 3, "missed": 5}.get(milestone.state, 4)))
    return f"{goal.number}. {say(goal.title)}", f"/programmes/goals/{goal.pk}/", bars
