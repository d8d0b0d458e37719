"""Seats of an activity and the places granted from them.

`Seats.granted` is kept by a trigger on grants and can never pass the capacity, whatever the interleaving: the row is the
lock, the CHECK is the law.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.participation.models.requests import Request
from comity.participation.models.rounds import Round
from comity.parties.models import Party, own


class Seats(models.Model):
    """How many places an activity has, and how many of them are granted; not held, when too few came together."""

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, primary_key=True, related_name="seats_kept")
    capacity = models.PositiveIntegerField()
    granted = models.IntegerField(default=0)
    held = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "seats"
        constraints = [
            models.CheckConstraint(name="seats_are_never_overbooked", condition=Q(granted__gte=0, granted__lte=F("capacity"))),
            models.CheckConstraint(name="seats_of_what_is_not_held_are_never_granted", condition=Q(held=True) | Q(granted=0)),
        ]

    def __str__(self) -> str:
        return f"{self.granted}/{self.capacity}"

    @property
    def left(self) -> int:
        """Places still free."""
        return self.capacity - self.granted if self.held else 0


class GrantSource(models.TextChoices):
    """Where a grant comes from: the published round, or a place left over afterwards."""

    ROUND = "round"
    LATE = "late"


class GrantQuerySet(models.QuerySet["Grant"]):
    """Grants, scoped by reader."""

    def seen_by(self, actor: Actor) -> GrantQuerySet:
        """A party reads its own; the staff reads all."""
        return self.filter(own(actor))


class Grant(models.Model):
    """Places that a party holds at an activity because of a request."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="grants")
    # Kept beside the request for the counters; a foreign key over three columns holds them to it.
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="grants")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="grants")
    source = models.CharField(max_length=5, choices=GrantSource.choices)
    round = models.ForeignKey(Round, null=True, blank=True, on_delete=models.PROTECT, related_name="grants")
    funded = models.PositiveSmallIntegerField(default=0)
    self_paid = models.PositiveSmallIntegerField(default=0)
    granted_at = models.DateTimeField()

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["party", "activity"], name="grants_by_party")]
        constraints = [
            one_of("source", GrantSource, "grant_source_is_known"),
            models.CheckConstraint(
                name="grant_of_a_round_iff_it_names_it", condition=iff(Q(source="round"), Q(round__isnull=False))
            ),
            models.UniqueConstraint(
                fields=["request", "round"], name="grant_of_a_round_is_given_once", condition=Q(round__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.activity}: {self.places}"

    @property
    def places(self) -> int:
        """Places in all."""
        return self.funded + self.self_paid
