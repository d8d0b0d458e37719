"""Reviews of programmes: opened with the steps of the type, each step done, goals rated by both sides, closed with an outcome."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse

from comity.accounts.rules import Permission, Role
from comity.activities.models import Term
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, NotPermitted, Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import Sentence, Word, _
from comity.notices.acts import notices
from comity.programmes.acts.objectives import must_speak_for
from comity.programmes.models import Goal, Programme, ProgrammeState
from comity.reviews import rules
from comity.reviews.models import Rating, RatingSide, Review, ReviewKind, ReviewStep, StepName
from comity.trail import acts as trail

OWN_STEPS = {StepName.SELF_ASSESSMENT}
STEP_IS_DUE = _("{step} of {programme} ({party}) is due on {day}.")
# Days before a step is due at which those who take it are told, the nearest first.
BEFORE = (2, 14)
_PARTY, _STAFF = (True, (Role.POINT_OF_CONTACT, Role.HEAD_OF_DELEGATION)), (False, (Role.DESK_OFFICER,))
TAKEN_BY: Mapping[str, tuple[tuple[bool, tuple[Role, ...]], ...]] = {
    StepName.SELF_ASSESSMENT: (_PARTY,),
    StepName.STAFF_ASSESSMENT: (_STAFF,),
    StepName.BILATERAL_TALKS: (_PARTY, _STAFF),
    StepName.REVIEW_MEETING: (_PARTY, _STAFF),
    StepName.OUTCOME: (_STAFF,),
}


class OnlyInForce(Refusal):
    """What is reviewed is a programme that is or was in force."""

    message = _("{programme} is not in force: there is nothing to review.")


class ReviewedAlready(Refusal):
    """A programme is reviewed once a year, and once at half its time."""

    message = _("{programme} has this review of {year} already.")


class NoSuchYear(Refusal):
    """A year has four digits."""

    message = _("Give the year with four digits.")


class ReviewIsClosed(Refusal):
    """A closed review stays as it was."""

    message = _("The review of {year} is closed.")


class StepIsDone(Refusal):
    """A step is done once."""

    message = _("{step} is done already.")


class StepBefore(Refusal):
    """What is done lies in the past."""

    message = _("A step cannot be done on a day that is still to come.")


class OutcomeMissing(Refusal):
    """A review ends with an outcome."""

    message = _("Say what the outcome of the review is.")


class StepsAreOpen(Refusal):
    """A review is closed when its steps are done."""

    message = _("Before the review is closed, these steps are to be done: {steps}.")


class GoalIsElsewhere(Refusal):
    """A review rates the goals of its own programme."""

    message = _("Goal {number} is not of this programme.")


@transaction.atomic
def open_review(
    programme: Programme, *, year: int, kind: str = ReviewKind.YEARLY, due: Mapping[str, date | None] | None = None, by: Actor,
    at: datetime,
) -> Review:  # fmt: skip
    """Open the review of a programme in a year, with the steps of its type; days given here go before the type's."""
    by.must(Permission.KEEP_PROGRAMMES)
    kept = Programme.objects.seen_by(by).select_related("party", "type").filter(pk=programme.pk).first()
    if kept is None:
        raise NotFound(what="programme")
    if kept.state in (ProgrammeState.DRAFTING, ProgrammeState.RECORDED):
        raise OnlyInForce(programme=kept.name)
    laws = {
        "a_programme_is_reviewed_once_a_year": ReviewedAlready(programme=kept.name, year=year),
        "review_year_is_four_digits": NoSuchYear(),
    }
    with refusing(**laws), transaction.atomic():
        made = Review.objects.create(programme=kept, year=year, kind=kind, opened_at=at, opened_by=by.login)
    days = rules.due(kept.type.steps, year) | dict(due or {})
    ReviewStep.objects.bulk_create(
        ReviewStep(review=made, name=name, place=place, due_on=days[name])
        for place, name in enumerate((n for n in rules.ORDER if n in days), 1)
    )
    trail.record("review.opened", made, by=by, at=at, about=kept.party_id, year=year, kind=kind)
    return made


@transaction.atomic
def set_due(step: ReviewStep, *, due_on: date | None, by: Actor, at: datetime) -> ReviewStep:
    """Set by when a step of a review is due."""
    by.must(Permission.KEEP_PROGRAMMES)
    kept = _open_step(step, by)
    former, kept.due_on = kept.due_on, due_on
    kept.save(update_fields=["due_on"])
    facts = {"step": kept.name, "due": [str(former or ""), str(due_on or "")]}
    trail.record("review.due-set", kept.review, by=by, at=at, about=kept.review.programme.party_id, **facts)
    return kept


@transaction.atomic
def take_step(step: ReviewStep, *, on: date, summary: str = "", by: Actor, at: datetime) -> ReviewStep:
    """Say that a step of a review is done; the self-assessment is the party's, the others are the organisation's."""
    kept = _open_step(step, by)
    if kept.name in OWN_STEPS:
        must_speak_for(kept.review.programme.party_id, by)
    else:
        by.must(Permission.KEEP_PROGRAMMES)
    if on > at.date():
        raise StepBefore
    kept.done_on, kept.done_by, kept.summary = on, by.login, summary.strip()
    kept.save(update_fields=["done_on", "done_by", "summary"])
    trail.record("review.step-taken", kept.review, by=by, at=at, about=kept.review.programme.party_id, step=kept.name, on=on)
    return kept


@transaction.atomic
def rate(review: Review, *, goal: Goal, rating: Term, remark: str = "", by: Actor, at: datetime) -> Rating:
    """Say for the own side how a goal stands; until the review is closed a side may change its word."""
    kept = _open_review(review, by)
    side = side_of(kept, by)
    if goal.programme_id != kept.programme_id:
        raise GoalIsElsewhere(number=goal.number)
    values = {"rating": rating, "remark": remark.strip(), "at": at, "by": by.login}
    made, _new = Rating.objects.update_or_create(review=kept, goal=goal, side=side, defaults=values)
    facts = {"goal": goal.number, "side": side.value, "rating": rating.code}
    trail.record("goal.rated", goal, by=by, at=at, about=goal.party_id, **facts)
    return made


@transaction.atomic
def close(review: Review, *, outcome: str, by: Actor, at: datetime) -> Review:
    """Close a review with its outcome once every step before that is done."""
    by.must(Permission.KEEP_PROGRAMMES)
    kept = _open_review(review, by)
    missing = [s.name for s in kept.steps.all() if s.done_on is None and s.name != StepName.OUTCOME]
    if missing:
        raise StepsAreOpen(steps=[Word(rules.REVIEW_STEPS[name]) for name in missing])
    if not outcome.strip():
        raise OutcomeMissing
    kept.steps.filter(name=StepName.OUTCOME, done_on=None).update(done_on=at.date(), done_by=by.login)
    kept.outcome, kept.closed_at, kept.closed_by = outcome.strip(), at, by.login
    kept.save(update_fields=["outcome", "closed_at", "closed_by"])
    trail.record("review.closed", kept, by=by, at=at, about=kept.programme.party_id, year=kept.year)
    return kept


def side_of(review: Review, by: Actor) -> RatingSide:
    """For which side somebody speaks in a review."""
    if by.may(Permission.KEEP_PROGRAMMES):
        return RatingSide.ORGANISATION
    if by.party == review.programme.party_id and by.may(Permission.REQUEST_PLACES):
        return RatingSide.PARTY
    raise NotPermitted(permission=Permission.KEEP_PROGRAMMES)


def _open_review(review: Review, by: Actor) -> Review:
    """The review locked for changing, while it is open."""
    rows = Review.objects.seen_by(by).select_for_update(of=("self",)).select_related("programme__type")
    found = rows.filter(pk=review.pk).first()
    if found is None:
        raise NotFound(what="review")
    if not found.is_open:
        raise ReviewIsClosed(year=found.year)
    return found


def _open_step(step: ReviewStep, by: Actor) -> ReviewStep:
    """The step of an open review, while it is not done."""
    review = _open_review(step.review, by)
    found = review.steps.select_related("review__programme").get(pk=step.pk)
    if found.done_on:
        raise StepIsDone(step=Word(rules.REVIEW_STEPS[found.name]))
    return found


@transaction.atomic
def remind(*, by: Actor, at: datetime) -> int:
    """Tell who takes a step of an open review that it is due in a fortnight, and again in two days; how many were told."""
    today = at.date()
    near = ReviewStep.objects.filter(
        done_on=None, review__closed_at=None, due_on__range=(today, today + timedelta(days=max(BEFORE)))
    )
    told = 0
    for step in near.select_related("review__programme__party", "review__programme__type"):
        programme = step.review.programme
        facts = {"step": Word(rules.REVIEW_STEPS[step.name]), "programme": programme.name, "party": programme.party.name}
        left = next(days for days in BEFORE if step.due_on and step.due_on <= today + timedelta(days=days))
        for party, roles in TAKEN_BY[step.name]:
            told += notices.tell(
                "reviews",
                f"review-step:{step.pk}:{step.due_on}:{left}",
                Sentence(STEP_IS_DUE, facts | {"day": step.due_on}),
                link=reverse("review", args=[step.review_id]),
                party=programme.party_id if party else None,
                roles=roles,
                about=programme.party_id,
                due_on=step.due_on,
                by=by,
                at=at,
            )
    return told
