"""What is done with nominations from a page: one or many at once, shown before it is done where it is many."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from comity.activities.queries import activity as one_activity
from comity.kernel.faces import refused_into, say
from comity.nominations import forms, queries
from comity.nominations.acts import answers, nominations, readings, reserve
from comity.nominations.models import Nomination
from comity.nominations.rules import MOVES
from comity.nominations.views.lists import rows, words
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

Act = Callable[..., Any]
ACTS: dict[str, Act] = {
    "endorse": nominations.endorse,
    "put_forward": nominations.put_forward,
    "withdraw": nominations.withdraw,
    "tie": nominations.tie,
    "accept": answers.accept,
    "decline": answers.decline,
    "take": reserve.take,
    "refuse": reserve.refuse,
}
SURE = "sure"


@signed_in
@require_POST
def move(request: Visit) -> HttpResponse:
    """Do one thing with the chosen nominations; many are shown first, with what it would come to."""
    act = request.POST.get("act", "")
    found = _chosen(request)
    if act not in ACTS:
        raise Http404
    if not found:
        messages.warning(request, _("Choose at least one person."))
        return redirect(_back(request))
    if len(found) > 1 and SURE not in request.POST:
        return _preview(request, act, found)
    done = ACTS[act](found, by=request.actor, at=datetime.now(UTC), **_told(request, act))
    _say(request, done)
    return redirect(_back(request))


def _preview(request: Visit, act: str, found: list[Nomination]) -> HttpResponse:
    """The page that shows whom it is about and what it would come to."""
    now = datetime.now(UTC)
    outcome = nominations.foreseen(found, by=request.actor, at=now) if act == "put_forward" else None
    context = words(request.actor) | {"act": act, "label": _(MOVES[act]), "rows": rows(found, request.actor, now)}
    told = {name: request.POST.get(name, "") for name in ("reason", "team")}
    return page(request, "nominations/preview.html", None, outcome=outcome, told=told, back=_back(request), **context)


@signed_in
@require_POST
def rank(request: Visit, number: str) -> HttpResponse:
    """Set the order of choice by the numbers that were typed."""
    activity = one_activity(number, seen_by=request.actor)
    given = [(key[1:], str(value)) for key, value in request.POST.items() if key[:1] == "c"]
    typed = {int(pk): int(value) for pk, value in given if pk.isdigit() and value.isdigit() and len(pk) < 19 and len(value) < 5}
    order = sorted(typed, key=lambda pk: (typed[pk], pk))
    nominations.rank(activity, order, by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("The order of choice is set."))
    return redirect("nominations_activity", activity.number)


@signed_in
@require_POST
def waive(request: Visit, pk: int) -> HttpResponse:
    """Waive one finding about a nomination, and say on what ground."""
    found = queries.nomination(pk, seen_by=request.actor)
    finding, ground = request.POST.get("finding", ""), request.POST.get("ground", "")
    nominations.waive(found, finding, ground=ground, by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("Waived; it no longer stands in the way of this nomination."))
    return redirect("nominations_activity", found.activity.number)


@signed_in
@require_http_methods(["GET", "POST"])
def collect(request: Visit, number: str) -> HttpResponse:
    """Name a candidate for an activity: somebody new, or somebody the delegation has on file."""
    activity, actor, now = one_activity(number, seen_by=request.actor), request.actor, datetime.now(UTC)
    on_file = _on_file(request, now)
    fresh, known = forms.Somebody(_if(request, "new")), forms.Known(_if(request, "known"), **on_file)
    form: Any = known if known.is_bound else fresh
    if form.is_bound and form.is_valid():
        told = form.cleaned_data if known.is_bound else {"names": fresh.names, **fresh.told}
        with refused_into(form):
            made = nominations.collect(activity, by=actor, at=now, **told)
            messages.success(request, _("Named: {number}.").format(number=made.person.number))
            return redirect("nominations_activity", activity.number)
    context: dict[str, Any] = {"activity": activity, "form": fresh, "known": known if on_file["said"] else None}
    return page(request, "nominations/collect.html", None, status=422 if form.errors else 200, **context)


@signed_in
@require_http_methods(["GET", "POST"])
def replace(request: Visit, pk: int) -> HttpResponse:
    """Send somebody else in the same place."""
    found, now = queries.nomination(pk, seen_by=request.actor), datetime.now(UTC)
    form = forms.Known(request.POST or None, **_on_file(request, now))
    del form.fields["team"]
    if form.is_bound and form.is_valid():
        with refused_into(form):
            nominations.replace(found, person=form.cleaned_data["person"], by=request.actor, at=now)
            messages.success(request, _("Replaced."))
            return redirect("nominations_activity", found.activity.number)
    [row] = rows([found], request.actor, now)
    return page(request, "nominations/replace.html", None, status=422 if form.errors else 200, row=row, form=form)


def _on_file(request: Visit, at: datetime) -> dict[str, Any]:
    """The people of the own delegation who are not erased, by name: one opening, written down."""
    people = queries.people(seen_by=request.actor).filter(party=request.actor.party or "", erased_at=None)[:500]
    names = readings.names(list(people), by=request.actor, at=at) if people else {}
    said = {p.pk: f"{p.number} · {names[p.pk]}" if p.pk in names else p.number for p in people}
    own = queries.people(seen_by=request.actor).filter(party=request.actor.party or "", erased_at=None)
    return {"people": own, "said": said}


def _if(request: Visit, which: str) -> Any:
    """What was sent, if it was sent with this form."""
    return request.POST if request.method == "POST" and request.POST.get("form") == which else None


def _chosen(request: Visit) -> list[Nomination]:
    """The nominations that were chosen, as far as the reader may see them."""
    keys = [int(pk) for pk in request.POST.getlist("n") if pk.isdigit() and len(pk) < 19][:1000]
    return list(queries.nominations(seen_by=request.actor).filter(pk__in=keys).order_by("activity", "party", "choice", "pk"))


def _told(request: Visit, act: str) -> dict[str, str]:
    """What an act wants to be told besides."""
    wanted = {"withdraw": "reason", "decline": "reason", "tie": "team"}.get(act)
    return {wanted: request.POST.get(wanted, "")} if wanted else {}


def _say(request: Visit, done: Any) -> None:
    """What came of it, in words."""
    if not isinstance(done, nominations.Outcome):
        messages.success(request, ngettext("Done for {n} person.", "Done for {n} people.", done).format(n=done))
        return
    told = _("Put forward: {forward}. On the reserve list: {waiting}.")
    messages.success(request, told.format(forward=len(done.forward), waiting=len(done.waiting)))
    for kept, why in done.kept_back[:10]:
        messages.warning(request, _("Kept back: {person}. {why}").format(person=kept.person.number, why=say(why)))


def _back(request: Visit) -> str:
    """Where the reader came from, within the house."""
    to = request.POST.get("next", "")
    return to if to.startswith("/nominations/") and url_has_allowed_host_and_scheme(to, allowed_hosts=None) else "/nominations/"
