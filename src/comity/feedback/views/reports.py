"""The report of an activity: written, handed in, decided, read, taken away, followed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from django import forms as base
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.activities.models import Activity
from comity.activities.queries import activity
from comity.exchange import papers
from comity.feedback import forms, queries
from comity.feedback.acts import reports as acts
from comity.feedback.models import ActivityReport
from comity.feedback.queries import figures, iterations
from comity.feedback.queries.papers import paper as paper_of
from comity.feedback.rules import FUNDINGS, GENDERS, RANKS, REPORT_STATES, REPORT_TONES
from comity.kernel.faces import refused_into
from comity.kernel.refusals import NotFound
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

SAID = {
    "submit": gettext_noop("The report is handed in, with the figures of this moment."),
    "approve": gettext_noop("The report is approved and goes to the delegations that were there."),
    "return": gettext_noop("The report is returned to its provider."),
    "follow": gettext_noop("The page of the next iteration says what was changed."),
}


@signed_in
@require_http_methods(["GET", "POST"])
def report(request: Visit, number: str) -> HttpResponse:
    """The report of one activity; its provider writes it here, and keeps it however little there is yet."""
    found = activity(number, seen_by=request.actor)
    kept = queries.reports(seen_by=request.actor).filter(activity=found).first()
    if kept is None and not found.is_run_by(request.actor):
        raise NotFound(what="report")
    form = forms.Reporting(request.POST or None, initial=_start(kept))
    if form.is_valid():
        texts = {name: form.cleaned_data[name] for name in acts.TEXTS}
        with refused_into(form):
            acts.save(found, texts, version=form.cleaned_data["version"], by=request.actor, at=datetime.now(UTC))
            messages.success(request, _("Kept. Nobody else reads it before you hand it in."))
            return redirect("activity_report", number=number)
    return _shown(request, found, form)


@signed_in
@require_POST
def act(request: Visit, number: str, verb: str) -> HttpResponse:
    """Hand a report in, decide on it, or say what was changed since."""
    found = queries.report(number, seen_by=request.actor)
    form = _forms(request, found, request.POST).get(verb)
    if form is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, " ".join(str(fault) for faults in form.errors.values() for fault in faults))
        return redirect("activity_report", number=number)
    _doing(verb)(found, by=request.actor, at=datetime.now(UTC), **form.cleaned_data)
    messages.success(request, _(SAID[verb]))
    return redirect("activity_report", number=number)


@signed_in
@require_GET
def paper(request: Visit, number: str, form: str) -> HttpResponse:
    """The report on paper, with the figures this reader may see."""
    if form not in papers.FORMS:
        raise Http404
    found = queries.report(number, seen_by=request.actor)
    made = paper_of(found, language=(get_language() or "en")[:2], seen_by=request.actor)
    content = papers.as_pdf(made) if form == "pdf" else papers.as_docx(made)
    return papers.attached(content, f"report-{found.activity.number}", form)


def _doing(verb: str) -> Callable[..., object]:
    doings: dict[str, Callable[..., object]] = {"submit": acts.submit, "approve": acts.approve, "return": acts.give_back}
    return doings.get(verb, acts.follow)


def _forms(request: Visit, found: ActivityReport, given: Any) -> dict[str, base.Form]:
    later = iterations.later(found.activity, seen_by=request.actor)
    return {
        "submit": forms.Submitting(given),
        "approve": base.Form(given),
        "return": forms.Returning(given),
        "follow": forms.Following(given, later=later),
    }


def _start(kept: ActivityReport | None) -> dict[str, Any]:
    return {name: getattr(kept, name) for name in ("version", *acts.TEXTS)} if kept else {"version": 0}


def _shown(request: Visit, found: Activity, form: forms.Reporting) -> HttpResponse:
    """The page; after a clash the own text stays in the form, the newer one stands beside it, and sending again counts."""
    kept = queries.reports(seen_by=request.actor).filter(activity=found).first()
    newer = kept if form.errors and kept and form.data.get("version") != str(kept.version) else None
    if newer:
        given = cast(QueryDict, form.data).copy()
        given["version"] = str(newer.version)
        form.data = given
    told: dict[str, Any] = {
        "activity": found,
        "report": kept,
        "form": form,
        "newer": newer,
        "theirs": found.is_run_by(request.actor),
        "acts": _forms(request, kept, None) if kept else {},
        "figures": figures.figures(kept, seen_by=request.actor) if kept and kept.figures else None,
        "words_": {"gender": GENDERS, "funding": FUNDINGS, "rank": RANKS},
    }
    errors = 422 if form.errors else 200
    return page(request, "feedback/report.html", None, status=errors, states=REPORT_STATES, tones=REPORT_TONES, **told)
