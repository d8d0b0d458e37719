"""What is asked and what is given: the records of a problem, the same as arrays, and the result.

Everything here is frozen. Nothing here solves, judges or explains. All quantities are integers: places, money in the
smallest unit the office keeps, value in tenths of a point.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from optimal.tables import BadRows, Flaw

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Funding = Literal["none", "wanted", "needed"]

NO_LIMIT = 10**12
"""Stands for an absent cap; larger than any number of places a problem may hold."""

MOST_PLACES = 10**6
MOST_MONEY = 10**12
FUNDINGS: tuple[Funding, ...] = ("none", "wanted", "needed")
NONE, WANTED, NEEDED = range(3)


@dataclass(frozen=True, slots=True)
class Party:
    """A party, the places it may hold in all, how many of its people may be away in one ISO week, and its record.

    ``no_show_percent`` tells how many of a hundred places it held before stood empty without excuse.
    """

    party: str
    places_cap: int | None = None
    away_cap: int | None = None
    no_show_percent: int = 0


@dataclass(frozen=True, slots=True)
class Pool:
    """Money from which the places of some activities are paid."""

    pool: str
    budget: int


@dataclass(frozen=True, slots=True)
class Activity:
    """A course or exercise. With a ``minimum`` it is held with at least that many people, or not at all."""

    activity: str
    start: date
    end: date
    capacity: int
    minimum: int
    pool: str


@dataclass(frozen=True, slots=True)
class Request:
    """So many places at an activity, for a party; ``cost`` is what one funded place takes from the pool."""

    request: str
    party: str
    activity: str
    places: int
    priority: int
    linked: bool
    funding: Funding
    cost: int


TABLES: Mapping[str, tuple[str, ...]] = {
    "parties": tuple(Party.__dataclass_fields__),
    "pools": tuple(Pool.__dataclass_fields__),
    "activities": tuple(Activity.__dataclass_fields__),
    "requests": tuple(Request.__dataclass_fields__),
}
"""The tables of a problem and their columns, in the order of the files. The first column is the key."""
OPTIONAL: Mapping[str, Mapping[str, int]] = {"parties": {"no_show_percent": 0}}
"""Columns that a table may lack, each with what then stands in it."""

Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, eq=False)
class Problem:
    """A problem as arrays; each group of fields has one entry a party, a pool, an activity or a request.

    ``start`` and ``end`` are proleptic ordinals of days, ``pool``, ``party`` and ``activity`` are positions in the
    tuples of names, ``funding`` is one of NONE, WANTED, NEEDED, and NO_LIMIT marks an absent cap.
    """

    parties: tuple[str, ...]
    places_cap: Ints
    away_cap: Ints
    no_show_percent: Ints

    pools: tuple[str, ...]
    budget: Ints

    activities: tuple[str, ...]
    start: Ints
    end: Ints
    capacity: Ints
    minimum: Ints
    pool: Ints

    requests: tuple[str, ...]
    party: Ints
    activity: Ints
    places: Ints
    priority: Ints
    linked: Ints
    funding: Ints
    cost: Ints

    @classmethod
    def of(
        cls,
        parties: Iterable[Party],
        pools: Iterable[Pool],
        activities: Iterable[Activity],
        requests: Iterable[Request],
    ) -> Problem:
        """Build a problem from records; raises BadRows naming every record that cannot stand."""
        given = dict(zip(TABLES, (parties, pools, activities, requests), strict=True))
        return cls.from_columns({table: _columns(table, records) for table, records in given.items()})

    @classmethod
    def from_columns(cls, tables: Mapping[str, Columns]) -> Problem:
        """Build a problem from columns of Python values, a mapping for each table; raises BadRows."""
        tables = {table: {**columns, **_absent(table, columns)} for table, columns in tables.items()}
        flaws = list(_flaws(tables))
        if flaws:
            raise BadRows(flaws)
        parties, pools, activities, requests = (tables[name] for name in TABLES)
        return cls(
            parties=tuple(parties["party"]),
            places_cap=_capped(parties["places_cap"]),
            away_cap=_capped(parties["away_cap"]),
            no_show_percent=_ints(parties["no_show_percent"]),
            pools=tuple(pools["pool"]),
            budget=_ints(pools["budget"]),
            activities=tuple(activities["activity"]),
            start=_ints([day.toordinal() for day in activities["start"]]),
            end=_ints([day.toordinal() for day in activities["end"]]),
            capacity=_ints(activities["capacity"]),
            minimum=_ints(activities["minimum"]),
            pool=_positions(activities["pool"], pools["pool"]),
            requests=tuple(requests["request"]),
            party=_positions(requests["party"], parties["party"]),
            activity=_positions(requests["activity"], activities["activity"]),
            places=_ints(requests["places"]),
            priority=_ints(requests["priority"]),
            linked=_ints(requests["linked"]),
            funding=_positions(requests["funding"], FUNDINGS),
            cost=_ints(requests["cost"]),
        )


def weeks(days: Ints) -> Ints:
    """The number of the ISO week of each ordinal day, counted from the week of 1 January of year 1, a Monday."""
    return (days - 1) // 7


def monday(week: int) -> date:
    """The first day of a week numbered as ``weeks`` does."""
    return date.fromordinal(int(week) * 7 + 1)


@dataclass(frozen=True, eq=False)
class Prices:
    """What the scarce things cost, in units of value divided by ``scale``; all integers, none negative.

    ``pools`` is the price of one unit of money (one a pool), ``parties`` of one place under the party's cap,
    ``weeks`` (parties x len(mondays)) of one person away in the week of that Monday, and ``floors`` the weight a
    party's own value gets beyond everyone's (max-min only). Orders are those of the problem.
    """

    scale: int
    pools: Ints
    parties: Ints
    mondays: tuple[date, ...]
    weeks: Ints
    floors: Ints


@dataclass(frozen=True, eq=False)
class Leaf:
    """A case of the proof: these activities run, those do not, and at these prices no plan is worth more."""

    runs: tuple[str, ...]
    cancels: tuple[str, ...]
    prices: Prices


@dataclass(frozen=True)
class Fairness:
    """How evenly value fell. A share is value received over the best a party could have if all others stepped back.

    ``level`` is the share proved to be the most that all can reach together (None unless the rule is max-min);
    ``worst`` the smallest share in the plan; ``per_party`` all shares; ``floors`` the value promised to each party,
    in the problem's order.
    """

    level: float | None
    worst: float
    per_party: Mapping[str, float]
    floors: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Allotment:
    """A plan: places for each request, in the problem's order, and how good it is proved to be.

    No plan that keeps the terms and the promised floors is worth more than ``bound``; ``gap_percent`` is the
    distance to it as a percentage of ``value``. ``proof`` lets anyone recompute the bound; it is empty if the bound
    rests on the word of the integer solver. ``rounds`` counts price steps and linear programs.
    """

    funded: Ints
    self_paid: Ints
    cancelled: tuple[str, ...]
    value: int
    bound: int
    gap_percent: float
    prices: Prices
    rounds: int
    fairness: Fairness
    seed: int
    proof: tuple[Leaf, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Trial:
    """What a change of the terms would do to a published plan, found by solving again.

    ``before`` and ``after`` are the funded and self-paid places of the request in question, ``granted`` whether it
    then has every place it asks for. ``per_party`` gives the places of each party before and after, ``moved`` counts
    the requests whose places change, and the values, like the gap, are those of the whole plan.
    """

    before: tuple[int, int]
    after: tuple[int, int]
    granted: bool
    value_before: int
    value_after: int
    gap_percent: float
    per_party: Mapping[str, tuple[int, int]]
    moved: int

    @property
    def is_better(self) -> bool:
        """Whether the request fares better: more places, or as many and more of them funded."""
        return (sum(self.after), self.after[0]) > (sum(self.before), self.before[0])

    @property
    def gains(self) -> Mapping[str, int]:
        """The parties that gain places, and how many."""
        return {party: after - before for party, (before, after) in self.per_party.items() if after > before}

    @property
    def losses(self) -> Mapping[str, int]:
        """The parties that lose places, and how many."""
        return {party: before - after for party, (before, after) in self.per_party.items() if after < before}


def _columns(table: str, records: Iterable[Any]) -> Columns:
    kept = list(records)
    return {name: [getattr(record, name) for record in kept] for name in TABLES[table]}


def _absent(table: str, columns: Columns) -> Columns:
    number = len(columns[TABLES[table][0]])
    return {name: [value] * number for name, value in OPTIONAL.get(table, {}).items() if name not in columns}


def _ints(values: Sequence[Any]) -> Ints:
    return np.array(values, dtype=np.int64)


def _capped(values: Sequence[int | None]) -> Ints:
    return _ints([NO_LIMIT if value is None else value for value in values])


def _positions(names: Sequence[str], among: Sequence[str]) -> Ints:
    place = {name: at for at, name in enumerate(among)}
    return _ints([place[name] for name in names])


def _flaws(tables: Mapping[str, Columns]) -> Iterable[Flaw]:
    for table, names in TABLES.items():
        yield from _twice(table, names[0], tables[table][names[0]])
    yield from _unknown("activities", "pool", tables["activities"], tables["pools"])
    yield from _unknown("requests", "party", tables["requests"], tables["parties"])
    yield from _unknown("requests", "activity", tables["requests"], tables["activities"])
    for table, column, least, most in _RANGES:
        yield from _outside(table, column, tables[table][column], least, most)
    yield from _contradictions(tables["activities"])
    for row, funding in enumerate(tables["requests"]["funding"]):
        if funding not in FUNDINGS:
            yield _flaw("requests", row, "funding", funding, "must be none, wanted or needed")


_RANGES = (
    ("parties", "places_cap", 0, MOST_PLACES),
    ("parties", "away_cap", 0, MOST_PLACES),
    ("parties", "no_show_percent", 0, 100),
    ("pools", "budget", 0, MOST_MONEY),
    ("activities", "capacity", 0, MOST_PLACES),
    ("activities", "minimum", 0, MOST_PLACES),
    ("requests", "places", 1, MOST_PLACES),
    ("requests", "priority", 1, 3),
    ("requests", "linked", 0, 1),
    ("requests", "cost", 0, MOST_MONEY),
)


def _flaw(table: str, row: int, column: str, value: object, reason: str) -> Flaw:
    return Flaw(f"{table}.csv", row + 2, column, str(value), reason)


def _twice(table: str, column: str, keys: Sequence[str]) -> Iterable[Flaw]:
    seen: set[str] = set()
    for row, key in enumerate(keys):
        if not key:
            yield _flaw(table, row, column, key, "must not be empty")
        elif key in seen:
            yield _flaw(table, row, column, key, "appears twice")
        seen.add(key)


def _unknown(table: str, column: str, rows: Columns, among: Columns) -> Iterable[Flaw]:
    known = set(next(iter(among.values())))
    for row, name in enumerate(rows[column]):
        if name not in known:
            yield _flaw(table, row, column, name, "is not known")


def _outside(table: str, column: str, values: Sequence[int | None], least: int, most: int) -> Iterable[Flaw]:
    for row, value in enumerate(values):
        if value is not None and not least <= value <= most:
            yield _flaw(table, row, column, value, f"must be from {least} to {most}")


def _contradictions(activities: Columns) -> Iterable[Flaw]:
    for row, (start, end) in enumerate(zip(activities["start"], activities["end"], strict=True)):
        if end < start:
            yield _flaw("activities", row, "end", end, "is before the start")
    for row, (least, most) in enumerate(zip(activities["minimum"], activities["capacity"], strict=True)):
        if least > most:
            yield _flaw("activities", row, "minimum", least, "is more than the capacity")
