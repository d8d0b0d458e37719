"""Reads of the room of parties: who is who, and for whom somebody acts today."""

from datetime import datetime
from zoneinfo import ZoneInfo

from comity.accounts.models import User
from comity.accounts.rules import permissions_of
from comity.kernel.actors import STRANGER, Actor
from comity.kernel.refusals import NotFound
from comity.parties.models import Mandate, Party
from comity.parties.models.parties import PartyQuerySet


def actor_of(user: User, *, at: datetime) -> Actor:
    """Who a signed-in person is at a moment, by the mandate then running in their own zone; without one, a guest.

    A guest has a login and nothing else: no party, no permission.
    """
    today = at.astimezone(ZoneInfo(user.zone)).date()
    mandate = Mandate.objects.running(today).filter(user=user).first() if user.is_active else None
    if not user.is_active:
        return STRANGER
    return Actor(
        login=user.login,
        name=user.name,
        party=mandate.delegation_id if mandate else None,
        role=mandate.role if mandate else "",
        permissions=permissions_of(mandate.role) if mandate else frozenset(),
        language=user.language,
        zone=user.zone,
    )


def parties(*, seen_by: Actor) -> PartyQuerySet:
    """Every party a reader may see."""
    return Party.objects.seen_by(seen_by)


def party(code: str, *, seen_by: Actor) -> Party:
    """One party by its code, whatever the case.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    try:
        return parties(seen_by=seen_by).get(code=code.upper())
    except Party.DoesNotExist:
        raise NotFound(what="party") from None
