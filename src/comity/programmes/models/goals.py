"""Goals of parties: so many units of capability in an area by a deadline, each under an objective of the party.

That the objective and the programme are the party's own are foreign keys over two columns: see `migrations/laws.sql`
and `migrations/life.sql`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comity.activities.models import Term
from comity.kernel.actors import Actor
from comity.kernel.tables import PartialDateField, iff, one_of
from comity.kernel.words import Name
from comity.parties.models import Party, own
from comity.programmes.models.objectives import Objective


class Tier(models.TextChoices):
    """How far training goes."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Outcome(models.TextChoices):
    """What became of a goal that no longer stands; nothing where it was retired outside of a programme."""

    CARRIED_OVER = "carried_over"
    MERGED = "merged"
    SPLIT = "split"
    COMPLETED = "completed"
    DROPPED = "dropped"


class GoalQuerySet(models.QuerySet["Goal"]):
    """Goals, scoped by reader."""

    def seen_by(self, actor: Actor) -> GoalQuerySet:
        """A party reads its own; the staff reads all."""
        return self.filter(own(actor))

    def live(self) -> GoalQuerySet:
        """Goals not retired."""
        return self.filter(retired_at__isnull=True)

    def aimed(self) -> GoalQuerySet:
        """Goals that plans aim at: live, told in full, and not of a programme that is still being drafted."""
        return self.live().filter(is_title_only=False).exclude(programme__state="drafting")


class Goal(models.Model):
    """What a party wants to be able to do by when, counted in units of one area at a tier or above."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="goals")
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="goals")
    number = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=300)
    title_fr = models.CharField(max_length=300, blank=True, default="")
    area = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+")
    tier = models.CharField(max_length=12, choices=Tier.choices, default=Tier.BEGINNER)
    units = models.PositiveIntegerField()
    deadline = PartialDateField()
    priority = models.PositiveSmallIntegerField(default=2)
    version = models.PositiveIntegerField(default=1)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.CharField(max_length=150, blank=True, default="")
    reason = models.CharField(max_length=600, blank=True, default="")
    programme = models.ForeignKey("Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="goals")
    # What it is about is classified and lies elsewhere: here it has a number and a title.
    is_title_only = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, default="")
    markers: models.ManyToManyField[Term, models.Model] = models.ManyToManyField(Term, blank=True, related_name="+")
    is_demonstration = models.BooleanField(default=False)

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ("party", "number")
        constraints = [
            models.UniqueConstraint(fields=["party", "number"], name="goal_numbers_are_used_once_by_a_party"),
            one_of("tier", Tier, "goal_tier_is_known"),
            models.CheckConstraint(name="goal_has_a_number", condition=Q(number__gte=1)),
            models.CheckConstraint(name="goal_has_a_title", condition=~Q(title_en="")),
            models.CheckConstraint(name="goal_needs_a_unit_or_more", condition=Q(units__gte=1, units__lte=100_000)),
            models.CheckConstraint(name="goal_has_a_deadline", condition=~Q(deadline="")),
            models.CheckConstraint(name="goal_priority_is_from_one_to_three", condition=Q(priority__range=(1, 3))),
            models.CheckConstraint(name="goal_outcome_is_known", condition=Q(outcome__in=["", *Outcome.values])),
            models.CheckConstraint(name="goal_with_an_outcome_is_retired", condition=Q(outcome="") | Q(retired_at__isnull=False)),
            models.CheckConstraint(
                name="goal_retired_iff_dated_signed_and_explained",
                condition=iff(Q(retired_at__isnull=False), ~Q(retired_by="")) & iff(Q(retired_at__isnull=False), ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.number}"

    @property
    def title(self) -> Name:
        """The title in both languages."""
        return Name(self.title_en, self.title_fr)

    @property
    def is_live(self) -> bool:
        """Whether it is not retired."""
        return self.retired_at is None
