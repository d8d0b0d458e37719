"""Attendance as a workbook: out, and in again with every difference shown before it is applied."""

from datetime import UTC, datetime

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from comity.attendance import forms
from comity.attendance.acts import imports
from comity.attendance.acts.running import must_run
from comity.attendance.queries import imports as workbook
from comity.attendance.queries import sheets as queries
from comity.exchange import batches, sheets
from comity.exchange.batches import counts, differences
from comity.kernel.faces import refused_into
from comity.kernel.refusals import NotFound
from comity.nominations.acts import readings
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

PAGE = 50


@signed_in
@require_GET
def export(request: Visit, number: str, form: str) -> HttpResponseBase:
    """The sheet as it stands, to be handed in again; with names only for a reason, which is written down."""
    if form not in sheets.FORMS:
        raise Http404
    activity = queries.activity(number, seen_by=request.actor)
    told = queries.picture(activity, seen_by=request.actor)
    names, why = {}, request.GET.get("why", "")
    if request.GET.get("names"):
        people = queries.nominees(activity, seen_by=request.actor)
        found = readings.export(people, why=why, by=request.actor, at=datetime.now(UTC))
        names = {nominee.pk: str(name) for nominee, name in found}
    rows = (workbook.row_of(line, names.get(line.nomination.pk, "")) for line in told.lines)
    return sheets.respond(form, f"attendance-{activity.number}", workbook.columns(told), rows)


@signed_in
@require_http_methods(["GET", "POST"])
def import_sheet(request: Visit, number: str) -> HttpResponse:
    """Hand in a workbook; nothing changes before the difference was seen."""
    activity = queries.activity(number, seen_by=request.actor)
    must_run(activity, request.actor)
    form = forms.Sheet(request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["sheet"]
        with refused_into(form):
            table = sheets.read(file.read(), file.name, expect=(workbook.PERSON, "part_1"))
            batch = imports.preview(activity, table, by=request.actor, at=datetime.now(UTC))
            return redirect("attendance_batch", number=activity.number, pk=batch.pk)
    return page(request, "attendance/import.html", None, status=422 if form.errors else 200, form=form, activity=activity)


@signed_in
@require_http_methods(["GET", "POST"])
def batch(request: Visit, number: str, pk: int) -> HttpResponse:
    """The difference a workbook makes, to be applied, and to be undone once applied."""
    activity = queries.activity(number, seen_by=request.actor)
    found = batches.batch(pk, seen_by=request.actor)
    if found.kind != imports.KIND or found.scope != activity.number:
        raise NotFound(what="batch")
    if request.method == "POST":
        act = imports.undo if "undo" in request.POST else imports.apply
        act(found, by=request.actor, at=datetime.now(UTC))
        return redirect("attendance_batch", number=activity.number, pk=pk)
    rows = differences(found)
    shown = Paginator([r for r in rows if r.verdict != "unchanged"], PAGE).get_page(request.GET.get("page"))
    return page(request, "attendance/batch.html", "rows", batch=found, counts=counts(rows), shown=shown, activity=activity)
