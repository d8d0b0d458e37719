"""Who gets which place: the public door of the solver.

A small problem goes to the integer solver whole. A large one is priced, its undecided core is solved and rounded, and
the prices prove how far the plan can be from the best. Nothing reads a clock unless a time limit is given, and then
only between stages, so that what is returned is always whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import numpy as np

from allotment import fair, order
from allotment.grid import Frame, Grid, frame, party_value, tightened
from allotment.instances import instance
from allotment.model import Allotment, Floats, Problem
from allotment.prices import Coupling, couple
from allotment.proof import gap_percent, unpublished
from allotment.search import Search
from allotment.values import KINDS, Rule

Progress = Callable[[str, float], None]

SMALL = 200
"""Problems of fewer activities, and of fewer than FEW requests, are solved exactly."""
FEW = 3_000
NODES, FIRST_NODES = 2_000, 100

TARGET = 0.0005
"""Below this relative gap no more cases are split."""
MOST_CASES = 40
FAIR_TARGET = 0.001
FAIR_CASES = 8
"""The same where floors are promised. Each case takes longer then, and only twice the gap is worth it."""
LEVEL_STEPS = 50
_BRANCH_BAND = 0.4


@dataclass
class Stages:
    """Tells how far the work is, and whether time is left for another stage."""

    progress: Progress | None
    ends_at: float | None

    @property
    def is_over(self) -> bool:
        """Whether the time limit has passed."""
        return self.ends_at is not None and monotonic() > self.ends_at

    def enter(self, name: str, share: float) -> bool:
        """Announce a stage; False if the time limit forbids it."""
        if self.is_over:
            return False
        if self.progress is not None:
            self.progress(name, share)
        return True


MANY = 50_000
"""From so many requests on, prices replace the linear program of everything."""


@dataclass(frozen=True)
class Effort:
    """Price steps; how near to the margin a request is still open, in mean places, at first and if that is not good
    enough; the most open requests."""

    steps: int
    bands: tuple[float, ...]
    open: int


def effort(requests: int, *, floored: bool) -> Effort:
    """Less for each request the more there are: large problems are relatively easier (fewer rows a request).

    Among so many requests whole crowds are equal but for their party, and floors have to choose between them.
    """
    if requests < MANY:
        return Effort(120, (0.35, 0.15), 60_000)
    if requests < 500_000:
        return Effort(60, (0.05,), 40_000)
    return Effort(40, (0.05,), 60_000) if floored else Effort(40, (0.02,), 20_000)


def allot(
    problem: Problem,
    rule: Rule,
    *,
    seed: int,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Allotment:
    """Share out the places of a problem under a rule.

    The same problem, rule and seed give the same bytes, whatever the order of rows and the number of processors.
    ``time_limit`` in seconds may end the work after any stage; the plan is then whole, and its gap honest.
    ``progress`` is called with the name of each stage and the share of the work done before it.
    """
    return _allot(problem, rule, seed, Stages(progress, None if time_limit is None else monotonic() + time_limit))


def allot_again(problem: Problem, rule: Rule, before: Allotment, *, near: bool) -> Allotment:
    """The plan for a problem with the names and dates of the one that ``before`` solves, and other numbers.

    Prices begin where they ended and no cases are split. With ``near`` what was given stays given where the terms
    allow it, as long as that proves good enough. The plan is as whole and its gap as honest as that of ``allot``, but
    among plans of nearly the same value it may be another one.
    """
    return _allot(problem, rule, before.seed, Stages(None, None), _Earlier(before, near))


@dataclass(frozen=True)
class _Earlier:
    """A plan for nearly the same problem, from whose prices to begin, and whether to stay near its places."""

    plan: Allotment
    near: bool

    @property
    def target(self) -> float:
        """The gap at which a plan near the earlier one is good enough: about its own."""
        return max(TARGET, 0.0125 * self.plan.gap_percent)


def _allot(problem: Problem, rule: Rule, seed: int, stages: Stages, earlier: _Earlier | None = None) -> Allotment:
    stages.enter("sort", 0.0)
    framed = tightened(frame(problem, rule, seed))
    ideal = fair.ideals(framed)
    level = None
    if rule.rule == "precedence":
        search = _by_precedence(framed, seed, stages)
    elif rule.rule == "max-min":
        search, level = _max_min(framed, ideal, rule, stages, earlier)
    else:
        search = Search.begin(*_coupled(framed))
        _improve(search, stages, earlier)
    stages.enter("done", 1.0)
    return _result(search, ideal, level, seed)


def allot_by_prices(problem: Problem, rule: Rule, *, seed: int) -> Allotment:
    """As ``allot`` under the weighted rule, but by the road of large problems whatever the size; for comparison."""
    search = Search.begin(*_coupled(tightened(frame(problem, rule, seed))))
    _price(search, Stages(None, None), None)
    return _result(search, fair.ideals(search.frame), None, seed)


def warm() -> None:
    """Compile every kernel, so that the first real problem does not wait for it."""
    problem = instance("T", "tight")
    for kind in KINDS:
        allot(problem, Rule(kind), seed=1)
    allot_by_prices(problem, Rule("weighted"), seed=1)


def _coupled(framed: Frame, floors: Floats | None = None) -> tuple[Frame, Coupling]:
    return framed, couple(framed.grid, framed.value_of_a_place, floors)


def _is_small(grid: Grid) -> bool:
    return len(grid.capacity) < SMALL and len(grid.party) < FEW


def _improve(search: Search, stages: Stages, earlier: _Earlier | None) -> None:
    grid = search.frame.grid
    if _is_small(grid):
        if stages.enter("solve", 0.2):
            # Floors that cannot be reached make a search long; it is done again with those that can.
            search.solve_whole(FIRST_NODES if search.floors.any() else NODES)
        return
    _price(search, stages, earlier)
    floored = search.floors.any()
    target, most = (2.0 * FAIR_TARGET, FAIR_CASES) if floored else (TARGET, MOST_CASES)
    if earlier is None and len(grid.party) < MANY and not search.within(target) and stages.enter("branch", 0.7):
        search.branch(target=target, band=_BRANCH_BAND, most=most, hurry=lambda: stages.is_over)


def _target(search: Search) -> float:
    return FAIR_TARGET if search.floors.any() else TARGET


def _price(search: Search, stages: Stages, earlier: _Earlier | None) -> None:
    hard = effort(len(search.frame.grid.party), floored=bool(search.floors.any()))
    if not stages.enter("price", 0.1):
        return
    estimate = search.descend(hard.steps, None if earlier is None else unpublished(search.frame, earlier.plan.prices))
    if earlier is not None and earlier.near:
        search.follow(earlier.plan.funded, earlier.plan.self_paid)
        if search.is_fair and search.within(earlier.target):
            return
    for turn, band in enumerate(hard.bands):
        if not (search.is_fair and search.within(_target(search))) and stages.enter("round", 0.5 + 0.05 * turn):
            search.round(estimate, band=band, most=hard.open)
    if search.is_empty:
        search.seat(estimate)


def _by_precedence(framed: Frame, seed: int, stages: Stages) -> Search:
    """Hear the claims; the prices only tell how far from the most valuable plan that is."""
    stages.enter("hear", 0.1)
    room, hearings = order.heard(framed, seed)
    search = Search.begin(*_coupled(framed))
    if stages.enter("price", 0.4):
        search.descend(effort(len(framed.grid.party), floored=False).steps)
    search.room = room
    search.rounds += hearings
    return search


def _max_min(framed: Frame, ideal: Floats, rule: Rule, stages: Stages, earlier: _Earlier | None) -> tuple[Search, float | None]:
    """Find the share all can reach, promise it to each less the tolerance, then take the most valuable plan."""
    level = None
    if stages.enter("level", 0.1):
        coupling = _coupled(framed)[1]
        # Prices find the level of thousands of requests to a ten thousandth; of few, a linear program is as quick.
        few = len(framed.grid.party) < FEW
        level = fair.exact_level(coupling, ideal) if few else fair.highest_level(coupling, ideal, steps=LEVEL_STEPS)
    floors = np.floor((level or 0.0) * (1 - rule.tolerance_percent / 100) * ideal)
    search = Search.begin(*_coupled(framed, floors))
    _improve(search, stages, earlier)
    if search.promise() and _is_small(framed.grid) and stages.enter("solve", 0.7):
        search.solve_whole(NODES)
    return search, level


def _result(search: Search, ideal: Floats, level: float | None, seed: int) -> Allotment:
    search.conclude()
    framed, room = search.frame, search.room
    got = party_value(framed.grid, room.funded, room.own)
    value = search.value
    people = framed.grid.capacity - room.seats
    idle = (people == 0) & (framed.grid.minimum > 0)
    return Allotment(
        funded=framed.spread(room.funded),
        self_paid=framed.spread(room.own),
        cancelled=tuple(framed.problem.activities[at] for at in framed.activity[idle]),
        value=value,
        bound=search.bound,
        gap_percent=gap_percent(value, search.bound),
        prices=search.published,
        rounds=search.rounds,
        fairness=fair.fairness(framed, got, ideal, level, search.floors),
        seed=seed,
        proof=search.leaves(),
    )
