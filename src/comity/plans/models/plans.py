"""Plans of parties over some years, their lines, what was done to them by hand, and what the planner proposes.

The draft is the one plan a party works on; variants are kept beside it, and the desk may propose one. A line sends so many
people to an activity in a year: the activity itself, or its likely repetition in a year whose edition does not exist yet.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from comity.accounts.rules import Permission
from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.parties.models import Party, own


class PlanState(models.TextChoices):
    """What a plan is to its party."""

    DRAFT = "draft"
    VARIANT = "variant"
    PROPOSED = "proposed"


class LineState(models.TextChoices):
    """Who decided about a line: the planner, or somebody by hand."""

    PROPOSED = "proposed"
    FIXED = "fixed"
    REMOVED = "removed"


class ProposalKind(models.TextChoices):
    """What the planner was asked: a plan from nothing but what is fixed, or the rest anew near the plan that stands."""

    DRAFT = "draft"
    REST = "rest"


class ProposalState(models.TextChoices):
    """How far the planner has come, and what became of its answer."""

    ORDERED = "ordered"
    READY = "ready"
    TAKEN = "taken"
    DROPPED = "dropped"
    FAILED = "failed"


class PlanQuerySet(models.QuerySet["Plan"]):
    """Plans, scoped by reader."""

    def seen_by(self, actor: Actor) -> PlanQuerySet:
        """A party reads its own; the staff reads all."""
        return self.filter(own(actor))


class Plan(models.Model):
    """So many years of a party, within a budget for each and so many people away at once.

    `outcome` is what the lines as they stand reach, cost and break; `proof` what the planner proved when it last worked
    the plan out, under the limits and goals of that moment.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="plans")
    state = models.CharField(max_length=8, choices=PlanState.choices, default=PlanState.DRAFT)
    name = models.CharField(max_length=120, blank=True, default="")
    first_year = models.PositiveSmallIntegerField()
    years = models.PositiveSmallIntegerField(default=4)
    budgets: Any = ArrayField(models.PositiveBigIntegerField(null=True, blank=True), default=list, blank=True)
    away_cap = models.PositiveIntegerField(null=True, blank=True)
    # People who speak a language at each level or above, from level 1; an absent number sets no limit.
    speakers: Any = ArrayField(models.PositiveIntegerField(null=True, blank=True), default=list, blank=True)
    outcome = models.JSONField(default=dict, blank=True)
    proof = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=150)
    changed_at = models.DateTimeField()
    is_demonstration = models.BooleanField(default=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ("party", "-begun_at", "-id")
        constraints = [
            one_of("state", PlanState, "plan_state_is_known"),
            models.UniqueConstraint(fields=["party"], name="plan_is_drafted_once_by_a_party", condition=Q(state="draft")),
            models.UniqueConstraint(fields=["party", "name"], name="plan_names_are_used_once_by_a_party", condition=~Q(name="")),
            models.CheckConstraint(name="plan_kept_beside_the_draft_has_a_name", condition=Q(state="draft") | ~Q(name="")),
            models.CheckConstraint(name="plan_runs_from_one_to_eight_years", condition=Q(years__range=(1, 8))),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.span}{f' {self.name}' if self.name else ''}"

    @property
    def last_year(self) -> int:
        """The last of its years."""
        return self.first_year + self.years - 1

    @property
    def span_of_years(self) -> range:
        """Its years, one by one."""
        return range(self.first_year, self.first_year + self.years)

    @property
    def span(self) -> str:
        """Its years."""
        return f"{self.first_year}\u2013{self.last_year}"

    @property
    def is_draft(self) -> bool:
        """Whether it is the plan the party works on."""
        return self.state == PlanState.DRAFT


class PlanLineQuerySet(models.QuerySet["PlanLine"]):
    """Lines of plans, scoped by reader."""

    def seen_by(self, actor: Actor) -> PlanLineQuerySet:
        """Whoever may see the plan."""
        return self.filter(own(actor, "plan__party"))


class PlanLine(models.Model):
    """So many people to one activity in one year, with days, cost and units as they were when it was planned."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lines")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="plan_lines")
    year = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=LineState.choices, default=LineState.PROPOSED)
    starts_on = models.DateField()
    ends_on = models.DateField()
    cost = models.PositiveIntegerField(default=0)
    units = models.PositiveSmallIntegerField()

    objects = PlanLineQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "starts_on", "id")
        constraints = [
            one_of("state", LineState, "plan_line_state_is_known"),
            models.UniqueConstraint(fields=["plan", "activity", "year"], name="plan_line_is_told_once"),
            models.CheckConstraint(
                name="plan_line_removed_iff_nobody_goes", condition=iff(Q(state="removed"), Q(people=0)) & Q(people__lte=1_000_000)
            ),
            models.CheckConstraint(name="plan_line_ends_after_it_starts", condition=Q(ends_on__gte=models.F("starts_on"))),
        ]

    def __str__(self) -> str:
        return f"{self.activity.number} {self.year}"


class PlanStepQuerySet(models.QuerySet["PlanStep"]):
    """Steps of plans, scoped by reader."""

    def seen_by(self, actor: Actor) -> PlanStepQuerySet:
        """Whoever may see the plan."""
        return self.filter(own(actor, "plan__party"))


class PlanStep(models.Model):
    """One change of a plan's lines, with the lines as they stood before it, so that it can be undone."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=20)
    facts = models.JSONField(default=dict)
    before = models.JSONField(default=list)
    done_at = models.DateTimeField()
    done_by = models.CharField(max_length=150)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = PlanStepQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "-number")
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_steps_are_counted_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.number}"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Proposals, scoped by reader."""

    def seen_by(self, actor: Actor) -> ProposalQuerySet:
        """Whoever may see the plan."""
        return self.filter(own(actor, "plan__party"))


class Proposal(models.Model):
    """What the planner was asked to work out for a plan, how far it is, and its answer: people by occurrence.

    `base` is the version of the plan it was asked about: an answer about another one is never taken unseen.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="proposals")
    kind = models.CharField(max_length=5, choices=ProposalKind.choices)
    state = models.CharField(max_length=7, choices=ProposalState.choices, default=ProposalState.ORDERED)
    base = models.PositiveIntegerField()
    stage = models.CharField(max_length=20, default="waiting")
    share = models.FloatField(default=0.0)
    lines = models.JSONField(default=list, blank=True)
    proof = models.JSONField(default=dict, blank=True)
    fault = models.TextField(blank=True, default="")
    ordered_at = models.DateTimeField()
    ordered_by = models.CharField(max_length=150)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "-id")
        constraints = [
            one_of("kind", ProposalKind, "proposal_kind_is_known"),
            one_of("state", ProposalState, "proposal_state_is_known"),
            models.UniqueConstraint(fields=["plan"], name="proposal_is_worked_out_once_at_a_time", condition=Q(state="ordered")),
            models.CheckConstraint(name="proposal_failed_iff_it_says_why", condition=iff(Q(state="failed"), ~Q(fault=""))),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.kind}"


class JointPlanState(models.TextChoices):
    """How far plans for all parties are."""

    ORDERED = "ordered"
    DONE = "done"
    FAILED = "failed"


class JointPlanQuerySet(models.QuerySet["JointPlan"]):
    """Plans for all parties at once, scoped by reader."""

    def seen_by(self, actor: Actor) -> JointPlanQuerySet:
        """The staff alone: it tells of many parties."""
        return self if actor.may(Permission.SEE_EVERYTHING) else self.none()


class JointPlan(models.Model):
    """Plans for all parties with goals, worked out together so that they do not overbook; each becomes a variant of its party."""

    name = models.CharField(max_length=120)
    state = models.CharField(max_length=7, choices=JointPlanState.choices, default=JointPlanState.ORDERED)
    stage = models.CharField(max_length=40, default="waiting")
    share = models.FloatField(default=0.0)
    parties = models.PositiveIntegerField(default=0)
    overbooked = models.PositiveIntegerField(default=0)
    shared = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0.0)
    left_out = models.JSONField(default=dict, blank=True)
    fault = models.TextField(blank=True, default="")
    ordered_at = models.DateTimeField()
    ordered_by = models.CharField(max_length=150)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = JointPlanQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            one_of("state", JointPlanState, "joint_plan_state_is_known"),
            models.UniqueConstraint(fields=["name"], name="joint_plan_names_are_used_once"),
            models.UniqueConstraint(fields=["state"], name="joint_plan_is_worked_out_one_at_a_time", condition=Q(state="ordered")),
            models.CheckConstraint(name="joint_plan_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="joint_plan_failed_iff_it_says_why", condition=iff(Q(state="failed"), ~Q(fault=""))),
        ]

    def __str__(self) -> str:
        return self.name


class SeatForecastQuerySet(models.QuerySet["SeatForecast"]):
    """Forecasts; sums over many parties, for everybody who plans."""

    def seen_by(self, actor: Actor) -> SeatForecastQuerySet:
        """Whoever is signed in."""
        return self.none() if actor.is_stranger else self


class SeatForecast(models.Model):
    """What came of what was asked for in a year, in one area for one kind, over all parties that asked.

    Attributes:
        unused: how many of the granted seats stood empty in the end.
    """

    year = models.PositiveSmallIntegerField()
    area_key = models.CharField(max_length=120, blank=True, default="")
    kind = models.CharField(max_length=12, blank=True, default="")
    asked = models.PositiveIntegerField()
    granted = models.PositiveIntegerField()
    unused = models.PositiveIntegerField(default=0)

    objects = SeatForecastQuerySet.as_manager()

    class Meta:
        ordering = ("-year", "area_key", "kind")
        constraints = [
            models.UniqueConstraint(fields=["year", "area_key", "kind"], name="seat_forecast_is_kept_once"),
            models.CheckConstraint(name="seat_forecast_is_a_share", condition=Q(asked__gte=1, granted__lte=models.F("asked"))),
            models.CheckConstraint(name="seats_not_used_were_granted", condition=Q(unused__lte=models.F("granted"))),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.area_key} {self.kind}"

    @property
    def share(self) -> float:
        """The share of what is asked for that may be had: what was granted, and what others left to the reserve list."""
        return min(1.0, (self.granted + self.unused) / self.asked)
