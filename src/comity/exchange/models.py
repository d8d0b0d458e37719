"""Batches: one sheet that somebody handed in, row by row with what stood before and what would stand after."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of


class BatchState(models.TextChoices):
    """How far a batch has come."""

    PREVIEWED = "previewed"
    APPLIED = "applied"
    UNDONE = "undone"


class BatchQuerySet(models.QuerySet["Batch"]):
    """Batches, scoped by reader."""

    def seen_by(self, actor: Actor) -> BatchQuerySet:
        """Those of the reader's own party; staff see all."""
        if actor.may("SEE_EVERYTHING"):
            return self
        return self.filter(party=actor.party) if actor.party else self.none()


class Batch(models.Model):
    """One sheet handed in: previewed, applied as one act, undone as one act.

    `rows` holds, for each row of the sheet, its line, its verdict (new, changed, unchanged, rejected), the key of the
    subject, the fields before and after, and what is wrong or worth knowing.
    """

    kind = models.CharField(max_length=40)
    scope = models.CharField(max_length=40, blank=True, default="")
    name = models.CharField(max_length=200)
    party = models.CharField(max_length=12, blank=True, default="")
    state = models.CharField(max_length=12, choices=BatchState.choices, default=BatchState.PREVIEWED)
    rows = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.CharField(max_length=150, blank=True, default="")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=150, blank=True, default="")

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-id")
        constraints = [
            one_of("state", BatchState, "batch_state_is_known"),
            models.CheckConstraint(
                name="batch_applied_iff_dated_and_signed",
                condition=iff(Q(state__in=["applied", "undone"]), Q(applied_at__isnull=False))
                & iff(Q(applied_at__isnull=False), ~Q(applied_by="")),
            ),
            models.CheckConstraint(
                name="batch_undone_iff_dated_and_signed",
                condition=iff(Q(state="undone"), Q(undone_at__isnull=False)) & iff(Q(undone_at__isnull=False), ~Q(undone_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
