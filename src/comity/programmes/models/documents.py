"""Programmes: the individual documents of partners, from draft to end, each state with its facts.

That the state moves only along its arrows, and that a programme is of the same kind as its type, are laws in
`migrations/life.sql`. Who agreed to a text is told by its agreement, never here.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from comity.accounts.rules import Permission
from comity.activities.models import Term
from comity.agreements.models import Agreement
from comity.drafting.models import Text
from comity.kernel.actors import Actor
from comity.kernel.tables import PartialDateField, iff, one_of
from comity.kernel.words import Name
from comity.parties.models import Party, Source
from comity.programmes.models.types import ProgrammeType


class ProgrammeState(models.TextChoices):
    """How a programme stands; a recorded one is a fact from a source, without a text here."""

    RECORDED = "recorded"
    DRAFTING = "drafting"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    REPLACED = "replaced"
    TERMINATED = "terminated"


class Binding(models.TextChoices):
    """Whether a programme binds its parties in law."""

    BINDING = "binding"
    NOT_BINDING = "not_binding"
    UNKNOWN = "unknown"


ENDED = ("expired", "replaced", "terminated")
# Entered into force or not: by whom and when. A draft that is given up ends without ever having been in force.
ENTRY = (
    iff(Q(entered_at__isnull=False), Q(agreement__isnull=False))
    & iff(Q(entered_at__isnull=False), ~Q(entered_by=""))
    & (~Q(state__in=["in_force", "expired", "replaced"]) | Q(entered_at__isnull=False))
    & (~Q(state__in=["recorded", "drafting"]) | Q(entered_at__isnull=True))
)


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Programmes, scoped by reader."""

    def seen_by(self, actor: Actor) -> ProgrammeQuerySet:
        """A draft is its party's and the staff's; that a document is or was in force is public."""
        if actor.may(Permission.SEE_EVERYTHING):
            return self
        own = Q(party=actor.party) if actor.party else Q(pk__in=())
        return self.filter(own | ~Q(state=ProgrammeState.DRAFTING))


class Programme(models.Model):
    """One edition of one type of document of one party."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="programmes")
    type = models.ForeignKey(ProgrammeType, on_delete=models.PROTECT, related_name="programmes")
    is_alone = models.BooleanField(default=True)
    edition = models.CharField(max_length=40, blank=True, default="")
    alias_en = models.CharField(max_length=200, blank=True, default="")
    alias_fr = models.CharField(max_length=200, blank=True, default="")
    since = PartialDateField()
    until = PartialDateField()
    binding = models.CharField(max_length=12, choices=Binding.choices, default=Binding.UNKNOWN)
    state = models.CharField(max_length=12, choices=ProgrammeState.choices, default=ProgrammeState.DRAFTING)
    text = models.OneToOneField(Text, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="next")
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=150)
    waiver = models.CharField(max_length=600, blank=True, default="")
    agreement = models.OneToOneField(Agreement, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.CharField(max_length=150, blank=True, default="")
    ended_on = PartialDateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=150, blank=True, default="")
    end_body = models.CharField(max_length=300, blank=True, default="")
    end_reason = models.CharField(max_length=600, blank=True, default="")
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced")
    markers: models.ManyToManyField[Term, models.Model] = models.ManyToManyField(Term, blank=True, related_name="+")
    key = models.CharField(max_length=60, blank=True, default="")
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=600, blank=True, default="")
    is_demonstration = models.BooleanField(default=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ("party", "type", "edition")
        constraints = [
            one_of("state", ProgrammeState, "programme_state_is_known"),
            one_of("binding", Binding, "programme_binding_is_known"),
            models.UniqueConstraint(fields=["party", "type", "edition"], name="programme_editions_are_named_once"),
            models.UniqueConstraint(fields=["id", "party"], name="programme_and_its_party"),
            models.UniqueConstraint(fields=["key"], name="programme_keys_are_used_once", condition=~Q(key="")),
            models.UniqueConstraint(
                fields=["party", "type"],
                name="one_programme_of_a_type_is_in_force_at_a_time",
                condition=Q(state="in_force", is_alone=True),
            ),
            models.CheckConstraint(name="programme_in_force_iff_agreed_dated_and_signed", condition=ENTRY),
            models.CheckConstraint(
                name="programme_ended_iff_dated_and_signed",
                condition=iff(Q(state__in=ENDED), Q(ended_at__isnull=False))
                & iff(Q(ended_at__isnull=False), ~Q(ended_by=""))
                & iff(Q(ended_at__isnull=False), ~Q(ended_on="")),
            ),
            models.CheckConstraint(
                name="programme_replaced_iff_by_another",
                condition=iff(Q(state="replaced"), Q(replaced_by__isnull=False)) & ~Q(replaced_by=F("id")),
            ),
            models.CheckConstraint(
                name="programme_terminated_iff_by_somebody_for_a_reason",
                condition=iff(Q(state="terminated"), ~Q(end_body="")) & iff(Q(state="terminated"), ~Q(end_reason="")),
            ),
            models.CheckConstraint(
                name="programme_recorded_iff_from_a_source_without_a_text",
                condition=iff(Q(state="recorded"), Q(source__isnull=False)) & iff(Q(state="recorded"), Q(text__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.party_id, self.type_id, self.edition) if part)

    @property
    def name(self) -> Name:
        """What it is called: its alias, or the name of its type; and the edition."""
        named = Name(self.alias_en, self.alias_fr) if self.alias_en else self.type.name
        edition = f" {self.edition}" if self.edition else ""
        return Name(f"{named.en}{edition}", f"{named.fr or named.en}{edition}")

    @property
    def is_in_force(self) -> bool:
        """Whether it is in force, by the acts done here."""
        return self.state == ProgrammeState.IN_FORCE

    @property
    def is_draft(self) -> bool:
        """Whether it is still being written."""
        return self.state == ProgrammeState.DRAFTING

    def is_open_to(self, actor: Actor) -> bool:
        """Whether somebody may read more than that it is: its party, and the staff."""
        return actor.may(Permission.SEE_EVERYTHING) or bool(actor.party and actor.party == self.party_id)

    @property
    def last_day(self) -> date | None:
        """The last day on which it may be in force, where that is known."""
        return (self.ended_on if self.ended_on.is_known else self.until).latest


class Prolongation(models.Model):
    """That a programme runs longer than was agreed: by whose decision, and until when it ran before."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="prolongations")
    former = PartialDateField()
    until = PartialDateField()
    body = models.CharField(max_length=300)
    reference = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    class Meta:
        ordering = ("programme", "at")
        constraints = [
            models.CheckConstraint(name="prolongation_has_a_body_and_an_end", condition=~Q(body="") & ~Q(until="")),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.until}"
