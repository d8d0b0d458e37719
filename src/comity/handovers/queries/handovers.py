"""Handovers as one reader sees them, and the people who may stand on either side of one."""

from datetime import date, datetime

from django.db.models import Q

from comity.accounts.models import User, UserQuerySet
from comity.accounts.rules import Permission, Role
from comity.agreements.rules import keys
from comity.handovers.models import Handover, HandoverQuerySet
from comity.handovers.rules import OF_A_DELEGATION, due_at, login_for, signed_statement
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.parties.models import Mandate
from comity.parties.models.delegations import MandateQuerySet

# Who completes what was signed: the clock, in the name of the house.
THE_HOUSE = Actor(login="system", name="Comity", permissions=frozenset({Permission.MANAGE_ACCOUNTS}))


def handovers(*, seen_by: Actor) -> HandoverQuerySet:
    """The handovers a reader may see, the newest day first."""
    return Handover.objects.seen_by(seen_by).select_related("party", "leaver", "successor", "key", "mandate", "given")


def handover(pk: int, *, seen_by: Actor) -> Handover:
    """One handover.

    Raises:
        NotFound: there is none, or it is not for this reader.
    """
    found = handovers(seen_by=seen_by).filter(pk=pk).first()
    if found is None:
        raise NotFound(what="handover")
    return found


def due(*, seen_by: Actor, at: datetime) -> list[Handover]:
    """Those whose day has come for both, the oldest first."""
    planned = handovers(seen_by=seen_by).planned().order_by("on", "pk")
    return [found for found in planned if due_at(found.on, (found.leaver.zone, found.successor.zone)) <= at]


def that_may_leave(*, seen_by: Actor, on: date) -> MandateQuerySet:
    """The running mandates that a reader may hand over: the own one, those of the own delegation, or all."""
    running = Mandate.objects.seen_by(seen_by).running(on).select_related("user", "delegation__party")
    if seen_by.may(Permission.MANAGE_ACCOUNTS):
        return running
    running = running.filter(role__in=OF_A_DELEGATION)
    if seen_by.role == Role.HEAD_OF_DELEGATION:
        return running
    return running.filter(user__login=seen_by.login)


def may_hand_over(found: Handover, *, by: Actor, on: date) -> bool:
    """Whether somebody may take a handover back: whoever could have planned it."""
    return that_may_leave(seen_by=by, on=on).filter(pk=found.mandate_id).exists()


def candidates(party: str, *, seen_by: Actor) -> UserQuerySet:
    """Who may succeed with the account they have: people of that delegation, or anybody for those who manage accounts."""
    open_ones = UserQuerySet(User).filter(is_active=True).order_by("name", "login")
    if seen_by.may(Permission.MANAGE_ACCOUNTS):
        return open_ones
    theirs = Mandate.objects.seen_by(seen_by).filter(delegation=party)
    return open_ones.filter(pk__in=theirs.values("user"))


def free_login(party: str, name: str, *, seen_by: Actor) -> str:
    """A login that is free for somebody of a party; who else has an account is told to nobody by it."""
    if not (seen_by.party == party or seen_by.may(Permission.MANAGE_ACCOUNTS)):
        raise NotFound(what="party")
    taken = UserQuerySet(User).filter(Q(login__startswith=f"{party.lower()}-")).values_list("login", flat=True)
    return login_for(party, name, set(taken))


def signature_fits(found: Handover) -> bool:
    """Whether the signature is that of the list by the key that is named; without a key there is none to fit."""
    if found.signature is None or found.key is None:
        return False
    statement = signed_statement(found.sha256, party=found.party_id, name=found.signed_as, at=found.planned_at)
    return keys.fits(statement, signature=bytes(found.signature), public=bytes(found.key.public))
