"""Surveys, the canvass of those who were at an activity, its tickets and answers, and the report of the provider.

An answer knows its canvass and nothing else: no ticket, no party, no moment; its key is drawn by chance. The laws that no
CHECK can hold (answers and published surveys never change, batches are of five or more, an approved report stays) are
triggers: see `laws.sql`.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from comity.accounts.rules import Permission
from comity.activities.models import Activity, run_by
from comity.feedback.rules import LEAST, Question, questions_of
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.kernel.words import Name
from comity.nominations.models import Nomination

Row = TypeVar("Row", bound=models.Model)


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Surveys; they are published with the pack."""

    def seen_by(self, actor: Actor) -> SurveyQuerySet:
        """Everybody may read what is asked."""
        return self


class Survey(models.Model):
    """One version of the questions that participants are asked; it never changes."""

    key = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    title_en = models.CharField(max_length=200)
    title_fr = models.CharField(max_length=200, blank=True, default="")
    questions = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=150)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        ordering = ("key", "version")
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="survey_versions_are_told_once"),
            models.CheckConstraint(name="survey_has_a_title", condition=~Q(title_en="")),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"

    @property
    def title(self) -> Name:
        """The title in both languages."""
        return Name(self.title_en, self.title_fr)

    def asked(self) -> tuple[Question, ...]:
        """The questions in their order."""
        return questions_of(self.questions)


class CanvassQuerySet(models.QuerySet["Canvass"]):
    """Canvasses, scoped by reader."""

    def seen_by(self, actor: Actor) -> CanvassQuerySet:
        """The staff reads all, a provider those of its activities, a party those of activities where it was."""
        if actor.may(Permission.SEE_EVERYTHING):
            return self
        theirs = Q(parties__contains=[actor.party]) if actor.party else Q(pk__in=())
        return self.filter(theirs | run_by(actor, "activity"))


class Canvass(models.Model):
    """The asking of those who were at one activity, until a moment; its answers are shown in batches of five or more."""

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="canvass")
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+")
    parties = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=150)
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    # How many were asked, how many answered, how many of the answers may be shown, in how many batches.
    asked = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    shown = models.PositiveIntegerField(default=0)
    batches = models.PositiveSmallIntegerField(default=0)

    objects = CanvassQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "canvasses"
        ordering = ("-opened_at",)
        constraints = [
            models.CheckConstraint(name="canvass_closes_after_it_opened", condition=Q(closes_at__gt=F("opened_at"))),
            models.CheckConstraint(name="canvass_has_no_more_answers_than_asked", condition=Q(answered__lte=F("asked"))),
            models.CheckConstraint(
                name="canvass_shows_none_or_five_and_more",
                condition=Q(shown__lte=F("answered")) & (Q(shown=0, batches=0) | Q(shown__gte=LEAST, batches__gte=1)),
            ),
            models.CheckConstraint(
                name="canvass_is_forgotten_after_it_closed",
                condition=Q(forgotten_at__isnull=True) | Q(closed_at__isnull=False, closed_at__lte=F("forgotten_at")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.activity)

    def is_open(self, at: datetime) -> bool:
        """Whether answers are taken."""
        return self.closed_at is None and at < self.closes_at

    @property
    def waiting(self) -> int:
        """Answers too few to be shown yet."""
        return self.answered - self.shown


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Tickets, scoped by who may hand them out."""

    def seen_by(self, actor: Actor) -> TicketQuerySet:
        """A party hands out those of its own people, a provider those of its activities; the staff none."""
        theirs = Q(nomination__party=actor.party) if actor.party else Q(pk__in=())
        return self.filter(theirs | run_by(actor, "canvass__activity"))


class Ticket(models.Model):
    """That somebody who was there may answer, and whether they have; gone when the canvass closes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    canvass = models.ForeignKey(Canvass, on_delete=models.CASCADE, related_name="tickets")
    nomination = models.OneToOneField(Nomination, on_delete=models.CASCADE, related_name="ticket")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    used_on = models.DateField(null=True, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ("nomination",)
        constraints = [models.UniqueConstraint(fields=["digest"], name="ticket_digests_are_unique")]

    def __str__(self) -> str:
        return str(self.nomination)


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Answers, scoped by reader."""

    def seen_by(self, actor: Actor) -> AnswerQuerySet:
        """Those in a batch, for whoever may read the canvass; those that wait for nobody."""
        return self.filter(batch__gte=1, canvass__in=Canvass.objects.seen_by(actor).values("pk"))


class Answer(models.Model):
    """What one person said: nobody knows who, nor when; in batch 0 while there are too few to be shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    canvass = models.ForeignKey(Canvass, on_delete=models.PROTECT, related_name="answers")
    batch = models.PositiveSmallIntegerField(default=0)
    given = models.JSONField()

    objects = AnswerQuerySet.as_manager()

    class Meta:
        # By the key, which chance drew: no list of answers tells the order in which they came.
        ordering = ("id",)
        indexes = [models.Index(fields=["canvass", "batch"], name="feedback_by_canvass")]

    def __str__(self) -> str:
        return f"an answer about {self.canvass_id}"


class ReportState(models.TextChoices):
    """How far a report has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    DISTRIBUTED = "distributed"


WRITABLE = (ReportState.DRAFT, ReportState.RETURNED)
APPROVED = (ReportState.APPROVED, ReportState.DISTRIBUTED)
HANDED_IN = (ReportState.SUBMITTED, *APPROVED)


class ActivityReportQuerySet(models.QuerySet["ActivityReport"]):
    """Reports, scoped by reader."""

    def seen_by(self, actor: Actor) -> ActivityReportQuerySet:
        """The provider reads its own, the staff what was submitted, a delegation that was there what was sent to it."""
        theirs = run_by(actor, "activity")
        if actor.may(Permission.SEE_EVERYTHING):
            return self.filter(theirs | ~Q(state=ReportState.DRAFT))
        sent = Q(state=ReportState.DISTRIBUTED, parties__contains=[actor.party]) if actor.party else Q(pk__in=())
        return self.filter(theirs | sent)

    def handed_in(self) -> Self:
        """Submitted, and not returned."""
        return self.filter(state__in=HANDED_IN)


class ActivityReport(models.Model):
    """What the provider says came of an activity; its figures are frozen when it is submitted."""

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="report")
    state = models.CharField(max_length=12, choices=ReportState.choices, default=ReportState.DRAFT)
    summary = models.TextField(blank=True, default="", max_length=6000)
    went_well = models.TextField(blank=True, default="", max_length=6000)
    to_change = models.TextField(blank=True, default="", max_length=6000)
    figures = models.JSONField(default=dict, blank=True)
    parties = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=150)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.CharField(max_length=150, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True, default="")
    reason = models.CharField(max_length=600, blank=True, default="")
    distributed_at = models.DateTimeField(null=True, blank=True)
    # The next iteration, and what was changed there because of this report.
    next_activity = models.OneToOneField(Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="report_before")
    changed = models.TextField(blank=True, default="", max_length=4000)
    followed_at = models.DateTimeField(null=True, blank=True)
    followed_by = models.CharField(max_length=150, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    objects = ActivityReportQuerySet.as_manager()

    class Meta:
        ordering = ("-begun_at",)
        indexes = [models.Index(fields=["state"], name="reports_by_state")]
        constraints = [
            one_of("state", ReportState, "report_state_is_known"),
            models.CheckConstraint(
                name="report_handed_in_has_a_summary", condition=Q(state__in=["draft", "returned"]) | ~Q(summary="")
            ),
            models.CheckConstraint(
                name="report_submitted_iff_dated_and_signed",
                condition=iff(~Q(state="draft"), Q(submitted_at__isnull=False))
                & iff(Q(submitted_at__isnull=False), ~Q(submitted_by="")),
            ),
            models.CheckConstraint(
                name="report_decided_iff_dated_and_signed",
                condition=iff(Q(state__in=["returned", "approved", "distributed"]), Q(decided_at__isnull=False))
                & iff(Q(decided_at__isnull=False), ~Q(decided_by="")),
            ),
            models.CheckConstraint(name="report_returned_iff_for_a_reason", condition=iff(Q(state="returned"), ~Q(reason=""))),
            models.CheckConstraint(
                name="report_distributed_iff_dated", condition=iff(Q(state="distributed"), Q(distributed_at__isnull=False))
            ),
            models.CheckConstraint(
                name="report_followed_iff_told_dated_and_signed",
                condition=iff(Q(next_activity__isnull=False), Q(followed_at__isnull=False))
                & iff(Q(followed_at__isnull=False), ~Q(followed_by=""))
                & iff(Q(followed_at__isnull=False), ~Q(changed="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.activity)

    @property
    def is_writable(self) -> bool:
        """Whether its text is still the provider's."""
        return self.state in WRITABLE
