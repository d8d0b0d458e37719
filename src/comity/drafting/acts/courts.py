"""Who may write now: the checks that every act on a text begins with, under the lock of the text."""

from comity.accounts.rules import Permission
from comity.drafting.models import Clause, Text, TextState
from comity.drafting.rules import writes_for
from comity.drafting.rules.sides import SIDES
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.words import Word, _


class NotYourTurn(Refusal):
    """One side writes at a time."""

    message = _(
        "It is the turn of {side}. You can read, comment and keep a draft; putting it forward waits until the turn is yours."
    )


class TextRests(Refusal):
    """What lies with those who agree is not changed under their hands."""

    message = _("A version of “{title}” is offered for agreement, so its clauses rest. Drafts and comments are saved all the same.")


class TextIsClosed(Refusal):
    """A closed text is changed by amendments alone."""

    message = _("“{title}” is closed. What is to change in it is put into an amendment of one of its versions.")


class ClauseWasRemoved(Refusal):
    """Somebody took the clause out."""

    message = _("{who} removed this clause. Your draft is kept; bring the clause back, or put your words into another.")


class ClauseChangedSince(Refusal):
    """One agrees to words one has read."""

    message = _("{who} changed this clause since you read it. Read it again first.")


def side_for(text: Text, *, by: Actor) -> str:
    """The side for which somebody writes a text.

    Raises:
        NotPermitted: they write no texts.
        NotFound: they do not read this one.
    """
    by.must(Permission.DRAFT_TEXTS)
    side = writes_for(by, text.party_id)
    if side is None:
        raise NotFound(what=_("text"))
    return side


def held(text: Text | int, *, by: Actor) -> tuple[Text, str]:
    """The text under lock, and the side for which somebody writes it, whosever turn it is."""
    found = Text.objects.select_for_update(of=("self",)).select_related("party").get(pk=text if isinstance(text, int) else text.pk)
    return found, side_for(found, by=by)


def in_turn(text: Text | int, *, by: Actor) -> tuple[Text, str]:
    """The text under lock for the side that has the turn.

    Raises:
        TextRests, TextIsClosed: its clauses are not to be changed now.
        NotYourTurn: the other side writes.
    """
    found, side = held(text, by=by)
    if found.state == TextState.OFFERED:
        raise TextRests(title=found.title)
    if found.state == TextState.CLOSED:
        raise TextIsClosed(title=found.title)
    if found.turn != side:
        raise NotYourTurn(side=Word(SIDES[found.turn]))
    return found, side


def clause_in_turn(clause: Clause, *, by: Actor, revision: int | None = None) -> tuple[Clause, str]:
    """A clause that still stands, as it is now, for the side that has the turn.

    Raises:
        ClauseWasRemoved: it was taken out.
        ClauseChangedSince: it is no longer what was read, where that matters.
    """
    text, side = in_turn(clause.text_id, by=by)
    found = Clause.objects.get(pk=clause.pk)
    found.text = text
    if found.removed_at is not None:
        raise ClauseWasRemoved(who=found.removed_by)
    if revision is not None and revision != found.revision:
        raise ClauseChangedSince(who=found.changed_by)
    return found, side
