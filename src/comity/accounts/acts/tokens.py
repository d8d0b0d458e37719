"""Tokens for programs: made by their owner, said once, revoked by their owner or by those who manage accounts."""

from datetime import datetime, timedelta
from secrets import token_urlsafe

from django.db import transaction

from comity.accounts.models import Token, User
from comity.accounts.rules import Permission, digest_of
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotPermitted, Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.trail import acts as trail

LONGEST = timedelta(days=366)
MARK = "comity_"


class TokensAreMadeByTheirOwner(Refusal):
    """A token is a signature; nobody signs for somebody else."""

    message = _("A token is made by the person it acts for.")


class TokenNameIsTaken(Refusal):
    """Two tokens of one person could not be told apart."""

    message = _("You have a token called “{name}” already.")


class TokenNameIsMissing(Refusal):
    """A token without a name is never revoked, for nobody knows what it is for."""

    message = _("Say in a word or two what the token is for.")


class TokenLivesAtMostAYear(Refusal):
    """Tokens are renewed, so that forgotten ones die."""

    message = _("A token lives from a day to {days} days.")


class TokenIsRevoked(Refusal):
    """The token was revoked before."""

    message = _("The token “{name}” is revoked already.")


@transaction.atomic
def make(owner: User, *, name: str, days: int, by: Actor, at: datetime) -> tuple[Token, str]:
    """Make a token; its words are told here, once, and kept nowhere."""
    if owner.login != by.login:
        raise TokensAreMadeByTheirOwner
    if not 1 <= days <= LONGEST.days:
        raise TokenLivesAtMostAYear(days=LONGEST.days)
    if not (name := name.strip()):
        raise TokenNameIsMissing
    words = MARK + token_urlsafe(32)
    with refusing(token_names_of_a_person_are_unique=TokenNameIsTaken(name=name)), transaction.atomic():
        token = Token.objects.create(
            owner=owner, name=name, prefix=words[:12], digest=digest_of(words), made_at=at, expires_at=at + timedelta(days=days)
        )
    trail.record("token.made", token, by=by, at=at, days=days)
    return token, words


@transaction.atomic
def revoke(token: Token, *, by: Actor, at: datetime) -> None:
    """Revoke a token; the next call with it is answered as a stranger's."""
    if token.owner.login != by.login and not by.may(Permission.MANAGE_ACCOUNTS):
        raise NotPermitted(permission=Permission.MANAGE_ACCOUNTS)
    if not Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at):
        raise TokenIsRevoked(name=token.name)
    token.revoked_at = at
    trail.record("token.revoked", token, by=by, at=at, owner=token.owner.login)
