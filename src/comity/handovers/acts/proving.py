"""That whoever hands over is who they seem: by the key they sign with, or else by their password, never guessed."""

from datetime import datetime, timedelta

from django.db import transaction

from comity.accounts.models import Tally, User
from comity.agreements.acts import signatures
from comity.agreements.models import SigningKey
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import _

MOST_TRIES, WHILE = 5, timedelta(minutes=15)


class PasswordDoesNotFit(Refusal):
    """Somebody else sits at this browser, or a key was mistyped."""

    message = _("That is not your password. Nothing was handed over.")


class TooManyTries(Refusal):
    """A password is not guessed."""

    message = _("Your password was tried too often. Wait {minutes} minutes.")


def prove(statement: bytes, *, secret: str, by: Actor, at: datetime) -> tuple[SigningKey | None, bytes | None]:
    """Sign a statement with one's key, if one has one; else confirm it with one's password. Each try counts."""
    if SigningKey.objects.seen_by(by).alive().filter(party=by.party, holder=by.login).exists():
        return signatures.seal(statement, passphrase=secret, by=by, at=at)
    _count(by, at)
    user = User.objects.seen_by(by).filter(login=by.login, is_active=True).first()
    if user is None or not user.check_password(secret):
        raise PasswordDoesNotFit
    Tally.objects.filter(key=_key(by)).delete()
    return None, None


@transaction.atomic
def _count(by: Actor, at: datetime) -> None:
    """Count a try in a transaction of its own, so that a wrong one stays counted."""
    Tally.objects.bulk_create([Tally(key=_key(by), since=at)], ignore_conflicts=True)
    tally = Tally.objects.select_for_update().get(key=_key(by))
    if at - tally.since >= WHILE:
        tally.since, tally.used = at, 0
    if tally.used >= MOST_TRIES:
        raise TooManyTries(minutes=WHILE.seconds // 60)
    tally.used += 1
    tally.save(update_fields=["since", "used"])


def _key(by: Actor) -> str:
    return f"handover:{by.login}"
