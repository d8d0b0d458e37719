"""Tables that belong to a text beside its clauses; a version takes them over as they then are."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comity.drafting.models.texts import Text
from comity.drafting.rules import AnnexText
from comity.kernel.actors import Actor
from comity.kernel.words import Name
from comity.parties.models import own


class AnnexQuerySet(models.QuerySet["Annex"]):
    """Annexes of texts being drafted, scoped by reader."""

    def seen_by(self, actor: Actor) -> AnnexQuerySet:
        """The two sides alone."""
        return self.filter(own(actor, "text__party"))


class Annex(models.Model):
    """A table that a higher room has laid beside a text: what it is of, the room of drafting does not know."""

    text = models.ForeignKey(Text, on_delete=models.CASCADE, related_name="annexes")
    key = models.CharField(max_length=40)
    title_en = models.CharField(max_length=300)
    title_fr = models.CharField(max_length=300, blank=True, default="")
    head = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    laid_at = models.DateTimeField()
    laid_by = models.CharField(max_length=150)

    objects = AnnexQuerySet.as_manager()

    class Meta:
        ordering = ("text", "key")
        constraints = [
            models.UniqueConstraint(fields=["text", "key"], name="annex_keys_are_used_once_in_a_text"),
            models.CheckConstraint(name="annex_has_a_title", condition=~Q(title_en="")),
        ]

    def __str__(self) -> str:
        return f"{self.text} {self.key}"

    @property
    def title(self) -> Name:
        """The title in both languages."""
        return Name(self.title_en, self.title_fr)

    @property
    def read(self) -> AnnexText:
        """What it says."""
        return AnnexText(self.key, self.title_en, self.title_fr, tuple(self.head), tuple(tuple(row) for row in self.rows))
