"""One clause: read in full, edited in place, agreed, reserved, put in brackets, commented."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from comity.drafting import forms, queries
from comity.drafting.acts import clauses, comments, drafts
from comity.drafting.models import Clause
from comity.drafting.views.texts import told_of
from comity.kernel.faces import refused_into
from comity.ui.pages import page, wants_fragment
from comity.ui.visits import Visit, signed_in

Act = Callable[..., Clause]
# What may be decided about a clause with one form: how it is read, and the act.
DECISIONS: dict[str, tuple[type[Form], Act]] = {
    "agree": (forms.Reading, clauses.agree),
    "reserve": (forms.Reserving, clauses.reserve),
    "bracket": (forms.Alternatively, clauses.bracket),
    "settle": (forms.Settling, clauses.settle),
    "remove": (forms.Reading, clauses.remove),
    "restore": (Form, clauses.restore),
    "mark": (forms.Marked, clauses.mark),
}


@signed_in
@require_GET
def inspect(request: Visit, pk: int) -> HttpResponse:
    """A clause in full: its words to edit, what each side says, its comments and its history."""
    return show(request, queries.clause(pk, seen_by=request.actor))


@signed_in
@require_GET
def brief(request: Visit, pk: int) -> HttpResponse:
    """A clause as it stands in its chapter, to put back in place."""
    return in_place(request, queries.clause(pk, seen_by=request.actor))


def show(request: Visit, clause: Clause, form: Form | None = None) -> HttpResponse:
    """A clause in full, with what was wrong with a form."""
    actor = request.actor
    worked = queries.as_worked(clause, seen_by=actor)
    return page(
        request, "drafting/clause.html", "clause", status=422 if form and form.errors else 200, clause=clause, form=form,
        w=worked, draft=worked.draft, standoff=queries.standoff(clause, seen_by=actor),
        history=queries.history(clause, seen_by=actor), **told_of(request, clause.text),
    )  # fmt: skip


def in_place(request: Visit, clause: Clause, form: Form | None = None) -> HttpResponse:
    """A clause as it stands in its chapter, for htmx; a browser goes to its chapter."""
    if not wants_fragment(request):
        return show(request, clause, form) if form and form.errors else redirect(where(clause))
    outline = queries.outline(clause.text, seen_by=request.actor)
    return page(
        request, "drafting/clause.html", "brief", status=422 if form and form.errors else 200, clause=clause, form=form,
        w=queries.as_worked(clause, seen_by=request.actor), outline=outline, **told_of(request, clause.text),
        entry=next(e for e in outline if e.chapter.pk == clause.chapter_id),
    )  # fmt: skip


def where(clause: Clause) -> str:
    """The address of a clause in its chapter."""
    return f"{reverse('text', args=[clause.text_id])}?chapter={clause.chapter.key}#c-{clause.key}"


@signed_in
@require_POST
def save(request: Visit, pk: int) -> HttpResponse:
    """Save what the reader is writing; it is said to be saved once it is."""
    clause, form = queries.clause(pk, seen_by=request.actor), forms.Writing(request.POST)
    if not form.is_valid():
        return show(request, clause, form)
    body, base = form.cleaned_data["body"], form.cleaned_data["base"]
    draft = drafts.save(clause, body, base=base, by=request.actor, at=datetime.now(UTC))
    if not wants_fragment(request):
        return redirect("clause", pk=pk)
    return page(request, "drafting/clause.html", "saved", clause=clause, draft=draft)


@signed_in
@require_POST
def discard(request: Visit, pk: int) -> HttpResponse:
    """Throw the reader's own draft away."""
    clause = queries.clause(pk, seen_by=request.actor)
    drafts.discard(clause, by=request.actor)
    return in_place(request, clause)


@signed_in
@require_POST
def put_forward(request: Visit, pk: int) -> HttpResponse:
    """Make the reader's words those of the clause; where that is refused they are shown beside it, and nothing is lost."""
    clause, form = queries.clause(pk, seen_by=request.actor), forms.Writing(request.POST)
    if form.is_valid():
        with refused_into(form):
            clauses.put_forward(clause, **form.cleaned_data, by=request.actor, at=datetime.now(UTC))
            return in_place(request, queries.clause(pk, seen_by=request.actor))
    return show(request, queries.clause(pk, seen_by=request.actor), form)


@signed_in
@require_POST
def decide(request: Visit, pk: int, act: str) -> HttpResponse:
    """Agree, reserve, put in brackets, settle them, remove, bring back, mark: one form, one act."""
    if act not in DECISIONS:
        raise Http404
    clause, (kind, done) = queries.clause(pk, seen_by=request.actor), DECISIONS[act]
    form = kind(request.POST)
    if form.is_valid():
        with refused_into(form):
            done(clause, **form.cleaned_data, by=request.actor, at=datetime.now(UTC))
    return in_place(request, queries.clause(pk, seen_by=request.actor), form)


@signed_in
@require_POST
def move(request: Visit, pk: int) -> HttpResponse:
    """Move a clause after another, or to the beginning of a chapter."""
    clause, form = queries.clause(pk, seen_by=request.actor), forms.Placed(request.POST)
    if form.is_valid():
        with refused_into(form):
            to, after = queries.place(clause.text, form.cleaned_data["after"], seen_by=request.actor)
            clauses.move(clause, to=to, after=after, by=request.actor, at=datetime.now(UTC))
            return _all_of(request, where(queries.clause(pk, seen_by=request.actor)))
    return show(request, clause, form)


def _all_of(request: Visit, address: str) -> HttpResponse:
    """The whole page anew, for more than one clause has changed its place."""
    if not wants_fragment(request):
        return redirect(address)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = address
    return answer


@signed_in
@require_POST
def comment(request: Visit, pk: int) -> HttpResponse:
    """Say something about a clause, or answer a comment."""
    clause, form = queries.clause(pk, seen_by=request.actor), forms.Said(request.POST)
    if form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        head = queries.comment(given["answers"], seen_by=request.actor) if given["answers"] else None
        with refused_into(form):
            told = {"audience": given["audience"], "answers": head, "by": request.actor, "at": datetime.now(UTC)}
            comments.write(clause, given["body"], **told)
            return show(request, clause) if wants_fragment(request) else redirect("clause", pk=pk)
    return show(request, clause, form)


@signed_in
@require_POST
def settle_comment(request: Visit, pk: int) -> HttpResponse:
    """Say that a comment is dealt with."""
    found = queries.comment(pk, seen_by=request.actor)
    comments.settle(found, by=request.actor, at=datetime.now(UTC))
    return show(request, found.clause) if wants_fragment(request) else redirect("clause", pk=found.clause_id)
