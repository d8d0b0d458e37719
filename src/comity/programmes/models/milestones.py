"""What hangs on a goal: the steps of its history, its milestones, what supports it, and what came of that."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.kernel.tables import PartialDateField, iff, one_of
from comity.kernel.words import Name
from comity.parties.models import own
from comity.programmes.models.goals import Goal

Row = TypeVar("Row", bound=models.Model)


class OfAGoal(models.QuerySet[Row]):
    """Rows that hang on a goal, scoped like it."""

    def seen_by(self, actor: Actor) -> Self:
        """A party reads its own; the staff reads all."""
        return self.filter(own(actor, "goal__party"))


class StepKind(models.TextChoices):
    """What became of a goal."""

    NEW = "new"
    CARRIED_OVER = "carried_over"
    MERGED = "merged"
    SPLIT = "split"
    COMPLETED = "completed"
    DROPPED = "dropped"
    TITLE_ONLY = "title_only"


LEADING = ("carried_over", "merged", "split")
CLOSING = ("completed", "dropped")


class GoalStep(models.Model):
    """One step in the history of a goal: how it came, what it became, and into which goal it went."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=14, choices=StepKind.choices)
    into = models.ForeignKey(Goal, null=True, blank=True, on_delete=models.PROTECT, related_name="origins")
    reason = models.CharField(max_length=600, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    objects = OfAGoal.as_manager()

    class Meta:
        ordering = ("goal", "at", "pk")
        constraints = [
            one_of("kind", StepKind, "goal_step_is_known"),
            models.CheckConstraint(
                name="goal_leads_into_another_iff_carried_merged_or_split",
                condition=iff(Q(kind__in=LEADING), Q(into__isnull=False)) & ~Q(into=models.F("goal")),
            ),
            models.CheckConstraint(name="goal_is_dropped_for_a_reason", condition=~Q(kind="dropped") | ~Q(reason="")),
            models.UniqueConstraint(
                fields=["goal"],
                name="a_goal_is_settled_once",
                condition=Q(kind__in=["carried_over", "merged", "completed", "dropped"]),
            ),
            models.UniqueConstraint(fields=["goal", "into"], name="a_goal_leads_into_another_once"),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.kind}"


class MilestoneState(models.TextChoices):
    """How a milestone stands."""

    OPEN = "open"
    MET = "met"
    MISSED = "missed"
    DROPPED = "dropped"


class Milestone(models.Model):
    """A thing to be reached on the way to a goal: by which unit, by when, and how it is measured."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="milestones")
    title_en = models.CharField(max_length=300)
    title_fr = models.CharField(max_length=300, blank=True, default="")
    owner = models.CharField(max_length=200, blank=True, default="")
    due = PartialDateField()
    indicator = models.CharField(max_length=300, blank=True, default="")
    baseline = models.CharField(max_length=120, blank=True, default="")
    target = models.CharField(max_length=120, blank=True, default="")
    measured = models.CharField(max_length=120, blank=True, default="")
    evidence = models.CharField(max_length=600, blank=True, default="")
    state = models.CharField(max_length=8, choices=MilestoneState.choices, default=MilestoneState.OPEN)
    reason = models.CharField(max_length=600, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=150, blank=True, default="")

    objects = OfAGoal.as_manager()

    class Meta:
        ordering = ("goal", "due", "pk")
        constraints = [
            one_of("state", MilestoneState, "milestone_state_is_known"),
            models.CheckConstraint(name="milestone_has_a_title_and_a_date", condition=~Q(title_en="") & ~Q(due="")),
            models.CheckConstraint(
                name="milestone_settled_iff_dated_and_signed",
                condition=iff(~Q(state="open"), Q(settled_at__isnull=False)) & iff(Q(settled_at__isnull=False), ~Q(settled_by="")),
            ),
            models.CheckConstraint(name="milestone_met_needs_evidence", condition=~Q(state="met") | ~Q(evidence="")),
            models.CheckConstraint(
                name="milestone_missed_or_dropped_iff_for_a_reason",
                condition=iff(Q(state__in=["missed", "dropped"]), ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.title_en}"

    @property
    def title(self) -> Name:
        """The title in both languages."""
        return Name(self.title_en, self.title_fr)


class OfASupport(models.QuerySet[Row]):
    """Rows that hang on a support, scoped like its goal."""

    def seen_by(self, actor: Actor) -> Self:
        """A party reads its own; the staff reads all."""
        return self.filter(own(actor, "support__goal__party"))


class SupportKind(models.TextChoices):
    """What may support a goal."""

    ACTIVITY = "activity"
    TRUST_FUND = "trust_fund"
    EVALUATION = "evaluation"


class Support(models.Model):
    """Something that helps to reach a goal: an activity of the menu, a trust fund or an evaluation."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="supports")
    kind = models.CharField(max_length=12, choices=SupportKind.choices)
    activity = models.ForeignKey(Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=300, blank=True, default="")

    objects = OfAGoal.as_manager()

    class Meta:
        ordering = ("goal", "kind", "pk")
        constraints = [
            one_of("kind", SupportKind, "support_kind_is_known"),
            models.CheckConstraint(
                name="support_is_an_activity_or_has_a_name",
                condition=iff(Q(kind="activity"), Q(activity__isnull=False)) & iff(~Q(kind="activity"), ~Q(name="")),
            ),
            models.UniqueConstraint(
                fields=["goal", "activity"], name="an_activity_supports_a_goal_once", condition=Q(activity__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.name or self.activity_id}"


class Evidence(models.Model):
    """What came of an activity that supports a goal: how many people of the party came, and on which days.

    It shows that something happened. That a milestone is met is for the party and its desk officer to say.
    """

    support = models.OneToOneField(Support, on_delete=models.CASCADE, related_name="evidence")
    people = models.PositiveIntegerField()
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    laid_at = models.DateTimeField()
    laid_by = models.CharField(max_length=150)

    objects = OfASupport.as_manager()

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ("support",)
        constraints = [models.CheckConstraint(name="evidence_is_of_somebody_who_came", condition=Q(people__gte=1))]

    def __str__(self) -> str:
        return f"{self.support_id}: {self.people}"
