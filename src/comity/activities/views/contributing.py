"""Pages for whoever contributes: the form of an entry, its way into the menu, and sheets handed in."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts.rules import Permission
from comity.activities import forms, queries
from comity.activities.acts import activities, imports
from comity.activities.models import Activity, Edition
from comity.activities.rules import entries
from comity.activities.views.browsing import frame
from comity.exchange import batches, sheets
from comity.frameworks.models import Framework
from comity.kernel.faces import refused_into, say
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


@signed_in
@require_http_methods(["GET", "POST"])
def contribute(request: Visit, year: int) -> HttpResponse:
    """A new entry; whatever is known is kept as a draft."""
    request.actor.must(Permission.OFFER_ACTIVITIES)
    edition = queries.edition(year, seen_by=request.actor)
    form = forms.Entry(request.POST or None, tokens=tokens())
    parts = forms.Parts(request.POST or None, prefix="part")
    if request.method == "POST" and form.is_valid() and parts.is_valid():
        with refused_into(form):
            drafted = activities.draft(edition, form.values, parts=forms.parts_of(parts), at=datetime.now(UTC), by=request.actor)
            messages.success(request, _("Kept as a draft under the number %(number)s.") % {"number": drafted.number})
            return redirect("activity", year, drafted.number)
    return _form(request, edition, form, parts, None)


@signed_in
@require_http_methods(["GET", "POST"])
def edit(request: Visit, year: int, number: str) -> HttpResponse:
    """An entry that stands, to be changed."""
    activity = queries.activity(number, seen_by=request.actor, year=year)
    _must_be_theirs(activity, request)
    initial = forms.parts_as(activity.parts.all())
    form = forms.Entry(request.POST, tokens=tokens()) if request.POST else forms.Entry.of(activity, tokens=tokens())
    parts = forms.Parts(request.POST, prefix="part") if request.POST else forms.Parts(initial=initial, prefix="part")
    if request.method == "POST" and form.is_valid() and parts.is_valid():
        with refused_into(form):
            version = form.cleaned_data["version"] or 0
            some = forms.parts_of(parts)
            activities.revise(activity, form.values, version=version, parts=some, at=datetime.now(UTC), by=request.actor)
            messages.success(request, _("Saved."))
            return redirect("activity", year, number)
    return _form(request, activity.edition, form, parts, activity)


@signed_in
@require_POST
def decide(request: Visit, year: int, number: str, act: str) -> HttpResponse:
    """One step of an entry on its way: offer, approve, return, retire."""
    activity = queries.activity(number, seen_by=request.actor, year=year)
    at, reason = datetime.now(UTC), request.POST.get("reason", "")
    if act == "offer":
        activities.offer(activity, at=at, by=request.actor)
    elif act == "approve":
        activities.approve(activity, at=at, by=request.actor)
    elif act == "return":
        activities.return_(activity, reason=reason, at=at, by=request.actor)
    elif act == "retire":
        activities.retire(activity, reason=reason, at=at, by=request.actor)
    else:
        raise Http404
    messages.success(request, _("Done."))
    return redirect("activity", year, number)


@signed_in
@require_http_methods(["GET", "POST"])
def hand_in(request: Visit, year: int) -> HttpResponse:
    """Hand in a sheet; what it would change is shown before anything changes."""
    request.actor.must(Permission.OFFER_ACTIVITIES)
    edition = queries.edition(year, seen_by=request.actor)
    form = forms.Sheet(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refused_into(form):
            file = form.cleaned_data["file"]
            table = sheets.read(file.read(), file.name, expect=entries.NAMES)
            return redirect("menu_batch", year, imports.preview(edition, table, at=datetime.now(UTC), by=request.actor).pk)
    recent = batches.batches(seen_by=request.actor).filter(kind=imports.KIND, scope=str(year)).defer("rows")[:20]
    context = frame(request, edition) | {"form": form, "recent": recent, "columns": entries.NAMES}
    return page(request, "activities/import.html", status=422 if form.errors else 200, **context)


@signed_in
@require_GET
def batch(request: Visit, year: int, pk: int) -> HttpResponse:
    """What a sheet would change, or changed, cell by cell."""
    found = batches.batch(pk, seen_by=request.actor)
    if found.scope != str(year):
        raise Http404
    rows = batches.differences(found)
    verdict = request.GET.get("verdict", "")
    shown = [r for r in rows if not verdict or r.verdict == verdict]
    context = frame(request, queries.edition(year, seen_by=request.actor)) | {
        "batch": found,
        "counts": batches.counts(rows),
        "verdict": verdict,
        "rows": shown[:500],
        "more": max(0, len(shown) - 500),
    }
    return page(request, "activities/batch.html", "rows", **context)


@signed_in
@require_POST
def settle(request: Visit, year: int, pk: int, act: str) -> HttpResponse:
    """Apply a sheet as it was shown, or undo it."""
    found = batches.batch(pk, seen_by=request.actor)
    if act == "apply":
        imports.apply(found, approving=bool(request.POST.get("approve")), at=datetime.now(UTC), by=request.actor)
        messages.success(request, _("Applied. You can undo it as long as nobody changes these entries."))
    elif act == "undo":
        imports.undo(found, at=datetime.now(UTC), by=request.actor)
        messages.success(request, _("Undone."))
    else:
        raise Http404
    return redirect("menu_batch", year, pk)


def tokens() -> list[tuple[str, str]]:
    """The words of entry that a form offers: groups first, then frameworks."""
    groups = {g.token: say(g.name) for g in queries.meanings()}
    return [*groups.items(), *((f.code, say(f.name)) for f in Framework.objects.all())]


def _must_be_theirs(activity: Activity, request: Visit) -> None:
    if not activities.is_theirs(activity, request.actor):
        raise activities.NotYoursToChange(number=activity.number)


def _form(request: Visit, edition: Edition, form: Any, parts: Any, activity: Activity | None) -> HttpResponse:
    status = 422 if form.errors or any(parts.errors) else 200
    context = frame(request, edition) | {"form": form, "parts": parts, "activity": activity}
    return page(request, "activities/entry.html", status=status, **context)
