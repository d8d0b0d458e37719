"""Builders of people and nominations: somebody of a party with names, an activity with seats, people on their way to it."""

from datetime import UTC, date, datetime
from typing import Any

from comity.accounts.rules import Role
from comity.activities.models import Activity
from comity.kernel.sealing import sealed
from comity.nominations.models import Identity, Nomination, Person
from comity.nominations.rules.identities import Names
from comity.participation.models import Grant, Request, Seats
from tests.world import requests
from tests.world.cast import LAKE_CENTRE, LAKELAND, actor, party, the_world

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
COURSE_DAY = date(2027, 3, 8)
FAMILY = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Juniper")


def contact(of: str = LAKELAND) -> Any:
    """The point of contact of a party."""
    return actor(Role.POINT_OF_CONTACT, of=of, login=f"poc-{of.lower()}")


def head(of: str = LAKELAND) -> Any:
    """The head of a party's delegation."""
    return actor(Role.HEAD_OF_DELEGATION, of=of, login=f"head-{of.lower()}")


def course(number: int = 1, *, seats: int = 4, provider: str = LAKE_CENTRE, **fields: Any) -> Activity:
    """An activity of an edition whose places are allotted, run by the centre."""
    the_world()
    year = requests.Edition.objects.filter(pk=requests.YEAR).first() or requests.edition()
    fields.setdefault("day", COURSE_DAY)
    made = requests.activity(year, number, seats=seats, provider_party_id=provider, **fields)
    Seats.objects.create(activity=made, capacity=seats)
    return made


def asked(what: Activity, of: str = LAKELAND, *, places: int = 2, granted: int = 2, priority: int = 2) -> Request:
    """A request that was submitted, and the places that were granted to it."""
    made = requests.submitted(what, of, places=places, priority=priority)
    if granted:
        Grant.objects.create(request=made, activity=what, party_id=of, source="late", self_paid=granted, granted_at=NOW)
    return made


def somebody(n: int = 1, of: str = LAKELAND, **fields: Any) -> Person:
    """Somebody of a party: Ann Alder, Ann Birch … born in 1990."""
    party(of)
    given = {"rank": "OF-3", "english": "2222", "registered_at": NOW, "registered_by": "poc"}
    made = Person.objects.create(party_id=of, number=f"{of}-{n:05}", **(given | fields))
    names = Names("", "").of(
        {"given_name": "Ann", "family_name": FAMILY[n % 10], "email": f"ann{n}@example.org", "born_on": "1990"}
    )
    Identity.objects.create(person=made, box=sealed(names.packed, bound_to=made.number), sealed_at=NOW)
    return made


def nominated(request: Request, n: int = 1, *, state: str = "collected", choice: int = 0, **fields: Any) -> Nomination:
    """Somebody of the party of a request, on the way to its activity, as far as told."""
    told: dict[str, Any] = {"collected_at": NOW, "collected_by": "poc"}
    if state != "collected":
        told |= {"endorsed_at": NOW, "endorsed_by": "head"}
    if state in ("put_forward", "accepted"):
        told |= {"put_forward_at": NOW, "put_forward_by": "poc"}
    if state == "accepted":
        told |= {"answered_at": NOW, "answered_by": "provider"}
    if state in ("reserve", "offered"):
        told |= {"waits_since": NOW}
    if state in ("declined", "lapsed", "withdrawn"):
        told |= {"ended_at": NOW, "ended_by": "poc", "reason": "It ended."}
    person = fields.pop("person", None) or somebody(n, request.party_id)
    return Nomination.objects.create(
        activity=request.activity,
        party=request.party,
        request=request,
        person=person,
        choice=choice or n,
        state=state,
        **(told | fields),
    )
