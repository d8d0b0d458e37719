"""Papers that take long to set: ordered, made by a job, kept for a day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comity.agreements.models.agreements import Agreement
from comity.kernel.actors import Actor
from comity.kernel.tables import iff


class PrintQuerySet(models.QuerySet["Print"]):
    """Prints, scoped by reader."""

    def seen_by(self, actor: Actor) -> PrintQuerySet:
        """Whoever sees the agreement sees its prints."""
        return self.filter(agreement__in=Agreement.objects.seen_by(actor))


class Print(models.Model):
    """One agreement set as PDF in one of its states; the key tells states apart."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="prints")
    key = models.CharField(max_length=64)
    ordered_at = models.DateTimeField()
    ordered_by = models.CharField(max_length=150)
    made_at = models.DateTimeField(null=True, blank=True)
    content = models.BinaryField(null=True, blank=True)

    objects = PrintQuerySet.as_manager()

    class Meta:
        ordering = ("-ordered_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "key"], name="print_is_made_once_for_a_state"),
            models.CheckConstraint(
                name="print_made_iff_it_has_pages", condition=iff(Q(made_at__isnull=False), Q(content__isnull=False))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} as PDF"
