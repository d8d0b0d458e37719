"""Prices for what activities compete for, and the bound that any prices give.

Only the rows that couple activities are priced: budgets, caps on places, people away in a week, and promised floors.
Each activity is then on its own; the sum of the best each can do plus the prices times what there is to share is at
least the value of every plan (Lagrangian relaxation; Geoffrion 1974).

Prices move by Newton's method, row by row: the kernels measure not only how much of a row is demanded but how many
requests stand so near to the margin that a little more or less would turn them, which is the slope of demand. With
thousands of activities demand is nearly smooth, and twenty steps come within a few millionths of the best bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from allotment.filling import Fates, Look, Mean, Rates, Use, away_by_week, fresh_mean, no_use, step
from allotment.grid import Flags, Grid
from allotment.model import Floats

# Two chunks on any machine: the split is part of the result, the number of processors must not be.
_CHUNKS_FROM = 50_000
_THREADS = ThreadPoolExecutor(2)

# The margin, in mean places' value: wide while prices are far off, narrower later.
_WIDE, _NARROW, _NARROWING = 0.3, 0.1, 0.93
# Demand is taken to fall by at least this share of what there is as a price rises by the value of a place.
_STIFF = 0.3
# What is new in a step counts so much in the running means of demand and of its slope.
_DEMAND, _SLOPE, _PLAN = 0.5, 0.3, 0.1
_SHORTER = 0.8
# Stop when so many steps lowered the bound by less than this share, the first swings being over.
_LOOK, _AT_LEAST, _STALLED = 6, 18, 1e-5


@dataclass(frozen=True)
class Coupling:
    """The coupling rows as one vector: pools, parties, parties x weeks, floors.

    ``supply`` is what there is to share, ``live`` marks rows that could bind at all, ``stiff`` is the least slope
    that a row's demand is taken to have. Floors are rows ``-value <= -floor``. ``least`` is the weight of a party's
    value without a floor: 1, or 0 when only floors count.
    """

    grid: Grid
    supply: Floats
    live: Flags
    stiff: Floats
    fates: Fates
    value_of_a_place: float
    least: float = 1.0

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
        grid = self.grid
        pool, party, week, floor = np.split(prices, self.cuts)
        before = np.zeros((grid.weeks + 1, len(party)))
        np.cumsum(week.reshape(len(party), grid.weeks).T, axis=0, out=before[1:])
        return Rates(pool, before[grid.until] - before[grid.since] + party, self.least + floor)

    def rows(self, uses: Sequence[Use]) -> Floats:
        """What was taken from each row, added up chunk by chunk in their order."""
        pool, place, value = (np.sum([use[part] for use in uses], axis=0) for part in range(3))
        return np.concatenate([pool, place.sum(axis=0), away_by_week(self.grid, place).ravel(), value])

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
    stiff = np.where(live, _STIFF * np.maximum(np.abs(supply), 1.0) / unit, np.inf)
    return Coupling(grid, supply, live, stiff, np.zeros(len(grid.capacity), np.int8), value_of_a_place, least)


def _load(grid: Grid) -> Floats:
    """People away if every request were met, parties x weeks."""
    spans, parties = len(grid.since), len(grid.cap)
    cell = grid.span[grid.activity].astype(np.int64) * parties + grid.party
    places: Floats = np.bincount(cell, grid.places, spans * parties).astype(np.float64)
    return away_by_week(grid, places.reshape(spans, parties))


@dataclass(frozen=True)
class Quote:
    """Prices, the bound they give, by how much the local optima overdraw each row (demand less supply), and how fast
    that falls as each row's price rises."""

    prices: Floats
    bound: float
    excess: Floats
    slope: Floats


def quote(coupling: Coupling, prices: Floats, mean: Mean | None = None, look: Look | None = None) -> Quote:
    """The bound at these prices, none of which may be negative, nor any but zero where a row is not live."""
    grid = coupling.grid
    mean, look = mean or fresh_mean(grid), look or Look(1.0, 0.0)
    rates = coupling.rates(prices)
    number = 2 if len(grid.party) >= _CHUNKS_FROM else 1
    ends = np.searchsorted(grid.bounds, [len(grid.party) * chunk // number for chunk in range(number)]).tolist()
    ends.append(len(grid.capacity))

    def share(chunk: int) -> tuple[float, Use, Use]:
        use, slope = no_use(grid), no_use(grid)
        return step(grid, (ends[chunk], ends[chunk + 1]), rates, coupling.fates, look, mean, use, slope), use, slope

    run: Callable[..., object] = map if number == 1 else _THREADS.map
    shares: list[tuple[float, Use, Use]] = list(run(share, range(number)))  # type: ignore[call-overload]
    demand, slope = coupling.rows([use for _, use, _ in shares]), coupling.rows([slope for _, _, slope in shares])
    demand[coupling.cuts[2] :] *= -1.0
    bound = sum(total for total, _, _ in shares) + float((prices * coupling.supply)[coupling.live].sum())
    return Quote(prices, bound, np.where(coupling.live, demand - coupling.supply, 0.0), slope)


@dataclass(frozen=True)
class Descent:
    """The best quote found and the plan that each activity would choose at its prices, the averages of the steps
    towards it, and how many those were."""

    best: Quote
    places: Floats
    mean: Mean
    steps: int


def descend(coupling: Coupling, *, steps: int, start: Floats | None = None) -> Descent:
    """Lower the bound by moving prices, at most ``steps`` times."""
    mean = fresh_mean(coupling.grid)
    prices = np.zeros(len(coupling.supply)) if start is None else np.where(coupling.live, start, 0.0)
    near = _WIDE if start is None else _NARROW
    best = now = quote(coupling, prices, mean, Look(1.0, near * coupling.value_of_a_place))
    slope, drift = now.slope, now.excess
    stride, done, before = 1.0, 0, best.bound
    for done in range(1, steps + 1):
        move = stride * drift / np.maximum(slope, coupling.stiff)
        near = max(_NARROW, near * _NARROWING)
        look = Look(max(_PLAN, 1.0 / (done + 1)), near * coupling.value_of_a_place)
        now = quote(coupling, np.maximum(0.0, now.prices + move), mean, look)
        slope = slope + _SLOPE * (now.slope - slope)
        drift = drift + _DEMAND * (now.excess - drift)
        if now.bound < best.bound:
            best = now
        else:
            stride *= _SHORTER
        if done % _LOOK == 0:
            if done >= _AT_LEAST and before - best.bound <= _STALLED * abs(best.bound):
                break
            before = best.bound
    chosen = fresh_mean(coupling.grid)
    quote(coupling, best.prices, chosen)
    return Descent(best, chosen.places, mean, done)


def highest(coupling: Coupling, ideal: Floats, *, steps: int) -> float:
    """The dual of "raise the lowest share": prices for the rows and a weight for each party, moved together.

    At any prices and weights the bound on weighted value, over the weighted ideals, is a share that not all can exceed.
    """
    floors = slice(coupling.cuts[2], None)
    live, supply, stiff = coupling.live.copy(), coupling.supply.copy(), coupling.stiff.copy()
    live[floors], supply[floors] = ideal > 0, 0.0
    stiff[floors] = np.where(ideal > 0, _STIFF * ideal, np.inf)
    level = replace(coupling, live=live, supply=supply, stiff=stiff, least=0.0)
    mean = fresh_mean(coupling.grid)
    prices = np.zeros(len(supply))
    prices[floors] = ideal > 0
    slope = drift = None
    best, stride, near, before = float("inf"), 1.0, _WIDE, float("inf")
    for done in range(1, steps + 1):
        now = quote(level, prices, mean, Look(1.0, near * coupling.value_of_a_place))
        share = now.bound / float((prices[floors] * ideal).sum())
        stride *= _SHORTER if share >= best else 1.0
        best = min(best, share)
        lack = now.excess.copy()
        lack[floors] += best * ideal
        slope = now.slope if slope is None else slope + _SLOPE * (now.slope - slope)
        drift = lack if drift is None else drift + _DEMAND * (lack - drift)
        prices = np.maximum(0.0, prices + stride * drift / np.maximum(slope, stiff))
        prices *= ideal.sum() / max(float((prices[floors] * ideal).sum()), 1e-9)
        near = max(_NARROW, near * _NARROWING)
        if done % _LOOK == 0:
            if done >= _AT_LEAST and before - best <= _STALLED:
                break
            before = best
    return min(best, 1.0)
