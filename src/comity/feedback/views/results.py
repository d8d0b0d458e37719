"""What was answered, who is asked, and what waits for whom."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.activities.queries import activity
from comity.exchange import papers, sheets
from comity.feedback import queries
from comity.feedback.acts import canvasses, tickets
from comity.feedback.models import Canvass
from comity.feedback.queries import letters
from comity.feedback.queries import results as reads
from comity.feedback.rules import REPORT_STATES, REPORT_TONES
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


@signed_in
@require_GET
def overview(request: Visit) -> HttpResponse:
    """Reports that are due, activities nobody was asked about, answers and reports there are."""
    at = datetime.now(UTC)
    found = reads.overview(seen_by=request.actor, at=at)
    return page(request, "feedback/overview.html", None, found=found, at=at, states=REPORT_STATES, tones=REPORT_TONES)


@signed_in
@require_GET
def results(request: Visit, number: str) -> HttpResponse:
    """One activity: what those who were there say of it, as far as enough of them say something."""
    found = activity(number, seen_by=request.actor)
    canvass = queries.canvasses(seen_by=request.actor).filter(activity=found).first()
    told = reads.results(canvass, seen_by=request.actor) if canvass else None
    report = queries.reports(seen_by=request.actor).filter(activity=found).first()
    more: dict[str, Any] = {"states": REPORT_STATES, "tones": REPORT_TONES, "hands": _hands(request, canvass)}
    theirs = found.is_run_by(request.actor)
    return page(
        request, "feedback/results.html", None, activity=found, canvass=canvass, told=told, report=report, theirs=theirs, **more
    )


@signed_in
@require_POST
def ask(request: Visit, number: str) -> HttpResponse:
    """Ask those who were there, where nobody was asked yet or some were missing."""
    found = activity(number, seen_by=request.actor)
    canvasses.open_canvass(found, by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("Those who were there can answer now: hand out their links."))
    return redirect("feedback_results", number=number)


@signed_in
@require_http_methods(["GET", "POST"])
def links(request: Visit, number: str) -> HttpResponseBase:
    """The links of the own people: on the page, as a sheet, or as letters; showing them is recorded."""
    found, handed, at = queries.canvass(number, seen_by=request.actor), None, datetime.now(UTC)
    if request.method == "POST":
        handed = [
            (ticket.nomination, request.build_absolute_uri(reverse("feedback_answer", args=[token])))
            for ticket, token in tickets.hand_out(found, by=request.actor, at=at)
        ]
        form = request.POST.get("form", "")
        if form in sheets.FORMS:
            rows = [[n.person.number, n.party_id, address] for n, address in handed]
            return sheets.respond(form, f"links {found.activity.number}", [_("Person"), _("Party"), _("Link")], rows)
        if form in papers.FORMS:
            made = letters.letters(found, handed, language=(get_language() or "en")[:2])
            content = papers.as_pdf(made) if form == "pdf" else papers.as_docx(made)
            return papers.attached(content, f"letters-{found.activity.number}", form)
    return page(
        request, "feedback/links.html", None, canvass=found, activity=found.activity, handed=handed, is_open=found.is_open(at)
    )


def _hands(request: Visit, canvass: Canvass | None) -> bool:
    """Whether this reader has links to hand out now."""
    if canvass is None or not canvass.is_open(datetime.now(UTC)):
        return False
    return queries.may_hand_out(canvass, seen_by=request.actor)
