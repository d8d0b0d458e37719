"""Pages of amendments: starting one, its changes beside the version, and what becomes of it."""

from datetime import UTC, datetime

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from comity.drafting import forms, queries, rules
from comity.drafting.acts import amendments
from comity.drafting.models import Amendment
from comity.drafting.rules.sides import AMENDMENT_STATES
from comity.drafting.views.texts import told_of
from comity.kernel.faces import refused_into
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

DECISIONS = {"agree": amendments.agree, "drop": amendments.drop}


@signed_in
@require_POST
def start(request: Visit, pk: int) -> HttpResponse:
    """Start an amendment on a version."""
    version, form = queries.version(pk, seen_by=request.actor), forms.Named(request.POST)
    form.is_valid()
    made = amendments.start(version, form.cleaned_data.get("title", ""), by=request.actor, at=datetime.now(UTC))
    return redirect("amendment", pk=made.pk)


@signed_in
@require_GET
def inspect(request: Visit, pk: int) -> HttpResponse:
    """One amendment: its version with the changes in it, and the conflicts with what has been agreed since."""
    return _show(request, queries.amendment(pk, seen_by=request.actor))


def _show(request: Visit, amendment: Amendment, form: Form | None = None) -> HttpResponse:
    """An amendment; one clause of it is open for a change where the address names it."""
    actor, text = request.actor, amendment.version.text
    content = amendment.version.read
    newest = queries.versions(text, seen_by=actor).first() or amendment.version
    adoption = queries.adoption(amendment, newest, seen_by=actor) if amendment.state == "open" else None
    return page(
        request, "drafting/amendment.html", "amendment", status=422 if form and form.errors else 200, amendment=amendment,
        form=form, newest=newest, clashes=adoption.clashes if adoption else (), told=queries.reads(amendment), content=content,
        numbers=rules.numbers_of(content), changes={c.key for c in amendment.changes.all()}, named=AMENDMENT_STATES,
        open_at=request.GET.get("clause", ""), at=request.GET.get("chapter", ""), **told_of(request, text),
    )  # fmt: skip


@signed_in
@require_POST
def change(request: Visit, pk: int) -> HttpResponse:
    """Put a change into an amendment."""
    amendment, form = queries.amendment(pk, seen_by=request.actor), forms.Changed(request.POST)
    if form.is_valid():
        with refused_into(form):
            amendments.change(amendment, **form.cleaned_data, by=request.actor, at=datetime.now(UTC))
            return redirect("amendment", pk=pk)
    return _show(request, amendment, form)


@signed_in
@require_POST
def undo(request: Visit, pk: int) -> HttpResponse:
    """Take the changes of one clause out of an amendment."""
    key = request.POST.get("key", "")[:40]
    amendments.undo(queries.amendment(pk, seen_by=request.actor), key, by=request.actor, at=datetime.now(UTC))
    return redirect("amendment", pk=pk)


@signed_in
@require_POST
def decide(request: Visit, pk: int, act: str) -> HttpResponse:
    """Agree to an amendment, or give it up."""
    if act not in DECISIONS:
        raise Http404
    amendment, form = queries.amendment(pk, seen_by=request.actor), Form(request.POST)
    if form.is_valid():
        with refused_into(form):
            DECISIONS[act](amendment, by=request.actor, at=datetime.now(UTC))
            return redirect("amendment", pk=pk)
    return _show(request, amendment, form)


@signed_in
@require_POST
def adopt(request: Visit, pk: int) -> HttpResponse:
    """Adopt an amendment with the words that were chosen; what comes of it is a new version."""
    amendment = queries.amendment(pk, seen_by=request.actor)
    newest = queries.versions(amendment.version.text, seen_by=request.actor).first() or amendment.version
    keys = [c.key for c in queries.adoption(amendment, newest, seen_by=request.actor).clashes]
    form = forms.Chosen(request.POST, keys=[key for key in keys if f"words-{key}" in request.POST])
    if form.is_valid():
        with refused_into(form):
            made = amendments.adopt(amendment, chosen=form.values(), by=request.actor, at=datetime.now(UTC))
            return redirect("version", pk=made.pk)
    return _show(request, amendment, form)
