"""Pages of joining instructions: written, previewed with somebody real, sent, taken away as a paper."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.activities.models import Activity
from comity.attendance import forms
from comity.attendance.acts import instructions as acts
from comity.attendance.models import Instruction
from comity.attendance.queries import instructions as queries
from comity.attendance.queries.sheets import activity as one_activity
from comity.attendance.queries.sheets import nominees
from comity.attendance.rules.texts import DEFAULTS, PLACEHOLDERS, unknown
from comity.attendance.rules.timing import due_on
from comity.exchange.papers import as_pdf, attached
from comity.kernel.faces import refused_into
from comity.nominations.acts import readings
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


@signed_in
@require_http_methods(["GET", "POST"])
def instructions(request: Visit, number: str) -> HttpResponse:
    """The joining instructions of an activity: the newest to be changed, a preview, and who was sent which."""
    activity = one_activity(number, seen_by=request.actor)
    form = forms.Texts(request.POST or None, initial=_initial(request, activity))
    if form.is_bound and form.is_valid() and "keep" in request.POST:
        with refused_into(form):
            acts.write(activity, **form.cleaned_data, by=request.actor, at=datetime.now(UTC))
            messages.success(request, _("Kept as a new version."))
            return redirect("instructions", number)
    return _page(request, activity, form)


def _page(request: Visit, activity: Activity, form: forms.Texts, issuing: forms.Issuing | None = None) -> HttpResponse:
    now, actor = datetime.now(UTC), request.actor
    people = list(nominees(activity, seen_by=actor))
    names = readings.names(people, by=actor, at=now, activity=activity)
    versions = list(queries.versions(activity, seen_by=actor))
    status = 422 if form.errors or (issuing and issuing.errors) else 200
    return page(request, "attendance/instructions.html", None, status=status, activity=activity, form=form, people=people,
                names=names, versions=versions, sent=queries.sent(activity, seen_by=actor), runs=activity.is_run_by(actor),
                issuing=issuing or forms.Issuing(), placeholders=PLACEHOLDERS, due_on=due_on(activity.first_day), today_=now.date(),
                preview=_preview(request, activity, form, people, names))  # fmt: skip


def _initial(request: Visit, activity: Activity) -> dict[str, object]:
    """The newest version, or the text of the house to begin with."""
    newest = queries.versions(activity, seen_by=request.actor).first()
    if newest is not None:
        return {name: getattr(newest, name) for name in forms.Texts.base_fields}
    return {
        f"{part}_{language}": text
        for language, both in DEFAULTS.items()
        for part, text in zip(("subject", "body"), both, strict=True)
    }


def _preview(request: Visit, activity: Activity, form: forms.Texts, people: list, names: dict) -> list[tuple[str, str, str]]:  # type: ignore[type-arg]
    """The text in the form as one real nominee would read it, while nothing in it is unknown."""
    if not form.is_bound or "preview" not in request.POST or form.errors:
        return []
    chosen = next((n for n in people if str(n.pk) == request.POST.get("nominee")), people[0] if people else None)
    texts = {name: value for name, value in form.cleaned_data.items() if name.startswith(("subject", "body"))}
    if chosen is None or unknown(*texts.values()):
        return []
    return queries.told(Instruction(activity=activity, **form.cleaned_data), activity, chosen, str(names.get(chosen.person_id, "")))


@signed_in
@require_POST
def issue(request: Visit, number: str) -> HttpResponse:
    """Send the newest version."""
    activity, form = one_activity(number, seen_by=request.actor), forms.Issuing(request.POST)
    if form.is_valid():
        with refused_into(form):
            made = acts.issue(activity, **form.cleaned_data, by=request.actor, at=datetime.now(UTC))
            words = ngettext("Sent to {n} person.", "Sent to {n} people.", len(made)).format(n=len(made))
            messages.success(request, words)
            return redirect("instructions", number)
    return _page(request, activity, forms.Texts(initial=_initial(request, activity)), form)


@signed_in
@require_GET
def paper(request: Visit, number: str, pk: int) -> HttpResponse:
    """What one person was sent, as a paper; the name is opened for it and the opening is written down."""
    activity = one_activity(number, seen_by=request.actor)
    instruction, nominee = queries.for_whom(activity, pk, seen_by=request.actor)
    names = readings.names([nominee], by=request.actor, at=datetime.now(UTC), where="instruction", activity=activity)
    made = queries.paper_of(instruction, activity, nominee, str(names.get(nominee.person_id, "")))
    return attached(as_pdf(made), f"joining-instructions-{activity.number}-{nominee.person.number}", "pdf")
