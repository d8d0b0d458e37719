"""Acts on the reserve list of an activity: seats go back, are offered to whoever waits, taken, refused, or expire.

Each is one transaction that may be run again without harm. Whoever is passed over is told why, in a step that stays.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from comity.accounts.rules import Permission
from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import Sentence, _
from comity.nominations.acts import people, seats
from comity.nominations.models import Nomination, NominationState, PromotionPolicy, Step, StepKind
from comity.nominations.queries import reserve as lists
from comity.nominations.queries.fitness import in_the_way
from comity.nominations.rules.reserve import Floor, begins_at, held_until, precedence, releases_at, too_many
from comity.participation.acts import places
from comity.participation.models import Grant, Seats
from comity.participation.rules import kept
from comity.trail import acts as trail

log = logging.getLogger(__name__)
OFFERED, RESERVE, FORWARD = NominationState.OFFERED, NominationState.RESERVE, NominationState.PUT_FORWARD
WAITING = (NominationState.COLLECTED, NominationState.ENDORSED, RESERVE)


class OfferHasEnded(Refusal):
    """From the second it ends on, an offer is nobody's."""

    message = _("The offer was held until {until} and has passed on.")


def turn(*, by: Actor, at: datetime) -> dict[str, int]:
    """One turn of all reserve lists, each step an act of its own; how many offers ended, seats went back and were offered."""
    expired = sum(_each(expire, activity, by, at) for activity in lists.to_expire(at=at, seen_by=by))
    released = sum(_each(release, activity, by, at) for activity in lists.to_release(at=at, seen_by=by))
    offered = 0
    for activity in lists.to_offer(at=at, seen_by=by):
        while many := _each(_offered, activity, by, at):
            offered += many
    return {"expired": expired, "released": released, "offered": offered}


def _offered(activity: Activity, *, by: Actor, at: datetime) -> int:
    return len(offer_next(activity, by=by, at=at))


def _each(act: Callable[..., int], activity: Activity, by: Actor, at: datetime) -> int:
    """One act; what is refused for one activity keeps no other one waiting."""
    try:
        return act(activity, by=by, at=at)
    except Refusal as refusal:
        log.warning("%s: %s", activity.number, refusal.code)
        return 0


@transaction.atomic
def release(activity: Activity, *, by: Actor, at: datetime) -> int:
    """Give back the granted seats for which nobody is put forward, once the day has come; how many.

    A seat that was given up or granted within the time an offer is held stays with its party, to name somebody else.
    """
    by.must(Permission.MANAGE_ROUNDS)
    policy = _in_force(activity, at)
    if policy is None:
        return 0
    seats.lock({activity.pk})
    recent = at - timedelta(hours=policy.hold_hours)
    freed = Nomination.objects.filter(activity=activity, ended_at__gt=recent, put_forward_at__isnull=False)
    just = set(freed.order_by().values_list("party", flat=True))
    grants = Grant.objects.filter(activity=activity, granted_at__lte=recent).exclude(party__in=just).select_related("request")
    free = seats.spare({activity.pk})
    many = 0
    for grant in grants.order_by("-pk"):
        back = min(free[activity.pk, grant.party_id], grant.places)
        if back > 0:
            free[activity.pk, grant.party_id] -= back
            places.release(grant, back, by=by, at=at)
            many += back
            why = Sentence(UNFILLED, {"seats": back, "days": policy.release_days})
            Step.objects.create(
                activity=activity, party_id=grant.party_id, policy=policy, kind=StepKind.RELEASED, why=kept([why]), seats=back,
                at=at, by=by.login,
            )  # fmt: skip
            trail.record("seats.released", activity, by=by, at=at, about=grant.party_id, seats=back)
    return many


UNFILLED = _("{days} days before the start nobody was put forward for {seats} granted seats: they went back.")


@transaction.atomic
def offer_next(activity: Activity, *, by: Actor, at: datetime) -> list[Nomination]:
    """Offer a seat left over to the first of those who wait that may have it; nobody where none is left or none may.

    Whoever stands before and is passed over gets a step that says why.
    """
    by.must(Permission.MANAGE_ROUNDS)
    policy = _in_force(activity, at)
    if policy is None or activity.first_day is None:
        return []
    seats.lock({activity.pk})
    left = Seats.objects.get(activity=activity).left
    if left < 1:
        return []
    waiting = Nomination.objects.filter(activity=activity, state=RESERVE).select_related(*seats.JOINS)
    given = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    bars = in_the_way(given, at=at, seen_by=seats.EVERYBODY)
    until = held_until(at, policy.hold_hours, activity.first_day, activity.edition.zone)
    for place, unit in enumerate(_queue(given, activity, policy), 1):
        bar = next((bars[n.pk] for n in unit if n.pk in bars), None)
        why = bar.sentence if bar else too_many(seats.unit_of(unit), left) or _promoted(unit, by=by, at=at)
        if why:
            seats.skip(unit, why, by=by, at=at, policy=policy, place=place)
            continue
        seats.moved(unit, OFFERED, held_until=until)
        told = Sentence(_("First of those who wait under {policy}."), {"policy": policy.title})
        seats.steps(unit, StepKind.OFFERED, told, by=by, at=at, policy=policy, place=place, seats=len(unit))
        seats.record(seats.Recorded.OFFERED, unit, by=by, at=at)
        return unit
    return []


def _promoted(unit: Sequence[Nomination], *, by: Actor, at: datetime) -> Sentence | None:
    """Grant a unit its seats; the reason where a law or a finding says no."""
    try:
        with transaction.atomic():
            places.promote(unit[0].request, len(unit), by=by, at=at)
    except Refusal as refusal:
        return refusal.sentence
    return None


@transaction.atomic
def take(found: Iterable[Nomination], *, by: Actor, at: datetime) -> int:
    """Take a seat that was offered, strictly before the second its hold ends."""
    given = seats.locked(found, among=Nomination.objects.filter(party=people.speaks_for(by)), states=(OFFERED,))
    for n in given:
        if n.held_until is None or at >= n.held_until:
            raise OfferHasEnded(until=f"{n.held_until:%Y-%m-%d %H:%M:%S} UTC")
    seats.moved(given, FORWARD, put_forward_at=at, put_forward_by=by.login, held_until=None)
    seats.steps(given, StepKind.TAKEN, Sentence(_("The party took the seat that was offered.")), by=by, at=at)
    seats.record(seats.Recorded.TAKEN, given, by=by, at=at)
    return len(given)


@transaction.atomic
def refuse(found: Iterable[Nomination], *, by: Actor, at: datetime) -> int:
    """Refuse a seat that was offered: it goes to whoever waits next."""
    given = seats.locked(found, among=Nomination.objects.filter(party=people.speaks_for(by)), states=(OFFERED,))
    seats.end(given, NominationState.WITHDRAWN, "", by=by, at=at)
    seats.give_back(given, by=by, at=at)
    seats.steps(given, StepKind.REFUSED, Sentence(_("The party refused the seat that was offered.")), by=by, at=at)
    seats.record(seats.Recorded.REFUSED, given, by=by, at=at)
    return len(given)


@transaction.atomic
def expire(activity: Activity, *, by: Actor, at: datetime) -> int:
    """End the offers whose hold has ended, to the second, and everything that still waits once the activity begins; how many."""
    by.must(Permission.MANAGE_ROUNDS)
    seats.lock({activity.pk})
    rows = Nomination.objects.filter(activity=activity).select_related(*seats.JOINS).select_for_update(of=("self",))
    over = list(rows.filter(state=OFFERED, held_until__lte=at).order_by("party", "pk"))
    if over:
        seats.end(over, NominationState.LAPSED, "", by=by, at=at)
        seats.give_back(over, by=by, at=at)
        seats.steps(over, StepKind.EXPIRED, Sentence(_("The offer was not taken while it was held.")), by=by, at=at)
        seats.record(seats.Recorded.EXPIRED, over, by=by, at=at)
    begun = activity.first_day is not None and at >= begins_at(activity.first_day, activity.edition.zone)
    late = list(rows.filter(state__in=WAITING).order_by("party", "pk")) if begun else []
    if late:
        waited = [n for n in late if n.state == RESERVE]
        seats.end(late, NominationState.LAPSED, "", by=by, at=at)
        seats.steps(waited, StepKind.EXPIRED, Sentence(_("The activity began and no seat had become free.")), by=by, at=at)
        seats.record(seats.Recorded.LAPSED, late, by=by, at=at)
    return len(over) + len(late)


def _queue(given: Sequence[Nomination], activity: Activity, policy: PromotionPolicy) -> list[list[Nomination]]:
    """Those who wait as units, the first to be heard first."""
    grants = Grant.objects.filter(activity=activity).order_by().values_list("party", F("funded") + F("self_paid"))
    held: dict[str, int] = {}
    for party, many in grants:
        held[party] = held.get(party, 0) + many
    gave = Step.objects.filter(activity=activity, kind=StepKind.RELEASED).order_by().values_list("party", flat=True)
    floor = Floor(held, frozenset(gave))
    return sorted(seats.units(given), key=lambda unit: precedence(seats.unit_of(unit), floor, policy.order))


def _in_force(activity: Activity, at: datetime) -> PromotionPolicy | None:
    """The policy under which seats of an activity move at a moment; none before its day or after the activity began."""
    policy = PromotionPolicy.objects.in_force()
    if policy is None or activity.first_day is None:
        return None
    zone = activity.edition.zone
    moves = releases_at(activity.first_day, policy.release_days, zone) <= at < begins_at(activity.first_day, zone)
    return policy if moves else None
