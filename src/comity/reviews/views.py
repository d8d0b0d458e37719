"""The pages of reviews: one with its steps and ratings, what is overdue, the report on paper."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from comity.accounts.rules import Permission
from comity.exchange import papers
from comity.kernel.faces import refused_into, say
from comity.programmes import queries
from comity.programmes.acts.objectives import may_speak_for
from comity.programmes.models import Programme
from comity.programmes.queries.goals import words
from comity.reviews import acts, forms
from comity.reviews import rules as said
from comity.reviews.models import Review, ReviewKind
from comity.reviews.queries import reports
from comity.reviews.queries import reviews as reads
from comity.ui.pages import page
from comity.ui.visits import Visit, signed_in


@signed_in
@require_GET
def overview(request: Visit) -> HttpResponse:
    """The reviews a reader may see, and which steps are overdue."""
    on = datetime.now(request.actor.timezone).date()
    found = reads.reviews(seen_by=request.actor).order_by("closed_at", "-year", "programme__party__sort")
    asked = request.GET.get("programme", "")[:18]
    chosen = queries.programme(int(asked), seen_by=request.actor) if asked.isdecimal() else None
    found = found.filter(programme=chosen) if chosen else found
    told: dict[str, Any] = {"late": reads.overdue(on, seen_by=request.actor), "steps": said.REVIEW_STEPS, "kinds": said.REVIEWS}
    if chosen and request.actor.may(Permission.KEEP_PROGRAMMES):
        told["due_"] = reads.to_open(chosen, on, found) or _of_this_year(chosen, on, found)
    return page(request, "reviews/reviews.html", None, reviews=found[:200], programme=chosen, today_=on, **told)


@signed_in
@require_POST
def new(request: Visit, pk: int) -> HttpResponse:
    """Open the review of a programme."""
    found = queries.programme(pk, seen_by=request.actor)
    form = forms.Reviewing(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the year of the review and its kind."))
        return redirect("programme", pk=pk)
    made = acts.open_review(found, by=request.actor, at=datetime.now(UTC), **form.cleaned_data)
    return redirect("review", pk=made.pk)


@signed_in
@require_http_methods(["GET", "POST"])
def review(request: Visit, pk: int) -> HttpResponse:
    """One review; closed here with its outcome."""
    found = reads.review(pk, seen_by=request.actor)
    closing = forms.Closing(request.POST or None)
    if closing.is_bound and closing.is_valid():
        with refused_into(closing):
            acts.close(found, by=request.actor, at=datetime.now(UTC), **closing.cleaned_data)
            return redirect("review", pk=pk)
    return _shown(request, found, closing)


@signed_in
@require_POST
def step(request: Visit, pk: int, place: int) -> HttpResponse:
    """Take a step of a review, or set by when it is due."""
    found = reads.review(pk, seen_by=request.actor)
    chosen = found.steps.filter(place=place).select_related("review").first()
    if chosen is None:
        raise Http404
    taking = "due_on" not in request.POST
    form = forms.Stepping(request.POST) if taking else forms.DueDay(request.POST)
    if form.is_valid():
        doing = acts.take_step if taking else acts.set_due
        doing(chosen, by=request.actor, at=datetime.now(UTC), **form.cleaned_data)
    else:
        messages.error(request, _("Give the day in full."))
    return redirect("review", pk=pk)


@signed_in
@require_POST
def rate(request: Visit, pk: int) -> HttpResponse:
    """Say for the own side how a goal stands."""
    found = reads.review(pk, seen_by=request.actor)
    form = forms.Rating(request.POST, ratings=words("ratings", seen_by=request.actor))
    if not form.is_valid():
        messages.error(request, _("Choose a rating."))
        return redirect("review", pk=pk)
    goal = queries.goal(form.cleaned_data["goal"], seen_by=request.actor)
    told = {name: form.cleaned_data[name] for name in ("rating", "remark")}
    acts.rate(found, goal=goal, by=request.actor, at=datetime.now(UTC), **told)
    return redirect(f"/programmes/reviews/{pk}/#goal-{goal.pk}")


@signed_in
@require_GET
def report(request: Visit, pk: int, form: str) -> HttpResponse:
    """The report of a review as a paper to take away."""
    if form not in papers.FORMS:
        raise Http404
    told = reads.told(reads.review(pk, seen_by=request.actor), seen_by=request.actor)
    made = reports.paper(told, language=(get_language() or "en")[:2], on=datetime.now(UTC).date(), seen_by=request.actor)
    content = papers.as_pdf(made) if form == "pdf" else papers.as_docx(made)
    return papers.attached(content, f"review-{told.review.programme}-{told.review.year}", form)


def _of_this_year(chosen: Programme, on: date, found: Iterable[Review]) -> list[tuple[int, str]]:
    """The review of this year, where the type asks for none and none is there."""
    known = any(review.year == on.year and review.kind == ReviewKind.YEARLY for review in found)
    return [] if known or not chosen.entered_at else [(on.year, ReviewKind.YEARLY.value)]


def _shown(request: Visit, found: Review, closing: forms.Closing) -> HttpResponse:
    told, on = reads.told(found, seen_by=request.actor), datetime.now(request.actor.timezone).date()
    leads = request.actor.may(Permission.KEEP_PROGRAMMES)
    speaks = may_speak_for(found.programme.party_id, request.actor)
    context: dict[str, Any] = {
        "review": found, "told": told, "today_": on, "leads": leads, "speaks": speaks, "closing": closing,
        "rating_words": words("ratings", seen_by=request.actor), "steps_said": said.REVIEW_STEPS, "kinds": said.REVIEWS,
        "sides": said.SIDES, "stepping": forms.Stepping(initial={"on": on}), "title_": say(found.programme.name),
    }  # fmt: skip
    return page(request, "reviews/review.html", None, status=422 if closing.errors else 200, **context)
