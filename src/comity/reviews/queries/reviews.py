"""Reads of reviews: one with its steps and what both sides say of each goal, what is overdue, and what is still to be opened."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.programmes.models import Goal, Programme
from comity.reviews import rules
from comity.reviews.models import Rating, Review, ReviewQuerySet, ReviewStep


@dataclass(frozen=True)
class Rated:
    """A goal with what each side says of it."""

    goal: Goal
    by_side: Mapping[str, Rating]

    @property
    def differs(self) -> bool:
        """Whether both sides have spoken and do not say the same."""
        said = {rating.rating_id for rating in self.by_side.values()}
        return len(said) > 1


@dataclass(frozen=True)
class ReviewTold:
    """A review with its steps and its goals."""

    review: Review
    steps: Sequence[ReviewStep]
    goals: Sequence[Rated]

    @property
    def following(self) -> ReviewStep | None:
        """The next step to be taken."""
        return next((step for step in self.steps if step.done_on is None), None)


def reviews(*, seen_by: Actor) -> ReviewQuerySet:
    """The reviews a reader may see, with their programmes."""
    return Review.objects.seen_by(seen_by).select_related("programme__party", "programme__type")


def review(pk: int, *, seen_by: Actor) -> Review:
    """One review.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = reviews(seen_by=seen_by).filter(pk=pk).first()
    if found is None:
        raise NotFound(what="review")
    return found


def told(found: Review, *, seen_by: Actor) -> ReviewTold:
    """A review with its steps and ratings, in a number of queries that does not grow."""
    by_goal: dict[int, dict[str, Rating]] = defaultdict(dict)
    for rating in found.ratings.select_related("rating"):
        by_goal[rating.goal_id][rating.side] = rating
    own = Goal.objects.seen_by(seen_by).filter(programme=found.programme_id).select_related("objective", "area")
    goals = [goal for goal in own.order_by("number") if goal.is_live or goal.pk in by_goal]
    return ReviewTold(found, list(found.steps.all()), [Rated(goal, by_goal.get(goal.pk, {})) for goal in goals])


def overdue(on: date, *, seen_by: Actor) -> list[ReviewStep]:
    """The steps of open reviews whose day has passed, the oldest first."""
    open_ones = Review.objects.seen_by(seen_by).filter(closed_at=None)
    late = ReviewStep.objects.filter(review__in=open_ones, done_on=None, due_on__lt=on)
    return list(late.select_related("review__programme__party", "review__programme__type").order_by("due_on", "pk"))


def to_open(programme: Programme, on: date, known: Iterable[Review]) -> list[tuple[int, str]]:
    """The reviews that the type asks for up to a year and that were not opened: a year and a kind each."""
    first, last = programme.since.earliest, programme.until.latest
    if first is None or last is None or not programme.is_in_force:
        return []
    wanted = [(year, "yearly") for year in rules.years_of_reviews(first, last, programme.type.rhythm) if year <= on.year]
    if programme.type.has_midterm and rules.midterm(first, last) <= on.year:
        wanted.append((rules.midterm(first, last), "midterm"))
    opened = {(review.year, review.kind) for review in known}
    return [pair for pair in wanted if pair not in opened]
