"""The reserve list: in which order those who wait are heard, and the moments at which seats move. Nothing here asks anybody."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from comity.kernel.words import Sentence, _


@dataclass(frozen=True)
class Unit:
    """Who waits together: one nomination, or a team that goes together or not at all."""

    party: str
    nominations: tuple[int, ...]
    choice: int
    waits_since: datetime
    priority: int
    number: str

    @property
    def size(self) -> int:
        """How many seats it takes."""
        return len(self.nominations)


@dataclass(frozen=True)
class Floor:
    """How an activity stands when a seat is offered: what each party holds, and who gave seats back."""

    held: Mapping[str, int]
    gave_back: Collection[str] = ()


Key = Callable[[Unit, Floor], object]
KEYS: dict[str, tuple[str, Key]] = {
    "same_party_first": (_("the party that gave the seat back"), lambda unit, floor: unit.party not in floor.gave_back),
    "priority": (_("the priority of the request"), lambda unit, _floor: unit.priority),
    "fewest_seats": (_("whoever holds fewest seats at the activity"), lambda unit, floor: floor.held.get(unit.party, 0)),
    "waits_since": (_("whoever has waited longest"), lambda unit, _floor: unit.waits_since),
    "choice": (_("the party's own order of choice"), lambda unit, _floor: unit.choice),
    "number": (_("the number of the person"), lambda unit, _floor: unit.number),
}


def precedence(unit: Unit, floor: Floor, order: Sequence[str]) -> tuple[object, ...]:
    """The order in which those who wait are heard; the last two keys settle what the policy leaves open."""
    return tuple(KEYS[key][1](unit, floor) for key in (*order, "choice", "number"))


def queue(waiting: Iterable[Unit], floor: Floor, order: Sequence[str]) -> list[Unit]:
    """Those who wait, the first to be heard first."""
    return sorted(waiting, key=lambda unit: precedence(unit, floor, order))


def too_many(unit: Unit, left: int) -> Sentence | None:
    """Why a unit is passed over for want of seats; a team is never torn apart."""
    if unit.size <= left:
        return None
    return Sentence(_("A team of {size} goes together, and {left} seats are left."), {"size": unit.size, "left": left})


def begins_at(first_day: date, zone: str) -> datetime:
    """The moment at which the first day of an activity begins where its edition is told."""
    return datetime.combine(first_day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def releases_at(first_day: date, days: int, zone: str) -> datetime:
    """The moment from which unfilled seats go back: the beginning of the day so many days before the first."""
    return begins_at(first_day - timedelta(days=days), zone)


def held_until(at: datetime, hours: int, first_day: date, zone: str) -> datetime:
    """Until when an offer is held: so many hours, and never into the activity; the moment itself is too late."""
    return min(at + timedelta(hours=hours), begins_at(first_day, zone))
