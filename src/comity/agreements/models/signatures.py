"""Keys with which people sign for their side, and the signatures they made."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comity.agreements.models.agreements import Agreement
from comity.agreements.rules import fingerprint_of
from comity.drafting.models import Side
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.parties.models import Party


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    """Keys; what is public of them is for everybody who signed in, what is sealed opens with a passphrase alone."""

    def seen_by(self, actor: Actor) -> SigningKeyQuerySet:
        """Everybody with an account may compare a fingerprint."""
        return self.none() if actor.is_stranger else self

    def alive(self) -> SigningKeyQuerySet:
        """Those that may still sign."""
        return self.filter(retired_at__isnull=True)


class SigningKey(models.Model):
    """A key of one person, to sign for one party; the private half is sealed with a passphrase nobody here knows."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="signing_keys")
    holder = models.CharField(max_length=150)
    public = models.BinaryField()
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    # How often it was tried since a moment; signing sets it back.
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.CharField(max_length=150, blank=True, default="")

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        ordering = ("party", "-made_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "holder"], name="signing_key_is_one_for_a_holder", condition=Q(retired_at__isnull=True)
            ),
            models.CheckConstraint(
                name="signing_key_retired_iff_dated_and_signed", condition=iff(Q(retired_at__isnull=False), ~Q(retired_by=""))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.fingerprint}"

    @property
    def fingerprint(self) -> str:
        """The key as people compare it."""
        return fingerprint_of(bytes(self.public))


class Signature(models.Model):
    """What one side signed: the digest of an agreement, with who signed for whom and when."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=12, choices=Side.choices)
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="signatures")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    # The name as it was signed; the login beside it.
    name = models.CharField(max_length=300)
    signature = models.BinaryField()
    signed_at = models.DateTimeField()
    signed_by = models.CharField(max_length=150)

    class Meta:
        ordering = ("agreement", "signed_at")
        constraints = [
            one_of("side", Side, "signature_side_is_known"),
            models.UniqueConstraint(fields=["agreement", "side"], name="signature_is_given_once_for_a_side"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.agreement}"
