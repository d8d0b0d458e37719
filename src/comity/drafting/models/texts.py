"""Texts and their chapters: whose they are, whose turn it is, how they stand."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comity.drafting import rules
from comity.kernel.actors import Actor
from comity.kernel.tables import one_of
from comity.kernel.words import Name
from comity.parties.models import Party, own


class Side(models.TextChoices):
    """The two who write a text."""

    PARTY = rules.PARTY
    ORGANISATION = rules.ORGANISATION


class TextState(models.TextChoices):
    """How a text stands; while a version is offered for agreement its clauses rest."""

    DRAFTING = "drafting"
    OFFERED = "offered"
    CLOSED = "closed"


class TextQuerySet(models.QuerySet["Text"]):
    """Texts, scoped by reader."""

    def seen_by(self, actor: Actor) -> TextQuerySet:
        """Those who see everything see all; a party sees its own."""
        return self.filter(own(actor))


class Text(models.Model):
    """One text of a party, written by it and the organisation, clause by clause."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="texts")
    title_en = models.CharField(max_length=300)
    title_fr = models.CharField(max_length=300, blank=True, default="")
    language = models.CharField(max_length=2, default="en")
    turn = models.CharField(max_length=12, choices=Side.choices)
    state = models.CharField(max_length=8, choices=TextState.choices, default=TextState.DRAFTING)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=150)
    # Since when it is in this court, and who passed it there.
    turned_at = models.DateTimeField()
    turned_by = models.CharField(max_length=150)

    objects = TextQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_at", "-id")
        indexes = [models.Index(fields=["party", "-opened_at"], name="texts_of_a_party")]
        constraints = [
            one_of("state", TextState, "text_state_is_known"),
            one_of("turn", Side, "text_turn_is_known"),
            models.CheckConstraint(name="text_language_is_known", condition=Q(language__in=["en", "fr"])),
            models.CheckConstraint(name="text_has_a_title", condition=~Q(title_en="")),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.title_en}"

    @property
    def title(self) -> Name:
        """The title in both languages."""
        return Name(self.title_en, self.title_fr)


class Chapter(models.Model):
    """A chapter; its key stays the same through all versions."""

    text = models.ForeignKey(Text, on_delete=models.CASCADE, related_name="chapters")
    key = models.CharField(max_length=40)
    order = models.PositiveIntegerField()
    title_en = models.CharField(max_length=300)
    title_fr = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ("text", "order", "id")
        constraints = [models.UniqueConstraint(fields=["text", "key"], name="chapter_keys_are_unique_in_a_text")]

    def __str__(self) -> str:
        return self.title_en

    @property
    def title(self) -> Name:
        """The title in both languages."""
        return Name(self.title_en, self.title_fr)
