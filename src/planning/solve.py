"""What to attend, when, and with how many: the public door of the solver.

First the weighted units missed are made as few as can be, then the cost of missing no more of any goal, then the trips.
A linear program bounds what any plan can reach; small integer programs find whole people near it; a search closes the gap.
Nothing reads a clock unless a time limit is given, and then only between stages, so that what is returned is always
whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic

import numpy as np

from planning.hands import settle
from planning.improve import GLANCE, PROVING, SEARCH, SUPPORT, reach_more, spend_less, use_support
from planning.model import FREE, Flags, Floats, Ints, Plan, Problem
from planning.programs import Options, Solver
from planning.repair import repair
from planning.result import Bounds, result
from planning.rows import Frame, frame

Progress = Callable[[str, float], None]

COVERAGE_GAP = 0.001
"""Below this share of the weighted need no more is searched for."""
COST_GAP = 0.02
"""The same of the cost."""

NODES = 400
SMALL = 250
"""With no more columns than this both aims are searched to the end."""

WIDTHS, NEAR = (700, 900), 300
"""So many columns are looked at for units, and for money, where the support does not hold a plan that is good enough."""

_EXACT = 500_000
"""Up to this weighted need a percentage of four decimals says exactly how many units it means."""

_TINY = 1e-6
_QUICK_GAP = 0.0004
"""The share of the weighted need that may stay open among the columns which the linear solutions use."""
_GLANCE_GAP = 0.01
"""The same in a preview, which a plan with a proof follows."""
_STAGES = (("support", 0.2), ("areas", 0.3), ("search", 0.4), ("save", 0.6), ("cost", 0.7))


@dataclass
class Work:
    """A frame with the best people found for it, what is proved, and what that took.

    ``support`` marks the columns that linear solutions use; ``order`` names all columns, those that the last linear
    solution uses, or would use, first.
    """

    frame: Frame
    seed: int
    near: Ints | None
    prices: Floats
    ends_at: float | None
    progress: Progress | None
    people: Ints
    support: Flags
    order: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    bounds: Bounds = field(default_factory=lambda: Bounds(0.0, 0.0))
    stages: int = 0
    nodes: int = 0
    seal: str | None = None

    def announce(self, name: str, share: float) -> None:
        """Tell which stage begins, and the share of the work done before it."""
        if self.progress is not None:
            self.progress(name, share)

    def enter(self, name: str, share: float) -> bool:
        """Announce a stage, unless the time limit forbids it."""
        if self.ends_at is not None and monotonic() > self.ends_at:
            return False
        self.announce(name, share)
        return True

    @property
    def shortage(self) -> Floats:
        """The cost of the first aim: weights of units missed, people free."""
        return np.concatenate([np.zeros(len(self.frame.columns)), self.frame.problem.weight.astype(np.float64)])

    @property
    def money(self) -> Floats:
        """The cost of the second aim."""
        return np.concatenate([self.frame.cost.astype(np.float64), np.zeros(len(self.frame.problem.goals))])

    @property
    def spending(self) -> Floats:
        """Money and the prices of seats and, below any difference of money, trips: the third aim."""
        trip = 1.0 / (1 + int(self.frame.upper.sum()))
        spending: Floats = self.money + np.concatenate([self.prices + trip, np.zeros(len(self.frame.problem.goals))])
        return spending

    @property
    def both(self) -> Floats:
        """The first aim before the second: a unit that counts one is worth more than any person costs."""
        dearest = float((self.frame.cost + self.prices).max(initial=1.0))
        both: Floats = self.spending + dearest * self.shortage
        return both

    @property
    def small(self) -> bool:
        """Whether the search may go on to the end."""
        return len(self.people) <= SMALL

    @property
    def open_units(self) -> float:
        """The weighted units that may stay open between the people found and the bound, just below the next possible sum.

        The bound is rounded up to a multiple of the step, so the tolerance may be widened by as much.
        """
        step = _step(self.frame.problem)
        share = 0.0 if self.small else COVERAGE_GAP
        return float(step * (np.floor(share * self.frame.problem.weighted_need / step) + 1) - 1e-3)

    @property
    def enough(self) -> float:
        """So many weighted units may be missed by people who are good enough."""
        return self.bounds.missed + self.open_units

    @property
    def good_enough(self) -> bool:
        """Whether no more need be searched for the first aim."""
        return self.missed < self.enough

    @property
    def cheap_enough(self) -> bool:
        """Whether what is proved of the cost leaves no more open than need be."""
        cost = int((self.frame.cost * self.people).sum())
        return not self.small and cost - self.bounds.cost <= COST_GAP * cost

    @property
    def missed(self) -> int:
        """Weighted units that the best people found miss."""
        return int((self.frame.problem.weight * self.frame.missed(self.people)).sum())

    @property
    def solution(self) -> Floats:
        """The best people found, as values of all columns."""
        return np.concatenate([self.people, self.frame.missed(self.people)]).astype(np.float64)


def plan(
    problem: Problem,
    *,
    seed: int = 1,
    near: Mapping[str, int] | None = None,
    seat_prices: Mapping[str, float] | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Plan the programme of a party.

    The same problem and seed give the same bytes, whatever the order of rows. With ``near`` as little as possible is
    moved from that plan; ``seat_prices`` are added to the cost of a person at an occurrence when plans are compared.
    ``time_limit`` in seconds may end the work after any stage; the plan is then whole, and its gaps honest.
    ``progress`` is called with the name of each stage and the share of the work done before it.
    """
    work = _begin(problem, seed, near, seat_prices, time_limit, progress)
    _bound(work)
    if near is not None:
        return _result(work)
    return _done(work, (_use_support, _reach_more, _search, _spend_less, _economise))


def sketch(problem: Problem, seed: int, time_limit: float | None) -> Plan:
    """A plan as ``plan`` makes it, but for the last search, which bounds the cost and seldom lowers it.

    For plans that others will change: the linear program alone bounds what they cost.
    """
    work = _begin(problem, seed, None, None, time_limit, None)
    _bound(work)
    return _done(work, (_use_support, _reach_more, _search, _spend_less))


def _done(work: Work, steps: Sequence[Callable[[Work], None]]) -> Plan:
    """The plan after so many stages, or after those that the time limit allows."""
    for step, (name, share) in zip(steps, _STAGES[: len(steps)], strict=True):
        if work.enter(name, share):
            step(work)
    work.announce("done", 1.0)
    return _result(work)


def preview(problem: Problem, *, near: Mapping[str, int] | None = None) -> Plan:
    """A plan at once, for looking at while something is dragged: the linear program, and whole people where it sends any."""
    work = _begin(problem, 1, near, None, None, None)
    _bound(work)
    gap = _GLANCE_GAP * problem.weighted_need
    if near is None and work.missed > (enough := work.bounds.missed + gap):
        _reach_among(work, work.support, enough, gap=gap / 2, how=GLANCE)
    return _result(work)


def repriced(problem: Problem, found: Plan, seat_prices: Mapping[str, float]) -> Plan:
    """A plan that reaches the same units of each goal, where it can for less when seats have these prices."""
    work = _begin(problem, found.seed, None, seat_prices, None, None)
    people = found.people[work.frame.columns]
    dearer = np.unique(problem.area[work.frame.columns][(work.prices > 0) & (people > 0)])
    work.people, work.nodes = spend_less(work.frame, people, work.spending, found.seed, dearer)
    return _after(work, found)


def within(problem: Problem, found: Plan, seats: Ints) -> Plan:
    """A plan near to another that keeps to fewer seats."""
    fewer = replace(problem, seats=np.where(problem.fixed == FREE, np.minimum(problem.seats, seats), problem.seats))
    work = _begin(fewer, found.seed, None, None, None, None)
    people, nodes = repair(work.frame, found.people[work.frame.columns])
    sent = work.frame.spread(people)
    work = _begin(problem, found.seed, None, None, None, None)
    work.people, work.nodes = sent[work.frame.columns], nodes
    return _after(work, found)


def _after(work: Work, found: Plan) -> Plan:
    """The plan that followed from another by repair: the bound of coverage still holds, that of the cost is new."""
    need = work.frame.problem.weighted_need
    missed = need * (100.0 - found.coverage_bound) / 100.0
    work.bounds = Bounds(np.rint(missed) if need < _EXACT else np.floor(missed - need * 1e-6), 0.0)
    work.seal = found.input_sha256
    return _result(work)


def _begin(
    problem: Problem,
    seed: int,
    near: Mapping[str, int] | None,
    seat_prices: Mapping[str, float] | None,
    time_limit: float | None,
    progress: Progress | None,
) -> Work:
    framed = frame(problem, seed)
    names = [problem.occurrences[at] for at in framed.columns.tolist()]
    prices = np.array([(seat_prices or {}).get(name, 0.0) for name in names], dtype=np.float64)
    old = None if near is None else np.array([near.get(name, 0) for name in problem.occurrences], dtype=np.int64)
    ends_at = None if time_limit is None else monotonic() + time_limit
    return Work(framed, seed, old, prices, ends_at, progress, framed.least.copy(), framed.least > 0)


def _bound(work: Work) -> None:
    """The linear program of the first aim bounds what is missed; that of both aims, rounded down and filled, gives people."""
    work.announce("bound", 0.0)
    solver = Solver(work.frame, work.shortage, solver="simplex")
    solver.run()
    work.stages += 1
    work.bounds = Bounds(_least(solver.objective, work.frame.problem), 0.0)
    if work.near is not None:
        work.announce("repair", 0.5)
        work.people, work.nodes = repair(work.frame, work.near[work.frame.columns])
        return
    number = len(work.people)
    work.support = solver.values[:number] > _TINY
    solver.price(np.arange(len(work.both)), work.both)
    solver.run()
    work.support |= solver.values[:number] > _TINY
    work.order = _nearest(solver, number)
    work.announce("round", 0.1)
    work.people = settle(work.frame, np.floor(solver.values[:number] + _TINY).astype(np.int64))
    work.stages += 1


def _nearest(solver: Solver, number: int) -> Ints:
    """The columns in the order in which the last linear solution uses or would use them."""
    return np.argsort(np.where(solver.values[:number] > _TINY, 0.0, solver.reduced[:number]), kind="stable")


def _among(order: Ints, width: int) -> Flags:
    """The first columns of an order."""
    marked: Flags = np.zeros(len(order), dtype=bool)
    marked[order[:width]] = True
    return marked


def _least(missed: float, problem: Problem) -> float:
    """The least weighted sum of whole units that is not below a bound."""
    step = _step(problem)
    return float(np.ceil(missed / step - 1e-6) * step)


def _step(problem: Problem) -> int:
    """Weighted sums of whole units differ by multiples of this."""
    return max(1, int(np.gcd.reduce(problem.weight))) if len(problem.goals) else 1


def _use_support(work: Work) -> None:
    """The best people at the occurrences to which the linear solutions or the people in hand go."""
    if len(work.people) and work.missed > work.bounds.missed:
        _reach_among(work, work.support, work.enough, gap=_QUICK_GAP * work.frame.problem.weighted_need, how=SUPPORT)


def _reach_among(work: Work, columns: Flags, enough: float, gap: float, how: Options) -> None:
    """Better people at some columns alone, until they miss few enough units or, for these columns, are within a gap of the best."""
    ends: Options = {**how, "mip_abs_gap": gap}
    work.people, nodes = use_support(work.frame, work.people, columns, work.shortage, work.frame.need, enough, ends)
    work.nodes += nodes


def _reach_more(work: Work) -> None:
    """Better people, area by area."""
    work.people, nodes = reach_more(work.frame, work.people, work.bounds.missed, work.seed)
    work.nodes += nodes


def _search(work: Work) -> None:
    """The first aim until it is good enough: for a bound alone, among ever more columns, and among all in earnest."""
    widely: list[Callable[[Work], None]] = [partial(_reach_widely, width=width) for width in WIDTHS]
    for step in (_prove, *widely, _search_in_earnest):
        if not work.good_enough:
            step(work)


def _prove(work: Work) -> None:
    """A better bound from the root of the whole."""
    if not work.small:
        _search_all(work, PROVING, 1)


def _reach_widely(work: Work, width: int) -> None:
    """Better people among the columns that the linear solution would use first."""
    if not work.small:
        _reach_among(work, _among(work.order, width), work.enough, gap=0.5 * _step(work.frame.problem), how=SEARCH)


def _search_in_earnest(work: Work) -> None:
    """Better people and a better bound, from as many nodes as it takes or as are allowed."""
    _search_all(work, SEARCH, NODES)


def _search_all(work: Work, how: Options, nodes: int) -> None:
    """Branch and cut on all columns, begun from the people found, which ends when they are good enough."""
    ends = {"mip_rel_gap": 0.0, "mip_abs_gap": work.open_units, "objective_target": work.enough}
    solver = Solver(work.frame, work.shortage, whole=True, mip_max_nodes=nodes, **ends, **how)
    solver.begin_with(work.solution)
    solver.run()
    work.nodes += solver.nodes
    work.bounds = Bounds(max(work.bounds.missed, _least(solver.proven, work.frame.problem)), 0.0)
    _keep(work, solver)


def _spend_less(work: Work) -> None:
    """The same units missed of each goal for less: area by area, on what the linear solution uses, and area by area."""
    if not len(work.people):
        return
    frame, spending, missed = work.frame, work.spending, work.frame.missed(work.people)
    solver = _capped(Solver(frame, spending, solver="simplex"), frame, missed)
    solver.run()
    work.stages += 1
    support, work.order = solver.values[: len(work.people)] > _TINY, _nearest(solver, len(work.people))
    if not work.prices.any():
        work.bounds = Bounds(work.bounds.missed, solver.objective)
    for turn in range(3):
        if work.cheap_enough:
            return
        if turn == 1:
            _spend_less_among(work, support)
        else:
            work.people, nodes = spend_less(frame, work.people, spending, 2 * work.seed + turn)
            work.nodes += nodes


def _spend_less_among(work: Work, columns: Flags) -> None:
    """The same units missed of each goal for less, at some columns alone, until that is cheap enough."""
    missed, enough = work.frame.missed(work.people), work.bounds.cost / (1.0 - COST_GAP)
    ends: Options = {**SUPPORT, "mip_abs_gap": COST_GAP / 4 * float(work.spending[: len(work.people)] @ work.people)}
    work.people, nodes = use_support(work.frame, work.people, columns, work.spending, missed, enough, ends)
    work.nodes += nodes


def _economise(work: Work) -> None:
    """The integer search for the second aim: to the end if small, else for a bound, and for people near the margin."""
    if not len(work.people) or work.cheap_enough:
        return
    frame, missed = work.frame, work.frame.missed(work.people)
    how, nodes, gap = (SEARCH, NODES, 0.0) if work.small else (PROVING, 1, COST_GAP)
    solver = _capped(Solver(frame, work.spending, whole=True, mip_rel_gap=gap, mip_max_nodes=nodes, **how), frame, missed)
    solver.begin_with(work.solution)
    solver.run()
    work.nodes += solver.nodes
    if not work.prices.any():
        work.bounds = Bounds(work.bounds.missed, max(work.bounds.cost, solver.proven))
    _keep(work, solver)
    if not work.small and solver.objective - solver.proven > COST_GAP * solver.objective:
        _spend_less_among(work, _among(work.order, NEAR))


def _capped(solver: Solver, frame: Frame, missed: Ints) -> Solver:
    """The program in which no goal misses more than told."""
    solver.bound_columns(len(frame.columns) + np.arange(len(missed)), np.zeros(len(missed)), missed.astype(np.float64))
    return solver


def _keep(work: Work, solver: Solver) -> None:
    """Take over the solver's people if they are whole and miss no more than those in hand."""
    if not solver.found:
        return
    before, missed = work.people, work.missed
    work.people = settle(work.frame, np.rint(solver.values[: len(before)]).astype(np.int64))
    if work.missed > missed:
        work.people = before


def _result(work: Work) -> Plan:
    """The plan that the work has come to; where no search has bounded the cost, a linear program does."""
    if work.bounds.cost <= 0:
        solver = _capped(Solver(work.frame, work.money, solver="simplex"), work.frame, work.frame.missed(work.people))
        work.stages += 1
        if solver.run():
            work.bounds = Bounds(work.bounds.missed, solver.objective)
    people = work.frame.spread(work.people)
    counted = {"seed": work.seed, "stages": work.stages, "nodes": work.nodes}
    return result(work.frame.problem, people, work.bounds, near=work.near, seal=work.seal, **counted)
