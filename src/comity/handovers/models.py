"""Handovers: who leaves, who succeeds, from which day on, what passes, and the signature that proves it.

A handover that was signed says for ever what was signed, and one that is settled stays so: triggers in
`migrations/laws.sql`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from comity.accounts.models import User
from comity.accounts.rules import Permission, Role
from comity.agreements.models import SigningKey
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.parties.models import Mandate, Party


class HandoverState(models.TextChoices):
    """How a handover stands."""

    PLANNED = "planned"
    DONE = "done"
    TAKEN_BACK = "taken_back"


class HandoverQuerySet(models.QuerySet["Handover"]):
    """Handovers, scoped by reader."""

    def seen_by(self, actor: Actor) -> HandoverQuerySet:
        """A party reads its own, those who manage accounts read all; somebody who left reads none."""
        if actor.may(Permission.MANAGE_ACCOUNTS):
            return self
        return self.filter(party=actor.party) if actor.party else self.none()

    def planned(self) -> HandoverQuerySet:
        """Those still to come."""
        return self.filter(state=HandoverState.PLANNED)


class Handover(models.Model):
    """One person's role, open items and drafts, passed to a successor on a day."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="handovers")
    leaver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="handed_over")
    successor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="taken_over")
    role = models.CharField(max_length=30, choices=[(role.value, role.value) for role in Role])
    # The mandate that ends, the day on which it would have ended, and the mandate that was given for it, if one was.
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    former_end = models.DateField(null=True, blank=True)
    given = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_newcomer = models.BooleanField(default=False)
    # The first day of the successor, and the first one without the leaver.
    on = models.DateField()
    drafts_pass = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=HandoverState.choices, default=HandoverState.PLANNED)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    signature = models.BinaryField(null=True, blank=True)
    key = models.ForeignKey(SigningKey, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    planned_by = models.CharField(max_length=150)
    # The name as it was signed.
    signed_as = models.CharField(max_length=300)
    done_at = models.DateTimeField(null=True, blank=True)
    # How much passed and how much ended on the day.
    passed = models.JSONField(default=dict, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.CharField(max_length=150, blank=True, default="")

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ("-on", "-id")
        constraints = [
            one_of("state", HandoverState, "handover_state_is_known"),
            models.UniqueConstraint(
                fields=["mandate"], name="handover_of_a_mandate_is_planned_once", condition=~Q(state="taken_back")
            ),
            models.CheckConstraint(name="handover_goes_to_somebody_else", condition=~Q(leaver=F("successor"))),
            models.CheckConstraint(
                name="handover_signed_iff_with_a_key", condition=iff(Q(signature__isnull=False), Q(key__isnull=False))
            ),
            models.CheckConstraint(name="handover_done_iff_dated", condition=iff(Q(state="done"), Q(done_at__isnull=False))),
            models.CheckConstraint(
                name="handover_taken_back_iff_dated_and_signed",
                condition=iff(Q(state="taken_back"), Q(taken_back_at__isnull=False))
                & iff(Q(taken_back_at__isnull=False), ~Q(taken_back_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leaver} → {self.successor}"
