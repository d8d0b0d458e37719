"""Certificates: what somebody takes home, and what a stranger may check with its code.

A certificate says on its own what it certifies, so that it stays true when the menu changes. It keeps no name, only a
salted digest by which a name can be confirmed. It is revoked, never changed and never deleted: see `laws.sql`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comity.activities.models import Activity
from comity.attendance.models.sheets import of_own_people_or_run
from comity.kernel.actors import Actor
from comity.kernel.tables import iff
from comity.nominations.models import Nomination
from comity.parties.models import Party


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Certificates, scoped by reader; a stranger with the code goes another way, and sees no row."""

    def seen_by(self, actor: Actor) -> CertificateQuerySet:
        """A party reads those of its own people, whoever runs the activity those of all, and so does the staff."""
        return self.filter(of_own_people_or_run(actor))

    def standing(self) -> CertificateQuerySet:
        """Those that were not revoked."""
        return self.filter(revoked_at__isnull=True)


class Certificate(models.Model):
    """That somebody attended an activity, under a number and a code."""

    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="certificates")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="certificates")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, unique=True)
    code = models.CharField(max_length=16, unique=True)
    title = models.CharField(max_length=300)
    provider = models.CharField(max_length=200, blank=True, default="")
    starts = models.CharField(max_length=10, blank=True, default="")
    ends = models.CharField(max_length=10, blank=True, default="")
    passed = models.BooleanField(null=True, blank=True)
    salt = models.BinaryField()
    name_digest = models.BinaryField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=150)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=150, blank=True, default="")
    reason = models.CharField(max_length=600, blank=True, default="")
    # Names that strangers tried lately, so that nobody guesses one.
    tried_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    is_demonstration = models.BooleanField(default=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ("activity", "number")
        constraints = [
            models.UniqueConstraint(fields=["nomination"], name="certificate_stands_once", condition=Q(revoked_at__isnull=True)),
            models.CheckConstraint(
                name="certificate_code_is_sixteen_letters", condition=Q(code__regex=r"^[0-9A-HJKMNP-TV-Z]{16}$")
            ),
            models.CheckConstraint(
                name="certificate_revoked_iff_dated_signed_and_with_a_reason",
                condition=iff(Q(revoked_at__isnull=False), ~Q(revoked_by="")) & iff(Q(revoked_at__isnull=False), ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stands(self) -> bool:
        """Whether it was not revoked."""
        return self.revoked_at is None
