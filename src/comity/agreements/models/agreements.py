"""Agreements: the way of one version, each state with its facts."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Exists, F, Q

from comity.accounts.rules import Permission
from comity.agreements.rules import states
from comity.drafting.models import Text, Version, seats_as_ally
from comity.kernel.actors import Actor
from comity.kernel.tables import PartialDateField, iff, one_of
from comity.parties.models import Party


class AgreementState(models.TextChoices):
    """How far a version has come."""

    OFFERED = states.OFFERED
    ENDORSED = states.ENDORSED
    CIRCULATING = states.CIRCULATING
    AGREED = states.AGREED
    SIGNED = states.SIGNED
    RETURNED = states.RETURNED


class How(models.TextChoices):
    """How the Allies agreed."""

    SILENCE = "silence"
    COUNCIL = "council"


class WhyReturned(models.TextChoices):
    """Why a version went back to drafting."""

    BROKEN = "broken"
    WITHDRAWN = "withdrawn"
    TAKEN_BACK = "taken_back"


AGREED = Q(state__in=[states.AGREED, states.SIGNED])
ENDORSED = Q(endorsed_at__isnull=False)
PUT_BEFORE_THE_ALLIES = AGREED | Q(state=states.CIRCULATING) | Q(why_returned__in=[WhyReturned.BROKEN, WhyReturned.WITHDRAWN])


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Agreements, scoped by reader."""

    def seen_by(self, actor: Actor) -> AgreementQuerySet:
        """The two sides see all of theirs; an Ally what was put before the Allies or agreed; nobody else anything."""
        if actor.may(Permission.SEE_EVERYTHING):
            return self
        if actor.party is None:
            return self.none()
        return self.filter(Q(party=actor.party) | (Exists(seats_as_ally(actor.party)) & PUT_BEFORE_THE_ALLIES))

    def under_way(self) -> AgreementQuerySet:
        """Those whose version lies here, neither agreed nor returned."""
        return self.filter(state__in=states.UNDER_WAY)


class Agreement(models.Model):
    """One version on its way: offered, endorsed, circulating, agreed, signed; or returned."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="agreements")
    text = models.ForeignKey(Text, on_delete=models.PROTECT, related_name="agreements")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="agreements")
    state = models.CharField(max_length=11, choices=AgreementState.choices, default=AgreementState.OFFERED)
    offered_at = models.DateTimeField()
    offered_by = models.CharField(max_length=150)
    # Which body of the partner endorsed it, when and under which reference, and who recorded it here.
    endorsing_body = models.CharField(max_length=200, blank=True, default="")
    endorsed_on = PartialDateField()
    endorsing_reference = models.CharField(max_length=200, blank=True, default="")
    endorsed_at = models.DateTimeField(null=True, blank=True)
    endorsed_by = models.CharField(max_length=150, blank=True, default="")
    # How the Allies agreed; for a council which one, when and under which reference.
    how = models.CharField(max_length=7, choices=How.choices, blank=True, default="")
    council_body = models.CharField(max_length=200, blank=True, default="")
    council_on = PartialDateField()
    council_reference = models.CharField(max_length=200, blank=True, default="")
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.CharField(max_length=150, blank=True, default="")
    # What was agreed, in the form that is hashed and signed.
    frozen = models.JSONField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    signed_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.CharField(max_length=150, blank=True, default="")
    why_returned = models.CharField(max_length=10, choices=WhyReturned.choices, blank=True, default="")

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ("-offered_at", "-id")
        indexes = [models.Index(fields=["party", "-offered_at"], name="agreements_of_a_party")]
        constraints = [
            one_of("state", AgreementState, "agreement_state_is_known"),
            models.UniqueConstraint(
                fields=["text"], name="agreement_is_under_way_once_for_a_text", condition=Q(state__in=states.UNDER_WAY)
            ),
            models.UniqueConstraint(
                fields=["version"], name="agreement_is_reached_once_for_a_version", condition=Q(agreed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="agreement_endorsed_iff_body_date_and_name",
                condition=iff(ENDORSED, ~Q(endorsing_body=""))
                & iff(ENDORSED, ~Q(endorsed_on=""))
                & iff(ENDORSED, ~Q(endorsed_by=""))
                & (~Q(state=states.OFFERED) | ~ENDORSED)
                & (Q(state__in=[states.OFFERED, states.RETURNED]) | ENDORSED),
            ),
            models.CheckConstraint(
                name="agreement_agreed_iff_dated_frozen_and_told_how",
                condition=iff(AGREED, Q(agreed_at__isnull=False))
                & iff(AGREED, Q(frozen__isnull=False))
                & iff(AGREED, ~Q(sha256=""))
                & iff(AGREED, ~Q(agreed_by=""))
                & iff(AGREED, Q(how__in=How.values)),
            ),
            models.CheckConstraint(
                name="agreement_of_a_council_iff_body_date_and_reference",
                condition=iff(Q(how=How.COUNCIL), ~Q(council_body=""))
                & iff(Q(how=How.COUNCIL), ~Q(council_on=""))
                & iff(Q(how=How.COUNCIL), ~Q(council_reference="")),
            ),
            models.CheckConstraint(
                name="agreement_signed_iff_dated", condition=iff(Q(state=states.SIGNED), Q(signed_at__isnull=False))
            ),
            models.CheckConstraint(
                name="agreement_returned_iff_dated_and_told_why",
                condition=iff(Q(state=states.RETURNED), Q(returned_at__isnull=False))
                & iff(Q(state=states.RETURNED), ~Q(returned_by=""))
                & iff(Q(state=states.RETURNED), Q(why_returned__in=WhyReturned.values)),
            ),
            models.CheckConstraint(
                name="agreement_follows_its_endorsement",
                condition=Q(agreed_at__isnull=True) | Q(agreed_at__gte=F("endorsed_at")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.version)

    @property
    def is_under_way(self) -> bool:
        """Whether its version lies here."""
        return self.state in states.UNDER_WAY

    @property
    def is_agreed(self) -> bool:
        """Whether the Allies have agreed, signed or not."""
        return self.agreed_at is not None

    def last_moment(self) -> datetime:
        """When it last moved on."""
        return self.returned_at or self.signed_at or self.agreed_at or self.endorsed_at or self.offered_at
