"""The list of agreements, and one agreement: how far it has come, the capitals, and the acts that move it on."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms as base
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.agreements import forms, queries
from comity.agreements.acts import circulations, offers, signatures
from comity.agreements.acts.circulations import STOOD_STILL
from comity.agreements.acts.offers import IN_COUNCIL
from comity.agreements.models import Agreement
from comity.agreements.queries import papers
from comity.agreements.queries.history import history
from comity.agreements.rules import HOW, OUTCOMES, SIDES, STATES, STEPS, TONES, WHY_RETURNED
from comity.kernel.faces import refused_into
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

PAGE = 50
WORDS: dict[str, Any] = {
    "states": STATES, "tones": TONES, "outcomes": OUTCOMES, "how_words": HOW, "why": WHY_RETURNED, "sides": SIDES,
    "own_words": {STOOD_STILL, IN_COUNCIL},
}  # fmt: skip


def _round(agreement: Agreement, act: Callable[..., Any], *, by: Any, at: datetime, **told: Any) -> None:
    """Do an act to the newest round of an agreement."""
    act(queries.circulation(agreement, seen_by=by), by=by, at=at, **told)


# For each act: its form, what does it, and what is said when it is done.
Doing = Callable[..., Any]
STEPS_BY_NAME: dict[str, tuple[type[base.Form], Doing, str]] = {
    "endorse": (forms.Endorsing, offers.endorse, gettext_noop("Endorsed.")),
    "take-back": (forms.Nothing, offers.take_back, gettext_noop("Taken back: the text is drafted again.")),
    "circulate": (forms.Circulating, circulations.circulate, gettext_noop("The Allies have it: silence is running.")),
    "extend": (
        forms.Extending,
        lambda a, **told: _round(a, circulations.extend, **told),
        gettext_noop("The deadline was moved."),
    ),
    "break": (
        forms.Reasoned,
        lambda a, **told: _round(a, circulations.break_silence, **told),
        gettext_noop("Silence is broken: the text is drafted again."),
    ),
    "withdraw": (
        forms.Reasoned,
        lambda a, **told: _round(a, circulations.withdraw, **told),
        gettext_noop("Withdrawn: the text is drafted again."),
    ),
    "decide": (forms.Deciding, offers.decide_in_council, gettext_noop("The decision of the council is recorded.")),
    "sign": (forms.Signing, signatures.sign, gettext_noop("Signed.")),
}


@signed_in
@require_http_methods(["GET", "POST"])
def overview(request: Visit) -> HttpResponse:
    """The agreements a reader may see and what waits for whom; whoever drafts offers a version here."""
    at, reader = datetime.now(UTC), request.actor
    ready = queries.ready_to_offer(seen_by=reader)
    form = forms.Offering(request.POST or None, versions=ready) if ready.exists() else None
    if form is not None and form.is_bound and form.is_valid():
        with refused_into(form):
            return redirect("agreement", pk=offers.offer(form.cleaned_data["version"], by=reader, at=at).pk)
    found = queries.agreements(seen_by=reader)
    if (state := request.GET.get("state", "")) in STATES:
        found = found.filter(state=state)
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    lines = queries.lines(shown, at=at, seen_by=reader)
    status = 422 if form is not None and form.errors else 200
    return page(request, "agreements/agreements.html", "list", status=status, shown=shown, lines=lines, form=form, state=state,
                **WORDS)  # fmt: skip


@signed_in
@require_GET
def one(request: Visit, pk: int) -> HttpResponse:
    """One agreement."""
    return _shown(request, queries.agreement(pk, seen_by=request.actor), {})


@signed_in
@require_POST
def step(request: Visit, pk: int, verb: str) -> HttpResponse:
    """One act that moves an agreement on; a refusal is shown beside its form."""
    if verb not in STEPS_BY_NAME:
        raise Http404
    found = queries.agreement(pk, seen_by=request.actor)
    kind, act, done = STEPS_BY_NAME[verb]
    form = kind(request.POST)
    if form.is_valid():
        with refused_into(form):
            act(found, by=request.actor, at=datetime.now(UTC), **form.cleaned_data)
            messages.success(request, _(done))
            return redirect("agreement", pk=pk)
    return _shown(request, queries.agreement(pk, seen_by=request.actor), {verb: form}, status=422)


def _shown(request: Visit, agreement: Agreement, given: Mapping[str, base.Form], status: int = 200) -> HttpResponse:
    """The page of an agreement, with a form for each act that the reader may do now."""
    sight = queries.sight(agreement, seen_by=request.actor, at=datetime.now(UTC))
    others = papers.versions_beside(agreement, seen_by=request.actor)
    told = {verb: given.get(verb) or kind() for verb, (kind, _act, _done) in STEPS_BY_NAME.items()}
    return page(
        request, "agreements/agreement.html", status=status, agreement=agreement, sight=sight, forms=told, given=given,
        steps=STEPS, entries=list(history(agreement, seen_by=request.actor)), versions=others,
        is_long=papers.is_long(agreement), **WORDS,
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "POST"])
def keys(request: Visit) -> HttpResponse:
    """The keys of all parties, to compare fingerprints; whoever signs makes one here."""
    signs = request.actor.may("SIGN_TEXTS")
    form = forms.Making(request.POST or None) if signs else None
    if form is not None and form.is_bound and form.is_valid():
        with refused_into(form):
            signatures.make_key(passphrase=form.cleaned_data["passphrase"], by=request.actor, at=datetime.now(UTC))
            messages.success(request, _("Your signing key is made."))
            return redirect("signing_keys")
    found = queries.signing_keys(seen_by=request.actor)
    own = queries.signing_key(seen_by=request.actor) if signs else None
    status = 422 if form is not None and form.errors else 200
    return page(request, "agreements/keys.html", "keys", status=status, keys=found, own=own, form=form)
