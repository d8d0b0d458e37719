"""Reads of accounts: one's own, or everybody's for those who manage them."""

from datetime import datetime

from comity.accounts.models import Session, SessionQuerySet, Token, TokenQuerySet, User, UserQuerySet
from comity.accounts.rules import digest_of
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound


def accounts(*, seen_by: Actor) -> UserQuerySet:
    """The accounts a reader may see."""
    return User.objects.seen_by(seen_by)


def account(login: str, *, seen_by: Actor) -> User:
    """One account by its login.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return accounts(seen_by=seen_by).get(login=login.lower())
    except User.DoesNotExist:
        raise NotFound(what="account") from None


def tokens(*, seen_by: Actor) -> TokenQuerySet:
    """The tokens a reader may see."""
    return Token.objects.seen_by(seen_by).select_related("owner")


def token(pk: int, *, seen_by: Actor) -> Token:
    """One token.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return tokens(seen_by=seen_by).get(pk=pk)
    except Token.DoesNotExist:
        raise NotFound(what="token") from None


def sessions(*, seen_by: Actor, at: datetime) -> SessionQuerySet:
    """The sessions a reader may see that have not run out."""
    return Session.objects.seen_by(seen_by).filter(expire_date__gt=at).select_related("user")


def session(mark: str, *, seen_by: Actor, at: datetime) -> Session:
    """One session by its mark.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = next((s for s in sessions(seen_by=seen_by, at=at) if s.mark == mark), None)
    if found is None:
        raise NotFound(what="session")
    return found


def bearer(words: str, *, at: datetime) -> Token | None:
    """The live token of these words, with its owner: this is how a caller becomes an actor."""
    return Token.objects.alive(at).filter(digest=digest_of(words)).select_related("owner").first()
