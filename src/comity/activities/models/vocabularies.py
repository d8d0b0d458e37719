"""Areas and disciplines as versioned vocabularies, and the groups that terms of entry speak of, as data.

A list of areas is never a constant: it had 13 readable names in 2007 and others since. What a word such as "all partners"
meant on a day is a row too.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from comity.activities.rules import Group
from comity.kernel.actors import Actor
from comity.kernel.words import Name


class Vocabulary(models.Model):
    """One version of a list of words: the areas of 2007, the areas met in the field."""

    name = models.CharField(max_length=30)
    version = models.CharField(max_length=30)
    # The order in which versions are tried when a word is looked up, smallest first.
    rank = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=600, blank=True, default="")

    class Meta:
        ordering = ("name", "rank", "version")
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="vocabulary_versions_are_told_once"),
            models.CheckConstraint(
                name="vocabulary_is_known", condition=Q(name__in=["areas", "disciplines", "markers", "ratings"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Term(models.Model):
    """One word of a vocabulary in both languages, under its code."""

    vocabulary = models.ForeignKey(Vocabulary, on_delete=models.PROTECT, related_name="terms")
    code = models.CharField(max_length=60)
    en = models.CharField(max_length=120)
    fr = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        ordering = ("vocabulary", "code")
        constraints = [models.UniqueConstraint(fields=["vocabulary", "code"], name="term_codes_are_unique_in_a_version")]

    def __str__(self) -> str:
        return self.en

    @property
    def name(self) -> Name:
        """The word in both languages."""
        return Name(self.en, self.fr)


class EntryGroupQuerySet(models.QuerySet["EntryGroup"]):
    """What words of entry meant; known to everybody."""

    def seen_by(self, actor: Actor) -> EntryGroupQuerySet:
        """Terms of entry are published with the menu: all of them, for every reader."""
        return self

    def meanings(self) -> tuple[Group, ...]:
        """Every meaning, as the rules want it."""
        return tuple(g.meaning for g in self)


class EntryGroup(models.Model):
    """What a word of the terms of entry meant from one day until another: the frameworks behind it.

    `partners_only` leaves out those who sit in a framework as Allies, `allies_only` everybody else.
    """

    token = models.CharField(max_length=20)
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    frameworks = ArrayField(models.CharField(max_length=20))
    # How sources write it, in lower case.
    words = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    partners_only = models.BooleanField(default=False)
    allies_only = models.BooleanField(default=False)
    en = models.CharField(max_length=120)
    fr = models.CharField(max_length=120, blank=True, default="")

    objects = EntryGroupQuerySet.as_manager()

    class Meta:
        ordering = ("token", "since_on")
        constraints = [
            models.UniqueConstraint(fields=["token", "since_on"], name="entry_groups_begin_once_a_day"),
            models.CheckConstraint(
                name="entry_group_ends_after_it_began", condition=Q(until_on__isnull=True) | Q(until_on__gt=F("since_on"))
            ),
            models.CheckConstraint(name="entry_group_is_of_allies_or_partners", condition=~Q(partners_only=True, allies_only=True)),
        ]

    def __str__(self) -> str:
        return f"{self.token} since {self.since_on}"

    @property
    def meaning(self) -> Group:
        """The meaning as the rules want it."""
        name = Name(self.en, self.fr)
        return Group(self.token, self.since_on, self.until_on, tuple(self.frameworks), self.partners_only, self.allies_only, name)
