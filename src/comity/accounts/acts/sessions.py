"""Sessions: browsers that are signed in, ended by their owner from anywhere."""

from datetime import datetime

from django.db import transaction

from comity.accounts.models import Session
from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotPermitted
from comity.trail import acts as trail


@transaction.atomic
def end(session: Session, *, by: Actor, at: datetime) -> None:
    """End a session; whoever sits at that browser is a stranger from the next click."""
    owner = session.user
    if owner is None or (owner.login != by.login and not by.may(Permission.MANAGE_ACCOUNTS)):
        raise NotPermitted(permission=Permission.MANAGE_ACCOUNTS)
    Session.objects.filter(pk=session.pk).delete()
    trail.record("session.ended", owner, by=by, at=at, browser=session.browser)
