"""Objectives of parties, numbered within a party, running from a year to a year."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from comity.kernel.actors import Actor
from comity.kernel.tables import iff
from comity.kernel.words import Name
from comity.parties.models import Party, Source, own


class ObjectiveQuerySet(models.QuerySet["Objective"]):
    """Objectives, scoped by reader and by year."""

    def seen_by(self, actor: Actor) -> ObjectiveQuerySet:
        """A party reads its own; the staff reads all."""
        return self.filter(own(actor))

    def live(self) -> ObjectiveQuerySet:
        """Objectives not retired."""
        return self.filter(retired_at__isnull=True)

    def of_year(self, year: int) -> ObjectiveQuerySet:
        """Objectives a request of that year may serve; those of a programme still being drafted are served by none."""
        return self.live().filter(first_year__lte=year, last_year__gte=year).exclude(programme__state="drafting")


class Objective(models.Model):
    """One thing a party has set out to achieve, in its own numbering."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="objectives")
    number = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=300)
    title_fr = models.CharField(max_length=300, blank=True, default="")
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    programme = models.ForeignKey("Programme", null=True, blank=True, on_delete=models.PROTECT, related_name="objectives")
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="objectives")
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.CharField(max_length=150, blank=True, default="")
    is_demonstration = models.BooleanField(default=False)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        ordering = ("party", "number")
        constraints = [
            models.UniqueConstraint(fields=["party", "number"], name="objective_numbers_are_used_once_by_a_party"),
            # What a request points at: the objective together with its party, so that nobody serves another's.
            models.UniqueConstraint(fields=["id", "party"], name="objective_and_its_party"),
            models.CheckConstraint(name="objective_ends_after_it_starts", condition=Q(last_year__gte=F("first_year"))),
            models.CheckConstraint(name="objective_has_a_number", condition=Q(number__gte=1)),
            models.CheckConstraint(name="objective_has_a_title", condition=~Q(title_en="")),
            models.CheckConstraint(
                name="objective_retired_iff_dated_and_signed", condition=iff(Q(retired_at__isnull=False), ~Q(retired_by=""))
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
