"""Rounds under silence: their deadline, the capitals they lie with, and how the deadline was moved."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from comity.agreements.models.agreements import Agreement
from comity.agreements.rules import silence
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.parties.models import Party


class Outcome(models.TextChoices):
    """How a round ended, or that it runs."""

    OPEN = "open"
    AGREED = "agreed"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


class CirculationQuerySet(models.QuerySet["Circulation"]):
    """Rounds, scoped by reader."""

    def seen_by(self, actor: Actor) -> CirculationQuerySet:
        """Whoever sees the agreement sees its rounds."""
        return self.filter(agreement__in=Agreement.objects.seen_by(actor))

    def due(self, at: datetime) -> CirculationQuerySet:
        """Open rounds whose deadline has come and that are not halted."""
        return self.filter(outcome=Outcome.OPEN, halted_at__isnull=True, deadline__lte=at)


class Circulation(models.Model):
    """One round under silence, open until its deadline, or until it is broken or withdrawn."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="circulations")
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=150)
    deadline = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True, default="")
    # The Ally that broke silence, and the reason it gave; or why the round was withdrawn.
    breaker = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="silences_broken")
    reason = models.TextField(blank=True, default="")
    # Since when and for which frameworks' suspensions time stands still.
    halted_at = models.DateTimeField(null=True, blank=True)
    halted_for = models.CharField(max_length=200, blank=True, default="")

    objects = CirculationQuerySet.as_manager()

    class Meta:
        ordering = ("agreement", "id")
        indexes = [models.Index(fields=["deadline"], name="circulations_by_deadline", condition=Q(outcome="open"))]
        constraints = [
            one_of("outcome", Outcome, "circulation_outcome_is_known"),
            models.UniqueConstraint(fields=["agreement"], name="circulation_runs_once_at_a_time", condition=Q(outcome="open")),
            models.CheckConstraint(name="circulation_ends_after_it_opened", condition=Q(deadline__gt=F("opened_at"))),
            models.CheckConstraint(
                name="circulation_closed_iff_dated_and_signed",
                condition=iff(Q(outcome="open"), Q(closed_at__isnull=True)) & iff(Q(outcome="open"), Q(closed_by="")),
            ),
            models.CheckConstraint(
                name="circulation_broken_iff_an_ally_gave_a_reason",
                condition=iff(Q(outcome="broken"), Q(breaker__isnull=False)) & (~Q(outcome="broken") | ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="circulation_is_broken_before_its_deadline", condition=~Q(outcome="broken") | Q(closed_at__lt=F("deadline"))
            ),
            models.CheckConstraint(
                name="circulation_holds_at_its_deadline", condition=~Q(outcome="agreed") | Q(closed_at__gte=F("deadline"))
            ),
            models.CheckConstraint(
                name="circulation_halted_iff_it_says_for_what", condition=iff(Q(halted_at__isnull=False), ~Q(halted_for=""))
            ),
            models.CheckConstraint(
                name="circulation_halted_never_expires", condition=~Q(outcome="agreed") | Q(halted_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} under silence"

    @property
    def is_halted(self) -> bool:
        """Whether time stands still for it."""
        return self.halted_at is not None

    def runs(self, at: datetime) -> bool:
        """Whether silence can still be broken at a moment."""
        return self.outcome == Outcome.OPEN and (self.is_halted or not silence.has_held(self.deadline, at))

    def has_held(self, at: datetime) -> bool:
        """Whether silence has held by a moment, be it settled already or not."""
        return self.outcome == Outcome.AGREED or (
            self.outcome == Outcome.OPEN and not self.is_halted and silence.has_held(self.deadline, at)
        )


class Capital(models.Model):
    """An Ally of the day on which a round was opened, with the time zone of its capital if it is known."""

    circulation = models.ForeignKey(Circulation, on_delete=models.PROTECT, related_name="capitals")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    zone = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ("circulation", "party")
        constraints = [models.UniqueConstraint(fields=["circulation", "party"], name="capital_is_asked_once_in_a_round")]

    def __str__(self) -> str:
        return f"{self.party_id} {self.zone}".strip()


class Extension(models.Model):
    """A deadline that was moved: from when, to when, why."""

    circulation = models.ForeignKey(Circulation, on_delete=models.PROTECT, related_name="extensions")
    former_at = models.DateTimeField()
    latter_at = models.DateTimeField()
    extended_at = models.DateTimeField()
    extended_by = models.CharField(max_length=150)
    reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ("circulation", "id")
        constraints = [
            models.CheckConstraint(name="extension_never_shortens_silence", condition=Q(latter_at__gt=F("former_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.former_at:%Y-%m-%d %H:%M} → {self.latter_at:%Y-%m-%d %H:%M}"
