"""Delegations of parties and the mandates of people in them: from when, until when, in which role."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from comity.accounts.models import User
from comity.accounts.rules import ROLE_LABELS, Role
from comity.kernel.actors import Actor
from comity.parties.models.parties import Party


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Delegations, scoped by reader."""

    def seen_by(self, actor: Actor) -> DelegationQuerySet:
        """Those who see every party's records see all; others the own one."""
        if actor.may("MANAGE_ACCOUNTS") or actor.may("SEE_EVERYTHING"):
            return self
        return self.filter(party=actor.party) if actor.party else self.none()


class Delegation(models.Model):
    """Those who speak for one party towards the organisation; the organisation itself has one too."""

    party = models.OneToOneField(Party, on_delete=models.PROTECT, primary_key=True, related_name="delegation")
    accredited_on = models.DateField()
    recalled_on = models.DateField(null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delegation_is_recalled_after_it_was_accredited",
                condition=Q(recalled_on__isnull=True) | Q(recalled_on__gte=models.F("accredited_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"Delegation of {self.party_id}"


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Mandates, scoped by reader and by day."""

    def seen_by(self, actor: Actor) -> MandateQuerySet:
        """Those who manage accounts see all; others see their own delegation."""
        if actor.may("MANAGE_ACCOUNTS"):
            return self
        return self.filter(delegation=actor.party) if actor.party else self.none()

    def running(self, on: date) -> MandateQuerySet:
        """Mandates in force on a day, of delegations not recalled."""
        return self.filter(
            Q(delegation__recalled_on__isnull=True) | Q(delegation__recalled_on__gt=on),
            period__contains=on,
        )


class Mandate(models.Model):
    """One person's role in one delegation, from a day until a day; the last day is the day before `period` ends."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mandates")
    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="mandates")
    role = models.CharField(max_length=30, choices=[(r.value, r.value) for r in Role])
    period = DateRangeField()

    objects = MandateQuerySet.as_manager()

    class Meta:
        ordering = ("delegation", "user")
        constraints = [
            models.CheckConstraint(name="mandate_role_is_known", condition=Q(role__in=[r.value for r in Role])),
            models.CheckConstraint(name="mandate_has_a_first_day", condition=Q(period__startswith__isnull=False)),
            # One person wears one hat at a time: what they may do must never depend on which page they came from.
            ExclusionConstraint(
                name="mandate_periods_of_a_person_never_overlap",
                expressions=[("user", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
        ]

    @property
    def last_day(self) -> date | None:
        """The last day it is in force, if it has one."""
        return self.period.upper - timedelta(days=1) if self.period.upper else None

    def __str__(self) -> str:
        return f"{self.user.name}, {ROLE_LABELS[Role(self.role)].lower()} of {self.delegation_id}"
