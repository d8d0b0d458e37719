"""Changes: what somebody means to do, what it touched when they looked, and what was done.

What was applied or dropped stays as it is: a trigger in `migrations/laws.sql`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from comity.accounts.rules import Permission
from comity.activities.models import Activity
from comity.changes.rules import Consequence, again
from comity.frameworks.models import Framework
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.kernel.words import Name
from comity.parties.models import Party


class Deed(models.TextChoices):
    """What is done."""

    MOVE = "move"
    SHRINK = "shrink"
    CANCEL = "cancel"
    SUSPEND = "suspend"


class ChangeState(models.TextChoices):
    """How a change stands."""

    DRAFTED = "drafted"
    APPLIED = "applied"
    DROPPED = "dropped"


class ChangeQuerySet(models.QuerySet["Change"]):
    """Changes, scoped by reader."""

    def seen_by(self, actor: Actor) -> ChangeQuerySet:
        """The staff sees all; whoever may change activities sees the changes of those their party runs or contributed."""
        if actor.may(Permission.SEE_EVERYTHING):
            return self
        if not (actor.party and actor.may(Permission.CHANGE_ACTIVITIES)):
            return self.none()
        return self.filter(Q(activity__provider_party=actor.party) | Q(activity__contributed_by=actor.party))


class Change(models.Model):
    """One deed with its values; `content` is what it touched when it was last looked at, and then as it was applied."""

    deed = models.CharField(max_length=8, choices=Deed.choices)
    activity = models.ForeignKey(Activity, null=True, blank=True, on_delete=models.PROTECT, related_name="changes")
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.PROTECT, related_name="changes")
    framework = models.ForeignKey(Framework, null=True, blank=True, on_delete=models.PROTECT, related_name="changes")
    values = models.JSONField(default=dict)
    reason = models.CharField(max_length=600, blank=True, default="")
    # A free sentence of whoever changes something, for the notices, in each language.
    note_en = models.CharField(max_length=600, blank=True, default="")
    note_fr = models.CharField(max_length=600, blank=True, default="")
    state = models.CharField(max_length=8, choices=ChangeState.choices, default=ChangeState.DRAFTED)
    digest = models.CharField(max_length=64)
    content = models.JSONField(default=list)
    prepared_at = models.DateTimeField()
    prepared_by = models.CharField(max_length=150)
    prepared_for = models.CharField(max_length=12, blank=True, default="")
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.CharField(max_length=150, blank=True, default="")
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.CharField(max_length=150, blank=True, default="")

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["activity"], name="changes_by_activity"),
            models.Index(fields=["party"], name="changes_by_party"),
        ]
        constraints = [
            one_of("deed", Deed, "change_deed_is_known"),
            one_of("state", ChangeState, "change_state_is_known"),
            models.CheckConstraint(
                name="change_names_an_activity_iff_it_is_of_one", condition=iff(~Q(deed="suspend"), Q(activity__isnull=False))
            ),
            models.CheckConstraint(
                name="change_names_party_and_framework_iff_it_suspends",
                condition=iff(Q(deed="suspend"), Q(party__isnull=False)) & iff(Q(deed="suspend"), Q(framework__isnull=False)),
            ),
            models.CheckConstraint(
                name="change_that_calls_off_has_a_reason", condition=~Q(deed__in=["cancel", "suspend"]) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="change_applied_iff_dated_and_signed",
                condition=iff(Q(state="applied"), Q(applied_at__isnull=False))
                & iff(Q(applied_at__isnull=False), ~Q(applied_by="")),
            ),
            models.CheckConstraint(
                name="change_dropped_iff_dated_and_signed",
                condition=iff(Q(state="dropped"), Q(dropped_at__isnull=False))
                & iff(Q(dropped_at__isnull=False), ~Q(dropped_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.activity.number if self.activity else f'{self.party_id} {self.framework_id}'}"

    @property
    def note(self) -> Name:
        """The free sentence in both languages."""
        return Name(self.note_en or self.note_fr, self.note_fr or self.note_en)

    @property
    def is_open(self) -> bool:
        """Whether it may still be applied or dropped."""
        return self.state == ChangeState.DRAFTED

    @property
    def kept(self) -> list[Consequence]:
        """The consequences as they were last looked at, or as they were applied."""
        return [again(told) for told in self.content]
