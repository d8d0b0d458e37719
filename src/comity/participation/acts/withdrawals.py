"""What the house takes back: places when there are fewer seats, everything when an activity or a party falls out.

These are acts of the house, lawful after the deadline and after the round; each says why, and the party concerned reads it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.activities.acts import running
from comity.activities.acts.editions import ReasonMissing
from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.participation.models import Grant, Request, RequestState, Seats
from comity.participation.queries import withdrawals
from comity.participation.queries.withdrawals import Loss
from comity.parties.models import Party
from comity.trail import acts as trail

WITHDRAWING = ("state", "withdrawn_at", "withdrawn_by", "changed_at", "version", "reason")
# Who reads what is to be taken back: the house, whoever acts for it.
THE_HOUSE = Actor(login="system", name="Comity", permissions=frozenset({Permission.SEE_EVERYTHING}))


@transaction.atomic
def shrink(activity: Activity, *, seats: int, reason: str, by: Actor, at: datetime) -> list[Loss]:
    """Leave so many seats to grant from, and take back what no longer fits, in the published order of losing."""
    running.held(activity, by=by, on=at.date())
    _locked([activity.pk])
    lost = withdrawals.losses(_grants([activity.pk]), capacity=seats)
    if lost:
        _take_back(lost, reason=_said(reason), by=by, at=at)
    Seats.objects.filter(activity=activity).update(capacity=seats)
    return lost


@transaction.atomic
def call_off(activity: Activity, *, reason: str, by: Actor, at: datetime) -> list[Loss]:
    """Take back every place and every request of an activity that is called off; nothing is granted there again."""
    running.held(activity, by=by, on=at.date())
    lost = _clear([activity.pk], reason=reason, by=by, at=at)
    Seats.objects.filter(activity=activity).update(held=False)
    return lost


@transaction.atomic
def shut_out(party: Party, *, at_activities: Collection[Activity], reason: str, by: Actor, at: datetime) -> list[Loss]:
    """Take back every place and every request of a party at activities that are closed to it from now on."""
    by.must(Permission.KEEP_REGISTER)
    return _clear([a.pk for a in at_activities], of=party.code, reason=reason, by=by, at=at)


def _clear(activities: Sequence[int], *, of: str = "", reason: str, by: Actor, at: datetime) -> list[Loss]:
    """Take back all places and requests at some activities, of one party or of all."""
    said = _said(reason)
    _locked(activities, of)
    lost = [Loss(grant, grant.places) for grant in _grants(activities, of)]
    _take_back(lost, reason=said, by=by, at=at)
    requests = list(withdrawals.asked(seen_by=THE_HOUSE, at=activities, of=of))
    for request in requests:
        request.state, request.withdrawn_at, request.withdrawn_by = RequestState.WITHDRAWN, at, by.login or "system"
        request.changed_at, request.version, request.reason = max(at, request.changed_at), request.version + 1, said
    Request.objects.bulk_update(requests, WITHDRAWING, batch_size=500)
    for request in requests:
        facts = {"activity": request.activity.number, "reason": said}
        trail.record("request.taken-back", request, by=by, at=at, about=request.party_id, **facts)
    return lost


def _locked(activities: Sequence[int], of: str = "") -> None:
    """Lock in the order in which whoever takes a place locks, too: requests, then seats."""
    list(withdrawals.asked(seen_by=THE_HOUSE, at=activities, of=of).select_for_update(of=("self",)).values_list("pk"))
    list(Seats.objects.select_for_update().filter(activity__in=activities).order_by("pk").values_list("pk"))


def _grants(activities: Sequence[int], of: str = "") -> list[Grant]:
    return list(withdrawals.held(seen_by=THE_HOUSE, at=activities, of=of).select_for_update(of=("self",)))


def _take_back(lost: Iterable[Loss], *, reason: str, by: Actor, at: datetime) -> None:
    """Write what is left of each grant, with its line in the trail of the party concerned."""
    taken = list(lost)
    for loss in taken:
        loss.grant.funded, loss.grant.self_paid = loss.grant.funded - loss.funded, loss.grant.self_paid - loss.own
    Grant.objects.bulk_update([loss.grant for loss in taken], ["funded", "self_paid"], batch_size=500)
    for loss in taken:
        facts = {"activity": loss.grant.activity.number, "places": loss.places, "reason": reason}
        trail.record("place.taken-back", loss.grant, by=by, at=at, about=loss.grant.party_id, **facts)


def _said(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()[:600]
