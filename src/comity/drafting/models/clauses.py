"""Clauses with the state of each side, their wordings and alternatives, and the drafts and comments beside them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from comity.accounts.rules import Permission
from comity.drafting.models.texts import Chapter, Side, Text
from comity.kernel.actors import Actor
from comity.kernel.tables import iff, one_of
from comity.parties.models import own


class ClauseState(models.TextChoices):
    """How a clause stands with one side."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    RESERVED = "reserved"


class Marking(models.TextChoices):
    """Who may read a clause once the text is released."""

    PUBLIC = "public"
    RESTRICTED = "restricted"


class Audience(models.TextChoices):
    """For whom a comment is: both sides, or one's own alone."""

    BOTH = "both"
    OWN = "own"


class ClauseQuerySet(models.QuerySet["Clause"]):
    """Clauses, scoped by reader."""

    def seen_by(self, actor: Actor) -> ClauseQuerySet:
        """As the texts they are of."""
        return self.filter(own(actor, "text__party"))

    def standing(self) -> ClauseQuerySet:
        """Those that have not been removed."""
        return self.filter(removed_at=None)


class Clause(models.Model):
    """A numbered paragraph as it stands now; each side has its own state on it."""

    text = models.ForeignKey(Text, on_delete=models.CASCADE, related_name="clauses")
    chapter = models.ForeignKey(Chapter, on_delete=models.CASCADE, related_name="clauses")
    key = models.CharField(max_length=40)
    order = models.PositiveIntegerField()
    body = models.TextField(blank=True, default="")
    marking = models.CharField(max_length=10, choices=Marking.choices, default=Marking.RESTRICTED)
    party_state = models.CharField(max_length=8, choices=ClauseState.choices, default=ClauseState.PROPOSED)
    organisation_state = models.CharField(max_length=8, choices=ClauseState.choices, default=ClauseState.PROPOSED)
    party_reason = models.TextField(blank=True, default="")
    organisation_reason = models.TextField(blank=True, default="")
    # Counts every change of the words; what was drafted on an older one is merged.
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=150, blank=True, default="")

    objects = ClauseQuerySet.as_manager()

    class Meta:
        ordering = ("chapter__order", "order", "id")
        indexes = [models.Index(fields=["chapter", "order"], name="clauses_of_a_chapter")]
        constraints = [
            one_of("marking", Marking, "clause_marking_is_known"),
            one_of("party_state", ClauseState, "clause_party_state_is_known"),
            one_of("organisation_state", ClauseState, "clause_organisation_state_is_known"),
            models.UniqueConstraint(fields=["text", "key"], name="clause_keys_are_unique_in_a_text"),
            models.CheckConstraint(
                name="clause_reserved_iff_a_reason_is_given",
                condition=iff(Q(party_state="reserved"), ~Q(party_reason=""))
                & iff(Q(organisation_state="reserved"), ~Q(organisation_reason="")),
            ),
            models.CheckConstraint(
                name="clause_removed_iff_dated_and_signed", condition=iff(Q(removed_at__isnull=False), ~Q(removed_by=""))
            ),
        ]

    def __str__(self) -> str:
        return f"clause {self.key} of text {self.text_id}"

    @property
    def is_agreed(self) -> bool:
        """Whether both sides agree to it as it stands."""
        return self.party_state == self.organisation_state == ClauseState.AGREED

    def state_of(self, side: str) -> str:
        """The state of one side."""
        return self.party_state if side == Side.PARTY else self.organisation_state


class Wording(models.Model):
    """What a clause said in one of its revisions, and who put it so: kept for good, so that nobody's words are lost."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="wordings")
    revision = models.PositiveIntegerField()
    body = models.TextField(blank=True, default="")
    side = models.CharField(max_length=12, choices=Side.choices)
    worded_at = models.DateTimeField()
    worded_by = models.CharField(max_length=150)

    class Meta:
        ordering = ("clause", "-revision")
        constraints = [
            one_of("side", Side, "wording_side_is_known"),
            models.UniqueConstraint(fields=["clause", "revision"], name="wording_is_kept_once_for_a_revision"),
        ]

    def __str__(self) -> str:
        return f"revision {self.revision} of {self.clause_id}"


class Alternative(models.Model):
    """What one side would have instead, in brackets beside the clause, until the brackets are settled."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="alternatives")
    side = models.CharField(max_length=12, choices=Side.choices)
    body = models.TextField()
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=150)

    class Meta:
        ordering = ("clause", "-side")
        constraints = [
            one_of("side", Side, "alternative_side_is_known"),
            models.UniqueConstraint(fields=["clause", "side"], name="alternative_is_one_a_side"),
            models.CheckConstraint(name="alternative_says_something", condition=~Q(body="")),
        ]

    def __str__(self) -> str:
        return f"{self.side} on {self.clause_id}"


class DraftQuerySet(models.QuerySet["Draft"]):
    """Drafts; private."""

    def seen_by(self, actor: Actor) -> DraftQuerySet:
        """One's own, and nobody else's, on texts one still may read."""
        return self.filter(own(actor, "clause__text__party"), login=actor.login).exclude(login="")


class Draft(models.Model):
    """What one person is writing on one clause; it saves whatever else is true, and nobody else reads it."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="drafts")
    login = models.CharField(max_length=150)
    body = models.TextField(blank=True, default="")
    # The revision of the clause that the words were written upon.
    base = models.PositiveIntegerField()
    saved_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ("-saved_at",)
        constraints = [models.UniqueConstraint(fields=["clause", "login"], name="draft_is_one_a_person")]

    def __str__(self) -> str:
        return f"draft on {self.clause_id}"


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments, scoped by reader and by side."""

    def seen_by(self, actor: Actor) -> CommentQuerySet:
        """Those for both sides, and those of one's own; what is internal to the other side is nowhere."""
        if actor.party is None and not actor.may(Permission.SEE_EVERYTHING):
            return self.none()
        own_text = Q(clause__text__party=actor.party) if actor.party else Q(pk__in=[])
        mine = Q(audience=Audience.BOTH) | (own_text & Q(side=Side.PARTY)) | (~own_text & Q(side=Side.ORGANISATION))
        return self.filter(own(actor, "clause__text__party")).filter(mine)


class Comment(models.Model):
    """Something said about a clause, to both sides or to one's own; answers go one level deep."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="comments")
    answers = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="answered_with")
    side = models.CharField(max_length=12, choices=Side.choices)
    audience = models.CharField(max_length=4, choices=Audience.choices)
    body = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=150)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=150, blank=True, default="")

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ("written_at", "id")
        constraints = [
            one_of("side", Side, "comment_side_is_known"),
            one_of("audience", Audience, "comment_audience_is_known"),
            models.CheckConstraint(name="comment_says_something", condition=~Q(body="")),
            models.CheckConstraint(
                name="comment_settled_iff_dated_and_signed", condition=iff(Q(settled_at__isnull=False), ~Q(settled_by=""))
            ),
            models.CheckConstraint(name="comment_does_not_answer_itself", condition=Q(answers=None) | ~Q(answers=F("id"))),
        ]

    def __str__(self) -> str:
        return f"comment on {self.clause_id}"
