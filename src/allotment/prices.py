"""Prices for what activities compete for, and the bound that any prices give.

Only the rows that couple activities are priced: budgets, caps on places, people away in a week, and promised floors.
Each activity is then on its own and is filled exactly by one sort, its minimum included; the sum of those optima plus
the prices times what there is to share is at least the value of every plan (Lagrangian relaxation; Geoffrion 1974).
Prices move by an averaged subgradient with a scale for each row (the volume algorithm; Barahona and Anbil 2000) and
Polyak's step towards a value known to be attainable.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from allotment.grid import Flags, Grid, Small, compiled
from allotment.model import Floats, Ints

FREE, RUNS, CANCELLED = 0, 1, -1
"""What is decided about an activity: nothing, that it is held, that it is not."""

Fates = NDArray[np.int8]

# Two chunks on any machine: the split is part of the result, the number of processors must not be.
_CHUNKS_FROM = 200_000
_THREADS = ThreadPoolExecutor(2)

# Every so many steps, once past the first swings, look whether the bound still falls by a worthwhile share.
_LOOK, _AT_LEAST, _STALLED = 40, 80, 3e-5


class Rates(NamedTuple):
    """Prices as the kernels read them. ``away[p, t]`` is the sum of a party's week prices before week t."""

    pool: Floats
    party: Floats
    away: Floats
    weight: Floats


class Use(NamedTuple):
    """What the local optima use of each coupling row; ``away`` holds differences from week to week."""

    pool: Floats
    party: Floats
    away: Floats
    value: Floats


class Mean(NamedTuple):
    """Running averages: places of each request, and whether each activity runs. ``order`` is last step's order."""

    places: Floats
    runs: Floats
    order: Small


class Scratch(NamedTuple):
    """Room for one activity: net worth of a place, whether it is funded, places taken."""

    net: Floats
    paid: Flags
    taken: Ints


@compiled
def scratch(grid: Grid, lo: int, hi: int) -> Scratch:
    """Room enough for the largest activity of a chunk."""
    most = 1
    for a in range(lo, hi):
        most = max(most, grid.bounds[a + 1] - grid.bounds[a])
    return Scratch(np.empty(most), np.empty(most, np.bool_), np.empty(most, np.int64))


@compiled
def net_worth(grid: Grid, a: int, rates: Rates, room: Scratch) -> int:
    """Worth of a place of each request of activity ``a`` beyond what it takes from others. Returns places wanted."""
    base = grid.bounds[a]
    since, until = grid.first[a], grid.last[a] + 1
    money = rates.pool[grid.pool[a]]
    wanted = 0
    for r in range(base, grid.bounds[a + 1]):
        p = grid.party[r]
        best = -1e300
        paid = False
        if grid.funded[r] >= 0:
            best = rates.weight[p] * grid.funded[r] - money * grid.cost[r]
            paid = True
        if grid.own[r] >= 0 and rates.weight[p] * grid.own[r] > best:
            best = rates.weight[p] * grid.own[r]
            paid = False
        room.net[r - base] = best - rates.party[p] - (rates.away[p, until] - rates.away[p, since])
        room.paid[r - base] = paid
        wanted += grid.places[r]
    return wanted


@compiled
def sort_by_net(order: Small, net: Floats) -> None:
    """Sort positions by falling net worth. Insertion, because the order of the last step is nearly right."""
    for j in range(1, len(order)):
        moving = order[j]
        i = j
        while i > 0 and (net[order[i - 1]] < net[moving] or (net[order[i - 1]] == net[moving] and order[i - 1] > moving)):
            order[i] = order[i - 1]
            i -= 1
        order[i] = moving


@compiled
def fill_best(grid: Grid, a: int, order: Small, room: Scratch) -> float:
    """Fill ``a`` in order: to its capacity while a place is worth it, to its minimum in any case. Returns the sum."""
    base = grid.bounds[a]
    left, need = grid.capacity[a], grid.minimum[a]
    total = 0.0
    for j in order:
        take = min(left, grid.places[base + j])
        if room.net[j] <= 0:
            take = min(take, max(need, 0))
        room.taken[j] = take
        total += room.net[j] * take
        left -= take
        need -= take
    return total


@compiled
def _tally(grid: Grid, a: int, room: Scratch, use: Use, mean: Mean, blend: float) -> None:
    base = grid.bounds[a]
    since, until, k = grid.first[a], grid.last[a] + 1, grid.pool[a]
    for r in range(base, grid.bounds[a + 1]):
        taken = room.taken[r - base]
        mean.places[r] += blend * (taken - mean.places[r])
        if taken == 0:
            continue
        p = grid.party[r]
        if room.paid[r - base]:
            use.pool[k] += taken * grid.cost[r]
            use.value[p] += taken * grid.funded[r]
        else:
            use.value[p] += taken * grid.own[r]
        use.party[p] += taken
        use.away[p, since] += taken
        use.away[p, until] -= taken


@compiled
def _step(grid: Grid, lo: int, hi: int, rates: Rates, fates: Fates, mean: Mean, blend: float, use: Use) -> float:
    """Optimum of activities lo to hi at these rates; adds to ``use`` and blends into ``mean``."""
    room = scratch(grid, lo, hi)
    total = 0.0
    for a in range(lo, hi):
        begin, end = grid.bounds[a], grid.bounds[a + 1]
        best = 0.0
        runs = False
        if fates[a] != CANCELLED and net_worth(grid, a, rates, room) >= max(grid.minimum[a], 1):
            order = mean.order[begin:end]
            sort_by_net(order, room.net)
            best = fill_best(grid, a, order, room)
            runs = best > 0 or fates[a] == RUNS
        mean.runs[a] += blend * (runs - mean.runs[a])
        if runs:
            total += best
        else:
            room.taken[: end - begin] = 0
        _tally(grid, a, room, use, mean, blend)
    return total


@dataclass(frozen=True)
class Coupling:
    """The coupling rows as one vector: pools, parties, parties x weeks, floors.

    ``supply`` is what there is to share, ``live`` marks rows that could bind at all, ``scale`` makes steps comparable
    between rows of different units (value per place over the supply). Floors are rows ``-value <= -floor``.
    ``least`` is the weight of a party's value without a floor: 1, or 0 when only floors count. With ``ideal`` the
    floors rise together, each party's in proportion to its ideal, and what is maximised is how high: the rows are
    ``level x ideal - value <= 0``, and the level, from 0 to 1, counts as much as all ideals together.
    """

    grid: Grid
    supply: Floats
    live: Flags
    scale: Floats
    fates: Fates
    value_of_a_place: float
    least: float = 1.0
    ideal: Floats | None = None

    @property
    def missed(self) -> float:
        """What a missing unit of a floor counts against a plan: more than a place could win elsewhere."""
        values = np.concatenate([self.grid.funded, self.grid.own])
        values = values[values > 0]
        return 2.0 * float(values.max() / values.min()) if len(values) else 2.0

    @property
    def cuts(self) -> tuple[int, int, int]:
        """Where parties, weeks and floors begin."""
        pools, parties = len(self.grid.budget), len(self.grid.cap)
        return pools, pools + parties, pools + parties + parties * self.grid.weeks

    def rates(self, prices: Floats) -> Rates:
        """A price vector as the kernels read it."""
        pool, party, week, floor = np.split(prices, self.cuts)
        away = np.zeros((len(party), self.grid.weeks + 1))
        np.cumsum(week.reshape(len(party), self.grid.weeks), axis=1, out=away[:, 1:])
        return Rates(pool, party, away, self.least + floor)

    def under(self, fates: Fates) -> Coupling:
        """The same rows with other decisions taken."""
        return replace(self, fates=fates)


def couple(grid: Grid, value_of_a_place: float, floors: Floats | None = None, least: float = 1.0) -> Coupling:
    """Gather the coupling rows; ``floors`` is the value promised to each party, in the grid's order."""
    parties = len(grid.cap)
    floors = np.zeros(parties) if floors is None else floors
    supply = np.concatenate([grid.budget, grid.cap, np.repeat(grid.away, grid.weeks), -floors]).astype(np.float64)
    paid = grid.funded >= 0
    spend = np.bincount(grid.pool[grid.activity[paid]], grid.places[paid] * grid.cost[paid], len(grid.budget))
    asked = np.bincount(grid.party, grid.places, parties)
    could = np.concatenate([spend, asked, _load(grid).ravel(), np.where(floors > 0, 1.0, -1.0)])
    live = could > np.where(np.arange(len(supply)) < len(supply) - parties, supply, 0.0)
    money = value_of_a_place / max(float(grid.cost.mean()) if len(grid.cost) else 1.0, 1.0)
    unit = np.full(len(supply), value_of_a_place)
    unit[: len(spend)] = money
    unit[len(supply) - parties :] = 1.0
    scale = np.where(live, unit / np.maximum(np.abs(supply), 1.0), 0.0)
    return Coupling(grid, supply, live, scale, np.zeros(len(grid.capacity), np.int8), value_of_a_place, least)


def couple_level(coupling: Coupling, ideal: Floats) -> Coupling:
    """The same rows, but with the level that all parties reach together in place of the sum of their values."""
    floors = slice(coupling.cuts[2], None)
    asks = np.bincount(coupling.grid.party, minlength=len(ideal)) > 0
    live, scale, supply = coupling.live.copy(), coupling.scale.copy(), coupling.supply.copy()
    live[floors], scale[floors], supply[floors] = asks, np.where(asks, 1.0 / ideal, 0.0), 0.0
    return replace(coupling, live=live, scale=scale, supply=supply, least=0.0, ideal=np.where(asks, ideal, 0.0))


def _load(grid: Grid) -> Floats:
    """People away if every request were met, parties x weeks."""
    edges = np.zeros((len(grid.cap), grid.weeks + 1))
    np.add.at(edges, (grid.party, grid.first[grid.activity]), grid.places)
    np.add.at(edges, (grid.party, grid.last[grid.activity] + 1), -grid.places)
    return np.cumsum(edges[:, :-1], axis=1)


@dataclass(frozen=True)
class Quote:
    """Prices, the bound they give, and by how much the local optima overdraw each row (demand less supply)."""

    prices: Floats
    bound: float
    excess: Floats


def fresh_mean(grid: Grid) -> Mean:
    """Averages before the first step."""
    sizes = np.diff(grid.bounds)
    order = np.arange(len(grid.party)) - np.repeat(grid.bounds[:-1], sizes)
    return Mean(np.zeros(len(grid.party)), np.zeros(len(sizes)), order.astype(np.int32))


def quote(coupling: Coupling, prices: Floats, mean: Mean | None = None, blend: float = 1.0) -> Quote:
    """The bound at these prices, none of which may be negative."""
    grid = coupling.grid
    mean = fresh_mean(grid) if mean is None else mean
    rates = coupling.rates(prices)
    number = 2 if len(grid.party) >= _CHUNKS_FROM else 1
    ends = [len(grid.capacity) * chunk // number for chunk in range(number + 1)]

    def share(chunk: int) -> tuple[float, Use]:
        use = _no_use(grid)
        return _step(grid, ends[chunk], ends[chunk + 1], rates, coupling.fates, mean, blend, use), use

    run: Callable[..., object] = map if number == 1 else _THREADS.map
    shares: list[tuple[float, Use]] = list(run(share, range(number)))  # type: ignore[call-overload]
    away = sum(np.cumsum(use.away[:, :-1], axis=1) for _, use in shares)
    pool, party, value = (sum(use[part] for _, use in shares) for part in (0, 1, 3))
    demand = np.concatenate([pool, party, np.ravel(away), -np.asarray(value)])
    bound = sum(total for total, _ in shares) + float(prices @ np.where(coupling.live, coupling.supply, 0.0))
    if coupling.ideal is not None:
        worth = float(coupling.ideal.sum() - prices[coupling.cuts[2] :] @ coupling.ideal)
        bound += max(worth, 0.0)
        demand[coupling.cuts[2] :] += coupling.ideal * (worth > 0)
    return Quote(prices, bound, np.where(coupling.live, demand - coupling.supply, 0.0))


def _no_use(grid: Grid) -> Use:
    parties = len(grid.cap)
    return Use(np.zeros(len(grid.budget)), np.zeros(parties), np.zeros((parties, grid.weeks + 1)), np.zeros(parties))


@dataclass(frozen=True)
class Descent:
    """The best quote found, the averaged plan behind it, and the steps it took."""

    best: Quote
    mean: Mean
    steps: int


def descend(coupling: Coupling, *, steps: int, aim: float, start: Floats | None = None) -> Descent:
    """Lower the bound by moving prices, at most ``steps`` times. ``aim`` is a value some plan is known to have."""
    mean = fresh_mean(coupling.grid)
    prices = np.zeros(len(coupling.supply)) if start is None else np.where(coupling.live, start, 0.0)
    best = quote(coupling, prices, mean)
    drift = best.excess.copy()
    reach, misses, step, before = 1.0, 0, 0, best.bound
    for step in range(1, steps + 1):
        pull, force = _pull(coupling, best.prices, drift)
        if force <= 0:
            # The average has run past the optimum of the few rows that bind: begin it again at the best point.
            drift, reach = best.excess.copy(), reach * 0.5
            pull, force = _pull(coupling, best.prices, drift)
        if force <= 0 or reach < 1e-5:
            break
        if step % _LOOK == 0:
            if step > _AT_LEAST and before - best.bound < _STALLED * abs(best.bound):
                break
            before = best.bound
        stride = reach * max(best.bound - aim, 1e-5 * abs(best.bound)) / force
        blend = max(0.1 if step < 200 else 0.05, 1.0 / (step + 1))
        now = quote(coupling, np.maximum(0.0, best.prices + stride * pull), mean, blend)
        drift += blend * (now.excess - drift)
        if now.bound < best.bound:
            misses = 0 if best.bound - now.bound > 1e-5 * best.bound else misses
            best, reach = now, min(2.0, reach * 1.1)
        else:
            misses += 1
            reach *= 0.8 if misses % 3 == 0 else 1.0
    return Descent(best, mean, step)


def _pull(coupling: Coupling, prices: Floats, drift: Floats) -> tuple[Floats, float]:
    pull = drift * coupling.scale
    movable = (prices > 0) | (pull > 0)
    return pull, float((drift * pull)[movable].sum())


def net_of_all(grid: Grid, rates: Rates) -> Floats:
    """Net worth of a place of every request."""
    a = grid.activity
    away = rates.away[grid.party, grid.last[a] + 1] - rates.away[grid.party, grid.first[a]]
    weight = rates.weight[grid.party]
    paid = np.where(grid.funded >= 0, weight * grid.funded - rates.pool[grid.pool[a]] * grid.cost, -1e18)
    own = np.where(grid.own >= 0, weight * grid.own, -1e18)
    return np.maximum(paid, own) - rates.party[grid.party] - away


@compiled
def seat_prices(grid: Grid, net: Floats) -> Floats:
    """The price of a seat in each activity: the net worth at which the next place would be taken or given up.

    It is negative where only the minimum holds a place up, and nan where the activity is not worth running.
    """
    price = np.zeros(len(grid.capacity))
    room = scratch(grid, 0, len(grid.capacity))
    for a in range(len(grid.capacity)):
        begin, end = grid.bounds[a], grid.bounds[a + 1]
        room.net[: end - begin] = net[begin:end]
        order = np.argsort(-net[begin:end]).astype(np.int32)
        best = fill_best(grid, a, order, room)
        taken, last, after, cut = 0, 0.0, 0.0, False
        for j in order:
            if room.taken[j] > 0:
                taken += room.taken[j]
                last = room.net[j]
                cut = room.taken[j] < grid.places[begin + j]
            else:
                after = max(after, room.net[j])
        if taken == grid.capacity[a]:
            price[a] = last if cut or last < 0 else 0.5 * (last + after)
        else:
            price[a] = min(last, 0.0)
        if best <= 0 or taken < grid.minimum[a]:
            price[a] = np.nan
    return price
