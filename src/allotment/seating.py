"""Seats people one place at a time: whole places only, and never beyond a capacity, a cap, a week or a budget.

Every plan the solver offers passes through here, so a plan that leaves here keeps every term, whatever fractions or
prices suggested it. The minimum of an activity is kept by exchanging places, or by cancelling it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from allotment.grid import Flags, Grid, compiled, counts
from allotment.model import Floats, Ints

_MOST_RESCUED = 400
"""Of more activities than this below their minimum, the least valuable are cancelled without an attempt."""


class Room(NamedTuple):
    """What is left of each limit, what each request holds, and which activities are closed to everyone."""

    seats: Ints
    budget: Ints
    cap: Ints
    away: Ints
    funded: Ints
    own: Ints
    closed: Flags


class Queue(NamedTuple):
    """Who is heard first: the highest rank, and among equals the lowest lot."""

    rank: Floats
    lot: NDArray[np.uint64]

    def line(self, among: Ints) -> Ints:
        """These requests in the order in which they are heard."""
        return among[np.lexsort((self.lot[among], -self.rank[among]))]


class Rolls(NamedTuple):
    """Requests with places, by party and by pool: those of party ``p`` are ``of_party[party_bounds[p] : ...]``."""

    of_party: Ints
    party_bounds: Ints
    of_pool: Ints
    pool_bounds: Ints


def empty_room(grid: Grid) -> Room:
    """Nobody seated, every limit whole."""
    size = len(grid.party)
    return Room(
        grid.capacity.copy(),
        grid.budget.copy(),
        grid.cap.copy(),
        np.repeat(grid.away[:, None], grid.weeks, axis=1),
        np.zeros(size, np.int64),
        np.zeros(size, np.int64),
        np.zeros(len(grid.capacity), np.bool_),
    )


def rolls(grid: Grid, room: Room) -> Rolls:
    """List the requests that hold places by party and by pool, the least valuable first."""
    holds = np.flatnonzero(room.funded + room.own)
    value = np.where(grid.own >= 0, grid.own, grid.funded)[holds]
    holds = holds[np.argsort(value, kind="stable")]
    pool = grid.pool[grid.activity[holds]]
    by_party, by_pool = (np.argsort(key, kind="stable") for key in (grid.party[holds], pool))
    return Rolls(
        holds[by_party],
        np.searchsorted(grid.party[holds[by_party]], np.arange(len(grid.cap) + 1)),
        holds[by_pool],
        np.searchsorted(pool[by_pool], np.arange(len(grid.budget) + 1)),
    )


@compiled
def give(grid: Grid, room: Room, r: int, funded: int, own: int) -> None:
    """Give request ``r`` places, or take them back if negative, and keep the books."""
    a, p = grid.activity[r], grid.party[r]
    both = funded + own
    room.funded[r] += funded
    room.own[r] += own
    room.budget[grid.pool[a]] -= funded * grid.cost[r]
    room.seats[a] -= both
    room.cap[p] -= both
    for week in range(grid.first[a], grid.last[a] + 1):
        room.away[p, week] -= both


@compiled
def fits(grid: Grid, room: Room, r: int) -> int:
    """Further places request ``r`` could take, money aside."""
    a, p = grid.activity[r], grid.party[r]
    more: int = min(grid.places[r] - room.funded[r] - room.own[r], room.seats[a], room.cap[p])
    for week in range(grid.first[a], grid.last[a] + 1):
        more = min(more, room.away[p, week])
    return more


@compiled
def affordable(grid: Grid, room: Room, r: int, places: int) -> int:
    """How many of these places the pool can pay for."""
    if grid.funded[r] < 0:
        return 0
    if grid.cost[r] == 0:
        return places
    most: int = min(places, room.budget[grid.pool[grid.activity[r]]] // grid.cost[r])
    return most


@compiled
def seat(grid: Grid, room: Room, r: int, money: Floats) -> int:
    """Give request ``r`` all it can have: funded where that is worth its price, self-paid otherwise."""
    a = grid.activity[r]
    # Asked first because it is cheapest: most requests of a large problem end here.
    if room.closed[a] or room.seats[a] <= 0:
        return 0
    places = fits(grid, room, r)
    if places <= 0:
        return 0
    funded = affordable(grid, room, r, places)
    own = 0
    if grid.own[r] >= 0:
        if grid.own[r] > grid.funded[r] - money[grid.pool[a]] * grid.cost[r]:
            funded = 0
        own = places - funded
    if funded + own > 0:
        give(grid, room, r, funded, own)
    return funded + own


@compiled
def hear(grid: Grid, room: Room, order: Ints, money: Floats) -> None:
    """Seat requests in this order. ``money`` is the price of a unit of each pool, zero to fund whoever comes first."""
    for r in order:
        seat(grid, room, r, money)


@compiled
def hopeful(grid: Grid, room: Room) -> Ints:
    """The requests that could have a further place just now."""
    found = np.empty(len(grid.party), np.int64)
    number = 0
    for a in range(len(grid.capacity)):
        if room.closed[a] or room.seats[a] <= 0:
            continue
        money = room.budget[grid.pool[a]]
        for r in range(grid.bounds[a], grid.bounds[a + 1]):
            if (grid.own[r] >= 0 or (grid.funded[r] >= 0 and grid.cost[r] <= money)) and fits(grid, room, r) > 0:
                found[number] = r
                number += 1
    return found[:number].copy()


@compiled
def fund_more(grid: Grid, room: Room, order: Ints) -> None:
    """Spend what is left of the pools on places now self-paid."""
    for r in order:
        if room.own[r] > 0 and grid.funded[r] > grid.own[r]:
            more = affordable(grid, room, r, room.own[r])
            if more > 0:
                give(grid, room, r, more, -more)


@compiled
def release(grid: Grid, room: Room, a: int) -> None:
    """Take back every place of an activity."""
    for r in range(grid.bounds[a], grid.bounds[a + 1]):
        if room.funded[r] + room.own[r] > 0:
            give(grid, room, r, -room.funded[r], -room.own[r])


@compiled
def close_short(grid: Grid, room: Room) -> int:
    """Cancel the activities below their minimum. Returns how many had people on them."""
    cancelled = 0
    for a in range(len(grid.capacity)):
        people = grid.capacity[a] - room.seats[a]
        if people < grid.minimum[a]:
            room.closed[a] = True
            if people > 0:
                release(grid, room, a)
                cancelled += 1
    return cancelled


@compiled
def reopen(grid: Grid, room: Room, rank: Floats, money: Floats) -> int:
    """Hold a cancelled activity after all if what is left reaches its minimum. Returns how many are."""
    held = 0
    for a in range(len(grid.capacity)):
        if not room.closed[a]:
            continue
        begin, end = grid.bounds[a], grid.bounds[a + 1]
        room.closed[a] = False
        people = 0
        for j in np.argsort(-rank[begin:end], kind="mergesort"):
            people += seat(grid, room, begin + j, money)
        if people < max(grid.minimum[a], 1):
            release(grid, room, a)
            room.closed[a] = True
        else:
            held += 1
    return held


@compiled
def full_weeks(grid: Grid, room: Room, r: int) -> tuple[int, int]:
    """The first and last week in which the party of ``r`` can send nobody more; (1, 0) if there is none."""
    a, p = grid.activity[r], grid.party[r]
    since, until = 1, 0
    for week in range(grid.first[a], grid.last[a] + 1):
        if room.away[p, week] <= 0:
            since = week if until < since else since
            until = week
    return since, until


@compiled
def gives_way(grid: Grid, room: Room, r: int, d: int, since: int, until: int, broke: bool) -> int:
    """Whether giving up a place of ``d`` makes way for one of ``r``: 0 no, 1 a self-paid place, 2 a funded one."""
    a, b = grid.activity[r], grid.activity[d]
    people = grid.capacity[b] - room.seats[b]
    if a == b or room.funded[d] + room.own[d] == 0 or people <= max(grid.minimum[b], 1):
        return 0
    if since <= until and (grid.first[b] > since or grid.last[b] < until):
        return 0
    if not broke:
        return 1 if room.own[d] > 0 else 2
    k = grid.pool[a]
    frees = room.funded[d] > 0 and grid.pool[b] == k and room.budget[k] + grid.cost[d] >= grid.cost[r]
    return 2 if frees else 0


@compiled
def _cheapest_donor(grid: Grid, room: Room, roll: Rolls, r: int, broke: bool) -> tuple[int, int, float]:
    """The first place in the roll that makes way for a place of ``r``: (request, way, value). The roll begins with the
    least valuable."""
    p, k = grid.party[r], grid.pool[grid.activity[r]]
    since, until = full_weeks(grid, room, r)
    if room.cap[p] <= 0 or since <= until:
        among = roll.of_party[roll.party_bounds[p] : roll.party_bounds[p + 1]]
    else:
        among = roll.of_pool[roll.pool_bounds[k] : roll.pool_bounds[k + 1]]
    for d in among:
        way = gives_way(grid, room, r, d, since, until, broke)
        if way > 0:
            return d, way, grid.funded[d] if way == 2 else grid.own[d]
    return -1, 0, 1e300


@compiled
def _exchange(grid: Grid, room: Room, roll: Rolls, r: int) -> tuple[int, int, int, float]:
    """The cheapest way to one more place of ``r``: (way of r or 0, donor or -1, way of the donor, value lost)."""
    a, p = grid.activity[r], grid.party[r]
    if grid.places[r] <= room.funded[r] + room.own[r] or room.seats[a] <= 0:
        return 0, -1, 0, 1e300
    way = 2 if grid.funded[r] >= 0 else 1
    broke = way == 2 and room.budget[grid.pool[a]] < grid.cost[r]
    if broke and grid.own[r] >= 0:
        way, broke = 1, False
    gain = grid.funded[r] if way == 2 else grid.own[r]
    since, until = full_weeks(grid, room, r)
    if room.cap[p] > 0 and since > until and not broke:
        return way, -1, 0, -gain
    donor, donor_way, value = _cheapest_donor(grid, room, roll, r, broke)
    if donor < 0:
        return 0, -1, 0, 1e300
    return way, donor, donor_way, value - gain


@compiled
def _apply(grid: Grid, room: Room, r: int, way: int, donor: int, donor_way: int, sign: int) -> None:
    """Carry out an exchange (sign 1) or undo it (sign -1)."""
    if donor >= 0:
        give(grid, room, donor, -sign * (donor_way == 2), -sign * (donor_way == 1))
    give(grid, room, r, sign * (way == 2), sign * (way == 1))


@compiled
def rescue(grid: Grid, room: Room, roll: Rolls, short: Ints) -> int:
    """Bring activities up to their minimum by one-for-one exchanges, cheapest first, where that loses less than
    cancelling; otherwise undo. Returns how many are saved."""
    saved = 0
    for a in short:
        log = np.empty((grid.minimum[a] + 1, 4), np.int64)
        done, loss, worth = 0, 0.0, 0.0
        for r in range(grid.bounds[a], grid.bounds[a + 1]):
            worth += max(grid.funded[r], 0.0) * room.funded[r] + max(grid.own[r], 0.0) * room.own[r]
        while grid.capacity[a] - room.seats[a] < grid.minimum[a]:
            best, best_loss = -1, 1e299
            for r in range(grid.bounds[a], grid.bounds[a + 1]):
                way, donor, donor_way, cost = _exchange(grid, room, roll, r)
                if way > 0 and cost < best_loss:
                    best, best_loss = r, cost
                    log[done, 0], log[done, 1], log[done, 2], log[done, 3] = r, way, donor, donor_way
            if best < 0:
                break
            _apply(grid, room, log[done, 0], log[done, 1], log[done, 2], log[done, 3], 1)
            loss += best_loss
            done += 1
        if grid.capacity[a] - room.seats[a] >= grid.minimum[a] and loss < worth:
            saved += 1
            continue
        for i in range(done - 1, -1, -1):
            _apply(grid, room, log[i, 0], log[i, 1], log[i, 2], log[i, 3], -1)
    return saved


def settle(grid: Grid, room: Room, queue: Queue, money: Floats, *, saving: bool = True) -> None:
    """Make a whole plan of a room partly filled: seat in order, rescue (if ``saving``) or cancel what is short, refill."""
    refill(grid, room, queue, money)
    short = _short(grid, room)[: _MOST_RESCUED * saving]
    if len(short):
        rescue(grid, room, rolls(grid, room), short)
    while close_short(grid, room):
        refill(grid, room, queue, money)
    reopen(grid, room, queue.rank, money)
    refill(grid, room, queue, money)
    fund_more(grid, room, queue.line(np.flatnonzero((room.own > 0) & (grid.funded > grid.own))))
    refill(grid, room, queue, np.zeros_like(money))


def refill(grid: Grid, room: Room, queue: Queue, money: Floats) -> None:
    """Give what is left to whoever can have it, in order."""
    hear(grid, room, queue.line(hopeful(grid, room)), money)


def _short(grid: Grid, room: Room) -> Ints:
    """Activities begun but below their minimum, the most valuable first."""
    people = counts(grid, room.funded + room.own)
    value = np.maximum(grid.funded, 0) * room.funded + np.maximum(grid.own, 0) * room.own
    short = np.flatnonzero((people > 0) & (people < grid.minimum))
    return short[np.argsort(-np.bincount(grid.activity, value, len(people))[short], kind="stable")]


def put(grid: Grid, room: Room, funded: Ints, own: Ints, queue: Queue) -> None:
    """Seat these places at once, then take back, from the end of the queue, whatever overdraws a limit.

    A program's solution keeps its rows to a millionth only, which is whole money where costs are large.
    """
    _put(grid, room, funded, own)
    _take_back(grid, room, queue.line(_overdrawing(grid, room))[::-1].copy())


@compiled
def _put(grid: Grid, room: Room, funded: Ints, own: Ints) -> None:
    for r in range(len(grid.party)):
        if funded[r] + own[r] > 0:
            give(grid, room, r, funded[r], own[r])


@compiled
def _overdrawing(grid: Grid, room: Room) -> Ints:
    """The requests with places on a limit that is overdrawn."""
    found = np.empty(len(grid.party), np.int64)
    number = 0
    for r in range(len(grid.party)):
        if room.funded[r] + room.own[r] > 0 and _lacks(grid, room, r):
            found[number] = r
            number += 1
    return found[:number].copy()


@compiled
def _lacks(grid: Grid, room: Room, r: int) -> bool:
    """Whether a limit on which ``r`` has places is overdrawn."""
    a, p = grid.activity[r], grid.party[r]
    lacks = room.seats[a] < 0 or room.cap[p] < 0 or (room.funded[r] > 0 and room.budget[grid.pool[a]] < 0)
    for week in range(grid.first[a], grid.last[a] + 1):
        lacks = lacks or room.away[p, week] < 0
    return bool(lacks)


@compiled
def _take_back(grid: Grid, room: Room, order: Ints) -> None:
    for r in order:
        a = grid.activity[r]
        while room.funded[r] > 0 and room.budget[grid.pool[a]] < 0:
            give(grid, room, r, -1, 0)
        while room.funded[r] + room.own[r] > 0 and _lacks(grid, room, r):
            paid = room.own[r] == 0
            give(grid, room, r, -1 if paid else 0, 0 if paid else -1)
