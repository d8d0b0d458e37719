"""Hooks: addresses of programs that are told what a party is told, and each call made to one."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.parties.models import Party


class HookQuerySet(models.QuerySet["Hook"]):
    """Hooks, scoped by reader."""

    def seen_by(self, actor: Actor) -> HookQuerySet:
        """Those of the own party, for who may keep them there."""
        return self.filter(party=actor.party) if actor.party and actor.may(Permission.KEEP_HOOKS) else self.none()


class Hook(models.Model):
    """An address that is called for one party with what it is told on some topics; its secret is sealed."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="hooks")
    mark = models.CharField(max_length=32)
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=500)
    topics = ArrayField(models.CharField(max_length=30))
    secret = models.BinaryField()
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    off_at = models.DateTimeField(null=True, blank=True)
    off_reason = models.CharField(max_length=300, blank=True, default="")

    objects = HookQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(fields=["mark"], name="hook_marks_are_unique"),
            models.UniqueConstraint(fields=["party", "address"], name="hook_is_one_for_an_address"),
            models.CheckConstraint(name="hook_calls_the_web", condition=Q(address__regex=r"^https?://")),
            models.CheckConstraint(name="hook_is_off_iff_dated", condition=iff(Q(is_active=False), Q(off_at__isnull=False))),
        ]

    def __str__(self) -> str:
        return self.name


class CallState(models.TextChoices):
    """How a call stands."""

    WAITING = "waiting"
    CALLING = "calling"
    TAKEN = "taken"
    GIVEN_UP = "given_up"


class CallQuerySet(models.QuerySet["Call"]):
    """Calls, scoped by reader."""

    def seen_by(self, actor: Actor) -> CallQuerySet:
        """Those of hooks that the reader keeps."""
        return self.filter(hook__party=actor.party) if actor.party and actor.may(Permission.KEEP_HOOKS) else self.none()


class Call(models.Model):
    """One thing told to one program: what is sent stays the same, however often it is tried."""

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="calls")
    key = models.CharField(max_length=200)
    topic = models.CharField(max_length=30)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=CallState.choices, default=CallState.WAITING)
    made_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    code = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, default="")

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-id")
        indexes = [models.Index(fields=["next_at"], name="calls_waiting", condition=Q(state__in=["waiting", "calling"]))]
        constraints = [
            one_of("state", CallState, "call_state_is_known"),
            models.UniqueConstraint(fields=["hook", "key"], name="call_is_made_once_for_a_notice"),
            models.CheckConstraint(
                name="call_ended_iff_dated", condition=iff(Q(state__in=["taken", "given_up"]), Q(ended_at__isnull=False))
            ),
            models.CheckConstraint(
                name="call_waits_iff_it_has_a_next_try",
                condition=iff(Q(state__in=["waiting", "calling"]), Q(next_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"
