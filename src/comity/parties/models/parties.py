"""Parties, their names over time in English and French, what succeeded what, and the sources of facts."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from comity.kernel.actors import Actor
from comity.kernel.tables import PartialDateField, one_of
from comity.kernel.words import Name


class PartyKind(models.TextChoices):
    """What a party is."""

    STATE = "state"
    FORMER_STATE = "former_state"
    ORGANISATION = "organisation"
    CENTRE = "centre"


class SourceGrade(models.TextChoices):
    """How near to the event the source stands."""

    OFFICIAL = "official"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"


class PartyQuerySet(models.QuerySet["Party"]):
    """Parties; the register is public, so every reader sees every party."""

    def seen_by(self, actor: Actor) -> PartyQuerySet:
        """Everybody sees the register."""
        return self


class Party(models.Model):
    """A state, a former state, an organisation or a centre, known by one stable code."""

    code = models.CharField(max_length=12, primary_key=True)
    kind = models.CharField(max_length=20, choices=PartyKind.choices)
    alpha2 = models.CharField(max_length=2, blank=True, default="")
    # The name of today, kept beside the history because every list shows it; `sort` is its key without accents.
    name_en = models.CharField(max_length=200)
    name_fr = models.CharField(max_length=200, blank=True, default="")
    sort = models.CharField(max_length=200)
    seat = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="seated")
    founded = PartialDateField()
    ended = PartialDateField()
    note = models.TextField(blank=True, default="")
    # The time zone of the capital, where it is certain: deadlines are shown there.
    zone = models.CharField(max_length=40, blank=True, default="")
    sources: models.ManyToManyField[Source, models.Model] = models.ManyToManyField("Source", blank=True, related_name="parties")
    is_demonstration = models.BooleanField(default=False)

    objects = PartyQuerySet.as_manager()

    class Meta:
        ordering = ("sort",)
        indexes = [models.Index(fields=["sort"], name="parties_by_name")]
        constraints = [
            one_of("kind", PartyKind, "party_kind_is_known"),
            models.CheckConstraint(
                name="party_codes_are_upper_case_letters_and_digits", condition=Q(code__regex=r"^[A-Z0-9-]{2,12}$")
            ),
            models.CheckConstraint(
                name="party_states_carry_three_letters",
                condition=~Q(kind__in=["state", "former_state"]) | Q(code__regex=r"^[A-Z]{3}$"),
            ),
            models.CheckConstraint(name="party_centres_have_a_seat", condition=~Q(kind="centre") | Q(seat__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name_en

    @property
    def name(self) -> Name:
        """The name of today in both languages."""
        return Name(self.name_en, self.name_fr)


class PartyName(models.Model):
    """A name a party bore in one language for a time."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="names")
    language = models.CharField(max_length=2)
    name = models.CharField(max_length=200)
    since = PartialDateField()
    until = PartialDateField()
    period = DateRangeField()
    note = models.TextField(blank=True, default="")
    sources: models.ManyToManyField[Source, models.Model] = models.ManyToManyField("Source", blank=True, related_name="names")

    class Meta:
        ordering = ("party", "language", "period")
        constraints = [
            models.CheckConstraint(name="party_names_are_in_a_language_of_the_house", condition=Q(language__in=["en", "fr"])),
            # A former name whose dates no source gives stands beside the others, undated.
            ExclusionConstraint(
                name="party_names_never_overlap",
                condition=~Q(since="", until=""),
                expressions=[
                    ("party", RangeOperators.EQUAL),
                    ("language", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """One party continues or follows another."""

    predecessor = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="precessions")
    on = PartialDateField()
    note = models.TextField(blank=True, default="")
    sources: models.ManyToManyField[Source, models.Model] = models.ManyToManyField("Source", blank=True, related_name="successions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="party_successions_are_told_once"),
            models.CheckConstraint(name="party_never_succeeds_itself", condition=~Q(predecessor=F("successor"))),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


class SourceQuerySet(models.QuerySet["Source"]):
    """Sources; like the facts that name them they are public."""

    def seen_by(self, actor: Actor) -> SourceQuerySet:
        """Everybody sees the sources."""
        return self

    def named(self, text: str) -> Source | None:
        """The source with a key or an address, if the register knows one."""
        return self.filter(Q(key=text) | (Q(address=text) & ~Q(address=""))).first()


class Source(models.Model):
    """Where a fact was read: a page, a document, or the plain word that it is unverified."""

    key = models.SlugField(max_length=120, primary_key=True)
    title = models.CharField(max_length=400)
    publisher = models.CharField(max_length=200, blank=True, default="")
    published = PartialDateField()
    address = models.CharField(max_length=600, blank=True, default="")
    grade = models.CharField(max_length=12, choices=SourceGrade.choices, default=SourceGrade.SECONDARY)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ("key",)
        constraints = [
            one_of("grade", SourceGrade, "source_grade_is_known"),
            models.UniqueConstraint(fields=["address"], name="source_addresses_are_unique", condition=~Q(address="")),
            models.CheckConstraint(
                name="source_without_an_address_is_a_document_or_unverified",
                condition=~Q(address="") | Q(grade="unverified") | ~Q(publisher=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title
