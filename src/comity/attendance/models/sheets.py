"""The sheet of an activity, who was present in which part, and what came of each person.

The laws that need another table (marks only on an open sheet, a mark stays with its person, versions count up) are
triggers; that a row is for the activity and the party of its nomination is a foreign key over three columns: see `laws.sql`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comity.accounts.rules import Permission
from comity.activities.models import Activity, run_by
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.nominations.models import Nomination
from comity.parties.models import Party, own


class SettlingRule(models.TextChoices):
    """What counts for whether somebody attended: see the rules."""

    EACH_RESIDENTIAL = "each_residential"
    EACH = "each"
    ANY = "any"


class SheetState(models.TextChoices):
    """Whether a sheet may still be marked."""

    OPEN = "open"
    CLOSED = "closed"


class Mark(models.TextChoices):
    """What was marked of a person in a part."""

    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"


class Result(models.TextChoices):
    """What came of a person when the sheet was closed."""

    ATTENDED = "attended"
    PARTLY = "partly"
    NO_SHOW = "no_show"
    EXCUSED = "excused"


def of_own_people_or_run(actor: Actor, activity: str = "activity") -> Q:
    """The condition that a row is of the reader's own people, or of an activity the reader's party runs; the staff reads all."""
    if actor.may(Permission.SEE_EVERYTHING):
        return Q()
    return own(actor) | run_by(actor, activity)


class SheetQuerySet(models.QuerySet["Sheet"]):
    """Sheets, scoped by reader."""

    def seen_by(self, actor: Actor) -> SheetQuerySet:
        """Whoever runs the activity, whoever sends people to it, and the staff."""
        if actor.may(Permission.SEE_EVERYTHING):
            return self
        sent = Nomination.objects.filter(own(actor), state="accepted").values("activity")
        return self.filter(run_by(actor, "activity") | Q(activity__in=sent))


class Sheet(models.Model):
    """The attendance sheet of one activity: marked person by person while open, settled when closed."""

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, primary_key=True, related_name="sheet")
    rule = models.CharField(max_length=20, choices=SettlingRule.choices, default=SettlingRule.EACH_RESIDENTIAL)
    state = models.CharField(max_length=6, choices=SheetState.choices, default=SheetState.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=150)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True, default="")
    # Why it was opened again, the last time.
    reason = models.CharField(max_length=600, blank=True, default="")
    is_demonstration = models.BooleanField(default=False)

    objects = SheetQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("rule", SettlingRule, "sheet_rule_is_known"),
            one_of("state", SheetState, "sheet_state_is_known"),
            models.CheckConstraint(
                name="sheet_closed_iff_dated_and_signed",
                condition=iff(Q(state="closed"), Q(closed_at__isnull=False)) & iff(Q(closed_at__isnull=False), ~Q(closed_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity}"

    @property
    def is_closed(self) -> bool:
        """Whether everybody is settled."""
        return self.state == SheetState.CLOSED


class PresenceQuerySet(models.QuerySet["Presence"]):
    """Marks, scoped by reader."""

    def seen_by(self, actor: Actor) -> PresenceQuerySet:
        """A party reads those of its own people, whoever runs the activity those of all, and so does the staff."""
        return self.filter(of_own_people_or_run(actor, "sheet__activity"))


class Presence(models.Model):
    """What was marked of one person in one part; each cell has a version of its own, so that two hands lose nothing."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="presences")
    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="presences")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    # The place of the part in the order of days, from 1: a part that is moved keeps its marks.
    part = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=8, choices=Mark.choices)
    marked_at = models.DateTimeField()
    marked_by = models.CharField(max_length=150)
    version = models.PositiveIntegerField(default=1)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        ordering = ("sheet", "nomination", "part")
        constraints = [
            one_of("state", Mark, "presence_state_is_known"),
            models.UniqueConstraint(fields=["nomination", "part"], name="presence_is_marked_once_a_part"),
            models.CheckConstraint(name="presence_parts_count_from_one", condition=Q(part__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.nomination_id}/{self.part}: {self.state}"


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    """What came of people, scoped by reader."""

    def seen_by(self, actor: Actor) -> OutcomeQuerySet:
        """A party reads those of its own people, whoever runs the activity those of all, and so does the staff."""
        return self.filter(of_own_people_or_run(actor, "sheet__activity"))


class Outcome(models.Model):
    """What came of one person: settled when the sheet is closed; and whether they passed, where that is said."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="outcomes")
    nomination = models.OneToOneField(Nomination, on_delete=models.PROTECT, related_name="outcome")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=8, choices=Result.choices, blank=True, default="")
    passed = models.BooleanField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        ordering = ("sheet", "nomination")
        constraints = [
            models.CheckConstraint(name="outcome_result_is_known", condition=Q(result__in=["", *Result.values])),
            models.CheckConstraint(name="outcome_settled_iff_dated", condition=iff(~Q(result=""), Q(settled_at__isnull=False))),
        ]

    def __str__(self) -> str:
        return f"{self.nomination_id}: {self.result}"
