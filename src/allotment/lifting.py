"""Lifts the parties that a plan of whole places leaves just below what they were promised.

One place at a time: the party takes a free seat or that of another party which can spare it, and gives up a lesser
place of its own where it can send nobody more. The exchange that costs least for what it brings comes first.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from allotment.grid import Grid, compiled, party_value
from allotment.model import Floats, Ints
from allotment.seating import Rolls, Room, full_weeks, give, gives_way, rolls

_PASSES = 8
_TURNS = 3


class Exchange(NamedTuple):
    """A place for a request (way 2 funded, 1 self-paid, 0 none), whose seat it takes and which place of its own party
    it costs (request or -1, and way), what that brings the party, and what it costs all together."""

    way: int
    other: int
    other_way: int
    mine: int
    mine_way: int
    brings: float
    costs: float


def lift(grid: Grid, room: Room, floors: Ints) -> None:
    """Raise the parties below their floors, without pushing others below theirs, as far as single exchanges can."""
    wishes = np.argsort(grid.party, kind="stable")
    bounds = np.searchsorted(grid.party[wishes], np.arange(len(grid.cap) + 1))
    spare = (party_value(grid, room.funded, room.own) - floors).astype(np.float64)
    for _ in range(_PASSES):
        lacking = np.flatnonzero(spare < 0)
        if not len(lacking) or not _lift(grid, room, rolls(grid, room), wishes, bounds, spare, lacking):
            return


def better(grid: Grid, room: Room, floors: Ints) -> None:
    """Make every single exchange that is worth more than it costs and leaves all floors kept."""
    spare = (party_value(grid, room.funded, room.own) - floors).astype(np.float64)
    spare[floors <= 0] = np.inf
    for _ in range(_TURNS):
        if not _better(grid, room, rolls(grid, room), spare):
            return


@compiled
def _better(grid: Grid, room: Room, roll: Rolls, spare: Floats) -> int:
    moves = 0
    for r in range(len(grid.party)):
        while room.funded[r] + room.own[r] < grid.places[r]:
            found = _exchange(grid, room, roll, spare, r)
            if found.way == 0 or found.costs >= 0:
                break
            _carry_out(grid, room, spare, r, found)
            moves += 1
    return moves


@compiled
def _lift(grid: Grid, room: Room, roll: Rolls, wishes: Ints, bounds: Ints, spare: Floats, lacking: Ints) -> int:
    moves = 0
    for p in lacking:
        mine = wishes[bounds[p] : bounds[p + 1]]
        score = np.full(len(mine), np.inf)
        for at in range(len(mine)):
            found = _exchange(grid, room, roll, spare, mine[at])
            if found.way > 0:
                score[at] = found.costs / found.brings
        for at in np.argsort(score, kind="mergesort"):
            while spare[p] < 0 and score[at] < np.inf:
                found = _exchange(grid, room, roll, spare, mine[at])
                if found.way == 0:
                    break
                _carry_out(grid, room, spare, mine[at], found)
                moves += 1
    return moves


@compiled
def _exchange(grid: Grid, room: Room, roll: Rolls, spare: Floats, r: int) -> Exchange:
    """The cheapest single exchange that gives ``r`` a place; way 0 if there is none."""
    a, p = grid.activity[r], grid.party[r]
    nothing = Exchange(0, -1, 0, -1, 0, 0.0, 0.0)
    if room.closed[a] or room.funded[r] + room.own[r] >= grid.places[r]:
        return nothing
    way = 2 if grid.funded[r] >= 0 else 1
    broke = way == 2 and room.budget[grid.pool[a]] < grid.cost[r]
    if broke and grid.own[r] >= 0:
        way, broke = 1, False
    brings = grid.funded[r] if way == 2 else grid.own[r]
    costs = -brings
    mine, mine_way, other, other_way = -1, 0, -1, 0
    since, until = full_weeks(grid, room, r)
    if room.cap[p] <= 0 or since <= until:
        mine, mine_way = _lesser_place(grid, room, roll, r, since, until, brings)
        if mine < 0:
            return nothing
        lost = grid.funded[mine] if mine_way == 2 else grid.own[mine]
        brings -= lost
        costs += lost
    if room.seats[a] <= 0 or broke:
        other, other_way = _seat_to_spare(grid, room, spare, r, broke)
        if other < 0:
            return nothing
        costs += grid.funded[other] if other_way == 2 else grid.own[other]
    return Exchange(way, other, other_way, mine, mine_way, brings, costs)


@compiled
def _lesser_place(grid: Grid, room: Room, roll: Rolls, r: int, since: int, until: int, worth: float) -> tuple[int, int]:
    """The party's own least valuable place that makes way for one of ``r`` and is worth less: (request, way)."""
    p = grid.party[r]
    for d in roll.of_party[roll.party_bounds[p] : roll.party_bounds[p + 1]]:
        way = gives_way(grid, room, r, d, since, until, False)
        if way > 0 and (grid.funded[d] if way == 2 else grid.own[d]) < worth:
            return d, way
    return -1, 0


@compiled
def _seat_to_spare(grid: Grid, room: Room, spare: Floats, r: int, broke: bool) -> tuple[int, int]:
    """The least valuable place at the same activity whose party stays above its floor without it: (request, way)."""
    a = grid.activity[r]
    found, found_way, least = -1, 0, 1e300
    for d in range(grid.bounds[a], grid.bounds[a + 1]):
        q = grid.party[d]
        if q == grid.party[r] or room.funded[d] + room.own[d] == 0:
            continue
        way = 1 if room.own[d] > 0 and not broke else 2
        if way == 2 and (room.funded[d] == 0 or (broke and room.budget[grid.pool[a]] + grid.cost[d] < grid.cost[r])):
            continue
        value = grid.funded[d] if way == 2 else grid.own[d]
        if value < least and value <= spare[q]:
            found, found_way, least = d, way, value
    return found, found_way


@compiled
def _carry_out(grid: Grid, room: Room, spare: Floats, r: int, found: Exchange) -> None:
    spare[grid.party[r]] += found.brings
    if found.mine >= 0:
        give(grid, room, found.mine, -(found.mine_way == 2), -(found.mine_way == 1))
    if found.other >= 0:
        d = found.other
        spare[grid.party[d]] -= grid.funded[d] if found.other_way == 2 else grid.own[d]
        give(grid, room, d, -(found.other_way == 2), -(found.other_way == 1))
    give(grid, room, r, 1 * (found.way == 2), 1 * (found.way == 1))
