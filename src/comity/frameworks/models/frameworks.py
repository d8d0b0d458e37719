"""Frameworks: the alliance itself, councils, programmes, dialogues, bilateral bodies and instruments."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from comity.kernel.actors import Actor
from comity.kernel.tables import PartialDateField, one_of
from comity.kernel.words import Name
from comity.parties.models import Party, Source


class FrameworkKind(models.TextChoices):
    """What a framework is."""

    ALLIANCE = "alliance"
    COUNCIL = "council"
    PROGRAMME = "programme"
    DIALOGUE = "dialogue"
    INITIATIVE = "initiative"
    PARTNERSHIP = "partnership"
    BILATERAL = "bilateral"
    INSTRUMENT = "instrument"


class FrameworkQuerySet(models.QuerySet["Framework"]):
    """Frameworks; the register is public."""

    def seen_by(self, actor: Actor) -> FrameworkQuerySet:
        """Everybody sees the register."""
        return self


class Framework(models.Model):
    """Something parties belong to, known by one stable code."""

    code = models.CharField(max_length=20, primary_key=True)
    kind = models.CharField(max_length=20, choices=FrameworkKind.choices)
    name_en = models.CharField(max_length=200)
    name_fr = models.CharField(max_length=200, blank=True, default="")
    founded = PartialDateField()
    ended = PartialDateField()
    predecessor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors")
    # The organisation that this alliance is, when the framework is an alliance.
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="alliances")
    place = models.PositiveSmallIntegerField(default=100)
    note = models.TextField(blank=True, default="")
    sources = models.ManyToManyField(Source, blank=True, related_name="frameworks")

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        ordering = ("place", "code")
        constraints = [
            one_of("kind", FrameworkKind, "framework_kind_is_known"),
            models.CheckConstraint(
                name="framework_codes_are_upper_case_with_dashes", condition=Q(code__regex=r"^[A-Z][A-Z0-9-]{0,19}$")
            ),
            models.CheckConstraint(
                name="framework_never_succeeds_itself", condition=Q(predecessor__isnull=True) | ~Q(predecessor=F("code"))
            ),
            models.CheckConstraint(
                name="framework_of_a_party_is_an_alliance", condition=Q(party__isnull=True) | Q(kind=FrameworkKind.ALLIANCE)
            ),
        ]

    def __str__(self) -> str:
        return self.name_en

    @property
    def name(self) -> Name:
        """The name in both languages."""
        return Name(self.name_en, self.name_fr)
