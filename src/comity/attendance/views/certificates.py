"""Pages of certificates: issued in bulk, taken away as papers, revoked; and the page on which a stranger checks a code."""

from datetime import UTC, datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts.acts import tries
from comity.attendance import forms
from comity.attendance.acts import certificates as acts
from comity.attendance.models import Certificate
from comity.attendance.queries import certificates as queries
from comity.attendance.queries.sheets import activity as one_activity
from comity.attendance.queries.sheets import picture
from comity.attendance.rules.codes import grouped
from comity.exchange.papers import as_pdf, attached
from comity.kernel.faces import refused_into
from comity.kernel.refusals import NotFound
from comity.nominations.acts import readings
from comity.ui.pages import page, problem
from comity.ui.visits import Visit, signed_in

GUESSES = "certificate"


@signed_in
@require_http_methods(["GET", "POST"])
def certificates(request: Visit, number: str) -> HttpResponse:
    """The certificates of an activity, and the button that issues those that are due."""
    activity, now = one_activity(number, seen_by=request.actor), datetime.now(UTC)
    form = forms.Reason({"reason": "-"})
    if request.method == "POST":
        with refused_into(form):
            made = acts.issue(activity, by=request.actor, at=now)
            words = ngettext("{n} certificate issued.", "{n} certificates issued.", len(made)).format(n=len(made))
            messages.success(request, words)
            return redirect("certificates", number)
    told = picture(activity, seen_by=request.actor)
    names = readings.names([line.nomination for line in told.lines], by=request.actor, at=now, activity=activity)
    found = queries.certificates(seen_by=request.actor, of=activity)
    due = [line for line in told.lines if line.result == "attended" and line.passed is not False and not line.certificate]
    return page(request, "attendance/certificates.html", None, status=422 if form.errors else 200, activity=activity, form=form,
                told=told, names=names, found=found, due=due, runs=activity.is_run_by(request.actor), grouped=grouped)  # fmt: skip


@signed_in
@require_GET
def paper(request: Visit, number: str, pk: int) -> HttpResponse:
    """One certificate as a paper; the name is opened for it and the opening is written down."""
    certificate = _of(request, number, pk)
    nominee = certificate.nomination
    names = readings.names([nominee], by=request.actor, at=datetime.now(UTC), where="certificate", activity=certificate.activity)
    address = f"{settings.PUBLIC_ADDRESS}{reverse('certificate', args=[grouped(certificate.code)])}"
    made = queries.paper_of(certificate, str(names.get(nominee.person_id, "")), address=address)
    return attached(as_pdf(made), f"certificate-{certificate.number}", "pdf")


@signed_in
@require_POST
def revoke(request: Visit, number: str, pk: int) -> HttpResponse:
    """Take a certificate back, with a reason."""
    form = forms.Reason(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    acts.revoke(_of(request, number, pk), reason=reason, by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("The certificate is revoked; whoever checks it sees that."))
    return redirect("certificates", number)


def _of(request: Visit, number: str, pk: int) -> Certificate:
    """A certificate of an activity."""
    certificate = queries.certificate(pk, seen_by=request.actor)
    if certificate.activity.number != number.upper():
        raise NotFound(what="certificate")
    return certificate


@require_http_methods(["GET", "POST"])
def check(request: Visit, code: str) -> HttpResponse:
    """What a certificate says, for whoever has its code; whether it is in a name that they type. Guesses are counted."""
    now, address = datetime.now(UTC), request.META.get("REMOTE_ADDR", "")
    if tries.is_closed(GUESSES, address, at=now):
        return problem(request, 429, _("Too many tries"), _("Too many codes were tried from here. Wait a minute."))
    try:
        certificate = queries.by_code(code, seen_by=request.actor)
    except NotFound:
        tries.count(GUESSES, address, at=now)
        raise
    form, agrees = forms.Named(request.POST or None), None
    if form.is_bound and form.is_valid():
        with refused_into(form):
            agrees = acts.confirm(certificate, form.cleaned_data["name"], by=request.actor, at=now)
    return page(request, "attendance/check.html", None, status=422 if form.errors else 200, certificate=certificate, form=form,
                agrees=agrees, code=grouped(certificate.code), days_of=queries.days_of)  # fmt: skip
