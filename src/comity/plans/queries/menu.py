"""The menu as the planner sees it: every activity open to a party with its days, repeated into years without an edition."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Coalesce

from comity.activities.models import ON_OFFER, Activity, Edition
from comity.frameworks.queries import standings
from comity.kernel.actors import Actor
from comity.plans.models import Plan, SeatForecast
from comity.plans.rules import Occurrence, family_of, language_of, likely_seats, prerequisite_of, shifted, tier_of, units_of
from comity.programmes.models import Goal
from comity.programmes.rules import TIERS

_COLUMNS = (
    *("pk", "number", "edition_id", "title", "area_key", "kind", "first_day", "last_day", "place_cost", "fee_eur", "seats"),
    *("most_per_party", "level", "language_profile", "prerequisites"),
)


class Row(NamedTuple):
    """What is read of an activity."""

    pk: int
    number: str
    edition: int
    title: str
    area: str
    kind: str
    first: date
    last: date
    place_cost: int | None
    fee: int | None
    seats: int | None
    most: int | None
    level: str
    profile: str
    prerequisites: str


Shares = Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Known:
    """What is known of the menu as a whole: editions on offer, shares granted so far, what a day costs where a cost is stated."""

    editions: Collection[int]
    shares: Shares
    daily: float
    families: Mapping[str, str]


def occurrences(plan: Plan, *, on: date, seen_by: Actor) -> list[Occurrence]:
    """What a party may attend in the years of a plan; the number of queries never grows."""
    party = plan.party_id
    standing = standings([party], seen_by=seen_by)[party]
    found = Activity.objects.on_offer().open_to(standing, on=on)
    rows = _dated(found)
    return list(_spread(rows, plan, _known(rows, seen_by)))


def offered(plan: Plan, pks: Collection[int], *, seen_by: Actor) -> dict[tuple[int, int], Occurrence]:
    """Those of some activities that stand on the menu, whoever they are open to, by activity and year."""
    rows = _dated(Activity.objects.on_offer().filter(pk__in=pks)) if pks else []
    return {(o.activity, o.year): o for o in _spread(rows, plan, _known(rows, seen_by))} if rows else {}


def shut(plan: Plan, pks: Collection[int], *, on: date, seen_by: Actor) -> set[int]:
    """Those of some activities that bar the party of a plan."""
    if not pks:
        return set()
    standing = standings([plan.party_id], seen_by=seen_by)[plan.party_id]
    found = Activity.objects.on_offer().filter(pk__in=pks)
    return set(found.values_list("pk", flat=True)) - set(found.open_to(standing, on=on).values_list("pk", flat=True))


def _known(rows: Sequence[Row], seen_by: Actor) -> Known:
    """What is known of the menu as a whole; codes are looked up where some row names what must come first."""
    editions = set(Edition.objects.filter(state__in=ON_OFFER).values_list("pk", flat=True))
    stated = Activity.objects.on_offer().filter(Q(place_cost__isnull=False) | Q(fee_eur__isnull=False), first_day__isnull=False)
    cost = Sum(Coalesce("place_cost", 0) + Coalesce("fee_eur", 0))
    told = stated.order_by().aggregate(cost=cost, days=Sum(F("last_day") - F("first_day") + Value(timedelta(days=1))))
    days = told["days"].days if told["days"] else 0
    families: dict[str, str] = {}
    if any(row.prerequisites for row in rows):
        for number, code in Activity.objects.on_offer().order_by("number").values_list("number", "external_code"):
            families |= {word.lower(): family_of(number) for word in (family_of(number), code) if word}
    return Known(editions, shares(seen_by=seen_by), (told["cost"] or 0) / days if days else 0.0, families)


def worth_adding(plan: Plan, goal: Goal, words: str, *, on: date, seen_by: Actor) -> list[Occurrence]:
    """What would serve a goal and is not in the plan yet, soonest first; narrowed by words of its title or number."""
    taken = set(plan.lines.exclude(people=0).values_list("activity", "year"))
    sought, by = words.lower().split(), goal.deadline.latest
    found = (o for o in occurrences(plan, on=on, seen_by=seen_by) if o.area == goal.area.code and (o.activity, o.year) not in taken)
    serving = (o for o in found if o.tier >= TIERS[goal.tier] and (by is None or o.ends <= by))
    chosen = (o for o in serving if all(word in f"{o.number} {o.title}".lower() for word in sought))
    return sorted(chosen, key=lambda o: (o.starts, o.number))


def seats_of(keys: Collection[str], *, seen_by: Actor) -> dict[str, int]:
    """How many seats some occurrences hold for everybody; one that does not say holds any number."""
    numbers = {key.partition("@")[0] for key in keys}
    rows = Activity.objects.seen_by(seen_by).filter(number__in=numbers).exclude(seats=None)
    seats = {number: seats or 0 for number, seats in rows.values_list("number", "seats")}
    return {key: seats[number] for key in keys if (number := key.partition("@")[0]) in seats}


def shares(*, seen_by: Actor) -> Shares:
    """Of what was asked for in the newest year that is known, the share that could be had, by area and kind."""
    rows = SeatForecast.objects.seen_by(seen_by).order_by("year")
    return {(f.area_key, f.kind): f.share for f in rows}


def _dated(found: Any) -> list[Row]:
    known = found.filter(Q(first_day__isnull=False, last_day__isnull=False, begins_by=F("first_day")))
    return [Row(*values) for values in known.order_by("number").values_list(*_COLUMNS)]


def _spread(rows: Sequence[Row], plan: Plan, known: Known) -> Iterator[Occurrence]:
    """Each activity in its own year and, from the newest edition before them, in the years without an edition."""
    after: dict[str, str] = {}
    for row in rows:
        named = prerequisite_of(row.prerequisites, known.families) if row.prerequisites else ""
        after.setdefault(family_of(row.number), "" if named == family_of(row.number) else named)
    sources = {year: max((e for e in known.editions if e <= year), default=None) for year in plan.span_of_years}
    shifts: dict[int, list[int]] = {}
    for year, edition in sources.items():
        if edition is not None:
            shifts.setdefault(edition, []).append(year - edition)
    for row in rows:
        yield from _repeated(row, shifts.get(row.edition, ()), plan, after[family_of(row.number)], known)


def _repeated(row: Row, shifts: Sequence[int], plan: Plan, after: str, known: Known) -> Iterator[Occurrence]:
    """One activity in its own year and in those after it that it is taken to be repeated in."""
    days = (row.last - row.first).days + 1
    stated = row.place_cost is not None or row.fee is not None
    cost = (row.place_cost or 0) + (row.fee or 0) if stated else round(known.daily * days)
    seats = likely_seats(row.seats, row.most, known.shares.get((row.area, row.kind)))
    family, units = family_of(row.number), units_of(row.first, row.last)
    tier, language = tier_of(row.level, row.title), language_of(row.profile)
    for shift in shifts:
        starts = shifted(row.first, shift)
        if plan.first_year <= starts.year <= plan.last_year:
            yield Occurrence(
                activity=row.pk, number=row.number, year=starts.year, assumed=shift > 0, title=row.title, area=row.area,
                kind=row.kind, starts=starts, ends=shifted(row.last, shift), cost=cost, stated=stated, seats=seats, units=units,
                tier=tier, language=language, family=family, after=after,
            )  # fmt: skip
