"""The small forms of those who keep the register: admit, suspend, lift, accede with what it would change."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comity.accounts.rules import Permission
from comity.frameworks.acts import accessions, memberships
from comity.frameworks.forms import Accession, Admission, Hold, Lifting
from comity.frameworks.queries import accessions as previews
from comity.frameworks.queries import registers
from comity.frameworks.views import asking
from comity.kernel.faces import refused_into
from comity.parties import queries
from comity.parties.models import Party
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


@signed_in
@require_POST
def admit(request: Visit, code: str) -> HttpResponse:
    """Put a party on a roll."""
    party = queries.party(code, seen_by=request.actor)
    form = Admission(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        to, source = given["framework"], given["source"]
        with refused_into(form):
            memberships.admit(
                party,
                to=to,
                standing=given["standing"],
                since=given["since"].text,
                sources=source,
                by=request.actor,
                at=datetime.now(UTC),
            )
            return _done(request, party, _("The register holds the new row."))
    return _again(request, party, form, _("Put on a roll"))


@signed_in
@require_POST
def suspend(request: Visit, code: str) -> HttpResponse:
    """Put a membership on hold, in scope."""
    party = queries.party(code, seen_by=request.actor)
    form = Hold(request.POST, memberships=registers.counted(party, seen_by=request.actor))
    if form.is_valid():
        given = form.cleaned_data
        row, sources, review = given.pop("membership"), given.pop("source"), given.pop("review_on").text
        with refused_into(form):
            memberships.suspend(row, sources=sources, review_on=review, by=request.actor, at=datetime.now(UTC), **given)
            return _done(request, party, _("The membership is suspended; the party stays on the roll."))
    return _again(request, party, form, _("Suspend"))


@signed_in
@require_POST
def lift(request: Visit, code: str, pk: int) -> HttpResponse:
    """Lift a suspension."""
    party = queries.party(code, seen_by=request.actor)
    suspension = registers.suspension(pk, party=party, seen_by=request.actor)
    form = Lifting(request.POST)
    if form.is_valid():
        with refused_into(form):
            memberships.resume(suspension, by=request.actor, at=datetime.now(UTC), **form.cleaned_data)
            return _done(request, party, _("The suspension is lifted."))
    return _again(request, party, form, _("Lift the suspension"))


@signed_in
@require_POST
def accede(request: Visit, code: str) -> HttpResponse:
    """Show what an accession would change; make it once that has been seen."""
    request.actor.must(Permission.KEEP_REGISTER)
    party = queries.party(code, seen_by=request.actor)
    form = Accession(request.POST)
    if not form.is_valid():
        return _again(request, party, form, _("Accession"))
    given = form.cleaned_data
    if "confirmed" not in request.POST:
        planned = previews.preview(party, to=given["to"], on=given["on"], seen_by=request.actor)
        return _again(request, party, form, _("Accession"), planned=planned)
    with refused_into(form):
        accessions.accede(party, to=given["to"], on=given["on"], sources=given["source"], by=request.actor, at=datetime.now(UTC))
    if form.errors:
        return _again(request, party, form, _("Accession"))
    return _done(request, party, _("The party is an Ally; its partner rows have ended."))


def _done(request: Visit, party: Party, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("party", code=party.code)


def _again(request: Visit, party: Party, form: object, heading: str, planned: object = None) -> HttpResponse:
    """The form by itself, with what is wrong with it or with what it would change."""
    code = 200 if planned else 422
    around = asking.context(request, asking.ask(request))
    return page(
        request, "frameworks/keeping.html", "form", status=code, **around, party=party, form=form, heading=heading, planned=planned
    )
