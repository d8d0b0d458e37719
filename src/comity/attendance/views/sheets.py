"""Pages of sheets: what a provider runs, and one sheet, marked with one tap a person."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from comity.accounts.rules import Permission
from comity.activities.models import Activity
from comity.attendance import forms
from comity.attendance.acts import presences, sheets
from comity.attendance.queries import instructions
from comity.attendance.queries import sheets as queries
from comity.attendance.rules.settling import KINDS, MARK_TONES, MARKS, RESULT_TONES, RESULTS, RULES
from comity.attendance.rules.timing import due_on
from comity.kernel.faces import refused_into
from comity.nominations.acts import readings
from comity.ui.pages import page, wants_fragment
from comity.ui.visits import Visit, signed_in

PAGE = 50
WORDS: dict[str, Any] = {
    "marks": MARKS, "mark_tones": MARK_TONES, "results": RESULTS, "result_tones": RESULT_TONES, "rules": RULES, "kinds": KINDS,
}  # fmt: skip


@signed_in
@require_GET
def overview(request: Visit) -> HttpResponse:
    """The activities one runs or sends people to, by where they stand: running, to close, to certify, to come, done."""
    on = datetime.now(UTC).date()
    keys = queries.by_stage(queries.staged(on=on, seen_by=request.actor))
    first = next((stage for stage in queries.STAGES if keys[stage]), "running")
    stage = given if (given := request.GET.get("stage", "")) in queries.STAGES else first
    shown = Paginator(keys[stage], PAGE).get_page(request.GET.get("page"))
    rows = queries.listed(list(shown), on=on, seen_by=request.actor) if keys[stage] else []
    counts = {stage: len(some) for stage, some in keys.items()}
    runs = request.actor.may(Permission.RUN_ACTIVITIES)
    return page(request, "attendance/overview.html", "list", stage=stage, counts=counts, shown=shown, rows=rows, runs=runs,
                due_on=due_on, party=request.actor.party)  # fmt: skip


@signed_in
@require_GET
def sheet(request: Visit, number: str) -> HttpResponse:
    """One sheet: every person the reader may know of, with a tap for each mark where it may be marked."""
    return _sheet(request, number)


def _sheet(request: Visit, number: str, *, status: int = 200, refusal: forms.Reason | forms.Marking | None = None) -> HttpResponse:
    activity = queries.activity(number, seen_by=request.actor)
    now = datetime.now(UTC)
    told = queries.picture(activity, seen_by=request.actor)
    people = [line.nomination for line in told.lines]
    names = readings.names(people, by=request.actor, at=now, activity=activity)
    sent = instructions.sent(activity, seen_by=request.actor)
    begun = {part.place for part in told.parts if part.has_begun(now)}
    return page(request, "attendance/sheet.html", None, status=status, told=told, activity=activity, names=names, sent=sent,
                runs=activity.is_run_by(request.actor), begun=begun, refusal=refusal, due_on=due_on(activity.first_day),
                today_=now.date(), **WORDS)  # fmt: skip


@signed_in
@require_POST
def mark(request: Visit, number: str) -> HttpResponse:
    """One tap: one person in one part, saved at once."""
    activity, form = queries.activity(number, seen_by=request.actor), forms.Marking(request.POST)
    if form.is_valid():
        with refused_into(form):
            tap = {name: form.cleaned_data[name] for name in ("nomination", "part", "to", "version")}
            kept = presences.mark(activity, **tap, by=request.actor, at=datetime.now(UTC))
            return _marked(request, activity, queries.line_of(kept, queries.parts_of(activity)), form)
    if not wants_fragment(request):
        return _sheet(request, number, status=422, refusal=form)
    told = queries.picture(activity, seen_by=request.actor, only=form.cleaned_data.get("nomination", 0))
    return _marked(request, activity, told.lines[0] if told.lines else None, form)


def _marked(request: Visit, activity: Activity, line: queries.Line | None, form: forms.Marking) -> HttpResponse:
    """The cell that was tapped, as it stands now; the sheet to whoever has no scripts."""
    if not wants_fragment(request):
        return redirect(_address(activity.number) + f"#p{form.cleaned_data['nomination']}")
    cells = [cell for cell in line.cells if cell.part.place == form.cleaned_data.get("part")] if line else []
    shown = page(request, "attendance/cell.html", "cell", status=422 if form.errors else 200, activity=activity, line=line,
                 cell=cells[0] if cells else None, form=form, **WORDS)  # fmt: skip
    shown["HX-Trigger"] = "sheet-marked"
    return shown


@signed_in
@require_POST
def mark_others(request: Visit, number: str) -> HttpResponse:
    """Everybody who is not marked in a part is present."""
    activity = queries.activity(number, seen_by=request.actor)
    part = int(given) if (given := request.POST.get("part", "")).isdigit() and len(given) < 4 else 1
    some = presences.mark_others_present(activity, part=part, by=request.actor, at=datetime.now(UTC))
    messages.success(request, ngettext("{n} person marked present.", "{n} people marked present.", some).format(n=some))
    return redirect("attendance_sheet", number)


@signed_in
@require_POST
def grade(request: Visit, number: str) -> HttpResponse:
    """Whether somebody passed."""
    activity, form = queries.activity(number, seen_by=request.actor), forms.Grading(request.POST)
    if form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("nomination", "passed")}
        presences.grade(activity, **told, by=request.actor, at=datetime.now(UTC))
    return redirect(_address(number) + f"#p{form.cleaned_data.get('nomination', '')}")


@signed_in
@require_POST
def choose_rule(request: Visit, number: str) -> HttpResponse:
    """What counts for whether somebody attended."""
    activity = queries.activity(number, seen_by=request.actor)
    sheets.choose_rule(activity, request.POST.get("rule", ""), by=request.actor, at=datetime.now(UTC))
    return redirect("attendance_sheet", number)


@signed_in
@require_POST
def close(request: Visit, number: str) -> HttpResponse:
    """Settle everybody."""
    form = forms.Reason({"reason": "-"})
    with refused_into(form):
        sheets.close(queries.activity(number, seen_by=request.actor), by=request.actor, at=datetime.now(UTC))
        messages.success(request, _("The sheet is closed: everybody is settled."))
    return _sheet(request, number, status=422, refusal=form) if form.errors else redirect("attendance_sheet", number)


@signed_in
@require_POST
def reopen(request: Visit, number: str) -> HttpResponse:
    """Take marks again."""
    form, activity = forms.Reason(request.POST), queries.activity(number, seen_by=request.actor)
    if form.is_valid():
        with refused_into(form):
            sheets.reopen(activity, reason=form.cleaned_data["reason"], by=request.actor, at=datetime.now(UTC))
            messages.success(request, _("The sheet is open again."))
            return redirect("attendance_sheet", number)
    return _sheet(request, number, status=422, refusal=form)


def _address(number: str) -> str:
    return reverse("attendance_sheet", args=[number])
