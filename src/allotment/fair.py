"""Fair shares: each party measured against the best it could have had alone, the worst-off raised first.

The measure is the ideal point of Kalai and Smorodinsky (1975): value received over the most a party could receive if
all others stepped back, within its own caps and weeks. Unlike a share of one's own demand it does not reward asking
for more than one can use.
"""

from __future__ import annotations

import numpy as np

from allotment.core import coupling_entries, whole_core
from allotment.grid import Frame, Grid, counts
from allotment.model import Fairness, Floats, Ints
from allotment.prices import Coupling, couple_level, descend, quote
from allotment.programs import INFINITE, Program, Solver


def ideals(frame: Frame) -> Floats:
    """The most value each party of the grid could receive alone; at least 1. A small linear program for each."""
    grid = frame.grid
    wanted = counts(grid, grid.places.astype(np.int64))
    affordable = grid.budget[grid.pool[grid.activity]] // np.maximum(grid.cost, 1)
    paid = np.where(grid.cost > 0, np.minimum(grid.places, affordable), grid.places)
    most = np.where(grid.own >= 0, grid.places, np.where(grid.funded >= 0, paid, 0))
    most = np.where((wanted >= grid.minimum)[grid.activity], np.minimum(most, grid.capacity[grid.activity]), 0)
    order = np.argsort(grid.party, kind="stable")
    ends = np.searchsorted(grid.party[order], np.arange(len(grid.cap) + 1))
    alone = [_alone(grid, p, order[ends[p] : ends[p + 1]], most) for p in range(len(grid.cap))]
    return np.maximum(np.array(alone, dtype=np.float64), 1.0)


def _alone(grid: Grid, p: int, requests: Ints, most: Ints) -> float:
    """Best value of these requests within the party's own cap and weeks; equal columns are merged."""
    value = np.maximum(grid.funded, grid.own)[requests].astype(np.int64)
    span = (grid.first.astype(np.int64) * grid.weeks + grid.last)[grid.activity[requests]]
    kinds, kind = np.unique(value * grid.weeks**2 + span, return_inverse=True)
    upper = np.bincount(kind, most[requests], len(kinds)).astype(np.float64)
    worth, (first, last) = kinds // grid.weeks**2, np.divmod(kinds % grid.weeks**2, max(grid.weeks, 1))
    load = np.zeros(grid.weeks + 1)
    np.add.at(load, first, upper)
    np.add.at(load, last + 1, -upper)
    everything = float(worth @ upper)
    if np.cumsum(load).max(initial=0) <= grid.away[p] and upper.sum() <= grid.cap[p]:
        return everything
    program = Program()
    program.add_columns(worth.astype(np.float64), upper)
    program.add_rows(np.full(grid.weeks + 1, -INFINITE), np.append(np.full(grid.weeks, grid.away[p]), grid.cap[p]))
    spans = last - first + 1
    column = np.repeat(np.arange(len(kinds)), spans)
    week = np.arange(len(column)) - np.repeat(np.cumsum(spans) - spans, spans) + np.repeat(first, spans)
    program.put(week, column, 1.0)
    program.put(np.full(len(kinds), grid.weeks), np.arange(len(kinds)), 1.0)
    solver = Solver(program, presolve="off")
    return solver.objective if solver.run() else everything


def highest_level(coupling: Coupling, ideal: Floats, *, steps: int) -> float:
    """A share that all parties together cannot exceed, and which the linear relaxation all but reaches.

    The dual of "raise the lowest share": prices for the coupling rows and a weight for each party, moved together.
    Starting from equal weights, the share that equal treatment of values suggests is a fair first aim.
    """
    level = couple_level(coupling, ideal)
    whole = float(level.ideal.sum()) if level.ideal is not None else 0.0
    if whole <= 0:
        return 1.0
    start = np.zeros(len(level.supply))
    start[coupling.cuts[2] :] = 1.0
    first = quote(level, start).bound
    return descend(level, steps=steps, aim=0.9 * min(first, whole), start=start).best.bound / whole


def exact_level(coupling: Coupling, ideal: Floats) -> float:
    """The same share, exactly: one linear program. Quick for small problems, very slow for large ones."""
    core = whole_core(coupling)
    asks = np.bincount(coupling.grid.party, minlength=len(ideal)) > 0
    row, column, coefficient = coupling_entries(coupling, core.request, core.paid)
    values = row >= coupling.cuts[2]
    program = core.program
    program.worth = [0.0 * worth for worth in program.worth]
    level = program.add_columns(np.ones(1), np.ones(1))
    start = program.add_rows(np.where(asks, 0.0, -INFINITE), np.full(len(ideal), INFINITE))
    program.put(start + row[values] - coupling.cuts[2], column[values], -coefficient[values])
    program.put(start + np.arange(len(ideal)), np.full(len(ideal), level), -ideal)
    solver = Solver(program, solver="simplex")
    return solver.objective if solver.run() else 0.0


def fairness(frame: Frame, value: Ints, ideal: Floats, level: float | None, floors: Ints) -> Fairness:
    """The shares of a plan, given the value of each party of the grid. A party that asked for nothing has all of it."""
    asks = np.bincount(frame.grid.party, minlength=len(ideal)) > 0
    share = np.where(asks, np.minimum(value / ideal, 1.0), 1.0)
    names = frame.problem.parties
    at = np.argsort(frame.party)
    return Fairness(
        level=None if level is None else round(level, 6),
        worst=round(float(share.min(initial=1.0)), 6),
        per_party={names[p]: round(float(share[at[p]]), 6) for p in range(len(names))},
        floors=tuple(floors[at].tolist()),
    )
