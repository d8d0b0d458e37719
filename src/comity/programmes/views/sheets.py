"""Goals as sheets: taken away, handed in, compared, applied and undone."""

from datetime import UTC, datetime

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from comity.exchange import batches, sheets
from comity.exchange.batches import counts, differences
from comity.kernel.faces import refused_into
from comity.kernel.refusals import NotFound
from comity.programmes import forms, queries
from comity.programmes.acts import imports
from comity.programmes.acts.objectives import must_speak_for
from comity.programmes.queries import imports as sheet
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


@signed_in
@require_GET
def export(request: Visit, form: str) -> HttpResponseBase:
    """The goals that hold, of one party or of all that are seen, as a sheet that can be handed in again."""
    if form not in sheets.FORMS:
        raise Http404
    found = queries.goals(seen_by=request.actor).live().order_by("party", "number")
    if party := request.GET.get("party"):
        found = found.filter(party=party.upper())
    rows = ([g.party_id, *sheet.cells_of(g).values()] for g in found.iterator(chunk_size=2000))
    return sheets.respond(form, "goals", ["party", *sheet.COLUMNS], rows)


@signed_in
@require_http_methods(["GET", "POST"])
def hand_in(request: Visit, party: str) -> HttpResponse:
    """Hand in a sheet of goals; nothing changes before the difference was seen."""
    whose = queries.party_planning(party, seen_by=request.actor)
    must_speak_for(whose.code, request.actor)
    form = forms.Sheet(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["sheet"]
        with refused_into(form):
            table = sheets.read(file.read(), file.name, expect=sheet.COLUMNS)
            batch = imports.preview(whose, table, at=datetime.now(UTC), by=request.actor)
            return redirect("goals_batch", pk=batch.pk)
    return page(request, "programmes/import.html", None, status=422 if form.errors else 200, form=form, whose=whose)


@signed_in
@require_http_methods(["GET", "POST"])
def batch(request: Visit, pk: int) -> HttpResponse:
    """The difference a sheet makes, to be applied, and to be undone once applied."""
    found = batches.batch(pk, seen_by=request.actor)
    if found.kind != imports.KIND:
        raise NotFound(what="batch")
    if request.method == "POST":
        act = imports.undo if "undo" in request.POST else imports.apply
        act(found, at=datetime.now(UTC), by=request.actor)
        return redirect("goals_batch", pk=pk)
    rows = differences(found)
    shown = Paginator([r for r in rows if r.verdict != "unchanged"], 50).get_page(request.GET.get("page"))
    return page(request, "programmes/batch.html", "rows", batch=found, counts=counts(rows), shown=shown)
