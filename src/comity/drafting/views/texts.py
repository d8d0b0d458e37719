"""Pages of texts: the list, opening one, and one text, chapter by chapter."""

from datetime import UTC, datetime
from typing import Any

from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts.rules import Permission
from comity.drafting import forms, queries
from comity.drafting.acts import annexes, clauses, texts
from comity.drafting.models import Text
from comity.drafting.queries import Progress
from comity.drafting.rules import LETTERS, side_of, writes_for
from comity.drafting.rules.sides import CLAUSE_STATES, TEXT_STATES, TONES
from comity.kernel.faces import refused_into
from comity.kernel.words import Name
from comity.parties.models import Party, PartyKind
from comity.parties.models.parties import PartyQuerySet
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in

A_PAGE = 50
COURTS = ("yours", "theirs")


@signed_in
@require_GET
def overview(request: Visit) -> HttpResponse:
    """The texts a reader may see, newest first, with whose turn it is and how far each is."""
    actor, court = request.actor, request.GET.get("court", "")
    found = queries.texts(seen_by=actor)
    if court in COURTS:
        found = queries.in_court(found, yours=court == "yours", seen_by=actor)
    shown = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    far = queries.progress(list(shown), seen_by=actor)
    rows = [(t, far.get(t.pk, Progress()), side_of(actor, t.party_id)) for t in shown]
    return page(
        request, "drafting/texts.html", "list", shown=shown, rows=rows, court=court, states=TEXT_STATES, tones=TONES,
        may_open=actor.may(Permission.DRAFT_TEXTS), newest=queries.newest_versions(list(shown), seen_by=actor),
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "POST"])
def begin(request: Visit) -> HttpResponse:
    """Open a text with its chapters."""
    request.actor.must(Permission.DRAFT_TEXTS)
    form = forms.Opening(request.POST or None, parties=_own_or_any(request), initial={"party": request.actor.party})
    if form.is_bound and form.is_valid():
        with refused_into(form):
            text = texts.open_text(form.cleaned_data["party"], by=request.actor, at=datetime.now(UTC), **form.values())
            return redirect("text", pk=text.pk)
    return page(request, "drafting/begin.html", status=422 if form.errors else 200, form=form)


def _own_or_any(request: Visit) -> PartyQuerySet:
    """The parties somebody may open a text for."""
    states = Party.objects.seen_by(request.actor).filter(kind=PartyKind.STATE)
    return states if request.actor.may(Permission.SEE_EVERYTHING) else states.filter(pk=request.actor.party)


@signed_in
@require_GET
def inspect(request: Visit, pk: int) -> HttpResponse:
    """One text: the table of contents, and one chapter of clauses."""
    return show(request, queries.text(pk, seen_by=request.actor))


def show(request: Visit, text: Text, form: Form | None = None) -> HttpResponse:
    """A text at the chapter that the address names, with what was wrong with a form."""
    actor = request.actor
    outline = queries.outline(text, seen_by=actor)
    key = request.GET.get("chapter") or request.POST.get("chapter")
    entry = next((e for e in outline if e.chapter.key == key), outline[0])
    worked, annexed = queries.worked(entry, seen_by=actor), queries.annexes(text, seen_by=actor)
    shown = Paginator(worked, A_PAGE * 2).get_page(request.GET.get("page"))
    return page(
        request, "drafting/text.html", "chapter", status=422 if form and form.errors else 200, outline=outline, entry=entry,
        shown=shown, whole=sum((e.progress for e in outline), Progress()), form=form,
        removed=queries.removed(text, seen_by=actor), annexes=list(zip(LETTERS, annexed, strict=False)), **told_of(request, text),
    )  # fmt: skip


def told_of(request: Visit, text: Text) -> dict[str, Any]:
    """What every page about a text says of it and its reader."""
    side, mine = side_of(request.actor, text.party_id), writes_for(request.actor, text.party_id)
    return {
        "text": text, "side": side, "writes": mine is not None, "states": TEXT_STATES, "tones": TONES, "words": CLAUSE_STATES,
        "in_turn": mine is not None and text.turn == mine and text.state == "drafting",
        "counts": queries.beside(text, seen_by=request.actor),
    }  # fmt: skip


@signed_in
@require_POST
def pass_turn(request: Visit, pk: int) -> HttpResponse:
    """Hand the text over to the other side."""
    text = texts.pass_turn(queries.text(pk, seen_by=request.actor), by=request.actor, at=datetime.now(UTC))
    return redirect("text", pk=text.pk)


@signed_in
@require_POST
def take_out(request: Visit, pk: int) -> HttpResponse:
    """Take an annex out of its text."""
    text = annexes.take_out(queries.annex(pk, seen_by=request.actor), by=request.actor, at=datetime.now(UTC))
    return redirect("text", pk=text.pk)


@signed_in
@require_POST
def add_chapter(request: Visit, pk: int) -> HttpResponse:
    """Add a chapter at the end."""
    text, form = queries.text(pk, seen_by=request.actor), forms.Titled(request.POST)
    if form.is_valid():
        with refused_into(form):
            title = Name(form.cleaned_data["title_en"], form.cleaned_data["title_fr"])
            chapter = texts.add_chapter(text, title=title, by=request.actor, at=datetime.now(UTC))
            return redirect(f"{reverse('text', args=[pk])}?chapter={chapter.key}")
    return show(request, text, form)


@signed_in
@require_POST
def add_clause(request: Visit, pk: int) -> HttpResponse:
    """Add a clause to a chapter."""
    text, form = queries.text(pk, seen_by=request.actor), forms.Added(request.POST)
    if form.is_valid():
        given, by = form.cleaned_data, request.actor
        chapter = queries.chapter(text, given["chapter"], seen_by=by)
        after = queries.clause(given["after"], seen_by=by) if given["after"] else None
        with refused_into(form):
            made = clauses.add(chapter, given["body"], after=after, by=by, at=datetime.now(UTC))
            return redirect(f"{reverse('text', args=[pk])}?chapter={chapter.key}#c-{made.key}")
    return show(request, text, form)


@signed_in
@require_POST
def agree_chapter(request: Visit, pk: int) -> HttpResponse:
    """Agree to all clauses of a chapter that were read."""
    text, form = queries.text(pk, seen_by=request.actor), forms.ReadTogether(request.POST)
    if form.is_valid():
        chapter = queries.chapter(text, form.cleaned_data["chapter"], seen_by=request.actor)
        with refused_into(form):
            clauses.agree_chapter(chapter, revisions=form.cleaned_data["read"], by=request.actor, at=datetime.now(UTC))
            return redirect(f"{reverse('text', args=[pk])}?chapter={chapter.key}")
    return show(request, text, form)
