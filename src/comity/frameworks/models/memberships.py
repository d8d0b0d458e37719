"""Memberships with both clocks, and suspensions with their scope.

`period` is when it was true, `known` is when the register held it so. A correction or an ending closes `known` of the old
row and writes a new one, so that the register can be read as it stood on any day.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from comity.frameworks.models.frameworks import Framework
from comity.frameworks.rules import Stay
from comity.kernel.actors import Actor
from comity.kernel.tables import PartialDateField, iff, one_of
from comity.parties.models import Party, Source


class MembershipStanding(models.TextChoices):
    """As what a party stands in a framework."""

    ALLY = "ally"
    PARTNER = "partner"
    PARTICIPANT = "participant"
    EQUAL_MEMBER = "equal_member"
    OBSERVER = "observer"
    INVITED = "invited"
    PLANNED = "planned"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships; the register is public."""

    def seen_by(self, actor: Actor) -> MembershipQuerySet:
        """Everybody sees the register."""
        return self

    def known(self, at: datetime | None = None) -> MembershipQuerySet:
        """Rows as the register held them at a moment, or holds them now."""
        return self.filter(known__contains=at) if at else self.filter(known__upper_inf=True)


class Membership(models.Model):
    """One party's standing in one framework for a time, as known for a time."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="memberships")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="memberships")
    standing = models.CharField(max_length=20, choices=MembershipStanding.choices)
    since = PartialDateField()
    until = PartialDateField()
    period = DateRangeField()
    known = DateTimeRangeField()
    key = models.CharField(max_length=60, blank=True, default="")
    note = models.TextField(blank=True, default="")
    sources = models.ManyToManyField(Source, blank=True, related_name="memberships")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ("framework", "party", "period")
        indexes = [
            models.Index(fields=["party"], name="memberships_known_now_of_party", condition=Q(known__upper_inf=True)),
            models.Index(fields=["framework"], name="memberships_known_now_in", condition=Q(known__upper_inf=True)),
        ]
        constraints = [
            one_of("standing", MembershipStanding, "membership_standing_is_known"),
            models.CheckConstraint(name="membership_lasts_at_least_a_day", condition=Q(period__isempty=False)),
            models.CheckConstraint(
                name="membership_is_known_since_a_moment", condition=Q(known__lower_inf=False, known__isempty=False)
            ),
            models.UniqueConstraint(
                fields=["key"], name="membership_keys_name_one_row_known", condition=Q(known__upper_inf=True) & ~Q(key="")
            ),
            ExclusionConstraint(
                name="membership_periods_never_overlap",
                expressions=[
                    ("party", RangeOperators.EQUAL),
                    ("framework", RangeOperators.EQUAL),
                    ("standing", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                    ("known", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} in {self.framework_id}: {self.standing} {self.since or '?'}–{self.until}"

    @property
    def stay(self) -> Stay:
        """What rules need to know of this row; a start not known counts nowhere."""
        return Stay(self.framework_id, self.standing, self.period.lower, self.period.upper)


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    """Suspensions; the register is public."""

    def seen_by(self, actor: Actor) -> SuspensionQuerySet:
        """Everybody sees the register."""
        return self

    def known(self, at: datetime | None = None) -> SuspensionQuerySet:
        """Suspensions, and the rows they hang on, as the register held them at a moment, or holds them now."""
        if at:
            return self.filter(known__contains=at, membership__known__contains=at)
        return self.filter(known__upper_inf=True, membership__known__upper_inf=True)


class Suspension(models.Model):
    """A membership on hold for a time, in scope: the party stays on the roll and is named as suspended."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="suspensions")
    since = PartialDateField()
    until = PartialDateField()
    period = DateRangeField()
    known = DateTimeRangeField()
    key = models.CharField(max_length=60, blank=True, default="")
    practical_civil = models.BooleanField(default=False)
    practical_military = models.BooleanField(default=False)
    political_dialogue = models.BooleanField(default=False)
    headquarters_access = models.BooleanField(default=False)
    delegation_size = models.BooleanField(default=False)
    system_accounts = models.BooleanField(default=False)
    deciding_body = models.CharField(max_length=200, blank=True, default="")
    review_on = PartialDateField()
    ground = models.TextField()
    lifting = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")
    sources = models.ManyToManyField(Source, blank=True, related_name="suspensions")

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        ordering = ("membership", "period")
        constraints = [
            models.CheckConstraint(name="suspension_has_a_first_day", condition=Q(period__isempty=False, period__lower_inf=False)),
            models.CheckConstraint(
                name="suspension_is_known_since_a_moment", condition=Q(known__lower_inf=False, known__isempty=False)
            ),
            models.CheckConstraint(
                name="suspension_stops_something",
                condition=Q(practical_civil=True)
                | Q(practical_military=True)
                | Q(political_dialogue=True)
                | Q(headquarters_access=True)
                | Q(delegation_size=True)
                | Q(system_accounts=True),
            ),
            models.CheckConstraint(name="suspension_is_lifted_iff_its_end_is_told", condition=iff(~Q(until=""), ~Q(lifting=""))),
            ExclusionConstraint(
                name="suspensions_never_overlap",
                expressions=[
                    ("membership", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                    ("known", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} on hold {self.since}–{self.until}"
