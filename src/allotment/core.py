"""The undecided core: the few requests that an estimate of the plan leaves open, as a linear or integer program.

What the estimate is sure about is seated first (complementary slackness; Posta, Ferland and Michelon 2012 use the same idea
for generalised assignment). The rest is written with the strong link ``places <= wanted x run``, which together with
capacity and minimum describes each activity's own polytope exactly (Balas 1985), so few run decisions come out
fractional.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from allotment.filling import CANCELLED, fresh_mean, net_of_all
from allotment.grid import Flags, Grid, counts, party_value
from allotment.model import Floats, Ints
from allotment.prices import Coupling, quote
from allotment.programs import INFINITE, Program, Solver
from allotment.seating import Queue, Room, empty_room, put

_WHOLE = 1e-6


class Estimate(NamedTuple):
    """What a bound suggests about the plan: prices, the places of each request (perhaps fractional), and whether each
    activity runs (perhaps in part)."""

    prices: Floats
    places: Floats
    runs: Floats


@dataclass(frozen=True)
class Core:
    """A residual program and the meaning of its columns and rows.

    Columns: places (funded, then self-paid), runs, then what each missing place or missing unit of a floor costs.
    ``run_column`` is -1 for an activity without a decision. ``coupling_row`` says which row of the price vector each
    program row from ``first_coupling`` on is.
    """

    program: Program
    room: Room
    request: Ints
    paid: Flags
    run_column: Ints
    first_lack: int
    first_coupling: int
    coupling_row: Ints

    def prices(self, duals: Floats, size: int) -> Floats:
        """The price vector that the duals of the program amount to."""
        vector = np.zeros(size)
        found = duals[self.first_coupling : self.first_coupling + len(self.coupling_row)]
        vector[self.coupling_row] = np.abs(found)
        return vector

    def places(self, values: Floats) -> tuple[Floats, Floats]:
        """Funded and self-paid places of every request of the grid, seated and solved together, perhaps fractional."""
        funded, own = self.room.funded.astype(np.float64), self.room.own.astype(np.float64)
        of_places = values[: len(self.request)]
        np.add.at(funded, self.request[self.paid], of_places[self.paid])
        np.add.at(own, self.request[~self.paid], of_places[~self.paid])
        return funded, own

    def estimate(self, solver: Solver, coupling: Coupling) -> Estimate:
        """What the last linear solution of this program suggests."""
        values = solver.values
        grid = coupling.grid
        funded, own = self.places(values)
        places = funded + own
        people = np.bincount(grid.activity, places, len(self.run_column))
        runs = np.where(self.run_column >= 0, values[self.run_column], people > _WHOLE)
        return Estimate(self.prices(solver.duals, len(coupling.supply)), places, runs)


def whole_core(coupling: Coupling) -> Core:
    """Everything undecided: the problem itself."""
    grid = coupling.grid
    wanted = counts(grid, grid.places.astype(np.int64))
    alive = (wanted >= grid.minimum) & (coupling.fates != CANCELLED)
    return build(coupling, empty_room(grid), alive[grid.activity])


def narrow_core(coupling: Coupling, estimate: Estimate, tie: NDArray[np.uint64], *, band: Floats, most: int) -> Core:
    """Seat what the estimate is sure about; leave open what is undecided in it, or within its party's ``band`` of value
    of the margin, but no more than ``most`` requests."""
    grid = coupling.grid
    rates, mean = coupling.rates(estimate.prices), fresh_mean(grid)
    quote(coupling, estimate.prices, mean)
    net = net_of_all(grid, rates)
    over = (net - mean.seat[grid.activity]) / band[grid.party]
    undecided = (estimate.runs > 0.03) & (estimate.runs < 0.97)
    maybe = ((estimate.runs >= 0.5) | undecided)[grid.activity]
    sure = (np.abs(over) > 1.0) & ((estimate.places > _WHOLE) == (over > 0)) & ~undecided[grid.activity]
    open_ = ~sure & maybe
    if open_.sum() > most:
        open_ = _nearest(open_, np.abs(over), most)
    room = empty_room(grid)
    room.closed[:] = ~((estimate.runs >= 0.5) | undecided)
    seated = np.where(~open_ & maybe, np.floor(estimate.places + _WHOLE), 0.0).astype(np.int64)
    put(grid, room, *by_way(coupling, estimate.prices, seated), Queue(over, tie))
    return build(coupling, room, open_ | (room.funded + room.own < seated))


def by_way(coupling: Coupling, prices: Floats, places: Ints) -> tuple[Ints, Ints]:
    """Places as funded and self-paid ones, whichever is worth more at these prices."""
    grid, rates = coupling.grid, coupling.rates(prices)
    dear = rates.pool[grid.pool[grid.activity]] * grid.cost
    paid = (grid.own < 0) | ((grid.funded >= 0) & (rates.weight[grid.party] * (grid.funded - grid.own) >= dear))
    return places * paid, places * ~paid


def _nearest(open_: Flags, distance: Floats, most: int) -> Flags:
    candidates = np.flatnonzero(open_)
    kept = candidates[np.argsort(np.nan_to_num(distance[candidates]), kind="stable")[:most]]
    narrowed = np.zeros_like(open_)
    narrowed[kept] = True
    return narrowed


def build(coupling: Coupling, room: Room, open_: Flags) -> Core:
    """The program of the open requests within what the room has left."""
    grid = coupling.grid
    funded, own = (np.flatnonzero(open_ & (value >= 0)) for value in (grid.funded, grid.own))
    request = np.concatenate([funded, own])
    paid = np.arange(len(request)) < len(funded)
    left = grid.places - room.funded - room.own
    program = Program()
    program.add_columns(np.where(paid, grid.funded[request], grid.own[request]), left[request])
    wanted = counts(grid, np.where(open_, left, 0))
    people = grid.capacity - room.seats
    decides = (grid.minimum > 0) & (wanted >= grid.minimum) & (people == 0)
    run_column = np.full(len(grid.capacity), -1)
    run_column[decides] = program.add_columns(np.zeros(int(decides.sum())), np.ones(int(decides.sum()))) + np.arange(
        int(decides.sum())
    )
    _capacities(program, grid, request, room, wanted, run_column)
    first_lack = _minima(program, grid, request, people, wanted, run_column)
    _links(program, grid, request, open_, left, run_column)
    first_coupling, rows = _coupling(program, coupling, room, request, paid, left)
    return Core(program, room, request, paid, run_column, first_lack, first_coupling, rows)


def _numbered(flags: Flags, start: int) -> Ints:
    """Consecutive positions from ``start`` for the flagged, -1 for the rest."""
    return np.where(flags, start + np.cumsum(flags) - 1, -1)


def _capacities(program: Program, grid: Grid, request: Ints, room: Room, wanted: Ints, run_column: Ints) -> None:
    decides = run_column >= 0
    tight = wanted > room.seats
    start = program.add_rows(np.full(int(tight.sum()), -INFINITE), np.where(decides, 0, room.seats)[tight].astype(np.float64))
    row = _numbered(tight, start)
    _put_by_activity(program, grid, request, row)
    both = tight & decides
    program.put(row[both], run_column[both], -room.seats[both])


def _minima(program: Program, grid: Grid, request: Ints, people: Ints, wanted: Ints, run_column: Ints) -> int:
    """Minimum rows; an activity already begun may miss its minimum at a price, and is rescued or cancelled later."""
    decides = run_column >= 0
    need = np.maximum(0, grid.minimum - people)
    soft = (need > 0) & (wanted > 0) & (people > 0)
    rows = decides | soft
    least = np.where(decides, 0, np.minimum(need, wanted))[rows].astype(np.float64)
    row = _numbered(rows, program.add_rows(least, np.full(int(rows.sum()), INFINITE)))
    _put_by_activity(program, grid, request, row)
    program.put(row[decides], run_column[decides], -need[decides])
    dear = 1000.0 * (float(np.maximum(grid.funded, grid.own).mean()) if len(request) else 1.0)
    lack = program.add_columns(np.full(int(soft.sum()), -dear), np.full(int(soft.sum()), 1e6))
    program.put(row[soft], lack + np.arange(int(soft.sum())), 1.0)
    return lack


def _put_by_activity(program: Program, grid: Grid, request: Ints, row: Ints) -> None:
    at = row[grid.activity[request]]
    program.put(at[at >= 0], np.flatnonzero(at >= 0), 1.0)


def _links(program: Program, grid: Grid, request: Ints, open_: Flags, left: Ints, run_column: Ints) -> None:
    """Both ways of a request together take at most what it wants, and nothing if the activity does not run."""
    decided_by = run_column[grid.activity]
    both_ways = (grid.funded >= 0) & (grid.own >= 0)
    linked = open_ & ((decided_by >= 0) | both_ways)
    most = np.where(decided_by >= 0, 0, left)[linked].astype(np.float64)
    row = _numbered(linked, program.add_rows(np.full(len(most), -INFINITE), most))
    at = row[request]
    program.put(at[at >= 0], np.flatnonzero(at >= 0), 1.0)
    run = np.flatnonzero(linked & (decided_by >= 0))
    program.put(row[run], decided_by[run], -left[run])


def _coupling(program: Program, coupling: Coupling, room: Room, request: Ints, paid: Flags, left: Ints) -> tuple[int, Ints]:
    """Rows of the price vector that the open requests could overdraw. Floors may be missed, at a price."""
    grid = coupling.grid
    row, column, coefficient = coupling_entries(coupling, request, paid)
    floors = coupling.cuts[2]
    have = party_value(grid, room.funded, room.own)
    supply = np.concatenate([room.budget, room.cap, room.away.ravel(), coupling.supply[floors:] + have])
    could = np.bincount(row, np.maximum(coefficient, 0) * left[request[column]], len(supply))
    could[floors:] = np.bincount(row, minlength=len(supply))[floors:] > 0
    kept = coupling.live & (could > np.where(np.arange(len(supply)) < floors, supply, 0))
    kept[floors:] &= supply[floors:] < 0
    start = program.add_rows(np.full(int(kept.sum()), -INFINITE), supply[kept].astype(np.float64))
    at = _numbered(kept, start)
    inside = kept[row]
    program.put(at[row[inside]], column[inside], coefficient[inside])
    promised = np.flatnonzero(kept[floors:]) + floors
    lack = program.add_columns(np.full(len(promised), -coupling.missed), np.full(len(promised), 1e12))
    program.put(at[promised], lack + np.arange(len(promised)), -1.0)
    return start, np.flatnonzero(kept)


def coupling_entries(coupling: Coupling, request: Ints, paid: Flags) -> tuple[Ints, Ints, Floats]:
    """What one place of each column takes from each row of the price vector, as (row, column, amount)."""
    grid = coupling.grid
    parties_from, weeks_from, floors_from = coupling.cuts
    a, p = grid.activity[request], grid.party[request].astype(np.int64)
    every = np.arange(len(request))
    spans = (grid.last[a] - grid.first[a] + 1).astype(np.int64)
    again = np.repeat(every, spans)
    week = np.arange(len(again)) - np.repeat(np.cumsum(spans) - spans, spans) + np.repeat(grid.first[a], spans)
    value = np.where(paid, grid.funded[request], grid.own[request])
    cell = weeks_from + p[again] * grid.weeks + week
    row: list[NDArray[Any]] = [grid.pool[a][paid], parties_from + p, cell, floors_from + p]
    column = [every[paid], every, again, every]
    amount: list[NDArray[Any]] = [grid.cost[request[paid]], np.ones(len(every)), np.ones(len(again)), -value]
    return np.concatenate(row).astype(np.int64), np.concatenate(column), np.concatenate(amount).astype(np.float64)


def dive(core: Core, *, most: int) -> Floats | None:
    """Solve, then fix the most nearly whole third of the fractional columns and solve again, warm, until all are
    whole or ``most`` rounds are over. A batch that cannot be is quartered; a single column that cannot be is rounded
    down. Run decisions go first. Returns values of the columns, perhaps some fractional, or None if there are none.

    A few rounds do nearly all the good: what is left fractional then is rounded down and refilled as well by hand.
    """
    solver = Solver(core.program, solver="simplex")
    if not len(core.request) or not solver.run():
        return None
    values = solver.values
    whole = np.arange(len(values)) < core.first_lack
    lacking = values[~whole].sum() + _WHOLE
    upper = np.concatenate(core.program.upper)
    batch = len(values)
    for _ in range(most):
        chosen = _most_whole(np.where(whole, values, 0.0), len(core.request), batch)
        if not len(chosen):
            break
        nearest = np.rint(values[chosen])
        solver.bound_columns(chosen, nearest, nearest)
        if solver.run() and solver.values[~whole].sum() <= lacking:
            batch *= 2
        else:
            if len(chosen) == 1:
                upper[chosen] = np.floor(values[chosen] + _WHOLE)
            solver.bound_columns(chosen, np.zeros(len(chosen)), upper[chosen])
            batch = max(1, len(chosen) // 4)
            if not solver.run():
                break
        values = solver.values
    return values


def _most_whole(values: Floats, runs_from: int, batch: int) -> Ints:
    """The third of the fractional columns nearest to whole, at most ``batch``; run decisions before places."""
    off = np.abs(values - np.rint(values))
    fractional = np.flatnonzero(off > _WHOLE)
    runs = fractional[fractional >= runs_from]
    among = runs if len(runs) else fractional
    # Rounding up is tried before rounding down: a place lost is seldom found again.
    distance = off[among] + np.where(np.rint(values[among]) > values[among], 0.0, 0.25)
    number = min(batch, -(-len(among) * 34 // 100))
    return among[np.argsort(distance, kind="stable")[:number]]
