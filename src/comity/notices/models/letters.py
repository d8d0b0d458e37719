"""Letters: one e-mail each, claimed before it is sent.

That a sent letter stays sent and that only a waiting one is claimed are triggers: see `migrations/laws.sql`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comity.accounts.models import User
from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.kernel.words import Word
from comity.parties.models import Party


class LetterState(models.TextChoices):
    """How a letter stands; unknown: nobody can say whether the server took it."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


class LetterQuerySet(models.QuerySet["Letter"]):
    """Letters, scoped by reader."""

    def seen_by(self, actor: Actor) -> LetterQuerySet:
        """Those who manage accounts; what a letter says is in the inbox of its recipient."""
        return self if actor.may(Permission.MANAGE_ACCOUNTS) else self.none()


class Letter(models.Model):
    """One e-mail to one person under one mandate: at once, or the digest of a day (`for_on`)."""

    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="letters")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    for_on = models.DateField(null=True, blank=True)
    email = models.CharField(max_length=254)
    message_id = models.CharField(max_length=120)
    # The whole message as it goes out, taken away once nobody needs it any more.
    source = models.TextField(blank=True, default="")
    state = models.CharField(max_length=8, choices=LetterState.choices, default=LetterState.WAITING)
    written_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    code = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True, default="")

    objects = LetterQuerySet.as_manager()
    # How many notices it tells, where a list has counted them.
    told: int

    class Meta:
        ordering = ("-written_at", "-id")
        indexes = [
            models.Index(fields=["next_at"], name="letters_waiting", condition=Q(state="waiting")),
            models.Index(fields=["state", "-written_at"], name="letters_by_state"),
            models.Index(fields=["written_at"], name="letters_with_a_source", condition=~Q(source="")),
        ]
        constraints = [
            one_of("state", LetterState, "letter_state_is_known"),
            models.UniqueConstraint(fields=["recipient", "for_on"], name="digest_is_written_once_a_day"),
            models.UniqueConstraint(fields=["message_id"], name="letter_is_known_by_its_message_id"),
            models.CheckConstraint(
                name="letter_waits_iff_it_has_a_next_try", condition=iff(Q(state="waiting"), Q(next_at__isnull=False))
            ),
            models.CheckConstraint(
                name="letter_is_claimed_before_it_goes",
                condition=~Q(state__in=["sending", "sent", "unknown"]) | Q(claimed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="letter_ended_iff_dated", condition=iff(Q(state__in=["waiting", "sending"]), Q(ended_at__isnull=True))
            ),
        ]

    @property
    def why(self) -> Word:
        """What the server said, or the message in which we say why nothing was sent; never markup."""
        return Word(self.reason)

    def __str__(self) -> str:
        return f"{self.message_id} ({self.state})"
