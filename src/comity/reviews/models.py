"""Reviews: one turn of the cycle of a programme, its steps with their dates, and what each side says of each goal."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from comity.activities.models import Term
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.parties.models import own
from comity.programmes.models import Goal, Programme


class ReviewKind(models.TextChoices):
    """Which review of a programme it is."""

    YEARLY = "yearly"
    MIDTERM = "midterm"


class StepName(models.TextChoices):
    """The steps of a review in their order."""

    SELF_ASSESSMENT = "self_assessment"
    STAFF_ASSESSMENT = "staff_assessment"
    BILATERAL_TALKS = "bilateral_talks"
    REVIEW_MEETING = "review_meeting"
    OUTCOME = "outcome"


class RatingSide(models.TextChoices):
    """Whose word a rating is."""

    PARTY = "party"
    ORGANISATION = "organisation"


class ReviewQuerySet(models.QuerySet["Review"]):
    """Reviews, scoped by reader."""

    def seen_by(self, actor: Actor) -> ReviewQuerySet:
        """A party reads its own; the staff reads all."""
        return self.filter(own(actor, "programme__party"))


class Review(models.Model):
    """The review of a programme in a year."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="reviews")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=ReviewKind.choices, default=ReviewKind.YEARLY)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=150)
    outcome = models.CharField(max_length=4000, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True, default="")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ("programme", "-year", "kind")
        constraints = [
            one_of("kind", ReviewKind, "review_kind_is_known"),
            models.UniqueConstraint(fields=["programme", "year", "kind"], name="a_programme_is_reviewed_once_a_year"),
            models.CheckConstraint(name="review_year_is_four_digits", condition=Q(year__range=(1949, 2199))),
            models.CheckConstraint(
                name="review_closed_iff_dated_signed_and_with_an_outcome",
                condition=iff(Q(closed_at__isnull=False), ~Q(closed_by="")) & iff(Q(closed_at__isnull=False), ~Q(outcome="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.year} {self.kind}"

    @property
    def is_open(self) -> bool:
        """Whether its outcome is still to come."""
        return self.closed_at is None


class ReviewStep(models.Model):
    """One step of a review: by when it is due, and when it was done with what result."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="steps")
    name = models.CharField(max_length=18, choices=StepName.choices)
    place = models.PositiveSmallIntegerField()
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_by = models.CharField(max_length=150, blank=True, default="")
    summary = models.CharField(max_length=4000, blank=True, default="")

    class Meta:
        ordering = ("review", "place")
        constraints = [
            one_of("name", StepName, "review_step_is_known"),
            models.UniqueConstraint(fields=["review", "name"], name="a_review_has_each_step_once"),
            models.CheckConstraint(name="review_step_done_iff_signed", condition=iff(Q(done_on__isnull=False), ~Q(done_by=""))),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.name}"

    def is_overdue(self, on: date) -> bool:
        """Whether its day has passed and it is not done."""
        return self.done_on is None and self.due_on is not None and self.due_on < on


class Rating(models.Model):
    """How one side sees one goal in one review, in a word of the vocabulary."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="ratings")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="ratings")
    side = models.CharField(max_length=12, choices=RatingSide.choices)
    rating = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")
    remark = models.CharField(max_length=600, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    class Meta:
        ordering = ("review", "goal", "side")
        constraints = [
            one_of("side", RatingSide, "rating_side_is_known"),
            models.UniqueConstraint(fields=["review", "goal", "side"], name="a_side_rates_a_goal_once_in_a_review"),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.goal_id} {self.side}"
