"""Feeds that calendars subscribe to, and what each of them has shown.

Of the address of a feed only the digest is kept. Whose records a feed shows is asked anew at each reading: see `queries`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from comity.accounts.models import User
from comity.accounts.rules import LANGUAGES
from comity.kernel.actors import Actor
from comity.kernel.tables import one_of
from comity.parties.models import Party


class FeedKind(models.TextChoices):
    """What a feed shows: what its owner must do, or whatever concerns the party."""

    PERSONAL = "personal"
    PARTY = "party"


class FeedQuerySet(models.QuerySet["Feed"]):
    """Feeds, scoped by reader."""

    def seen_by(self, actor: Actor) -> FeedQuerySet:
        """Nobody but the owner; an address is a key."""
        return self.none() if actor.is_stranger else self.filter(owner__login=actor.login)

    def alive(self) -> FeedQuerySet:
        """Those that were not ended, of accounts that are open."""
        return self.filter(ended_at__isnull=True, owner__is_active=True)


class Feed(models.Model):
    """One address at which one calendar reads, for as long as its owner has a mandate of the party."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="feeds")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=FeedKind.choices)
    language = models.CharField(max_length=2)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # To the day: reading writes nothing as long as nothing changed.
    last_read_at = models.DateTimeField(null=True, blank=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-id")
        constraints = [
            one_of("kind", FeedKind, "feed_kind_is_known"),
            models.UniqueConstraint(fields=["digest"], name="feed_digests_are_unique"),
            models.CheckConstraint(name="feed_language_is_one_of_the_house", condition=Q(language__in=LANGUAGES)),
            models.CheckConstraint(
                name="feed_ends_after_it_was_made", condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("made_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} feed of {self.party_id}"


class AppearanceQuerySet(models.QuerySet["Appearance"]):
    """What feeds have shown, scoped by reader."""

    def seen_by(self, actor: Actor) -> AppearanceQuerySet:
        """As the feeds."""
        return self.filter(feed__in=Feed.objects.seen_by(actor))

    def gone(self, *, after: datetime) -> AppearanceQuerySet:
        """What is in the feed no more and would have ended after a moment."""
        return self.filter(gone_at__isnull=False, over_at__gt=after)


class Appearance(models.Model):
    """One event as a feed shows it, or showed it last: how often it changed, since when it is so, since when it is gone."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="appearances")
    uid = models.CharField(max_length=120)
    sequence = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    shown = models.JSONField()
    over_at = models.DateTimeField()
    first_shown_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = AppearanceQuerySet.as_manager()

    class Meta:
        ordering = ("feed", "over_at", "uid")
        indexes = [models.Index(fields=["over_at"], name="appearances_by_end")]
        constraints = [
            models.UniqueConstraint(fields=["feed", "uid"], name="appearance_is_one_for_an_event"),
            models.CheckConstraint(
                name="appearance_gone_is_its_newest_change",
                condition=Q(gone_at__isnull=True) | Q(gone_at=F("changed_at")),
            ),
            models.CheckConstraint(name="appearance_changes_after_it_began", condition=Q(changed_at__gte=F("first_shown_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.uid} {self.sequence}"
