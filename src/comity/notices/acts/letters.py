"""Letters: written from what somebody has not read yet, claimed, and settled with what became of them.

A claim is committed before anything is sent. If whoever claimed dies, nobody can say whether the letter arrived: it becomes
unknown, and only an administrator sends it again.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import override

from comity.accounts.models import User
from comity.accounts.rules import Permission
from comity.exchange.mail import Fate, Outcome
from comity.kernel.actors import Actor
from comity.kernel.faces import say
from comity.kernel.refusals import Refusal
from comity.kernel.words import Sentence, Speakable, Word, _
from comity.notices import queries
from comity.notices.models import Letter, LetterState, Notice
from comity.notices.queries import Owed
from comity.notices.rules.composing import Envelope, Item, message, plain
from comity.notices.rules.times import LONGEST_SENDING, PAUSES_OF_LETTERS, STILL_NEWS, next_try
from comity.notices.rules.topics import Way
from comity.trail import acts as trail

HEADING = _("{count} notices for {party}")
HEADING_OF_ONE = _("A notice for {party}")
DIGEST = _("What is new for {party} on {day}")
DUE = _("Due on {day}")
FOOT = _("You are told this because you act for {party}. Choose how you are told:")
NO_MANDATE = _("The recipient acts for this party no more.")
NOBODY_SAID = _("Whoever sent it gave no sign of what became of it.")
BODIES_KEPT, LETTERS_KEPT = timedelta(days=30), timedelta(days=365)


class LetterIsNotStuck(Refusal):
    """Only what the server refused, or what nobody knows about, is sent again."""

    message = _("This letter is not to be sent again: it waits, or it arrived.")


class LetterIsForgotten(Refusal):
    """Its words are gone."""

    message = _("What this letter said is deleted by now; it is still in the inbox of its recipient.")


@transaction.atomic
def write(owed: Owed, *, by: Actor, at: datetime) -> Letter | None:
    """Write one letter that is owed; nothing if the recipient has got it meanwhile, or acts for that party no more."""
    reader = User.objects.select_for_update().get(pk=owed.recipient)
    if owed.for_on and Letter.objects.filter(recipient=reader, for_on=owed.for_on).exists():
        return None
    if not reader.email or not queries.speaks_for(reader, owed.party, seen_by=by, at=at):
        return None
    told = Notice.objects.select_for_update(of=("self",)).select_related("recipient", "about", "party")
    told = told.unread().filter(recipient=reader, party=owed.party, letter__isnull=True)
    told = told.filter(told_at__gt=at - STILL_NEWS, told_at__lte=owed.until, way=Way.DIGEST if owed.for_on else Way.AT_ONCE)
    found = list(told.order_by("topic", "due_on", "told_at"))
    if not found:
        return None
    identity = f"<{uuid4().hex}@{settings.MAIL_FROM.rpartition('@')[2].rstrip('>') or 'localhost'}>"
    letter = Letter.objects.create(
        recipient=reader,
        party_id=owed.party,
        for_on=owed.for_on,
        email=reader.email,
        message_id=identity,
        source=_source(reader, found, owed, identity, at),
        written_at=at,
        next_at=at,
    )
    Notice.objects.filter(pk__in=[notice.pk for notice in found]).update(letter=letter)
    return letter


@transaction.atomic(durable=True)
def claim(*, by: Actor, at: datetime) -> Letter | None:
    """Take the next letter that waits, for nobody else to take; one whose recipient has no mandate any more is dropped."""
    waiting = Letter.objects.filter(state=LetterState.WAITING, next_at__lte=at).order_by("next_at", "id")
    for letter in waiting.select_for_update(skip_locked=True, of=("self",)).select_related("recipient")[:1]:
        letter.next_at = None
        if queries.speaks_for(letter.recipient, letter.party_id, seen_by=by, at=at):
            letter.state, letter.claimed_at, letter.tries = LetterState.SENDING, at, letter.tries + 1
        else:
            letter.state, letter.ended_at, letter.reason, letter.source = LetterState.DROPPED, at, NO_MANDATE, ""
        letter.save(update_fields=["state", "next_at", "claimed_at", "tries", "ended_at", "reason", "source"])
        return letter
    return None


@transaction.atomic(durable=True)
def settle(letter: Letter, outcome: Outcome, *, by: Actor, at: datetime) -> None:
    """Note what became of a claimed letter: sent, to be tried later, refused, or nobody can say."""
    held = Letter.objects.select_for_update().filter(
        pk=letter.pk, claimed_at=letter.claimed_at, state__in=[LetterState.SENDING, LetterState.UNKNOWN]
    )
    for stored in held:
        stored.next_at = next_try(stored.tries, PAUSES_OF_LETTERS, at=at) if outcome.fate is Fate.LATER else None
        ends = {Fate.TAKEN: LetterState.SENT, Fate.UNKNOWN: LetterState.UNKNOWN}
        stored.state = LetterState.WAITING if stored.next_at else ends.get(outcome.fate, LetterState.REFUSED)
        stored.ended_at = None if stored.next_at else at
        stored.code, stored.reason = outcome.code, outcome.words
        stored.save(update_fields=["state", "next_at", "ended_at", "code", "reason"])


def give_up_claims(*, by: Actor, at: datetime) -> int:
    """Note as unknown what was claimed long ago and never settled; how many there were."""
    lost = Letter.objects.filter(state=LetterState.SENDING, claimed_at__lt=at - LONGEST_SENDING)
    return lost.update(state=LetterState.UNKNOWN, ended_at=at, reason=NOBODY_SAID)


@transaction.atomic
def retry(letter: Letter, *, by: Actor, at: datetime) -> Letter:
    """Have a letter sent again that was refused, or of which nobody knows whether it arrived."""
    by.must(Permission.MANAGE_ACCOUNTS)
    stored = Letter.objects.select_for_update().get(pk=letter.pk)
    if stored.state not in (LetterState.REFUSED, LetterState.UNKNOWN):
        raise LetterIsNotStuck
    if not stored.source:
        raise LetterIsForgotten
    stored.state, stored.next_at, stored.ended_at, stored.tries = LetterState.WAITING, at, None, 0
    stored.save(update_fields=["state", "next_at", "ended_at", "tries"])
    trail.record("letter.retried", stored, by=by, at=at)
    return stored


def forget(*, at: datetime) -> int:
    """Delete what letters said after a month, and the letters after a year; how many were emptied or deleted."""
    settled = Letter.objects.exclude(state__in=[LetterState.WAITING, LetterState.SENDING])
    gone = settled.filter(written_at__lte=at - LETTERS_KEPT).delete()[1].get(Letter._meta.label, 0)
    return gone + settled.filter(written_at__lte=at - BODIES_KEPT).exclude(source="").update(source="")


def trial(to: str, *, language: str, at: datetime) -> str:
    """A letter that tells nothing, to try the server with."""
    words = [Item("", say(Word(_("This letter tries the server. If you read it, letters go out.")), language))]
    identity = f"<{uuid4().hex}@{settings.MAIL_FROM.rpartition('@')[2].rstrip('>') or 'localhost'}>"
    return _message(to, language, Word(_("A letter to try the server")), words, "", identity, at)


def _source(reader: User, notices: list[Notice], owed: Owed, identity: str, at: datetime) -> str:
    """The whole letter in the language of its reader, with times in their zone."""
    with override(reader.language):
        items = [
            Item(
                topic=say(Word(notice.topic_words)),
                words=say(notice.sentence),
                address=settings.PUBLIC_ADDRESS.rstrip("/") + notice.link if notice.link else "",
                due=say(Sentence(DUE, {"day": notice.due_on})) if notice.due_on else "",
            )
            for notice in notices
        ]
        party = notices[0].party.name
        foot = say(Sentence(FOOT, {"party": party}))
    heading: Speakable = Sentence(HEADING, {"count": len(items), "party": party})
    if owed.for_on:
        heading = Sentence(DIGEST, {"party": party, "day": owed.for_on})
    elif len(items) == 1:
        heading = Sentence(HEADING_OF_ONE, {"party": party})
    return _message(reader.email, reader.language, heading, items, foot, identity, at)


def _message(to: str, language: str, heading: Speakable, items: list[Item], foot: str, identity: str, at: datetime) -> str:
    choices = settings.PUBLIC_ADDRESS.rstrip("/") + "/notices/choices/"
    said = say(heading, language)
    # The words of a single notice make the best subject; a letter of several says for whom and when.
    subject = items[0].words if len(items) == 1 else said
    told = {"heading": said, "items": items, "foot": foot, "choices": choices, "language": language}
    envelope = Envelope(settings.MAIL_FROM, to, subject, identity, language, choices, at)
    return message(envelope, plain(said, items, foot, choices), render_to_string("notices/letter.html", told))
