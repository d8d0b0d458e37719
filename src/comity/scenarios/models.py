"""Studies with their scenarios, and trials.

A scenario that is worked out stays as it is, however often its job runs: a trigger in `migrations/laws.sql`.
"""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from comity.accounts.rules import Permission
from comity.activities.models import Edition
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.kernel.words import Sentence
from comity.participation.models import Line, RoundState, Rule
from comity.scenarios.rules import changes_of


class StudyState(models.TextChoices):
    """How a study stands: running once its input is gathered, done when no scenario waits any more."""

    ORDERED = "ordered"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class StudyQuerySet(models.QuerySet["Study"]):
    """Studies, scoped by reader."""

    def seen_by(self, actor: Actor) -> StudyQuerySet:
        """Those who prepare rounds see all; nobody else sees any."""
        return self if actor.may(Permission.SEE_ROUNDS) else self.none()


class Study(models.Model):
    """Many simulations of one edition, ordered at once and worked out from the same requests."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="studies")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120, blank=True, default="")
    state = models.CharField(max_length=9, choices=StudyState.choices, default=StudyState.ORDERED)
    ordered_at = models.DateTimeField()
    ordered_by = models.CharField(max_length=150)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.CharField(max_length=150, blank=True, default="")
    finished_at = models.DateTimeField(null=True, blank=True)
    fault = models.TextField(blank=True, default="")
    requests = models.PositiveIntegerField(null=True, blank=True)
    turned_away = models.PositiveIntegerField(null=True, blank=True)

    objects = StudyQuerySet.as_manager()

    class Meta:
        ordering = ("-edition", "-number")
        verbose_name_plural = "studies"
        constraints = [
            one_of("state", StudyState, "study_state_is_known"),
            models.UniqueConstraint(fields=["edition", "number"], name="study_numbers_are_used_once"),
            models.CheckConstraint(
                name="study_cancelled_iff_dated_and_signed",
                condition=iff(Q(state="cancelled"), Q(cancelled_at__isnull=False))
                & iff(Q(cancelled_at__isnull=False), ~Q(cancelled_by="")),
            ),
            models.CheckConstraint(name="study_done_iff_dated", condition=iff(Q(state="done"), Q(finished_at__isnull=False))),
            models.CheckConstraint(name="study_failed_iff_the_fault_is_told", condition=iff(Q(state="failed"), ~Q(fault=""))),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} study {self.number}"

    @property
    def is_under_way(self) -> bool:
        """Whether there is still something to come."""
        return self.state in (StudyState.ORDERED, StudyState.RUNNING)


class Matter(models.Model):
    """What a study puts to the core, packed: the requests of the edition as they stood when it began."""

    study = models.OneToOneField(Study, on_delete=models.CASCADE, primary_key=True, related_name="matter")
    packed = models.BinaryField()

    def __str__(self) -> str:
        return f"matter of {self.study_id}"


class ScenarioState(models.TextChoices):
    """How a scenario stands; while it is being worked out it waits, and tells how far it is."""

    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    """Scenarios, scoped by reader."""

    def seen_by(self, actor: Actor) -> ScenarioQuerySet:
        """Those who prepare rounds see all; nobody else sees any."""
        return self if actor.may(Permission.SEE_ROUNDS) else self.none()


class Scenario(models.Model):
    """One rule with one variation and one seed, and the plan that follows; it never promises anything."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="scenarios")
    number = models.PositiveIntegerField()
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="scenarios")
    parameters = models.JSONField()
    # What is varied beside the rule: pool, budget_percent, more_away.
    variation = models.JSONField(default=dict)
    seed = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=ScenarioState.choices, default=ScenarioState.WAITING)
    stage = models.CharField(max_length=60, blank=True, default="")
    share = models.FloatField(default=0)
    fault = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True, blank=True)
    value = models.BigIntegerField(null=True, blank=True)
    bound = models.BigIntegerField(null=True, blank=True)
    gap_percent = models.FloatField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    input_sha256 = models.CharField(max_length=64, blank=True, default="")
    output_sha256 = models.CharField(max_length=64, blank=True, default="")
    fairness = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    cancelled = models.JSONField(default=list, blank=True)
    # Places granted at each activity that was asked for, by its number.
    places = models.JSONField(default=dict, blank=True)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        ordering = ("study", "number")
        constraints = [
            one_of("state", ScenarioState, "scenario_state_is_known"),
            models.UniqueConstraint(fields=["study", "number"], name="scenario_numbers_are_used_once"),
            models.CheckConstraint(
                name="scenario_done_iff_it_has_a_result",
                condition=iff(
                    Q(state="done"),
                    Q(done_at__isnull=False, value__isnull=False, bound__isnull=False, gap_percent__isnull=False)
                    & ~Q(input_sha256="")
                    & ~Q(output_sha256=""),
                ),
            ),
            models.CheckConstraint(name="scenario_failed_iff_the_fault_is_told", condition=iff(Q(state="failed"), ~Q(fault=""))),
        ]

    def __str__(self) -> str:
        return f"{self.study_id}.{self.number} {self.rule}"

    @property
    def is_done(self) -> bool:
        """Whether there is a result to look at."""
        return self.state == ScenarioState.DONE

    @property
    def changes(self) -> list[Sentence]:
        """What it changes, in words."""
        return changes_of(self.rule.parameters, self.parameters, self.variation)


class TrialState(models.TextChoices):
    """How a trial stands."""

    ORDERED = "ordered"
    DONE = "done"
    FAILED = "failed"


class TrialQuerySet(models.QuerySet["Trial"]):
    """Trials, scoped by reader."""

    def seen_by(self, actor: Actor) -> TrialQuerySet:
        """As the lines they are about: those who prepare rounds see all, a party its own in a published round."""
        if actor.may(Permission.SEE_ROUNDS):
            return self
        if actor.party is None:
            return self.none()
        return self.filter(line__request__party=actor.party, line__round__state=RoundState.PUBLISHED)


class Trial(models.Model):
    """One line tried out with one term changed: a result kept for a while, so that nobody waits for it twice."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="trials")
    lever = models.CharField(max_length=10)
    amount = models.BigIntegerField()
    state = models.CharField(max_length=7, choices=TrialState.choices, default=TrialState.ORDERED)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    fault = models.TextField(blank=True, default="")
    # Places before and after, how many others moved, gap, and the places of each party, which only some may read.
    result = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    objects = TrialQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            one_of("state", TrialState, "trial_state_is_known"),
            models.UniqueConstraint(fields=["line", "lever", "amount"], name="trial_is_kept_once"),
            models.CheckConstraint(name="trial_done_iff_it_has_a_result", condition=iff(Q(state="done"), ~Q(result={}))),
            models.CheckConstraint(name="trial_failed_iff_the_fault_is_told", condition=iff(Q(state="failed"), ~Q(fault=""))),
            models.CheckConstraint(name="trial_expires_after_it_was_asked", condition=Q(expires_at__gt=F("asked_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.lever} {self.amount}"
