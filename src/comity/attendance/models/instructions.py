"""Joining instructions in their versions, and who was sent which. Neither is ever changed: see `laws.sql`."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comity.accounts.rules import Permission
from comity.activities.models import Activity, run_by
from comity.attendance.models.sheets import of_own_people_or_run
from comity.kernel.actors import Actor
from comity.kernel.tables import iff
from comity.nominations.models import Nomination
from comity.parties.models import Party, own


class InstructionQuerySet(models.QuerySet["Instruction"]):
    """Joining instructions, scoped by reader."""

    def seen_by(self, actor: Actor) -> InstructionQuerySet:
        """Whoever runs the activity; the staff; and a party the versions that were sent to its people."""
        if actor.may(Permission.SEE_EVERYTHING):
            return self
        return self.filter(run_by(actor, "activity") | Q(pk__in=Sending.objects.filter(own(actor)).values("instruction")))


class Instruction(models.Model):
    """One version of the joining instructions of an activity, in English, in French or in both."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="instructions")
    number = models.PositiveSmallIntegerField()
    subject_en = models.CharField(max_length=200, blank=True, default="")
    body_en = models.TextField(blank=True, default="")
    subject_fr = models.CharField(max_length=200, blank=True, default="")
    body_fr = models.TextField(blank=True, default="")
    # Whom participants ask: an office and its address, no person.
    contact = models.CharField(max_length=200, blank=True, default="")
    answer_by = models.DateField(null=True, blank=True)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=150)

    objects = InstructionQuerySet.as_manager()

    class Meta:
        ordering = ("activity", "-number")
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="instruction_versions_are_told_once"),
            models.CheckConstraint(
                name="instruction_is_whole_in_a_language",
                condition=iff(Q(subject_en=""), Q(body_en=""))
                & iff(Q(subject_fr=""), Q(body_fr=""))
                & (~Q(subject_en="") | ~Q(subject_fr="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity.number} {self.number}"

    @property
    def texts(self) -> list[tuple[str, str, str]]:
        """Language, subject and body, English first, of the languages it is written in."""
        both = [("en", self.subject_en, self.body_en), ("fr", self.subject_fr, self.body_fr)]
        return [text for text in both if text[1]]


class SendingQuerySet(models.QuerySet["Sending"]):
    """Who was sent which version, scoped by reader."""

    def seen_by(self, actor: Actor) -> SendingQuerySet:
        """A party reads those of its own people, whoever runs the activity all of them, and so does the staff."""
        return self.filter(of_own_people_or_run(actor))


class Sending(models.Model):
    """One person was sent one version of the joining instructions."""

    instruction = models.ForeignKey(Instruction, on_delete=models.PROTECT, related_name="sendings")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="sendings")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=150)
    # Why it was sent again to those who had it.
    reason = models.CharField(max_length=400, blank=True, default="")

    objects = SendingQuerySet.as_manager()

    class Meta:
        ordering = ("-sent_at", "id")
        indexes = [models.Index(fields=["nomination", "sent_at"], name="sendings_by_nomination")]

    def __str__(self) -> str:
        return f"{self.nomination_id}: {self.instruction_id}"
