"""What the register says to agreements: who the Allies of a day are, who is suspended, and who the organisation is."""

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from comity.accounts.rules import Permission
from comity.agreements.rules.silence import HEADQUARTERS
from comity.frameworks.models import Framework
from comity.frameworks.queries import standings
from comity.frameworks.rules import Hold
from comity.kernel.actors import Actor
from comity.kernel.refusals import NotFound
from comity.kernel.words import Name
from comity.parties.models import Party
from comity.parties.queries import parties

# Who settles what is due: the clock, in the name of the house.
THE_HOUSE = Actor(login="system", name="Comity", permissions=frozenset({Permission.SEE_EVERYTHING}), zone=HEADQUARTERS)


def allies(*, on: date, seen_by: Actor) -> list[Party]:
    """The Allies of a day, by name."""
    counted = [code for code, standing in standings(seen_by=seen_by).items() if standing.is_ally(on)]
    return list(parties(seen_by=seen_by).filter(code__in=counted))


def holds(party: str, *, on: date, seen_by: Actor) -> list[Hold]:
    """The suspensions of a party that are in force on a day, in whatever scope."""
    return [hold for hold in standings([party], seen_by=seen_by)[party].holds if hold.covers(on)]


def names_of(frameworks: Collection[str], *, seen_by: Actor) -> list[Name]:
    """Frameworks by name."""
    return [framework.name for framework in Framework.objects.seen_by(seen_by).filter(code__in=frameworks)]


def organisation(*, seen_by: Actor) -> Party:
    """The organisation: the party that the alliance is.

    Raises:
        NotFound: the register has no alliance with a party of its own.
    """
    alliance = Framework.objects.seen_by(seen_by).filter(party__isnull=False).select_related("party").first()
    if alliance is None or alliance.party is None:
        raise NotFound(what="party")
    return alliance.party


def told(at: datetime, zone: str) -> str:
    """A moment in a zone, with the zone, as a refusal says it."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"
