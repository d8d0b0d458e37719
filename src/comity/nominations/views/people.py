"""Pages of people: those of one's own delegation, one person with their nominations, registering, correcting, erasing."""

from datetime import UTC, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts.rules import Permission
from comity.kernel.faces import refused_into
from comity.nominations import forms, queries
from comity.nominations.acts import erasing, people, readings
from comity.nominations.models import Person
from comity.nominations.rules.identities import COLUMNS, Names
from comity.nominations.views.lists import PAGE, words
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


@signed_in
@require_GET
def overview(request: Visit) -> HttpResponse:
    """The people this reader may name, by number."""
    found = queries.people(seen_by=request.actor).order_by("number")
    if text := request.GET.get("q", "").strip():
        found = found.filter(number__icontains=text)
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    names = readings.names(list(shown), by=request.actor, at=datetime.now(UTC)) if shown.object_list else {}
    return page(request, "nominations/people.html", "list", shown=shown, names=names, **words(request.actor))


@signed_in
@require_http_methods(["GET", "POST"])
def person(request: Visit, number: str) -> HttpResponse:
    """One person: what is known, corrected where it stands; their nominations, and who read them."""
    found, actor, now = queries.person(number, seen_by=request.actor), request.actor, datetime.now(UTC)
    own = found.party_id == actor.party and actor.may(Permission.NOMINATE_PEOPLE)
    names = readings.names([found], by=actor, at=now).get(found.pk, Names())
    form = forms.Somebody(request.POST or None, initial=_known(found, names)) if own and not found.erased_at else None
    if form is not None and form.is_bound and form.is_valid():
        with refused_into(form):
            people.correct(found, form.names, version=_version(request), by=actor, at=now, **form.told)
            messages.success(request, _("Corrected."))
            return redirect("nominations_person", found.number)
    context = words(actor) | {"person": found, "names": names, "form": form, "own": own}
    context |= {"nominations": queries.nominations(seen_by=actor).filter(person=found).order_by("-pk")[:100]}
    context |= {"readings": queries.readings(seen_by=actor).filter(people__contains=[found.pk])[:50] if own else []}
    return page(request, "nominations/person.html", None, status=422 if form and form.errors else 200, **context)


@signed_in
@require_http_methods(["GET", "POST"])
def register(request: Visit) -> HttpResponse:
    """Register somebody of one's own party."""
    request.actor.must(Permission.NOMINATE_PEOPLE)
    form = forms.Somebody(request.POST or None)
    if form.is_bound and form.is_valid():
        with refused_into(form):
            made = people.register(form.names, by=request.actor, at=datetime.now(UTC), **form.told)
            messages.success(request, _("Registered as {number}.").format(number=made.number))
            return redirect("nominations_person", made.number)
    return page(request, "nominations/register.html", None, status=422 if form.errors else 200, form=form)


@signed_in
@require_POST
def erase(request: Visit, number: str) -> HttpResponse:
    """Erase what names a person, now and for good."""
    found = queries.person(number, seen_by=request.actor)
    receipt = erasing.erase(found, by=request.actor, at=datetime.now(UTC))
    messages.success(request, _("Erased. Receipt {number}: {digest}.").format(number=receipt.pk, digest=receipt.digest[:16]))
    return redirect("nominations_people")


def _known(person: Person, names: Names) -> dict[str, object]:
    """What the form starts with."""
    return {**vars(names), **{column: getattr(person, column) for column in COLUMNS}}


def _version(request: Visit) -> int | None:
    given = request.POST.get("version", "")
    return int(given) if given.isdigit() and len(given) < 10 else None
