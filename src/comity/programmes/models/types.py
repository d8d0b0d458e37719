"""Types of programmes: data of the pack, each with what is known of it; what is not known stays empty."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from comity.kernel.actors import Actor
from comity.kernel.tables import PartialDateField
from comity.kernel.words import Name
from comity.parties.models import Source
from comity.programmes.rules import Opening, openings_of


class ProgrammeTypeQuerySet(models.QuerySet["ProgrammeType"]):
    """Types; they are public, like everything a pack says."""

    def seen_by(self, actor: Actor) -> ProgrammeTypeQuerySet:
        """Everybody sees the types."""
        return self


class ProgrammeType(models.Model):
    """A kind of individual document: its chapters, cycle, who may have one, who approves, and what it replaces."""

    code = models.CharField(max_length=40, primary_key=True)
    name_en = models.CharField(max_length=200)
    name_fr = models.CharField(max_length=200, blank=True, default="")
    purpose_en = models.CharField(max_length=600, blank=True, default="")
    purpose_fr = models.CharField(max_length=600, blank=True, default="")
    place = models.PositiveSmallIntegerField(default=0)
    # How many years one lasts, and every how many months it is reviewed.
    cycle = models.PositiveSmallIntegerField(null=True, blank=True)
    rhythm = models.PositiveSmallIntegerField(null=True, blank=True)
    has_midterm = models.BooleanField(null=True, blank=True)
    chapters = models.JSONField(default=list, blank=True)
    aliases = models.JSONField(default=dict, blank=True)
    openings = models.JSONField(default=list, blank=True)
    steps = models.JSONField(default=list, blank=True)
    approvers = models.JSONField(default=dict, blank=True)
    requires = models.JSONField(default=list, blank=True)
    replaces: models.ManyToManyField[ProgrammeType, models.Model] = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="replaced_by"
    )
    is_alone = models.BooleanField(default=True)
    is_signed = models.BooleanField(default=True)
    since = PartialDateField()
    until = PartialDateField()
    note = models.CharField(max_length=600, blank=True, default="")
    sources: models.ManyToManyField[Source, models.Model] = models.ManyToManyField(Source, blank=True, related_name="+")

    objects = ProgrammeTypeQuerySet.as_manager()

    class Meta:
        ordering = ("place", "code")
        constraints = [
            # What a programme points at: its type together with whether one is in force at a time.
            models.UniqueConstraint(fields=["code", "is_alone"], name="programme_type_and_whether_it_is_alone"),
            models.CheckConstraint(name="programme_type_has_a_name", condition=~Q(name_en="")),
            models.CheckConstraint(name="programme_type_lasts_a_year_or_more", condition=Q(cycle=None) | Q(cycle__range=(1, 20))),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> Name:
        """The name in both languages."""
        return Name(self.name_en, self.name_fr)

    @property
    def purpose(self) -> Name:
        """What it is for, in both languages."""
        return Name(self.purpose_en, self.purpose_fr)

    @property
    def chapter_names(self) -> list[Name]:
        """The chapters in their order."""
        return [_name(chapter) for chapter in self.chapters]

    def alias(self, party: str) -> Name:
        """What a party calls it, where that is another name."""
        return _name(self.aliases.get(party, {}))

    def approver(self, side: str) -> Name:
        """Who approves it on a side, where that is known."""
        return _name(self.approvers.get(side, {}))

    def opening(self) -> tuple[Opening, ...]:
        """To whom it is open, and since when."""
        return openings_of(self.openings)

    def is_used(self, on: date) -> bool:
        """Whether a new one may be opened on a day; one without an end is used."""
        return self.until.stops is None or on < self.until.stops


def _name(words: dict[str, Any]) -> Name:
    return Name(words.get("en", ""), words.get("fr", ""))
