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
from allotment.prices import Coupling, highest
from allotment.programs import INFINITE, Program, Solver


def ideals(frame: Frame) -> Floats:
    """The most value each party of the grid could receive alone; at least 1. A small linear program for each.

    Requests of one party with the same value and the same weeks are one column: few kinds, however many requests.
    """
    grid = frame.grid
    wanted = counts(grid, grid.places.astype(np.int64))
    affordable = grid.budget[grid.pool[grid.activity]] // np.maximum(grid.cost, 1)
    paid = np.where(grid.cost > 0, np.minimum(grid.places, affordable), grid.places)
    most = np.where(grid.own >= 0, grid.places, np.where(grid.funded >= 0, paid, 0))
    most = np.where((wanted >= grid.minimum)[grid.activity], np.minimum(most, grid.capacity[grid.activity]), 0)
    values, value = np.unique(np.maximum(grid.funded, grid.own), return_inverse=True)
    kind = (grid.party.astype(np.int64) * len(values) + value) * len(grid.since) + grid.span[grid.activity]
    shape = (len(grid.cap), len(values), len(grid.since))
    upper = np.bincount(kind, most, int(np.prod(shape))).reshape(shape)
    alone = [_alone(grid, p, values, upper[p]) for p in range(len(grid.cap))]
    return np.maximum(np.array(alone, dtype=np.float64), 1.0)


def _alone(grid: Grid, p: int, values: Floats, places: Floats) -> float:
    """Best value of so many places by value and span of weeks, within the party's own cap and weeks."""
    everything = float((values[:, None] * places).sum())
    edges = np.zeros(grid.weeks + 1)
    np.add.at(edges, grid.since, places.sum(axis=0))
    np.subtract.at(edges, grid.until, places.sum(axis=0))
    if np.cumsum(edges).max(initial=0.0) <= grid.away[p] and places.sum() <= grid.cap[p]:
        return everything
    value, span = np.nonzero(places)
    program = Program()
    program.add_columns(values[value], places[value, span])
    program.add_rows(np.full(grid.weeks + 1, -INFINITE), np.append(np.full(grid.weeks, grid.away[p]), grid.cap[p]))
    spans = (grid.until - grid.since)[span].astype(np.int64)
    column = np.repeat(np.arange(len(span)), spans)
    week = np.arange(len(column)) - np.repeat(np.cumsum(spans) - spans, spans) + np.repeat(grid.since[span], spans)
    program.put(week, column, 1.0)
    program.put(np.full(len(span), grid.weeks), np.arange(len(span)), 1.0)
    solver = Solver(program, presolve="off")
    return solver.objective if solver.run() else everything


def highest_level(coupling: Coupling, ideal: Floats, *, steps: int) -> float:
    """A share that all parties together cannot exceed, and which the linear relaxation all but reaches."""
    asks = np.bincount(coupling.grid.party, minlength=len(ideal)) > 0
    return highest(coupling, np.where(asks, ideal, 0.0), steps=steps) if asks.any() else 1.0


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
