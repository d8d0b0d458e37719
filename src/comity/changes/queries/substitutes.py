"""Where else those could go who lose something: for each party, what is open to it and near to what it lost."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from comity.activities.models import Activity
from comity.activities.queries import meanings
from comity.activities.rules import Group, is_open
from comity.changes.models import Deed
from comity.changes.queries.reach import Reach
from comity.changes.rules import ROOM_ENOUGH, Looks, likeness
from comity.frameworks.queries import standings
from comity.frameworks.rules import Standing
from comity.kernel.actors import Actor
from comity.participation.models import Request, Seats

MOST, LOOKED_AT = 5, 150
COLUMNS = (
    *("edition_id", "number", "title", "area_key", "kind", "languages", "starts", "ends", "first_day", "last_day", "begins_by"),
    *("seats", "open_to", "open_to_parties", "closed_to_parties", "most_per_party", "needs_clearance", "ranks", "language_profile"),
    "eligibility",
)


@dataclass(frozen=True)
class Substitute:
    """One activity that a party could go to instead, with how near it comes and how many seats are left if that is known."""

    activity: Activity
    points: int
    left: int | None

    @property
    def href(self) -> str:
        """Its page."""
        return f"/menu/{self.activity.edition_id}/{self.activity.number}/"


def substitutes(found: Reach, *, on: date, seen_by: Actor) -> dict[str, list[Substitute]]:
    """For each party that loses something or may not be able to come: up to five others, the nearest first."""
    if found.change.deed == Deed.SUSPEND:
        return {}
    [activity] = found.activities
    wanted = _wanted(found)
    rows = _nearest(activity, on=on, seen_by=seen_by) if wanted else []
    left = _left([row for _points, row in rows])
    asked = set(
        Request.objects.seen_by(seen_by).live().filter(party__in=wanted, activity__in=left).values_list("party", "activity")
    )
    opens = _opening(wanted, on=on, seen_by=seen_by)
    return {
        party: some
        for party in sorted(wanted)
        if (some := _chosen([(p, r) for p, r in rows if (party, r.pk) not in asked and opens(party, r)], left, wanted[party]))
    }


def _wanted(found: Reach) -> dict[str, int]:
    """How many places each party would look for elsewhere."""
    if found.change.deed == Deed.SHRINK:
        return {party: places for (_at, party), places in found.lost.items()}
    asked = {r.party_id: r.places or 1 for r in found.requests}
    return asked | {party: places for (_at, party), places in found.held.items()}


def _nearest(activity: Activity, *, on: date, seen_by: Actor) -> list[tuple[int, Activity]]:
    """What is on offer in the same edition, to come, and of the same area or kind, the likest first."""
    this = _looks(activity)
    alike = Q(kind=activity.kind) | (Q(area_key=activity.area_key) if activity.area_key else Q(pk__in=[]))
    rows = Activity.objects.seen_by(seen_by).on_offer().filter(alike, edition=activity.edition_id, first_day__gte=on)
    known = [(likeness(this, _looks(row)), row) for row in rows.exclude(pk=activity.pk).only(*COLUMNS)]
    return sorted(known, key=lambda pair: (-pair[0], pair[1].number))[:LOOKED_AT]


def _looks(row: Activity) -> Looks:
    return Looks(row.area_key, row.kind, row.languages, row.first_day, row.title)


def _left(rows: Sequence[Activity]) -> dict[int, int | None]:
    """Seats left at each: after the round what is not granted, before it all there are; nothing known where none are said."""
    kept = {s.pk: s.left for s in Seats.objects.filter(activity__in=[r.pk for r in rows])}
    return {row.pk: kept.get(row.pk, row.seats) for row in rows}


def _opening(parties: Collection[str], *, on: date, seen_by: Actor) -> Callable[[str, Activity], bool]:
    """Whether an activity is open to a party; terms that are alike are judged once for each party."""
    on_file, groups = standings(parties, seen_by=seen_by), meanings()
    known: dict[tuple[object, ...], bool] = {}

    def opens(party: str, row: Activity) -> bool:
        key = (party, *map(tuple, (row.open_to, row.open_to_parties, row.closed_to_parties)), row.first_day, row.begins_by)
        if key not in known:
            known[key] = _is_open(on_file[party], row, groups, on)
        return known[key]

    return opens


def _is_open(standing: Standing, row: Activity, groups: tuple[Group, ...], on: date) -> bool:
    terms = row.terms(groups)
    return any(is_open(standing, terms, day) for day in terms.days(on))


def _chosen(rows: Sequence[tuple[int, Activity]], left: Mapping[int, int | None], places: int) -> list[Substitute]:
    """The nearest of what has a seat left, with the points for room enough."""
    free = [(points, row, left[row.pk]) for points, row in rows if left[row.pk] != 0]
    scored = [Substitute(row, points + ROOM_ENOUGH * (seats is None or seats >= places), seats) for points, row, seats in free]
    return sorted(scored, key=lambda s: (-s.points, s.activity.number))[:MOST]
