"""Pages of requests: one's basket, the demand over all parties, asking from an activity, sheets in and out."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts.rules import Permission
from comity.activities.models import Edition
from comity.activities.queries import activity as one_activity
from comity.exchange import batches, sheets
from comity.exchange.batches import counts, differences
from comity.kernel.faces import refused_into, say
from comity.kernel.findings import Finding
from comity.kernel.refusals import NotFound
from comity.participation import forms, queries
from comity.participation.acts import imports, places, requests
from comity.participation.models import Request, RequestQuerySet
from comity.participation.queries import imports as sheet
from comity.participation.queries.turnouts import cautions
from comity.participation.rules import FUNDINGS, OUTCOMES, REQUEST_STATES, TONES, time_left
from comity.programmes.queries import objectives
from comity.ui.jinja import query
from comity.ui.pages import page, wants_fragment
from comity.ui.visits import Visit, signed_in

SORTS = {
    "activity": ("activity__number",),
    "when": ("activity__first_day", "activity__number"),
    "priority": ("priority", "activity__number"),
    "places": ("places", "activity__number"),
    "party": ("party__sort", "activity__number"),
}
PAGE = 50
Row = dict[str, Any]


@signed_in
@require_GET
def overview(request: Visit) -> HttpResponse:
    """The basket of one's own party; for the staff the demand of all."""
    year = queries.edition(request.GET.get("year"), seen_by=request.actor)
    found = _chosen(request, queries.requests(seen_by=request.actor).live().of_edition(year.pk))
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    staff = request.actor.may(Permission.SEE_EVERYTHING)
    context = _common(request, year)
    context |= {"shown": shown, "rows": _rows(request, year, list(shown), context), "staff": staff}
    if staff:
        told = queries.demand(year, seen_by=request.actor)
        picture = [(say(d["name"]), d["places"], query(request, party=d["party"], page=None)) for d in told]
        context |= {"demand": told, "picture": picture}
        return page(request, "participation/demand.html", "list", **context)
    context["cautions"] = cautions(request.actor.party, before=year.pk, seen_by=request.actor)
    part = "totals" if request.headers.get("HX-Target") == "totals" else "basket"
    return page(request, "participation/requests.html", part, **context)


@signed_in
@require_http_methods(["GET", "POST"])
def line(request: Visit, pk: int) -> HttpResponse:
    """One line of the basket: shown, and changed where it stands."""
    asked = queries.request(pk, seen_by=request.actor)
    form = _form(request, asked) if request.method == "POST" else None
    if form is not None and form.is_valid():
        version = int(request.POST["version"]) if request.POST.get("version", "").isdigit() else None
        with refused_into(form):
            requests.change(asked, version=version, by=request.actor, at=datetime.now(UTC), **form.values())
            asked = queries.request(pk, seen_by=request.actor)
            form = None
    if form is None and request.method == "POST" and not wants_fragment(request):
        return redirect(f"/requests/?year={asked.activity.edition_id}")
    common = _common(request, asked.activity.edition)
    [row] = _rows(request, asked.activity.edition, [asked], common, form)
    common |= _waiving(request, asked, row["findings"])
    answer = page(request, "participation/request.html", "row", status=422 if form else 200, row=row, **common)
    answer["HX-Trigger"] = "basket-changed"
    return answer


def _waiving(request: Visit, asked: Request, found: list[Finding]) -> dict[str, Any]:
    """What may still be waived for a request, and what was, with the words of what still stands."""
    said = {f.sentence.message: f for f in found if f.weight == "waivable"}
    waived = [(said.pop(w.message, None), w) for w in queries.waivers_of(asked, seen_by=request.actor)]
    return {"waivable": list(said.values()), "waivers": waived, "may_waive": request.actor.may(Permission.WAIVE_FINDINGS)}


@signed_in
@require_POST
def waive(request: Visit, pk: int) -> HttpResponse:
    """Waive one finding about a request, and say on what ground."""
    asked = queries.request(pk, seen_by=request.actor)
    finding, ground = request.POST.get("finding", ""), request.POST.get("ground", "")
    requests.waive(asked, finding, ground=ground, by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("Waived; the request is heard as if this did not stand in the way."))
    return redirect("request", pk)


@signed_in
@require_http_methods(["GET", "POST"])
def ask(request: Visit, year: int, number: str) -> HttpResponse:
    """Ask for places at an activity, from the activity's own page."""
    activity = one_activity(number, seen_by=request.actor, year=year)
    request.actor.must(Permission.REQUEST_PLACES)
    asked = queries.asked_for(activity, seen_by=request.actor)
    form = _ask_form(request, activity.edition, asked)
    if form.is_bound and form.is_valid():
        with refused_into(form):
            _asked(request, activity, asked, form)
            return redirect(f"/requests/?year={year}&q={number}")
    fresh = asked or Request(activity=activity, party_id=request.actor.party or "", places=1, priority=2)
    [(_same, found)] = queries.weighed([fresh], on=datetime.now(UTC).date()) if fresh.party_id else [(fresh, [])]
    found = [*found, *cautions(request.actor.party, before=year, seen_by=request.actor)]
    context = _common(request, activity.edition) | {"activity": activity, "asked": asked, "form": form, "findings": found}
    return page(request, "participation/ask.html", "ask", status=422 if form.errors else 200, **context)


def _asked(request: Visit, activity: Any, asked: Request | None, form: forms.Ask) -> None:
    """One act: the request is made or changed, and submitted where that was the button."""
    at, by = datetime.now(UTC), request.actor
    requests.put(activity, asked, submitting="submit" in request.POST, by=by, at=at, **form.cleaned_data)
    words = _("Submitted.") if "submit" in request.POST else _("In your basket, as a draft.")
    messages.success(request, words)


@signed_in
@require_POST
def submit_all(request: Visit) -> HttpResponse:
    """Submit the whole basket; what is kept back is named."""
    year = queries.edition(request.POST.get("year"), seen_by=request.actor)
    done = requests.submit_all(year, by=request.actor, at=datetime.now(UTC))
    words = ngettext("{n} request submitted.", "{n} requests submitted.", done.submitted).format(n=done.submitted)
    messages.success(request, words)
    for kept, why in done.kept_back[:10]:
        messages.warning(request, _("Kept as a draft: {activity}. {why}").format(activity=kept.activity, why=say(why)))
    return redirect(f"/requests/?year={year.pk}")


@signed_in
@require_POST
def withdraw(request: Visit, pk: int) -> HttpResponse:
    """Withdraw one request."""
    asked = queries.request(pk, seen_by=request.actor)
    requests.withdraw(asked, by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("Withdrawn: {activity}.").format(activity=asked.activity))
    return redirect(f"/requests/?year={asked.activity.edition_id}")


@signed_in
@require_POST
def take(request: Visit, pk: int) -> HttpResponse:
    """Take places that are left over."""
    asked = queries.request(pk, seen_by=request.actor)
    form = forms.Places(request.POST)
    if form.is_valid():
        places.take(asked, form.cleaned_data["places"], by=request.actor, at=datetime.now(UTC))
        messages.success(request, _("The places are yours."))
    return redirect(f"/requests/?year={asked.activity.edition_id}&q={asked.activity.number}")


@signed_in
@require_POST
def release(request: Visit, pk: int) -> HttpResponse:
    """Give places back."""
    form = forms.Places(request.POST)
    held = queries.grant(pk, seen_by=request.actor)
    if form.is_valid():
        places.release(held, form.cleaned_data["places"], by=request.actor, at=datetime.now(UTC))
        messages.success(request, _("Given back."))
    return redirect(f"/requests/?year={held.activity.edition_id}&q={held.activity.number}")


@signed_in
@require_GET
def export(request: Visit, form: str) -> HttpResponseBase:
    """The list as it stands, as a sheet that can be handed in again."""
    if form not in sheets.FORMS:
        raise Http404
    year = queries.edition(request.GET.get("year"), seen_by=request.actor)
    found = _chosen(request, queries.requests(seen_by=request.actor).live().of_edition(year.pk))
    columns = [*sheet.COLUMNS, "title", "state"]
    rows = ([*sheet.row_of(r), r.activity.title, r.state] for r in found.iterator(chunk_size=2000))
    return sheets.respond(form, f"requests-{year.pk}", columns, rows)


@signed_in
@require_http_methods(["GET", "POST"])
def import_sheet(request: Visit) -> HttpResponse:
    """Hand in a sheet of requests; nothing changes before the difference was seen."""
    year = queries.edition(request.GET.get("year"), seen_by=request.actor)
    request.actor.must(Permission.REQUEST_PLACES)
    form = forms.Sheet(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["sheet"]
        with refused_into(form):
            table = sheets.read(file.read(), file.name, expect=sheet.COLUMNS)
            batch = imports.preview(year, table, at=datetime.now(UTC), by=request.actor)
            return redirect("requests_batch", pk=batch.pk)
    return page(request, "participation/import.html", None, status=422 if form.errors else 200, form=form, year=year)


@signed_in
@require_http_methods(["GET", "POST"])
def batch(request: Visit, pk: int) -> HttpResponse:
    """The difference a sheet makes, to be applied, and to be undone once applied."""
    found = batches.batch(pk, seen_by=request.actor)
    if found.kind != imports.KIND:
        raise NotFound(what="batch")
    if request.method == "POST":
        act = imports.undo if "undo" in request.POST else imports.apply
        act(found, at=datetime.now(UTC), by=request.actor)
        return redirect("requests_batch", pk=pk)
    rows = differences(found)
    shown = Paginator([r for r in rows if r.verdict != "unchanged"], PAGE).get_page(request.GET.get("page"))
    return page(request, "participation/batch.html", "rows", batch=found, counts=counts(rows), shown=shown)


def _common(request: Visit, year: Edition) -> Row:
    """What every page about requests shows around them."""
    now = datetime.now(UTC)
    actor = request.actor
    decided = year.state in ("requests_closed", "running", "closed")
    return {
        "year": year,
        "left": say(time_left(year.requests_close_at, now)) if year.requests_close_at else "",
        "open": year.takes_requests(now),
        "states": REQUEST_STATES,
        "fundings": {funding: _(words) for funding, words in FUNDINGS.items()},
        "outcomes": OUTCOMES,
        "tones": TONES,
        "totals": queries.basket(year, actor.party, seen_by=actor)
        if actor.may(Permission.REQUEST_PLACES) and actor.party
        else None,
        "may_ask": actor.may(Permission.REQUEST_PLACES),
        "published": queries.published(year.pk, seen_by=actor) if decided else None,
    }


def _chosen(request: Visit, found: RequestQuerySet) -> RequestQuerySet:
    """The list as the address bar narrows and sorts it."""
    given = request.GET
    if given.get("q"):
        found = found.filter(Q(activity__number__istartswith=given["q"]) | Q(activity__title__icontains=given["q"]))
    for name in ("party", "state", "funding"):
        if value := given.get(name):
            found = found.filter(**{name: value})
    for name, column in (("priority", "priority"), ("objective", "objective__number")):
        if (value := given.get(name, "")).isdigit():
            found = found.filter(**{column: int(value[-4:])})
    key = given.get("sort", "when")
    order = SORTS.get(key.removeprefix("-"), SORTS["when"])
    return found.order_by(*[f"-{o}" if key.startswith("-") else o for o in order], "pk")


def _rows(request: Visit, year: Edition, shown: list[Request], common: Row, bound: forms.Ask | None = None) -> list[Row]:
    """Requests with their findings and a form while they may be changed; with what they got once places are allotted."""
    may = common["may_ask"] and common["open"]
    party = request.actor.party
    own = objectives(seen_by=request.actor).of_year(year.pk).filter(party=party or "") if may else []
    mine = [(objective.pk, f"{objective.number}. {say(objective.title)}") for objective in own]
    found = dict(queries.weighed(shown, on=datetime.now(UTC).date())) if not common["published"] else {}
    got = queries.answers(shown, seen_by=request.actor) if common["published"] else {}
    return [
        {
            "request": r,
            "findings": found.get(r, []),
            "may": may and r.party_id == party,
            "form": bound,
            "objectives": mine,
            "answer": got.get(r.pk),
            "said": queries.said(told) if r.pk in got and (told := got[r.pk].line) else None,
        }
        for r in shown
    ]


def _form(request: Visit, asked: Request) -> forms.Ask:
    own = objectives(seen_by=request.actor).of_year(asked.activity.edition_id).filter(party=asked.party_id)
    return forms.Ask(request.POST, objectives=own)


def _ask_form(request: Visit, year: Edition, asked: Request | None) -> forms.Ask:
    own = objectives(seen_by=request.actor).of_year(year.pk).filter(party=request.actor.party or "")
    start: Row = {"places": 1, "priority": 2, "funding": "none"}
    if asked:
        start = {
            "places": asked.places,
            "priority": asked.priority,
            "funding": asked.funding,
            "objective": asked.objective_id,
            "note": asked.note,
        }
    return forms.Ask(request.POST or None, objectives=own, initial=start)
