"""What came of seats: how many a party held, and how many of them came, kept in figures by whoever keeps attendance."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from comity.activities.models import Edition
from comity.kernel.actors import Actor
from comity.parties.models import Party, own


class TurnoutQuerySet(models.QuerySet["Turnout"]):
    """Turnouts, scoped by reader."""

    def seen_by(self, actor: Actor) -> TurnoutQuerySet:
        """A party reads its own; the staff reads all."""
        return self.filter(own(actor))


class Turnout(models.Model):
    """What came of the seats of one party in one edition, at activities of one kind and area."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="turnouts")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="turnouts")
    kind = models.CharField(max_length=12, blank=True, default="")
    area_key = models.CharField(max_length=120, blank=True, default="")
    held = models.PositiveIntegerField()
    came = models.PositiveIntegerField()
    no_shows = models.PositiveIntegerField()
    excused = models.PositiveIntegerField()
    kept_at = models.DateTimeField()

    objects = TurnoutQuerySet.as_manager()

    class Meta:
        ordering = ("edition", "party", "kind", "area_key")
        constraints = [
            models.UniqueConstraint(fields=["party", "edition", "kind", "area_key"], name="turnout_is_kept_once"),
            models.CheckConstraint(name="turnout_adds_up", condition=Q(held=F("came") + F("no_shows") + F("excused"))),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.edition_id}: {self.came}/{self.held}"
