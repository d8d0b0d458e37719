"""Acts on comments: writing one for both sides or for one's own, answering it, settling it. They never wait for a turn."""

from datetime import datetime

from django.db import transaction

from comity.drafting import rules
from comity.drafting.acts import courts
from comity.drafting.models import Audience, Clause, Comment
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.trail import acts as trail

MOST_LETTERS = 5_000


class NothingWritten(Refusal):
    """A comment says something."""

    message = _("Write something first.")


class CommentIsTooLong(Refusal):
    """A comment is short."""

    message = _("A comment holds at most {most} letters, and these are {count}.")


@transaction.atomic
def write(clause: Clause, body: str, *, audience: str, answers: Comment | None = None, by: Actor, at: datetime) -> Comment:
    """Say something about a clause; an answer is for whom the first word was, and answers go one level deep."""
    side = courts.side_for(clause.text, by=by)
    words = rules.normal(body)
    if not words:
        raise NothingWritten
    if len(words) > MOST_LETTERS:
        raise CommentIsTooLong(most=MOST_LETTERS, count=len(words))
    head = (answers.answers or answers) if answers else None
    comment = Comment.objects.create(
        clause=clause, answers=head, side=side, audience=head.audience if head else Audience(audience), body=words,
        written_at=at, written_by=by.login,
    )  # fmt: skip
    _record("comment.written", comment, by=by, at=at)
    return comment


@transaction.atomic
def settle(comment: Comment, *, by: Actor, at: datetime) -> Comment:
    """Say that a comment is dealt with; whoever reads it may."""
    courts.side_for(comment.clause.text, by=by)
    found = Comment.objects.select_for_update(of=("self",)).select_related("clause__text").get(pk=comment.pk)
    if found.settled_at is None:
        found.settled_at, found.settled_by = at, by.login
        found.save(update_fields=["settled_at", "settled_by"])
        _record("comment.settled", found, by=by, at=at)
    return found


def _record(act: str, comment: Comment, *, by: Actor, at: datetime) -> None:
    """Write the line; one about a comment of one side alone is no business of the other (F3)."""
    trail.record(act, comment, by=by, at=at, about=comment.clause.text.party_id if comment.audience == Audience.BOTH else "")
