"""Pages of changes: the list, what is meant, what it touches, and the act that makes it."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts.rules import LANGUAGES, Permission
from comity.activities import queries as activities
from comity.activities.acts.running import may_change
from comity.activities.models import Activity
from comity.changes import forms, queries
from comity.changes.acts import changes
from comity.changes.models import Change
from comity.changes.queries.sights import sight
from comity.changes.rules import DEEDS, KINDS, SCORE_WORDS, STATE_TONES, STATES, TONES, WEIGHTS
from comity.frameworks.queries import registers
from comity.kernel.faces import refused_into
from comity.kernel.refusals import NotPermitted
from comity.participation.rules import WHO_LOSES
from comity.parties import queries as parties
from comity.parties.models import Party
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

PAGE = 50
WORDS: dict[str, Any] = {
    "kinds": KINDS, "weights": WEIGHTS, "tones": TONES, "deeds": DEEDS, "states": STATES, "state_tones": STATE_TONES,
    "languages_of_notices": LANGUAGES, "score_words": SCORE_WORDS, "who_loses": WHO_LOSES,
}  # fmt: skip
PREPARING: dict[str, Callable[..., Change]] = {
    "move": changes.prepare_move,
    "shrink": changes.prepare_shrink,
    "cancel": changes.prepare_cancel,
}
SETTLING = {
    "look-again": (changes.look_again, gettext_noop("This is the list as it stands now.")),
    "drop": (changes.drop, gettext_noop("The change is dropped; nothing was done.")),
}


@signed_in
@require_GET
def overview(request: Visit) -> HttpResponse:
    """The changes a reader may see, newest first."""
    found = queries.changes(seen_by=request.actor).defer("content")
    if (state := request.GET.get("state", "")) in STATES:
        found = found.filter(state=state)
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return page(request, "changes/changes.html", "list", shown=shown, state=state, **WORDS)


@signed_in
@require_http_methods(["GET", "POST"])
def new(request: Visit) -> HttpResponse:
    """What is meant: to move, shrink or call off an activity, or to suspend a party."""
    if code := request.GET.get("party", ""):
        return _new_suspension(request, parties.party(code, seen_by=request.actor))
    found = activities.activity(request.GET.get("activity", ""), seen_by=request.actor)
    if not may_change(found, request.actor):
        raise NotPermitted(permission=Permission.CHANGE_ACTIVITIES)
    named = request.POST.get("deed", "") or request.GET.get("deed", "")
    deed = named if named in forms.DEEDS else "move"
    given = forms.DEEDS[deed](request.POST, auto_id=f"{deed}_%s") if request.method == "POST" else None
    if given is not None and given.is_valid():
        with refused_into(given):
            made = PREPARING[deed](found, **given.values(), by=request.actor, at=datetime.now(UTC))
            return redirect("change", pk=made.pk)
    told = {name: kind(initial=_initial(found, request), auto_id=f"{name}_%s") for name, kind in forms.DEEDS.items()}
    told |= {deed: given} if given else {}
    return page(request, "changes/new.html", status=422 if given else 200, activity=found, forms=told, deed=deed, **WORDS)


def _initial(activity: Activity, request: Visit) -> dict[str, Any]:
    """The days and seats as they are, or as the address names them."""
    days = {"starts": activity.first_day, "ends": activity.last_day}
    asked = {name: _day(request.GET.get(name, "")) or value for name, value in days.items()}
    return {name: value.isoformat() if value else "" for name, value in asked.items()} | {"seats": activity.seats}


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _new_suspension(request: Visit, party: Party) -> HttpResponse:
    """To suspend a party in one of the frameworks in which it counts."""
    request.actor.must(Permission.KEEP_REGISTER)
    rows = registers.counted(party, seen_by=request.actor)
    form = forms.Suspending(request.POST or None, frameworks=[row.framework_id for row in rows])
    if form.is_bound and form.is_valid():
        with refused_into(form):
            made = changes.prepare_suspension(party, **form.values(), by=request.actor, at=datetime.now(UTC))
            return redirect("change", pk=made.pk)
    status = 422 if form.errors else 200
    return page(request, "changes/suspend.html", status=status, party=party, form=form, rows=rows, **WORDS)


@signed_in
@require_GET
def inspect(request: Visit, pk: int) -> HttpResponse:
    """One change with everything it touches."""
    return _shown(request, queries.change(pk, seen_by=request.actor))


@signed_in
@require_POST
def apply(request: Visit, pk: int) -> HttpResponse:
    """Make the change, all of it or nothing, once the number of lines is typed."""
    found = queries.change(pk, seen_by=request.actor)
    at = datetime.now(UTC)
    form = forms.Applying(request.POST, lines=sight(found, on=at.date(), seen_by=request.actor).number)
    if form.is_valid():
        with refused_into(form):
            changes.apply(found, shown=form.cleaned_data["shown"], by=request.actor, at=at)
            messages.success(request, _("The change is made, with all that follows; the notices are on their way."))
            return redirect("change", pk=pk)
    return _shown(request, queries.change(pk, seen_by=request.actor), form, status=422)


@signed_in
@require_POST
def settle(request: Visit, pk: int, verb: str) -> HttpResponse:
    """Look again, or drop the change."""
    if verb not in SETTLING:
        raise Http404
    act, words = SETTLING[verb]
    act(queries.change(pk, seen_by=request.actor), by=request.actor, at=datetime.now(UTC))
    messages.success(request, _(words))
    return redirect("change", pk=pk)


def _shown(request: Visit, change: Change, form: forms.Applying | None = None, status: int = 200) -> HttpResponse:
    seen = sight(change, on=datetime.now(UTC).date(), seen_by=request.actor)
    may = _may(change, request)
    form = form or forms.Applying(initial={"shown": change.digest}, lines=seen.number)
    context: Mapping[str, Any] = {"change": change, "sight": seen, "form": form, "may": may, "back": _back(change)}
    return page(request, "changes/change.html", status=status, **context, **WORDS)


def _may(change: Change, request: Visit) -> bool:
    """Whether the reader may make or drop the change, and not only read it."""
    if change.activity:
        return may_change(change.activity, request.actor)
    return request.actor.may(Permission.KEEP_REGISTER)


def _back(change: Change) -> str:
    """The address that prepares the way back of a move that was made, as long as the activity is on the menu."""
    former = change.values.get("former", {})
    if change.deed != "move" or change.state != "applied" or not change.activity or change.activity.state != "approved":
        return ""
    return f"/changes/new/?activity={change.activity.number}&deed=move&starts={former['starts']}&ends={former['ends']}"
