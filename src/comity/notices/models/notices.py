"""Notices to people, and how each person wants to be told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comity.accounts.models import User
from comity.kernel.actors import Actor
from comity.kernel.words import Sentence
from comity.notices.models.letters import Letter
from comity.notices.rules.facts import sentence_again
from comity.notices.rules.topics import TOPICS, USUAL_HOUR, Way
from comity.parties.models import Party

WAYS = [(way.value, way.value) for way in Way]


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices, scoped by reader."""

    def seen_by(self, actor: Actor) -> NoticeQuerySet:
        """One's own, and of those only what was for the party one acts for now: nobody else's, whatever one may do."""
        if actor.is_stranger or actor.party is None:
            return self.none()
        return self.filter(recipient__login=actor.login, party=actor.party)

    def unread(self) -> NoticeQuerySet:
        """Those that nobody has opened."""
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """One thing somebody is told, for the party they acted for that day: a message with facts, said when it is read."""

    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=30)
    key = models.CharField(max_length=200)
    message = models.TextField()
    facts = models.JSONField(default=dict)
    link = models.CharField(max_length=300, blank=True, default="")
    about = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    way = models.CharField(max_length=8, choices=WAYS)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    letter = models.ForeignKey(Letter, null=True, blank=True, on_delete=models.SET_NULL, related_name="notices")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-told_at", "-id")
        indexes = [
            models.Index(fields=["recipient", "party", "-told_at"], name="notices_of_a_person"),
            models.Index(fields=["recipient", "party"], name="notices_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["told_at"], name="notices_to_send", condition=Q(letter__isnull=True) & ~Q(way="inbox")),
            models.Index(fields=["key"], name="notices_by_key"),
            models.Index(fields=["read_at"], name="notices_by_reading"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notice_is_told_once"),
            models.CheckConstraint(name="notice_way_is_known", condition=Q(way__in=[way.value for way in Way])),
            models.CheckConstraint(
                name="notice_leads_to_a_page_of_the_house", condition=Q(link="") | Q(link__regex=r"^/($|[^/\\])")
            ),
        ]

    @property
    def sentence(self) -> Sentence:
        """What is told, ready to be said to its reader; needs the recipient."""
        return sentence_again(self.message, self.facts, zone=self.recipient.zone)

    @property
    def topic_words(self) -> str:
        """What the topic is called, as a message."""
        return TOPICS.get(self.topic, self.topic)

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class TasteQuerySet(models.QuerySet["Taste"]):
    """Choices, scoped by reader."""

    def seen_by(self, actor: Actor) -> TasteQuerySet:
        """Nobody but the one who chose."""
        return self.none() if actor.is_stranger else self.filter(reader__login=actor.login)


class Taste(models.Model):
    """How somebody wants to be told of a topic; without one, as is usual."""

    reader = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tastes")
    topic = models.CharField(max_length=30)
    way = models.CharField(max_length=8, choices=WAYS)

    objects = TasteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reader", "topic"], name="taste_is_one_for_a_topic"),
            models.CheckConstraint(name="taste_way_is_known", condition=Q(way__in=[way.value for way in Way])),
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.way}"


class DigestHourQuerySet(models.QuerySet["DigestHour"]):
    """Hours of digests, scoped by reader."""

    def seen_by(self, actor: Actor) -> DigestHourQuerySet:
        """Nobody but the one who chose."""
        return self.none() if actor.is_stranger else self.filter(reader__login=actor.login)


class DigestHour(models.Model):
    """The hour of the day, in the own zone, at which somebody gets the digest."""

    reader = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="digest_hour")
    hour = models.PositiveSmallIntegerField(default=USUAL_HOUR)

    objects = DigestHourQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="digest_hour_is_one_of_a_day", condition=Q(hour__lt=24))]

    def __str__(self) -> str:
        return f"{self.hour}:00"
