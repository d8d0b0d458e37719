"""Pages of handovers: those there are and who is left without anybody, a new one, and the receipt of one."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts.rules import ROLE_LABELS, Permission
from comity.agreements.models import SigningKey
from comity.exchange import papers
from comity.handovers import queries, rules
from comity.handovers.acts import handovers
from comity.handovers.forms import Handing
from comity.handovers.models import Handover
from comity.handovers.queries import receipts
from comity.kernel.faces import refused_into
from comity.parties import queries as parties
from comity.parties.models import Mandate
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

MOST = 100


@require_GET
@signed_in
def overview(request: Visit) -> HttpResponse:
    """The handovers there are, and the parties that have nobody or will soon have nobody."""
    by, now = request.actor, datetime.now(UTC)
    on = now.astimezone(by.timezone).date()
    soon = parties.handovers(parties.people(seen_by=by, at=now), on=on) if by.may(Permission.MANAGE_ACCOUNTS) else []
    return page(
        request,
        "handovers/handovers.html",
        handovers=queries.handovers(seen_by=by)[:MOST],
        orphans=queries.orphans(seen_by=by, at=now),
        soon=soon,
        may_plan=queries.that_may_leave(seen_by=by, on=on).exists(),
        states=receipts.STATES,
        roles=ROLE_LABELS,
        now=now,
    )


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: Visit) -> HttpResponse:
    """Plan a handover: look at what passes first, then sign it."""
    by, now = request.actor, datetime.now(UTC)
    form = _form(request, now)
    passing, mandate = None, None
    if form.is_valid():
        mandate = form.cleaned_data["mandate"]
        if "sign" in request.POST:
            with refused_into(form):
                return _signed(request, form, mandate, now)
        leaver = parties.actor_of(mandate.user, at=now)
        passing = queries.passing(mandate.user, party=mandate.delegation_id, seen_by=leaver, at=now)
    form.fields["secret"].required = passing is not None
    key = passing is not None and SigningKey.objects.seen_by(by).alive().filter(party=by.party, holder=by.login).exists()
    context: dict[str, Any] = {"form": form, "passing": passing, "mandate": mandate, "kinds": rules.KINDS, "has_key": key}
    return page(request, "handovers/new.html", None, status=422 if form.errors else 200, **context)


@require_GET
@signed_in
def one(request: Visit, pk: int) -> HttpResponse:
    """The receipt of a handover."""
    return _shown(request, queries.handover(pk, seen_by=request.actor))


@require_GET
@signed_in
def receipt(request: Visit, pk: int, form: str) -> HttpResponse:
    """The receipt of a handover as a paper to take away."""
    if form not in papers.FORMS:
        raise Http404
    found = queries.handover(pk, seen_by=request.actor)
    made = receipts.paper(found, language=(get_language() or "en")[:2], seen_by=request.actor)
    content = papers.as_pdf(made) if form == "pdf" else papers.as_docx(made)
    return papers.attached(content, f"handover-{found.party_id}-{found.on}", form)


@require_POST
@signed_in
def take_back(request: Visit, pk: int) -> HttpResponse:
    """Take a handover back before its day."""
    handovers.take_back(queries.handover(pk, seen_by=request.actor), by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("The handover is taken back; everything stands as before."))
    return redirect("handover", pk)


def _form(request: Visit, now: datetime) -> Handing:
    """The form with those who may leave and those who may succeed, as this reader knows them."""
    by = request.actor
    on = now.astimezone(by.timezone).date()
    rows = queries.that_may_leave(seen_by=by, on=on).order_by("delegation", "user__name")
    mandates = {str(mandate.pk): mandate for mandate in rows}
    leaver = request.GET.get("leaver", by.login)
    asked = next((key for key, mandate in mandates.items() if mandate.user.login == leaver), None)
    chosen = mandates.get(request.POST.get("mandate", ""))
    candidates = queries.candidates(chosen.delegation_id if chosen else by.party or "", seen_by=by)
    initial = {"mandate": asked, "language": by.language, "zone": by.zone}
    return Handing(request.POST or None, mandates=mandates, candidates=candidates, on=on, initial=initial)


def _signed(request: Visit, form: Handing, mandate: Mandate, now: datetime) -> HttpResponse:
    """Sign, and show the receipt; the first password of somebody new is told on it once."""
    told = form.cleaned_data
    is_own = mandate.user.login == request.actor.login
    found = handovers.plan(
        mandate,
        to=form.successor(),
        on=told["on"],
        drafts_pass=told["drafts_pass"] and is_own,
        shown=told["shown"],
        secret=told["secret"],
        by=request.actor,
        at=now,
    )
    return _shown(request, found, password=form.first_password)


def _shown(request: Visit, found: Handover, password: str = "") -> HttpResponse:
    now = datetime.now(UTC)
    on = now.astimezone(request.actor.timezone).date()
    before = found.state == "planned" and now < rules.begins(found.on, found.leaver.zone)
    return page(
        request,
        "handovers/handover.html",
        handover=found,
        password=password,
        kinds=rules.KINDS,
        roles=ROLE_LABELS,
        states=receipts.STATES,
        brought=receipts.brought(found, (get_language() or "en")[:2]),
        fits=queries.signature_fits(found),
        may_take_back=before and queries.may_hand_over(found, by=request.actor, on=on),
    )
