"""The page of one line: what it got and why, what would have changed it, and trying that out."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from comity.accounts.rules import Permission
from comity.kernel.faces import refused_into
from comity.participation import queries as participation
from comity.participation.models import Line
from comity.participation.rules import OUTCOMES, TONES
from comity.scenarios import forms, queries
from comity.scenarios.acts import trials
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


@signed_in
@require_GET
def inspect(request: Visit, pk: int, line: int) -> HttpResponse:
    """One line of a round, for those who may see it."""
    return _page(request, _line(request, pk, line), None)


@signed_in
@require_POST
def attempt(request: Visit, pk: int, line: int) -> HttpResponse:
    """Have the line tried out with one term changed."""
    found = _line(request, pk, line)
    form = forms.TryOut(request.POST)
    if form.is_valid():
        with refused_into(form):
            trials.attempt(found, by=request.actor, at=datetime.now(UTC), **form.cleaned_data)
            return redirect("line", pk=pk, line=line)
    return _page(request, found, form)


def _line(request: Visit, pk: int, line: int) -> Line:
    return queries.line(participation.round_of(pk, seen_by=request.actor), line, seen_by=request.actor)


def _page(request: Visit, line: Line, form: forms.TryOut | None) -> HttpResponse:
    """The line with its reasons, what may be changed about it, and what was tried out."""
    offered = queries.offered(line)
    tried = queries.trials(line, seen_by=request.actor)
    heard = line.outcome != "not_eligible"
    verified = next((t for t in tried if offered and (t.trial.lever, t.trial.amount) == (offered.lever, offered.amount)), None)
    may = heard and (request.actor.may(Permission.SEE_ROUNDS) or request.actor.may(Permission.REQUEST_PLACES))
    return page(
        request, "scenarios/line.html", "results", status=422 if form and form.errors else 200, line=line, round=line.round,
        said=participation.said(line), outcomes=OUTCOMES, tones=TONES, offered=offered, verified=verified, tried=tried, form=form,
        levers=queries.levers(line, seen_by=request.actor) if may else [], waits=any(t.is_under_way for t in tried),
        own=line.request.party_id == request.actor.party, sees_all=request.actor.may(Permission.SEE_ROUNDS),
    )  # fmt: skip
