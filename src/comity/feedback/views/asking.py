"""The one page for those without an account: what participants say, by the link they were given."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comity.accounts.acts import tries
from comity.feedback import forms
from comity.feedback.acts import answers
from comity.kernel.faces import refused_into
from comity.ui.pages import page, problem
from comity.ui.visits import Visit


@require_http_methods(["GET", "POST"])
def answer(request: Visit, token: str) -> HttpResponse:
    """Ask, and take the answer; a link that is wrong or too late looks like any page that is not there."""
    at, address = datetime.now(UTC), request.META.get("REMOTE_ADDR", "")
    if tries.is_closed(answers.GUESSES, address, at=at):
        return problem(request, 429, _("Too many tries"), _("Too many links were tried from here. Wait a minute and try again."))
    ticket = answers.open_ticket(token, address=address, at=at)
    form = forms.Answering(request.POST or None, survey=ticket.canvass.survey)
    given = False
    if form.is_valid():
        with refused_into(form):
            answers.give(token, form.cleaned_data, by=request.actor, at=at)
            given = True
    told: dict[str, Any] = {"canvass": ticket.canvass, "form": form, "given": given and not form.errors}
    return page(request, "feedback/answer.html", None, status=422 if form.errors else 200, **told)
