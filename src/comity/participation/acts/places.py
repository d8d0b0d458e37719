"""Acts on places after publication: what is left goes to whoever comes first, what is not needed is given back."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Sum

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.findings import Bar
from comity.kernel.refusals import NotFound, Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.participation import queries
from comity.participation.models import Cap, Grant, Request, RequestState, Round, RoundState, Seats
from comity.participation.rules import people_away
from comity.trail import acts as trail


class NotAllottedYet(Refusal):
    """Nothing is left over before places are allotted."""

    message = _("The places of {year} are not allotted yet.")


class NoPlaceLeft(Refusal):
    """Whoever comes first takes what is left."""

    message = _("{activity} has no {places} places left.")


class NotHeld(Refusal):
    """There are no places at what is not held."""

    message = _("{activity} is not held.")


class HoldsAllItMay(Refusal):
    """A cap binds after the round as in it."""

    message = _("{party} may hold no more places this year.")


class TooManyAway(Refusal):
    """The cap on people away in one week binds after the round as in it."""

    message = _("{party} may have {cap} people away in one week; this would make it {people}.")


class MoreThanAsked(Refusal):
    """A request is granted what it asked for, not more."""

    message = _("{wanted} places were asked for and {held} are held already.")


class NotAsked(Refusal):
    """Places go to requests that were submitted."""

    message = _("Only a submitted request can be given a place.")


class NothingToGiveBack(Refusal):
    """Nobody gives back more than they hold."""

    message = _("{held} places are held; {places} cannot be given back.")


class HeldBySomebody(Refusal):
    """A place for which somebody is put forward is not given back from under them."""

    message = _("People are put forward for these places: withdraw them first.")


class BarredMeanwhile(Refusal):
    """Nothing is granted to a party that may not come."""

    message = _("No place can be taken: {why}")


@transaction.atomic
def take(request: Request, places: int, *, by: Actor, at: datetime) -> Grant:
    """Take places that are left over, at the party's own cost: first come, first served."""
    asked = _spoken_for(request, by)
    year = asked.activity.edition_id
    if asked.state != RequestState.SUBMITTED or places < 1:
        raise NotAsked
    if not Round.objects.filter(edition=year, state=RoundState.PUBLISHED).exists():
        raise NotAllottedYet(year=str(year))
    grant = _granted(asked, places, at=at)
    trail.record("place.taken", grant, by=by, at=at, about=asked.party_id, activity=asked.activity.number, places=places)
    return grant


@transaction.atomic
def promote(request: Request, places: int, *, by: Actor, at: datetime) -> Grant:
    """Grant places that are left over to a party whose people wait for them, under the same laws as for whoever comes first."""
    by.must(Permission.MANAGE_ROUNDS)
    asked = _spoken_for(request, by)
    if asked.state != RequestState.SUBMITTED or places < 1:
        raise NotAsked
    grant = _granted(asked, places, at=at)
    trail.record("place.promoted", grant, by=by, at=at, about=asked.party_id, activity=asked.activity.number, places=places)
    return grant


def _granted(asked: Request, places: int, *, at: datetime) -> Grant:
    """A late grant, unless a finding, a cap or the seats say no."""
    activity, party = asked.activity, asked.party
    [(_same, found)] = queries.weighed([asked], on=at.date())
    if bar := next((f for f in found if isinstance(f, Bar)), None):
        raise BarredMeanwhile(why=bar)
    cap = Cap.objects.select_for_update().filter(edition=activity.edition_id, party=party).first()
    held = asked.grants.aggregate(n=Sum(F("funded") + F("self_paid"), default=0))["n"]
    if held + places > (asked.places or 0):
        raise MoreThanAsked(wanted=asked.places, held=held)
    _leaves_enough_at_home(asked, places, cap)
    full = NoPlaceLeft(activity=str(activity), places=places)
    off = NotHeld(activity=str(activity))
    laws = {
        "seats_are_never_overbooked": full,
        "seats_of_what_is_not_held_are_never_granted": off,
        "grant_needs_seats_to_come_from": off,
    }
    with refusing(**laws, party_never_holds_more_than_its_cap=HoldsAllItMay(party=party.name)), transaction.atomic():
        return Grant.objects.create(request=asked, activity=activity, party=party, source="late", self_paid=places, granted_at=at)


@transaction.atomic
def release(grant: Grant, places: int, *, by: Actor, at: datetime) -> Grant:
    """Give back places; those the party pays itself go first. They are left for whoever comes next."""
    asked = _spoken_for(grant.request, by)
    kept = Grant.objects.select_for_update().get(pk=grant.pk)
    if not 1 <= places <= kept.places:
        raise NothingToGiveBack(held=kept.places, places=places)
    own = min(places, kept.self_paid)
    kept.self_paid, kept.funded = kept.self_paid - own, kept.funded - (places - own)
    with refusing(seats_held_never_exceed_grants=HeldBySomebody()), transaction.atomic():
        kept.save(update_fields=["self_paid", "funded"])
    trail.record("place.released", kept, by=by, at=at, about=kept.party_id, activity=asked.activity.number, places=places)
    return kept


def _spoken_for(request: Request, by: Actor) -> Request:
    """The request locked, for whoever speaks for its party."""
    by.must(Permission.REQUEST_PLACES)
    # Whoever changes grants takes the row of seats first, as those do who nominate people for them.
    Seats.objects.select_for_update().filter(activity=request.activity_id).first()
    rows = Request.objects.seen_by(by).select_for_update(of=("self",)).select_related("activity__edition", "party")
    found = rows.filter(pk=request.pk).first()
    if found is None:
        raise NotFound(what="request")
    return found


def _leaves_enough_at_home(asked: Request, places: int, cap: Cap | None) -> None:
    """Refuse when too many people of the party would be away in one week."""
    if cap is None or cap.away_cap is None:
        return
    activity = asked.activity
    others = Grant.objects.filter(party=asked.party_id, activity__edition=activity.edition_id, activity__first_day__isnull=False)
    columns = others.values_list("activity__first_day", "activity__last_day", "funded", "self_paid")
    away = people_away((first, last, funded + own) for first, last, funded, own in columns if first and last)
    here = people_away([(activity.first_day, activity.last_day, places)]) if activity.first_day and activity.last_day else {}
    most = max((away.get(monday, 0) + people for monday, people in here.items()), default=0)
    if most > cap.away_cap:
        raise TooManyAway(party=asked.party.name, cap=cap.away_cap, people=most)
