"""The problem as the solver reads it: sorted by key, grouped by activity, one entry a request.

The order depends on keys alone, so the order of rows in the input cannot reach the result. Compiled kernels take a
``Grid``, a tuple of arrays; ``Frame`` keeps what is needed to go back to the problem's own order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from allotment.model import Floats, Ints, Problem, weeks
from allotment.seals import scrambled
from allotment.values import Rule, worth

Flags = NDArray[np.bool_]
Small = NDArray[np.int32]

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(kernel: Kernel) -> Kernel:
    """Compile a kernel on first use, keep the machine code beside the module, release the interpreter lock."""
    return cast(Kernel, numba.njit(cache=True, nogil=True)(kernel))


class Grid(NamedTuple):
    """Requests of activity ``a`` are ``bounds[a] : bounds[a + 1]``. Values of a forbidden way are -1.

    Activities of the same weeks, ``first`` to ``last``, have the same ``span``; ``since`` and ``until`` are its first
    week and the one after its last.
    """

    bounds: Ints
    activity: Small
    party: Small
    places: Small
    funded: Floats
    own: Floats
    cost: Ints

    first: Small
    last: Small
    span: Small
    capacity: Ints
    minimum: Ints
    pool: Small

    budget: Ints
    cap: Ints
    away: Ints
    weeks: int

    since: Small
    until: Small


@dataclass(frozen=True)
class Frame:
    """A grid and the way back: position in the problem of each request, activity, party and pool of the grid.

    ``tie`` decides between requests that are equal in everything, by the seed.
    """

    problem: Problem
    grid: Grid
    request: Ints
    activity: Ints
    party: Ints
    pool: Ints
    week: Ints
    tie: NDArray[np.uint64]
    value_of_a_place: float

    def spread(self, over_grid: Ints) -> Ints:
        """Bring one number a request back into the problem's order."""
        out = np.zeros(len(over_grid), dtype=np.int64)
        out[self.request] = over_grid
        return out


def frame(problem: Problem, rule: Rule, seed: int) -> Frame:
    """Sort a problem into a grid. A week in which no activity starts is no busier than the last one in which one
    did, so only weeks of starts are kept."""
    activities, parties, pools = (_by_key(names) for names in (problem.activities, problem.parties, problem.pools))
    activity_at, party_at, pool_at = (_inverse(order) for order in (activities, parties, pools))
    named = _by_key(problem.requests)
    place = activity_at[problem.activity] * len(parties) + party_at[problem.party]
    requests = named[np.argsort(place[named], kind="stable")]
    begin, finish = weeks(problem.start)[activities], weeks(problem.end)[activities]
    starts = np.unique(begin)
    first = np.searchsorted(starts, begin)
    last = np.searchsorted(starts, finish, side="right") - 1
    spans, span = np.unique(first * (len(starts) + 1) + last + 1, return_inverse=True)
    activity = activity_at[problem.activity[requests]]
    funded, own = (value[requests].astype(np.float64) for value in worth(problem, rule))
    grid = Grid(
        bounds=np.searchsorted(activity, np.arange(len(activities) + 1)).astype(np.int64),
        activity=activity.astype(np.int32),
        party=party_at[problem.party[requests]].astype(np.int32),
        places=problem.places[requests].astype(np.int32),
        funded=funded,
        own=own,
        cost=problem.cost[requests],
        first=first.astype(np.int32),
        last=last.astype(np.int32),
        span=span.astype(np.int32),
        capacity=problem.capacity[activities],
        minimum=problem.minimum[activities],
        pool=pool_at[problem.pool[activities]].astype(np.int32),
        budget=problem.budget[pools],
        cap=problem.places_cap[parties],
        away=problem.away_cap[parties],
        weeks=len(starts),
        since=(spans // (len(starts) + 1)).astype(np.int32),
        until=(spans % (len(starts) + 1)).astype(np.int32),
    )
    tie_break = scrambled(seed, 0, np.arange(len(requests)))
    mean = float(np.maximum(funded, own).mean()) if len(requests) else 1.0
    return Frame(problem, grid, requests, activities, parties, pools, starts, tie_break, max(mean, 1.0))


def tightened(framed: Frame) -> Frame:
    """The same problem asking for no more than could ever be given: a request gets no more places than its activity
    has, or than its party may hold or send. No plan is lost, and the linear program comes nearer to the plans."""
    grid = framed.grid
    most = np.minimum(grid.capacity[grid.activity], np.minimum(grid.cap, grid.away)[grid.party])
    return replace(framed, grid=grid._replace(places=np.minimum(grid.places, most).astype(np.int32)))


def counts(grid: Grid, places: Ints) -> Ints:
    """People at each activity, given the places of each request."""
    return _sums(grid.activity, places, len(grid.capacity))


def party_value(grid: Grid, funded: Ints, own: Ints) -> Ints:
    """Value each party receives."""
    each = np.maximum(grid.funded, 0) * funded + np.maximum(grid.own, 0) * own
    return _sums(grid.party, each, len(grid.cap))


def plan_value(grid: Grid, funded: Ints, own: Ints) -> int:
    """Value of a plan, all parties together."""
    return int(party_value(grid, funded, own).sum())


def _sums(key: Small, weight: NDArray[Any], size: int) -> Ints:
    # Sums of whole numbers below 2**53 are exact in doubles.
    return np.bincount(key, weight, size).astype(np.int64)


def _by_key(names: Sequence[str]) -> Ints:
    # Sorting what is sorted is quick, and files and years usually are.
    if sorted(names) == list(names):
        return np.arange(len(names), dtype=np.int64)
    return np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)


def _inverse(order: Ints) -> Ints:
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place
