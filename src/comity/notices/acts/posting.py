"""Sending what waits: each letter is claimed and settled in transactions of its own, and goes out between the two."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from comity.accounts.rules import Permission
from comity.exchange.mail import Fate, Outcome, Post, server_of
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.notices import queries
from comity.notices.acts import letters
from comity.notices.models import LetterState

# As many letters a minute at most, so that one run ends before the claims of another are thought lost.
AT_A_TIME = 300


class NoServerForLetters(Refusal):
    """Without a server no letter goes out."""

    message = _("This installation sends no letters: set COMITY_SMTP_URL and COMITY_MAIL_FROM.")


def post(*, by: Actor, clock: Callable[[], datetime]) -> int:
    """Write the letters that are owed and send those that wait; how many were sent or tried."""
    if not queries.letters_go_out():
        return 0
    letters.give_up_claims(by=by, at=clock())
    now = clock()
    for owed in queries.owed(seen_by=by, at=now):
        letters.write(owed, by=by, at=now)
    tried, answers = 0, True
    with Post(server_of(settings.SMTP_URL)) as line:
        while answers and tried < AT_A_TIME and (letter := letters.claim(by=by, at=clock())):
            if letter.state == LetterState.SENDING:
                outcome = line.send(letter.source.encode("ascii"), sender=settings.MAIL_FROM, to=letter.email)
                letters.settle(letter, outcome, by=by, at=clock())
                # A server that says nothing at all is not asked again by every letter that waits.
                answers = outcome.code is not None or outcome.fate is not Fate.LATER
            tried += 1
    return tried


def try_out(to: str, *, by: Actor, at: datetime) -> Outcome:
    """Send a letter that tells nothing, now, and say what became of it."""
    by.must(Permission.MANAGE_ACCOUNTS)
    if not queries.letters_go_out():
        raise NoServerForLetters
    source = letters.trial(to, language=by.language, at=at)
    with Post(server_of(settings.SMTP_URL)) as line:
        return line.send(source.encode("ascii"), sender=settings.MAIL_FROM, to=to)
