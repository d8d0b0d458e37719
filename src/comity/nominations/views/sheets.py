"""Pages of sheets and links: candidates from a workbook, and from a ministry that has no account."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.accounts.acts import tries
from comity.accounts.rules import Permission
from comity.activities.queries import activity as one_activity
from comity.exchange import batches, sheets
from comity.exchange.batches import counts, differences
from comity.kernel.faces import refused_into
from comity.kernel.refusals import NotFound
from comity.nominations import forms
from comity.nominations.acts import imports, links
from comity.nominations.models import CollectingLink
from comity.nominations.queries import boards
from comity.nominations.queries.imports import KIND, SEALED, SHEET
from comity.nominations.views.lists import PAGE
from comity.participation import queries as participation
from comity.ui.pages import page, problem
from comity.ui.visits import Visit, signed_in

# Wrong links are counted under this word, as sign-in counts wrong passwords.
GUESSES = "collecting"


@signed_in
@require_http_methods(["GET", "POST"])
def import_sheet(request: Visit) -> HttpResponse:
    """Hand in a sheet of candidates; nothing changes before the difference was seen."""
    year = participation.edition(request.GET.get("year"), seen_by=request.actor)
    request.actor.must(Permission.NOMINATE_PEOPLE)
    form = forms.Sheet(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["sheet"]
        with refused_into(form):
            table = sheets.read(file.read(), _("The sheet"), expect=SHEET)
            batch = imports.preview(year, table, at=datetime.now(UTC), by=request.actor)
            return redirect("nominations_batch", pk=batch.pk)
    waiting = boards.sheets(seen_by=request.actor)[:10]
    context: dict[str, Any] = {"form": form, "year": year, "columns": SHEET, "batches": waiting}
    return page(request, "nominations/import.html", None, status=422 if form.errors else 200, **context)


@signed_in
@require_http_methods(["GET", "POST"])
def batch(request: Visit, pk: int) -> HttpResponse:
    """The difference a sheet makes, to be applied, and to be undone once applied."""
    found = batches.batch(pk, seen_by=request.actor)
    if found.kind != KIND or found.party != request.actor.party:
        raise NotFound(what="batch")
    if request.method == "POST":
        act = imports.undo if "undo" in request.POST else imports.apply
        act(found, at=datetime.now(UTC), by=request.actor)
        return redirect("nominations_batch", pk=pk)
    rows = differences(found)
    shown = Paginator([r for r in rows if r.verdict != "unchanged"], PAGE).get_page(request.GET.get("page"))
    names = imports.names_of(found, by=request.actor)
    return page(
        request, "nominations/batch.html", "rows", batch=found, counts=counts(rows), shown=shown, names=names, sealed=SEALED
    )


@signed_in
@require_http_methods(["GET", "POST"])
def overview(request: Visit) -> HttpResponse:
    """The links of the delegation; a new one shows its address once."""
    request.actor.must(Permission.NOMINATE_PEOPLE)
    form = forms.Link(request.POST or None, initial={"activity": request.GET.get("activity", "")})
    address = ""
    if form.is_bound and form.is_valid():
        told = dict(form.cleaned_data)
        with refused_into(form):
            activity = one_activity(told.pop("activity"), seen_by=request.actor)
            _made, token = links.make(activity, by=request.actor, at=datetime.now(UTC), **told)
            address = settings.PUBLIC_ADDRESS.rstrip("/") + reverse("nominations_link", args=[token])
    shown = Paginator(boards.links(seen_by=request.actor), PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"form": form, "address": address, "shown": shown, "now": datetime.now(UTC)}
    return page(request, "nominations/links.html", None, status=422 if form.errors else 200, **context)


@signed_in
@require_POST
def revoke(request: Visit, pk: int) -> HttpResponse:
    """Revoke a link at once."""
    found = boards.links(seen_by=request.actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(what="link")
    links.revoke(found, by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("Revoked. What it brought stays."))
    return redirect("nominations_links")


@require_http_methods(["GET", "POST"])
def through(request: Visit, token: str) -> HttpResponse:
    """The form behind a link, for whoever has it; any other token is a page that does not exist."""
    now, address = datetime.now(UTC), request.META.get("REMOTE_ADDR", "")
    if tries.is_closed(GUESSES, address, at=now):
        return problem(request, 429, _("Too many tries"), _("Too many links were tried from here. Wait a minute and try again."))
    link = _behind(token, address, now)
    form, taken = forms.Somebody(request.POST or None), False
    if form.is_bound and form.is_valid():
        with refused_into(form):
            links.collect(token, form.names, at=now, by=request.actor, **form.told)
            form, taken = forms.Somebody(), True
    context: dict[str, Any] = {"link": link, "form": form, "taken": taken}
    return page(request, "nominations/link.html", None, status=422 if form.errors else 200, **context)


def _behind(token: str, address: str, at: datetime) -> CollectingLink:
    """The link behind a token; a wrong, ended or revoked one is like no page at all, and counted.

    Raises:
        Http404: there is none.
    """
    try:
        return links.behind(token, at=at)
    except NotFound:
        tries.count(GUESSES, address, at=at)
        raise Http404 from None
