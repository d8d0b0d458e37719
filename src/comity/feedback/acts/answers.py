"""Answering with a ticket: once, without an account, and so that nobody can tell who said what."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import F

from comity.accounts.acts import tries
from comity.accounts.rules import digest_of
from comity.feedback.acts.canvasses import show_what_waits
from comity.feedback.models import Answer, Canvass, Ticket
from comity.feedback.rules import is_answer
from comity.kernel.actors import STRANGER, Actor
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.words import _
from comity.trail import acts as trail

GUESSES = "feedback"


class AnsweredAlready(Refusal):
    """A ticket answers once."""

    message = _(
        "This link has been answered already, thank you. What was said cannot be changed: nobody knows which answer it was."
    )


class AnswerIncomplete(Refusal):
    """What is asked of all is answered by all, so that nobody is told apart by what is missing."""

    message = _("Please answer every question that has a scale or asks yes or no.")


def open_ticket(token: str, *, address: str, at: datetime) -> Ticket:
    """The ticket of a link that somebody opened; a wrong one is counted against the address it came from.

    Raises:
        NotFound: there is none, or its time is over: both look the same.
        AnsweredAlready: it was used.
    """
    try:
        return _ticket_of(token, at)
    except NotFound:
        tries.count(GUESSES, address, at=at)
        raise


def _ticket_of(token: str, at: datetime) -> Ticket:
    rows = Ticket.objects.select_related("canvass__activity", "canvass__survey")
    found = rows.filter(digest=digest_of(token), canvass__closes_at__gt=at, canvass__closed_at__isnull=True).first()
    if found is None:
        raise NotFound(what="page")
    if found.used_on is not None:
        raise AnsweredAlready
    return found


@transaction.atomic
def give(token: str, given: Mapping[str, Any], *, by: Actor, at: datetime) -> Canvass:
    """Take what somebody says; the ticket is used up, and nothing ties what is said to it.

    The line in the trail bears the day alone, and no name: not even of somebody who happens to be signed in.
    """
    found = _ticket_of(token, at)
    kept = Canvass.objects.select_for_update(of=("self",)).select_related("survey", "activity").get(pk=found.canvass_id)
    if not Ticket.objects.filter(pk=found.pk, used_on=None).update(used_on=at.date()):
        raise AnsweredAlready
    questions = kept.survey.asked()
    said = {q.key: given.get(q.key) for q in questions if given.get(q.key) not in (None, "")}
    if not all(is_answer(q, said[q.key]) if q.key in said else not q.is_asked_of_all for q in questions):
        raise AnswerIncomplete
    Answer.objects.create(canvass=kept, given=said)
    Canvass.objects.filter(pk=kept.pk).update(answered=F("answered") + 1)
    kept.answered += 1
    show_what_waits(kept)
    day = datetime.combine(at.date(), time(), UTC)
    trail.record("answer.given", kept, by=STRANGER, at=day)
    return kept
