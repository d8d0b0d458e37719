"""Statements: what the reference documents say, told in our own words, with the claim that can be evaluated.

There is no column for a verdict: whether a statement holds is worked out from the register each time it is asked.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comity.kernel.actors import Actor
from comity.kernel.words import Name


class StatementQuerySet(models.QuerySet["Statement"]):
    """Statements; the register is public."""

    def seen_by(self, actor: Actor) -> StatementQuerySet:
        """Everybody sees the register."""
        return self


class Statement(models.Model):
    """One claim of one document, with its place there and the state of the world it claims for itself."""

    id = models.SlugField(max_length=40, primary_key=True)
    document = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=200)
    says_en = models.TextField()
    says_fr = models.TextField(blank=True, default="")
    as_of = models.DateField()
    claim = models.JSONField()

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ("document", "id")
        constraints = [
            models.CheckConstraint(name="statement_is_of_a_reference_document", condition=Q(document__in=[0, 1])),
            models.CheckConstraint(name="statement_names_its_check", condition=Q(claim__has_key="check")),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def says(self) -> Name:
        """The claim in both languages."""
        return Name(self.says_en, self.says_fr)
