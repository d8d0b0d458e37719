"""Finds every breach in a result, from the problem, the rule and the result alone.

Nothing here is shared with the solver: terms, values, fairness and the bound are worked out again, in whole numbers,
from their definitions. A result with a breach is a fault, never a result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from allotment.model import NEEDED, NONE, WANTED, Allotment, Ints, Leaf, Problem, monday, weeks
from allotment.values import Rule

_SAFE = 2**62
_ROUNDING = 2e-6


class Breach(NamedTuple):
    """A term that a result does not keep: its code, what it concerns, what was found, what is allowed."""

    code: str
    subject: str
    found: float
    allowed: float

    def __str__(self) -> str:
        return f"{self.code} {self.subject}: found {self.found:g}, allowed {self.allowed:g}"


def breaches(problem: Problem, rule: Rule, allotment: Allotment) -> list[Breach]:
    """Every breach of the terms, and every number of the result that does not follow from the plan."""
    number = len(problem.requests)
    if len(allotment.funded) != number or len(allotment.self_paid) != number:
        return [Breach("wrong_length", "allocation", len(allotment.funded), number)]
    return [
        *_requests(problem, allotment),
        *_activities(problem, allotment),
        *_pools(problem, allotment),
        *_parties(problem, allotment),
        *_weeks(problem, allotment),
        *_value(problem, rule, allotment),
        *_fairness(problem, rule, allotment),
        *_proof(problem, rule, allotment),
    ]


def _each(code: str, names: Sequence[str], found: Ints, allowed: Ints, wrong: NDArray[np.bool_]) -> Iterator[Breach]:
    for at in np.flatnonzero(wrong).tolist():
        yield Breach(code, names[at], float(found[at]), float(allowed[at]))


def _added(key: Ints, amount: Ints, size: int) -> Ints:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, key, amount)
    return total


def _requests(problem: Problem, allotment: Allotment) -> Iterator[Breach]:
    nothing = np.zeros(len(problem.requests), dtype=np.int64)
    funded, own = allotment.funded, allotment.self_paid
    for places in (funded, own):
        yield from _each("negative_places", problem.requests, places, nothing, places < 0)
    given = funded + own
    yield from _each("more_than_asked", problem.requests, given, problem.places, given > problem.places)
    unasked = (problem.funding == NONE) & (funded > 0)
    yield from _each("funded_unasked", problem.requests, funded, nothing, unasked)
    refused = (problem.funding == NEEDED) & (own > 0)
    yield from _each("self_paid_unasked", problem.requests, own, nothing, refused)


def _activities(problem: Problem, allotment: Allotment) -> Iterator[Breach]:
    people = _added(problem.activity, allotment.funded + allotment.self_paid, len(problem.activities))
    yield from _each("over_capacity", problem.activities, people, problem.capacity, people > problem.capacity)
    short = (people > 0) & (people < problem.minimum)
    yield from _each("below_minimum", problem.activities, people, problem.minimum, short)
    idle = {problem.activities[at] for at in np.flatnonzero((people == 0) & (problem.minimum > 0)).tolist()}
    for name in sorted(idle.symmetric_difference(allotment.cancelled)):
        yield Breach("wrongly_cancelled", name, float(name in allotment.cancelled), float(name in idle))


def _pools(problem: Problem, allotment: Allotment) -> Iterator[Breach]:
    spent = _added(problem.pool[problem.activity], allotment.funded * problem.cost, len(problem.pools))
    yield from _each("over_budget", problem.pools, spent, problem.budget, spent > problem.budget)


def _parties(problem: Problem, allotment: Allotment) -> Iterator[Breach]:
    held = _added(problem.party, allotment.funded + allotment.self_paid, len(problem.parties))
    yield from _each("over_places_cap", problem.parties, held, problem.places_cap, held > problem.places_cap)


def _weeks(problem: Problem, allotment: Allotment) -> Iterator[Breach]:
    """Sweep each party's departures and returns in the order of weeks."""
    sent = allotment.funded + allotment.self_paid
    leave, back = weeks(problem.start)[problem.activity], weeks(problem.end)[problem.activity] + 1
    party, week = np.tile(problem.party, 2), np.concatenate([leave, back])
    change = np.concatenate([sent, -sent])
    order = np.lexsort((week, party))
    party, week, away = party[order], week[order], np.cumsum(change[order])
    # The sum over a party is zero, so the running sum begins anew with each party.
    settled = np.append((party[1:] != party[:-1]) | (week[1:] != week[:-1]), True) if len(party) else np.zeros(0, bool)
    for at in np.flatnonzero(settled & (away > problem.away_cap[party])).tolist():
        subject = f"{problem.parties[party[at]]} {monday(week[at]).isoformat()}"
        yield Breach("over_away_cap", subject, float(away[at]), float(problem.away_cap[party[at]]))


def _worth(problem: Problem, rule: Rule) -> tuple[Ints, Ints]:
    """Value of a funded and of a self-paid place by the letter of the rule; -1 where it may not be had."""
    funded, own = [], []
    absent = [problem.no_show_percent[party] for party in problem.party.tolist()]
    kinds = zip(problem.priority.tolist(), problem.linked.tolist(), problem.funding.tolist(), absent, strict=True)
    for priority, linked, funding, empty in kinds:
        full = rule.priority_weights[priority - 1] * (100 + rule.objective_bonus_percent * linked) // 10
        full -= -(-full * rule.no_show_malus_percent * int(empty) // 10_000)
        funded.append(-1 if funding == NONE else full)
        own.append({NONE: full, WANTED: full * rule.self_pay_percent // 100, NEEDED: -1}[funding])
    return np.array(funded, dtype=np.int64), np.array(own, dtype=np.int64)


def _received(problem: Problem, rule: Rule, allotment: Allotment) -> Ints:
    funded, own = _worth(problem, rule)
    total = _added(problem.party, funded.clip(min=0) * allotment.funded, len(problem.parties))
    return total + _added(problem.party, own.clip(min=0) * allotment.self_paid, len(problem.parties))


def _value(problem: Problem, rule: Rule, allotment: Allotment) -> Iterator[Breach]:
    value = int(_received(problem, rule, allotment).sum())
    if allotment.value != value:
        yield Breach("wrong_value", "value", allotment.value, value)
    if allotment.bound < value:
        yield Breach("bound_below_value", "bound", allotment.bound, value)
    gap = 100.0 * (allotment.bound - value) / max(value, 1)
    if abs(allotment.gap_percent - gap) > _ROUNDING:
        yield Breach("wrong_gap", "gap_percent", allotment.gap_percent, gap)


def _fairness(problem: Problem, rule: Rule, allotment: Allotment) -> Iterator[Breach]:
    told = allotment.fairness
    if set(told.per_party) != set(problem.parties):
        yield Breach("wrong_shares", "per_party", len(told.per_party), len(problem.parties))
        return
    worst = min(told.per_party.values(), default=1.0)
    if abs(told.worst - worst) > _ROUNDING:
        yield Breach("wrong_worst", "worst", told.worst, worst)
    if told.floors:
        got, floors = _received(problem, rule, allotment), np.array(told.floors, dtype=np.int64)
        yield from _each("below_floor", problem.parties, got, floors, got < floors)


def _proof(problem: Problem, rule: Rule, allotment: Allotment) -> Iterator[Breach]:
    if not allotment.proof:
        return
    cases = [(frozenset(leaf.runs), frozenset(leaf.cancels)) for leaf in allotment.proof]
    if not _complete(cases):
        yield Breach("proof_incomplete", "proof", len(cases), len(cases))
    for at, leaf in enumerate(allotment.proof):
        proved = _bound(problem, rule, allotment, leaf)
        if proved is None or proved > allotment.bound:
            yield Breach("unproved_bound", f"case {at + 1}", allotment.bound, float("inf" if proved is None else proved))


def _complete(cases: Sequence[tuple[frozenset[str], frozenset[str]]]) -> bool:
    """Whether every way of holding or cancelling activities falls under some case."""
    if any(not runs and not cancels for runs, cancels in cases):
        return True
    split = frozenset.intersection(*(runs | cancels for runs, cancels in cases)) if cases else frozenset()
    if not split:
        return False
    name = min(split)
    held = [(runs - {name}, cancels) for runs, cancels in cases if name in runs]
    dropped = [(runs, cancels - {name}) for runs, cancels in cases if name in cancels]
    return _complete(held) and _complete(dropped)


def _bound(problem: Problem, rule: Rule, allotment: Allotment, leaf: Leaf) -> int | None:
    """What no plan of this case exceeds: each activity filled at its best at these prices, plus the prices of all
    there is to share. None if the prices are not such as to prove anything."""
    prices = leaf.prices
    parts = (prices.pools, prices.parties, prices.weeks.ravel(), prices.floors)
    if prices.scale < 1 or any((part < 0).any() for part in parts):
        return None
    net = _net(problem, rule, leaf)
    places = _at_most(problem)
    wanted = _added(problem.activity, places, len(problem.activities))
    if net is None or int(np.abs(net).max(initial=0)) * int(wanted.max(initial=0)) > _SAFE:
        return None
    total = sum(_best(problem, net, places, leaf).tolist())
    floors = allotment.fairness.floors or (0,) * len(problem.parties)
    away = [price * cap for price, cap in zip(prices.weeks.sum(axis=1).tolist(), problem.away_cap.tolist(), strict=True)]
    total += sum(away)
    for price, supply in ((prices.pools, problem.budget), (prices.parties, problem.places_cap)):
        total += sum(p * s for p, s in zip(price.tolist(), supply.tolist(), strict=True))
    total -= sum(p * f for p, f in zip(prices.floors.tolist(), floors, strict=True))
    return int(total // prices.scale)


def _net(problem: Problem, rule: Rule, leaf: Leaf) -> Ints | None:
    """Worth of a place of each request beyond what it takes from others, in units of value times the scale."""
    prices = leaf.prices
    first = np.array([day.toordinal() for day in prices.mondays], dtype=np.int64)
    sums = np.zeros((len(problem.parties), len(first) + 1), dtype=np.int64)
    sums[:, 1:] = np.cumsum(prices.weeks, axis=1)
    since = np.searchsorted(first, (weeks(problem.start) * 7 + 1)[problem.activity], side="left")
    until = np.searchsorted(first, (weeks(problem.end) * 7 + 1)[problem.activity], side="right")
    away = sums[problem.party, until] - sums[problem.party, since]
    weight = prices.scale + prices.floors[problem.party]
    money = prices.pools[problem.pool[problem.activity]]
    funded, own = _worth(problem, rule)
    largest = [int(weight.max(initial=0)) * int(max(funded.max(initial=0), own.max(initial=0)))]
    largest.append(int(money.max(initial=0)) * int(problem.cost.max(initial=0)))
    if max(largest) > _SAFE:
        return None
    paid = np.where(funded >= 0, weight * funded - money * problem.cost, -_SAFE)
    best = np.maximum(paid, np.where(own >= 0, weight * own, -_SAFE))
    net: Ints = best - prices.parties[problem.party] - away
    return net


def _at_most(problem: Problem) -> Ints:
    """No plan gives a request more than it asks for, its activity holds, or its party may hold or send."""
    of_party = np.minimum(problem.places_cap, problem.away_cap)[problem.party]
    return np.minimum(problem.places, np.minimum(problem.capacity[problem.activity], of_party))


def _best(problem: Problem, net: Ints, places: Ints, leaf: Leaf) -> Ints:
    """The best sum of each activity on its own: whole, within capacity, at least the minimum, or nothing."""
    wanted = _added(problem.activity, places, len(problem.activities))
    order = np.lexsort((-net, problem.activity))
    activity, places, net = problem.activity[order], places[order], net[order]
    before = np.cumsum(places) - places
    opening = np.searchsorted(activity, np.arange(len(problem.activities)))
    if len(activity):
        before -= before[np.minimum(opening, len(activity) - 1)][activity]
    room = np.where(net > 0, problem.capacity[activity], problem.minimum[activity])
    total = _added(activity, net * np.clip(room - before, 0, places), len(problem.activities))
    names = {name: at for at, name in enumerate(problem.activities)}
    held, dropped = ([names[name] for name in group] for group in (leaf.runs, leaf.cancels))
    best = np.where(wanted >= np.maximum(problem.minimum, 1), np.maximum(total, 0), 0)
    best[held] = total[held]
    best[dropped] = 0
    return best
