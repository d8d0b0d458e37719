"""Pages of rounds: ordering, watching, inspecting, publishing; and the limits they work under."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts.rules import Permission
from comity.exchange import sheets
from comity.kernel.faces import refused_into, say
from comity.participation import forms, queries
from comity.participation.acts import limits, rounds
from comity.participation.models import LineQuerySet, Round
from comity.participation.queries.turnouts import recent
from comity.participation.rules import OUTCOMES, ROUND_STATES, STAGES, TONES, nearness
from comity.parties.queries import party
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

PAGE = 50
Row = dict[str, Any]


@signed_in
@require_http_methods(["GET", "POST"])
def overview(request: Visit) -> HttpResponse:
    """The rounds a reader may see; whoever manages them orders one here."""
    year = queries.edition(request.GET.get("year"), seen_by=request.actor)
    manages = request.actor.may(Permission.MANAGE_ROUNDS)
    now = datetime.now(UTC)
    form = forms.Order(request.POST or None, initial={"simulation": year.takes_requests(now)}) if manages else None
    if form is not None and form.is_bound and form.is_valid():
        with refused_into(form):
            made = rounds.order(year, by=request.actor, at=datetime.now(UTC), **form.cleaned_data)
            return redirect("round", pk=made.pk)
    found = queries.rounds(seen_by=request.actor).defer("fairness", "cancelled")
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    known = queries.rules(seen_by=request.actor)
    status = 422 if form is not None and form.errors else 200
    return page(request, "participation/rounds.html", "list", status=status, year=year, shown=shown, rules=known, form=form,
                manages=manages, states=ROUND_STATES, now=now)  # fmt: skip


@signed_in
@require_GET
def inspect(request: Visit, pk: int) -> HttpResponse:
    """One round: how it stands, how it came out, and every line the reader may see, with its reason."""
    drawn = queries.round_of(pk, seen_by=request.actor)
    sees_all = request.actor.may(Permission.SEE_ROUNDS)
    found = _chosen(request, queries.lines(drawn, seen_by=request.actor))
    shown = Paginator(found, PAGE).get_page(request.GET.get("page")) if drawn.is_drawn_up else None
    others = queries.rounds(seen_by=request.actor).filter(edition=drawn.edition_id, drawn_up_at__isnull=False).exclude(pk=pk)
    return page(
        request, "participation/round.html", "lines", round=drawn, shown=shown, sees_all=sees_all,
        rows=[(line, queries.said(line)) for line in shown or []], states=ROUND_STATES, stages=STAGES,
        outcomes=OUTCOMES, tones=TONES,
        near=say(nearness(drawn.gap_percent)) if drawn.gap_percent is not None else "",
        fair=_fairness(drawn) if sees_all else [],
        before=recent(before=drawn.edition_id, seen_by=request.actor) if sees_all else {},
        others=list(others.defer("fairness", "counts", "cancelled")[:20]) if sees_all else [],
        manages=request.actor.may(Permission.MANAGE_ROUNDS),
        own=(drawn.counts or {}).get("parties", {}).get(request.actor.party or ""),
        own_share=(drawn.fairness or {}).get("per_party", {}).get(request.actor.party or ""),
    )  # fmt: skip


@signed_in
@require_GET
def progress(request: Visit, pk: int) -> HttpResponse:
    """How far a round is; once it stands, the whole page is asked for again."""
    drawn = queries.round_of(pk, seen_by=request.actor)
    if drawn.awaits_result and drawn.state != "failed":
        return page(request, "participation/progress.html", "progress", round=drawn, stages=STAGES)
    answer = HttpResponse(status=200)
    answer["HX-Redirect"] = f"/rounds/{pk}/"
    return answer if getattr(request, "htmx", False) else redirect("round", pk=pk)


@signed_in
@require_POST
def publish(request: Visit, pk: int) -> HttpResponse:
    """Publish a round."""
    rounds.publish(queries.round_of(pk, seen_by=request.actor), by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("Published: every party now sees its own lines."))
    return redirect("round", pk=pk)


@signed_in
@require_POST
def set_aside(request: Visit, pk: int) -> HttpResponse:
    """Set a round aside."""
    rounds.set_aside(queries.round_of(pk, seen_by=request.actor), by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("Set aside."))
    return redirect("round", pk=pk)


@signed_in
@require_GET
def export(request: Visit, pk: int, form: str) -> HttpResponseBase:
    """The lines as they stand, with their reasons in the reader's language."""
    if form not in sheets.FORMS:
        raise Http404
    drawn = queries.round_of(pk, seen_by=request.actor)
    found = _chosen(request, queries.lines(drawn, seen_by=request.actor))
    columns = ("party", "activity", "title", "asked", "priority", "funded", "self_paid", "outcome", "why", "would_change")
    return sheets.respond(form, f"round-{drawn.edition_id}-{drawn.number}", columns, map(_told, found.iterator(chunk_size=2000)))


@signed_in
@require_http_methods(["GET", "POST"])
def limits_page(request: Visit) -> HttpResponse:
    """Pools and caps of an edition."""
    request.actor.must(Permission.MANAGE_MENU)
    year = queries.edition(request.GET.get("year"), seen_by=request.actor)
    pool = forms.PoolTerms(request.POST if "budget" in request.POST else None)
    cap = forms.CapTerms(request.POST if "party" in request.POST else None)
    at, by = datetime.now(UTC), request.actor
    if pool.is_bound and pool.is_valid():
        with refused_into(pool):
            limits.set_pool(year, by=by, at=at, **pool.cleaned_data)
            return redirect(request.get_full_path())
    if cap.is_bound and cap.is_valid():
        with refused_into(cap):
            values = {**cap.cleaned_data, "party": party(cap.cleaned_data["party"], seen_by=by)}
            limits.set_cap(year, by=by, at=at, **values)
            return redirect(request.get_full_path())
    status = 422 if pool.errors or cap.errors else 200
    return page(request, "participation/limits.html", None, status=status, year=year, pool_form=pool, cap_form=cap,
                pools=queries.pools(year, seen_by=by), caps=queries.caps(year, seen_by=by))  # fmt: skip


def _chosen(request: Visit, found: LineQuerySet) -> LineQuerySet:
    """The lines as the address bar narrows them."""
    given = request.GET
    if given.get("party"):
        found = found.filter(request__party=given["party"].upper())
    if given.get("outcome"):
        found = found.filter(outcome=given["outcome"])
    if given.get("q"):
        found = found.filter(request__activity__number__istartswith=given["q"])
    return found.order_by("pk")


def _told(line: Any) -> list[object]:
    """A line as a row of a sheet."""
    said, asked = queries.said(line), line.request
    why, change = (" ".join(say(s) for s in part) for part in (said.reasons, said.would_change))
    places = (asked.places, asked.priority, line.funded, line.self_paid)
    return [asked.party_id, asked.activity.number, asked.activity.title, *places, _(OUTCOMES[line.outcome]), why, change]


def _fairness(drawn: Round) -> list[Row]:
    """What each party got: share of the best it could have, and places."""
    shares = drawn.fairness.get("per_party", {})
    parties = drawn.counts.get("parties", {})
    return sorted(
        ({"party": code, "share": shares.get(code), **told} for code, told in parties.items()),
        key=lambda r: (r["share"] or 0, r["party"]),
    )
