"""Sessions: browsers that are signed in, ended by their owner from anywhere, and forgotten once they ran out."""

from datetime import datetime

from django.db import transaction

from comity.accounts.models import Session, User
from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotPermitted, Refusal
from comity.kernel.words import _
from comity.trail import acts as trail


class NobodyIsSignedIn(Refusal):
    """There is no session to end."""

    message = _("{name} is signed in nowhere.")


@transaction.atomic
def end(session: Session, *, by: Actor, at: datetime) -> None:
    """End a session; whoever sits at that browser is a stranger from the next click."""
    owner = session.user
    if owner is None or (owner.login != by.login and not by.may(Permission.MANAGE_ACCOUNTS)):
        raise NotPermitted(permission=Permission.MANAGE_ACCOUNTS)
    Session.objects.filter(pk=session.pk).delete()
    trail.record("session.ended", owner, by=by, at=at, browser=session.browser)


@transaction.atomic
def end_all(owner: User, *, by: Actor, at: datetime) -> int:
    """End every session of somebody that has not run out; how many there were."""
    alive = list(Session.objects.seen_by(by).filter(user=owner, expire_date__gt=at).select_related("user"))
    if not alive:
        raise NobodyIsSignedIn(name=owner.name)
    for session in alive:
        end(session, by=by, at=at)
    return len(alive)


def forget_expired(*, at: datetime) -> int:
    """Delete the sessions that ran out: they give access to nothing, and say who was here when."""
    return Session.objects.filter(expire_date__lte=at).delete()[0]
