"""Versions: numbered snapshots that never change; amendments and their changes."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Exists, Q

from comity.accounts.rules import Permission
from comity.drafting.models.clauses import Marking
from comity.drafting.models.texts import Side, Text
from comity.drafting.rules import Content
from comity.frameworks.models import Membership, MembershipStanding
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.parties.models import own


class VersionQuerySet(models.QuerySet["Version"]):
    """Versions, scoped by reader."""

    def seen_by(self, actor: Actor) -> VersionQuerySet:
        """The two sides see all; Allies those put before them; everybody those released: `queries.visible` cuts them."""
        if actor.may(Permission.SEE_EVERYTHING):
            return self
        seen = Q(released_at__isnull=False)
        if actor.party is not None:
            seen |= Q(text__party=actor.party) | Q(Q(circulated_at__isnull=False), Exists(seats_as_ally(actor.party)))
        return self.filter(seen)


def seats_as_ally(party: str) -> models.QuerySet[Membership]:
    """The rows of the register by which a party is an Ally with no end in sight."""
    return Membership.objects.known().filter(party=party, standing=MembershipStanding.ALLY, period__upper_inf=True)


class Version(models.Model):
    """A text as it stood at a moment: content, canonical and hashed. It is never changed, only shown to more readers."""

    text = models.ForeignKey(Text, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    base = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="later")
    note = models.CharField(max_length=500, blank=True, default="")
    # Clauses on which the two sides did not agree when it was made.
    unsettled = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    # When it was put before the Allies, and when it was agreed and its public clauses shown to everybody.
    circulated_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ("text", "-number")
        constraints = [models.UniqueConstraint(fields=["text", "number"], name="version_numbers_are_used_once")]

    def __str__(self) -> str:
        return f"{self.text} version {self.number}"

    @property
    def read(self) -> Content:
        """What it says, whole: cut it for the reader with `queries.visible` before it is shown."""
        return Content.of(self.content)


class AmendmentState(models.TextChoices):
    """How an amendment stands."""

    OPEN = "open"
    ADOPTED = "adopted"
    DROPPED = "dropped"


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    """Amendments, scoped by reader."""

    def seen_by(self, actor: Actor) -> AmendmentQuerySet:
        """The two sides alone."""
        return self.filter(own(actor, "version__text__party"))


class Amendment(models.Model):
    """A set of changes on one version; any number of them may be open, and none stands in the way of anything."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=7, choices=AmendmentState.choices, default=AmendmentState.OPEN)
    # Which sides agree to its changes as they are; a change of either takes the other's word back.
    party_agreed_at = models.DateTimeField(null=True, blank=True)
    organisation_agreed_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=150)
    adopted_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.CharField(max_length=150, blank=True, default="")
    adopted_as = models.OneToOneField(Version, null=True, blank=True, on_delete=models.PROTECT, related_name="adopts")
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.CharField(max_length=150, blank=True, default="")

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_at", "-id")
        constraints = [
            one_of("state", AmendmentState, "amendment_state_is_known"),
            models.UniqueConstraint(fields=["version", "number"], name="amendment_numbers_are_used_once"),
            models.CheckConstraint(
                name="amendment_adopted_iff_both_agreed_and_a_version_was_made",
                condition=iff(
                    Q(state="adopted"),
                    Q(
                        adopted_at__isnull=False,
                        adopted_as__isnull=False,
                        party_agreed_at__isnull=False,
                        organisation_agreed_at__isnull=False,
                    )
                    & ~Q(adopted_by=""),
                ),
            ),
            models.CheckConstraint(
                name="amendment_dropped_iff_dated_and_signed",
                condition=iff(Q(state="dropped"), Q(dropped_at__isnull=False)) & iff(Q(state="dropped"), ~Q(dropped_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"amendment {self.number} on {self.version}"

    def agreed_at(self, side: str) -> datetime | None:
        """When a side agreed to it as it is."""
        return self.party_agreed_at if side == Side.PARTY else self.organisation_agreed_at


class ChangeKind(models.TextChoices):
    """What a change does to a clause."""

    REPLACE = "replace"
    INSERT = "insert"
    REMOVE = "remove"
    REMARK = "remark"


class Change(models.Model):
    """One change of an amendment, on the clause of a key; a new clause has a key of its own and says what it follows."""

    amendment = models.ForeignKey(Amendment, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=7, choices=ChangeKind.choices)
    key = models.CharField(max_length=40)
    body = models.TextField(blank=True, default="")
    marking = models.CharField(max_length=10, choices=Marking.choices, blank=True, default="")
    chapter = models.CharField(max_length=40, blank=True, default="")
    after = models.CharField(max_length=40, blank=True, default="")
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)

    class Meta:
        ordering = ("amendment", "id")
        constraints = [
            one_of("kind", ChangeKind, "change_kind_is_known"),
            models.UniqueConstraint(fields=["amendment", "key", "kind"], name="change_is_one_of_a_kind_for_a_clause"),
            models.CheckConstraint(name="change_inserts_into_a_chapter", condition=iff(Q(kind="insert"), ~Q(chapter=""))),
            models.CheckConstraint(
                name="change_says_how_to_mark", condition=iff(Q(kind__in=["insert", "remark"]), Q(marking__in=Marking.values))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
