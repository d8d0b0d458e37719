"""Why each request came out as it did, and what would have changed it.

Causes are read from the plan: a limit is named only if it is really full. Prices merely say who would be next. One
outcome for each request; a change is a conjecture from plan and prices, which ``trials.verify`` puts to the test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from allotment.model import NEEDED, NONE, Allotment, Floats, Ints, Problem, monday, weeks
from allotment.values import Rule, worth
from allotment.words import CAUSES, CHANGES, NO_SINGLE_CHANGE, OUTCOMES
from optimal.seals import lots
from optimal.words import Saying, render, render_all

Flags = NDArray[np.bool_]
Outcome = Literal["granted", "part", "self_paid", "not_granted", "cancelled"]
Lever = Literal["priority", "places", "funding", "capacity", "minimum", "budget", "places_cap", "away_cap"]


@dataclass(frozen=True, slots=True)
class Change:
    """A single change of the terms: of a request, or so much more of a limit (fewer, for a minimum).

    For ``priority`` and ``places`` the amount is what to ask with instead (no places at all is to withdraw), for
    ``funding`` it is 0, 1 or 2: none, wanted or needed.
    """

    lever: Lever
    subject: str
    amount: int

    @property
    def saying(self) -> Saying:
        """What the change would have done, as a sentence."""
        return Saying(CHANGES[self.lever], {"subject": self.subject, "amount": self.amount})


@dataclass(frozen=True, slots=True)
class Reason:
    """The answer to one request: its outcome, the limits that stood in the way, the changes that would have helped.

    ``told`` opens with the outcome and goes on with one saying a cause.
    """

    request: str
    outcome: Outcome
    causes: tuple[str, ...]
    told: tuple[Saying, ...]
    changes: tuple[Change, ...] = ()

    @property
    def sentence(self) -> str:
        """The whole answer in English."""
        return render_all(self.told)

    @property
    def would_change(self) -> str:
        """The smallest change in English; empty if the request got what it asked for."""
        if self.changes:
            return render(self.changes[0].saying)
        return "" if self.outcome == "granted" else NO_SINGLE_CHANGE


@dataclass(frozen=True)
class _Standing:
    """The plan seen from each request: what it lacks, which limits are full for it, how it ranks. One entry each.

    ``rank`` says who is nearer to a place; ``bar`` is the rank to beat in everything that is full; ``helpful`` is the
    nearest better priority whose rank would beat it, or 0. ``week`` is the first full week, or -1.
    """

    missing: Ints
    held: Flags
    full: Flags
    broke: Flags
    capped: Flags
    week: Ints
    rank: Floats
    helpful: Ints
    left: Ints
    people: Ints
    wanted: Ints

    @property
    def away(self) -> Flags:
        """Whether a full week stands in the way."""
        return self.week >= 0

    @property
    def obstacles(self) -> Ints:
        """How many kinds of limit stand in the way."""
        return self.full.astype(np.int64) + self.broke + self.capped + self.away


class _Case(NamedTuple):
    """Everything that the answer to one request speaks of."""

    request: str
    places: int
    missing: int
    self_paid: int
    may_be_funded: bool
    self_pays: bool
    cost: int
    activity: str
    capacity: int
    minimum: int
    wanted: int
    party: str
    cap: int
    away_cap: int
    empty: int
    less: float
    pool: str
    left: int
    held: bool
    full: bool
    broke: bool
    capped: bool
    week: int
    helpful: int
    more_seats: int
    more_cap: int
    more_money: int
    fewer_people: int


def reasons(problem: Problem, rule: Rule, allotment: Allotment) -> list[Reason]:
    """One answer a request, in the problem's order."""
    standing = _standing(problem, rule, allotment)
    return [_reason(case) for case in _cases(problem, rule, allotment, standing)]


def reason(problem: Problem, rule: Rule, allotment: Allotment, request: str) -> Reason:
    """The answer to one request."""
    at = problem.requests.index(request)
    return _reason(next(_cases(problem, rule, allotment, _standing(problem, rule, allotment), slice(at, at + 1))))


def _cases(problem: Problem, rule: Rule, allotment: Allotment, standing: _Standing, some: slice = slice(None)) -> Iterator[_Case]:
    seats, cap, money, fewer = _amounts(problem, standing)
    activity, party, pool = problem.activity, problem.party, problem.pool[problem.activity]
    columns = (
        *(problem.places, standing.missing, allotment.self_paid, problem.funding != NONE),
        *(problem.funding != NEEDED, problem.cost),
        *(np.array(problem.activities, dtype=object)[activity], problem.capacity[activity]),
        *(problem.minimum[activity], standing.wanted[activity]),
        *(np.array(problem.parties, dtype=object)[party], problem.places_cap[party], problem.away_cap[party]),
        *(problem.no_show_percent[party], rule.no_show_malus_percent * problem.no_show_percent[party] / 100),
        *(np.array(problem.pools, dtype=object)[pool], standing.left[pool]),
        *(standing.held, standing.full, standing.broke, standing.capped, standing.week, standing.helpful),
        *(seats, cap, money, fewer),
    )
    return map(_Case._make, zip(problem.requests[some], *(column[some].tolist() for column in columns), strict=True))


def _sum(key: Ints, weight: Ints, size: int) -> Ints:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, key, weight)
    return total


def _standing(problem: Problem, rule: Rule, allotment: Allotment) -> _Standing:
    given = allotment.funded + allotment.self_paid
    activity, party = problem.activity, problem.party
    pool = problem.pool[activity]
    people = _sum(activity, given, len(problem.activities))
    left = problem.budget - _sum(pool, allotment.funded * problem.cost, len(problem.pools))
    held = _sum(party, given, len(problem.parties))
    full = (people >= problem.capacity)[activity]
    broke = (problem.funding != NONE) & (left[pool] < problem.cost)
    capped = (held >= problem.places_cap)[party]
    week = _first_full_week(problem, given)
    ranks = [_rank(problem, rule, allotment, np.minimum(problem.priority, p)) for p in (3, 2, 1)]
    bar = np.full(len(given), -np.inf if rule.rule == "precedence" else 0.0)
    for stands, key, served in (
        (full, activity, given > 0),
        (broke, pool, allotment.funded > 0),
        (capped | (week >= 0), party, given > 0),
    ):
        bar = np.where(stands, np.maximum(bar, _lowest(key, ranks[0], served)), bar)
    helpful = np.select([(problem.priority > 2) & (ranks[1] > bar), (problem.priority > 1) & (ranks[2] > bar)], [2, 1], 0)
    wanted = _sum(activity, problem.places, len(people))
    runs = ((people > 0) | (problem.minimum == 0))[activity]
    return _Standing(problem.places - given, runs, full, broke, capped, week, ranks[0], helpful, left, people, wanted)


def _lowest(key: Ints, rank: Floats, served: Flags) -> Floats:
    """The lowest rank served from the same limit; infinite if that is the request itself, which then has no rival."""
    lowest = np.full(int(key.max(initial=-1)) + 1, np.inf)
    np.minimum.at(lowest, key[served], rank[served])
    return np.where(served & (lowest[key] == rank), np.inf, lowest[key])


def _first_full_week(problem: Problem, given: Ints) -> Ints:
    """The first week of each request in which its party can send nobody more; -1 if there is none."""
    if not len(given):
        return given
    first, last = weeks(problem.start), weeks(problem.end)
    starts = np.unique(first)
    since = np.searchsorted(starts, first)[problem.activity]
    until = np.searchsorted(starts, last, side="right")[problem.activity]
    edges = np.zeros((len(problem.parties), len(starts) + 1), dtype=np.int64)
    np.add.at(edges, (problem.party, since), given)
    np.add.at(edges, (problem.party, until), -given)
    full = np.cumsum(edges, axis=1)[:, :-1] >= problem.away_cap[:, None]
    at = np.where(full, np.arange(len(starts)), len(starts))
    following = np.minimum.accumulate(at[:, ::-1], axis=1)[:, ::-1]
    found = following[problem.party, since]
    return np.where(found < until, starts[np.minimum(found, len(starts) - 1)], -1)


def _rank(problem: Problem, rule: Rule, allotment: Allotment, priority: Ints) -> Floats:
    """Under precedence the place in the order of hearing, otherwise the worth of a place beyond its prices."""
    asked = replace(problem, priority=priority)
    if rule.rule == "precedence":
        lot = lots(allotment.seed, problem.requests).astype(np.float64) / 2.0**64
        return -(2.0 * priority + 1 - problem.linked + lot)
    prices = allotment.prices
    funded, own = (value.astype(np.float64) for value in worth(asked, rule))
    weight = 1.0 + prices.floors / prices.scale
    money = prices.pools[problem.pool[problem.activity]] / prices.scale * problem.cost
    paid = np.where(funded >= 0, weight[problem.party] * funded - money, -np.inf)
    best = np.maximum(paid, np.where(own >= 0, weight[problem.party] * own, -np.inf))
    return best - (prices.parties[problem.party] + _away_prices(problem, allotment)) / prices.scale


def _away_prices(problem: Problem, allotment: Allotment) -> Ints:
    prices = allotment.prices
    mondays = np.array([day.toordinal() for day in prices.mondays], dtype=np.int64)
    sums = np.zeros((len(problem.parties), len(mondays) + 1), dtype=np.int64)
    np.cumsum(prices.weeks, axis=1, out=sums[:, 1:])
    since = np.searchsorted(weeks(mondays), weeks(problem.start))[problem.activity]
    until = np.searchsorted(weeks(mondays), weeks(problem.end), side="right")[problem.activity]
    return sums[problem.party, until] - sums[problem.party, since]


def _amounts(problem: Problem, standing: _Standing) -> tuple[Ints, Ints, Ints, Ints]:
    """How much more of its one full limit each request would need, those before it in the queue served first: seats,
    places under the cap, money, and by how much the minimum would have to fall."""
    only = (standing.missing > 0) & standing.held & (standing.obstacles == 1)
    pool = problem.pool[problem.activity]
    lacking = standing.missing * problem.cost
    seats = _queue(only & standing.full, problem.activity, standing.rank, standing.missing)
    cap = _queue(only & standing.capped, problem.party, standing.rank, standing.missing)
    money = _queue(only & standing.broke, pool, standing.rank, lacking)
    fewer = (problem.minimum - _reach(problem, standing))[problem.activity]
    return seats + 1, cap + 1, money + problem.cost - standing.left[pool], fewer


def _queue(waiting: Flags, key: Ints, rank: Floats, need: Ints) -> Ints:
    """What those waiting for the same thing with a higher rank need before it comes to each."""
    ahead = np.zeros(len(key), dtype=np.int64)
    line = np.flatnonzero(waiting)
    line = line[np.lexsort((-rank[line], key[line]))]
    before = np.cumsum(need[line]) - need[line]
    if len(line):
        first = np.append(True, key[line][1:] != key[line][:-1])
        before -= np.maximum.accumulate(np.where(first, before, 0))
    ahead[line] = before
    return ahead


def _reach(problem: Problem, standing: _Standing) -> Ints:
    """People an activity could have if it took in whoever nothing else holds back; at least 0, at most minimum - 1."""
    free = ~(standing.capped | standing.away | (standing.broke & (problem.funding == NEEDED)))
    able = _sum(problem.activity, np.where(free, standing.missing, 0), len(problem.activities))
    return np.clip(np.minimum(able, problem.capacity), 0, np.maximum(problem.minimum - 1, 0))


def _reason(case: _Case) -> Reason:
    outcome = _outcome(case)
    facts: dict[str, str | int] = {
        "given": case.places - case.missing,
        "wanted": case.places,
        "self_paid": case.self_paid,
        "activity": case.activity,
    }
    opening = Saying(OUTCOMES[outcome], facts)
    if outcome == "granted":
        return Reason(case.request, outcome, (), (opening,))
    causes = dict(_causes(case))
    told = (opening, *(Saying(CAUSES[code], known) for code, known in causes.items()))
    return Reason(case.request, outcome, tuple(causes), told, tuple(_changes(case)))


def _outcome(case: _Case) -> Outcome:
    if not case.held:
        return "cancelled"
    if case.missing == case.places:
        return "not_granted"
    if case.missing:
        return "part"
    return "self_paid" if case.self_paid and case.may_be_funded else "granted"


def _causes(case: _Case) -> Iterator[tuple[str, dict[str, str | int]]]:
    """The limits that are full for a request, each with its facts."""
    if not case.held:
        few = case.wanted < case.minimum
        yield "too_few_asked" if few else "too_few_reached", {"minimum": case.minimum, "wanted": case.wanted}
        return
    if case.missing and case.full:
        yield "activity_full", {"capacity": case.capacity}
    if case.broke:
        yield "pool_spent", {"pool": case.pool, "left": case.left, "cost": case.cost}
    if case.missing and case.capped:
        yield "places_cap", {"party": case.party, "cap": case.cap}
    if case.missing and case.week >= 0:
        first_day = monday(case.week).isoformat()
        yield "away_cap", {"party": case.party, "cap": case.away_cap, "monday": first_day}
    if not (case.full or case.broke or case.capped or case.week >= 0):
        yield "others_first", {}
    if case.missing and case.less:
        yield "record", {"party": case.party, "empty": case.empty, "less": f"{case.less:g}"}


def _changes(case: _Case) -> Iterator[Change]:
    """Single changes that plan and prices say would have been enough, the least costly to others first."""
    if not case.held:
        if not (case.capped or case.week >= 0 or (case.broke and not case.self_pays)):
            yield Change("minimum", case.activity, case.fewer_people)
        return
    if not case.missing:
        yield Change("budget", case.pool, case.more_money)
        return
    if case.helpful:
        yield Change("priority", case.request, case.helpful)
    if case.full + case.broke + case.capped + (case.week >= 0) != 1:
        return
    if case.week >= 0:
        yield Change("away_cap", case.party, 1)
    elif case.capped:
        yield Change("places_cap", case.party, case.more_cap)
    elif case.full:
        yield Change("capacity", case.activity, case.more_seats)
    else:
        yield Change("budget", case.pool, case.more_money)
