"""Fills each activity on its own, exactly, at given prices: the kernels under the bound.

Once budgets, caps and weeks have a price, activities no longer compete: each takes the requests that are worth more
than they cost others, best first, up to its capacity, and is held if the sum with its minimum is worth it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from allotment.grid import Flags, Grid, Small, compiled
from allotment.model import Floats, Ints

FREE, RUNS, CANCELLED = 0, 1, -1
"""What is decided about an activity: nothing, that it is held, that it is not."""

Fates = NDArray[np.int8]


class Rates(NamedTuple):
    """Prices as the kernels read them: of money in a pool, of a place of a party in a span of weeks, and the weight
    of a party's own value."""

    pool: Floats
    place: Floats
    weight: Floats


class Use(NamedTuple):
    """What is taken from each coupling row: money of pools, places of parties by span of weeks, value of parties.

    It also holds slopes: how fast that falls as prices rise, in money squared, places, and value squared.
    """

    pool: Floats
    place: Floats
    value: Floats


class Mean(NamedTuple):
    """What is remembered from step to step: running averages of the places of each request and of whether each
    activity runs, the price of a seat in each at the last step, and the order of the last step."""

    places: Floats
    runs: Floats
    seat: Floats
    order: Small


class Look(NamedTuple):
    """How a step looks at things: the weight of its outcome in the averages, and how near to the margin of an
    activity a request has to be to count in the slopes (0 for no slopes)."""

    blend: float
    near: float


class Scratch(NamedTuple):
    """Room for one activity: net worth of a place, whether it is funded, places taken."""

    net: Floats
    paid: Flags
    taken: Ints


def no_use(grid: Grid) -> Use:
    """Nothing taken."""
    parties = len(grid.cap)
    return Use(np.zeros(len(grid.budget)), np.zeros((len(grid.since), parties)), np.zeros(parties))


def fresh_mean(grid: Grid) -> Mean:
    """Averages before the first step."""
    sizes = np.diff(grid.bounds)
    order = np.arange(len(grid.party)) - np.repeat(grid.bounds[:-1], sizes)
    return Mean(np.zeros(len(grid.party)), np.zeros(len(sizes)), np.full(len(sizes), np.nan), order.astype(np.int32))


@compiled
def scratch(grid: Grid, lo: int, hi: int) -> Scratch:
    """Room enough for the largest activity of a chunk."""
    most = 1
    for a in range(lo, hi):
        most = max(most, grid.bounds[a + 1] - grid.bounds[a])
    return Scratch(np.empty(most), np.empty(most, np.bool_), np.empty(most, np.int64))


@compiled
def net_worth(grid: Grid, a: int, rates: Rates, room: Scratch) -> tuple[int, int, float]:
    """Worth of a place of each request of activity ``a`` beyond what it takes from others.

    Returns the places wanted, those of them worth more than nothing, and the sum of these.
    """
    base = grid.bounds[a]
    money = rates.pool[grid.pool[a]]
    price = rates.place[grid.span[a]]
    wanted, worthy, total = 0, 0, 0.0
    for r in range(base, grid.bounds[a + 1]):
        p = grid.party[r]
        paid = rates.weight[p] * grid.funded[r] - money * grid.cost[r] if grid.funded[r] >= 0 else -1e300
        own = rates.weight[p] * grid.own[r] if grid.own[r] >= 0 else -1e300
        net = max(paid, own) - price[p]
        room.net[r - base] = net
        room.paid[r - base] = paid >= own
        wanted += grid.places[r]
        if net > 0:
            worthy += grid.places[r]
            total += net * grid.places[r]
    return wanted, worthy, total


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
def fill_best(grid: Grid, a: int, order: Small, room: Scratch) -> tuple[float, float]:
    """Fill ``a`` in order: to its capacity while a place is worth it, to its minimum in any case.

    Returns the sum and the price of a seat: the net worth at which the next place would be taken or given up, negative
    where only the minimum holds a place up.
    """
    base = grid.bounds[a]
    left, need = grid.capacity[a], grid.minimum[a]
    total, last, after, cut = 0.0, 0.0, 0.0, False
    for j in order:
        wanted = grid.places[base + j]
        take = min(left, wanted)
        if room.net[j] <= 0:
            take = min(take, max(need, 0))
        room.taken[j] = take
        if take > 0:
            total += room.net[j] * take
            left -= take
            need -= take
            last = room.net[j]
            cut = take < wanted
        else:
            after = max(after, room.net[j])
    if left > 0:
        return total, min(last, 0.0)
    return total, last if cut or last < 0 else 0.5 * (last + after)


@compiled
def _tally(grid: Grid, a: int, room: Scratch, use: Use, mean: Mean, blend: float) -> None:
    base, k = grid.bounds[a], grid.pool[a]
    places = use.place[grid.span[a]]
    money = 0.0
    for r in range(base, grid.bounds[a + 1]):
        taken = room.taken[r - base]
        mean.places[r] += blend * (taken - mean.places[r])
        if taken > 0:
            p = grid.party[r]
            paid = room.paid[r - base]
            money += taken * grid.cost[r] if paid else 0
            use.value[p] += taken * (grid.funded[r] if paid else grid.own[r])
            places[p] += taken
    use.pool[k] += money


@compiled
def _tilt(grid: Grid, a: int, room: Scratch, slope: Use, seat: float, near: float) -> None:
    """Add to the slopes the requests of ``a`` that a small change of prices would take in or turn away."""
    base, k = grid.bounds[a], grid.pool[a]
    places = slope.place[grid.span[a]]
    for r in range(base, grid.bounds[a + 1]):
        if abs(room.net[r - base] - seat) < near:
            p = grid.party[r]
            each = grid.places[r] / (2.0 * near)
            value = grid.funded[r] if room.paid[r - base] else grid.own[r]
            places[p] += each
            slope.value[p] += each * value * value
            if room.paid[r - base]:
                slope.pool[k] += each * grid.cost[r] * grid.cost[r]


@compiled
def step(grid: Grid, chunk: tuple[int, int], rates: Rates, fates: Fates, look: Look, mean: Mean, use: Use, slope: Use) -> float:
    """Optimum of a chunk of the activities at these rates; adds to ``use`` and ``slope`` and blends into ``mean``."""
    lo, hi = chunk
    room = scratch(grid, lo, hi)
    total = 0.0
    for a in range(lo, hi):
        begin, end = grid.bounds[a], grid.bounds[a + 1]
        best, seat = 0.0, 0.0
        runs = False
        if fates[a] != CANCELLED:
            wanted, worthy, best = net_worth(grid, a, rates, room)
            if wanted < max(grid.minimum[a], 1) or (best <= 0 and fates[a] != RUNS):
                best = 0.0
            elif grid.minimum[a] <= worthy <= grid.capacity[a]:
                for j in range(end - begin):
                    room.taken[j] = grid.places[begin + j] if room.net[j] > 0 else 0
                runs = True
            else:
                order = mean.order[begin:end]
                sort_by_net(order, room.net)
                best, seat = fill_best(grid, a, order, room)
                runs = best > 0 or fates[a] == RUNS
        mean.runs[a] += look.blend * (runs - mean.runs[a])
        mean.seat[a] = seat if runs else np.nan
        if runs:
            total += best
            if look.near > 0:
                _tilt(grid, a, room, slope, seat, look.near)
        else:
            room.taken[: end - begin] = 0
        _tally(grid, a, room, use, mean, look.blend)
    return total


@compiled
def net_of_all(grid: Grid, rates: Rates) -> Floats:
    """Net worth of a place of every request."""
    net = np.empty(len(grid.party))
    room = scratch(grid, 0, len(grid.capacity))
    for a in range(len(grid.capacity)):
        begin, end = grid.bounds[a], grid.bounds[a + 1]
        net_worth(grid, a, rates, room)
        net[begin:end] = room.net[: end - begin]
    return net


@compiled
def away_by_week(grid: Grid, place: Floats) -> Floats:
    """Places by span of weeks as people away, parties x weeks."""
    away = np.zeros((len(grid.cap), grid.weeks))
    for span in range(len(grid.since)):
        for week in range(grid.since[span], grid.until[span]):
            for p in range(len(grid.cap)):
                away[p, week] += place[span, p]
    return away
