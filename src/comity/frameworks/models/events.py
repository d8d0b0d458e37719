"""Dated events of the register's timeline, tied to what they concern."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comity.frameworks.models.frameworks import Framework
from comity.frameworks.models.memberships import Membership
from comity.kernel.actors import Actor
from comity.kernel.tables import PartialDateField, iff, one_of
from comity.kernel.words import Name
from comity.parties.models import Party, Source


class EventKind(models.TextChoices):
    """What kind of thing happened."""

    SUMMIT = "summit"
    FOUNDING = "founding"
    ACCESSION = "accession"
    JOINING = "joining"
    SUSPENSION = "suspension"
    POLICY = "policy"
    INSTRUMENT = "instrument"
    OPERATION = "operation"
    MEETING = "meeting"


class EventQuerySet(models.QuerySet["Event"]):
    """Events; the register is public."""

    def seen_by(self, actor: Actor) -> EventQuerySet:
        """Everybody sees the register."""
        return self


class Event(models.Model):
    """Something that happened, as precisely dated as its source, in our own words."""

    key = models.SlugField(max_length=80, primary_key=True)
    on = PartialDateField()
    title_en = models.CharField(max_length=300)
    title_fr = models.CharField(max_length=300, blank=True, default="")
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    # Which of the reference documents tells it, and where in it.
    document = models.PositiveSmallIntegerField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True, default="")
    # A figure that holds from this event until the next of its series, such as the number of proposals agreed so far.
    series = models.SlugField(max_length=60, blank=True, default="")
    figure = models.PositiveIntegerField(null=True, blank=True)
    note = models.TextField(blank=True, default="")
    sources = models.ManyToManyField(Source, blank=True, related_name="events")
    frameworks = models.ManyToManyField(Framework, blank=True, related_name="events")
    parties = models.ManyToManyField(Party, blank=True, related_name="events")
    memberships = models.ManyToManyField(Membership, blank=True, related_name="events")

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ("on", "key")
        constraints = [
            one_of("kind", EventKind, "event_kind_is_known"),
            models.CheckConstraint(name="event_is_dated", condition=~Q(on="")),
            models.CheckConstraint(
                name="event_has_a_figure_iff_it_is_of_a_series", condition=iff(~Q(series=""), Q(figure__isnull=False))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.title_en}"

    @property
    def title(self) -> Name:
        """The title in both languages."""
        return Name(self.title_en, self.title_fr)
