"""Pages of the menu manager: where the edition stands on its line, which acts are possible now, what awaits a decision."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from comity.accounts.rules import Permission
from comity.activities import forms, queries
from comity.activities.acts import activities, editions
from comity.activities.models import LINE, Edition
from comity.activities.models.editions import STEPS
from comity.activities.views.browsing import frame
from comity.kernel.faces import refused_into
from comity.kernel.words import _ as mark
from comity.trail import queries as trail
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

NEXT = {
    "planned": ("open-contributions", mark("Open for contributions")),
    "open_for_contributions": ("publish", mark("Publish")),
    "published": ("open-requests", mark("Open requests")),
    "requests_open": ("close-requests", mark("Close requests")),
    "requests_closed": ("start", mark("Start the year")),
    "running": ("close", mark("Close the year")),
}


@signed_in
@require_GET
def manage(request: Visit, year: int) -> HttpResponse:
    """The desk of the menu manager."""
    request.actor.must(Permission.MANAGE_MENU)
    edition = queries.edition(year, seen_by=request.actor)
    return _desk(request, edition, forms.Deadline(edition=edition), 200)


@signed_in
@require_POST
def step(request: Visit, year: int, step: str) -> HttpResponse:
    """One act on the edition; a refusal comes back beside the form."""
    edition = queries.edition(year, seen_by=request.actor)
    form = (
        forms.Deadline(request.POST, edition=edition) if step in ("open-requests", "move-deadline") else forms.Reason(request.POST)
    )
    if form.is_valid():
        with refused_into(form):
            _take(edition, step, form, request)
            messages.success(request, _("Done."))
            return redirect("menu_manage", year)
    return _desk(request, queries.edition(year, seen_by=request.actor), form, 422)


@signed_in
@require_POST
def plan(request: Visit) -> HttpResponse:
    """Plan a further edition."""
    form = forms.Plan(request.POST)
    if form.is_valid():
        with refused_into(form):
            year, zone = form.cleaned_data["year"], form.cleaned_data["zone"]
            editions.plan(year, zone=zone, at=datetime.now(UTC), by=request.actor)
            return redirect("menu_manage", year)
    return page(request, "activities/none.html", status=422, may_plan=True, form=form)


def _take(edition: Edition, step: str, form: forms.Deadline | forms.Reason, request: Visit) -> None:
    """The act of a step."""
    at, by = datetime.now(UTC), request.actor
    given = form.cleaned_data
    if step == "open-requests":
        editions.open_requests(edition, closing_at=given["moment"], at=at, by=by)
    elif step == "move-deadline":
        editions.move_deadline(edition, to=given["moment"], reason=given["reason"], at=at, by=by)
    elif step == "close-requests-now":
        editions.close_requests_now(edition, reason=given["reason"], at=at, by=by)
    elif step == "approve-all":
        shown = request.POST.get("shown", "")
        activities.approve_all(edition, shown=int(shown) if shown.isdecimal() else 0, at=at, by=by)
    else:
        acts = {"open-contributions": editions.open_contributions, "publish": editions.publish, "start": editions.start,
                "close-requests": editions.close_requests, "close": editions.close}  # fmt: skip
        if step not in acts:
            raise Http404
        acts[step](edition, at=at, by=by)


def _desk(request: Visit, edition: Edition, form: forms.Deadline | forms.Reason, status: int) -> HttpResponse:
    """The page itself, with what was refused."""
    waiting = queries.activities(seen_by=request.actor, of=edition).filter(state__in=["draft", "offered", "returned"])
    entries = list(waiting.defer("aim", "description").order_by("number")[:2000])
    following = NEXT.get(edition.state)
    context = frame(request, edition) | {
        "line": [(_(editions.STATE_WORDS[s]), getattr(edition, f"{STEPS.get(s, 'planned')}_at")) for s in LINE],
        "place": LINE.index(edition.state),
        "taking": edition.takes_requests(datetime.now(UTC)),
        "next": (following[0], _(following[1])) if following else None,
        "waiting": {state: [a for a in entries if a.state == state] for state in ("offered", "draft", "returned")},
        "form": form,
        "deadline": form if isinstance(form, forms.Deadline) else forms.Deadline(edition=edition),
        "history": list(trail.of(edition, seen_by=request.actor)[:20]),
        "plan": forms.Plan(initial={"year": edition.year + 1}),
    }
    return page(request, "activities/manage.html", status=status, **context)
