"""Better people from good ones: plan a few areas anew while the rest of the programme stays, and again elsewhere.

Goals ask for their own area only; areas meet only in budgets, weeks and languages. So a few areas at a time are small
programs, and their sum is most of what an integer search over everything would find.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimal.seals import lots
from planning.model import Flags, Floats, Ints
from planning.programs import Options, Solver
from planning.rows import Frame

SEARCH: Options = {"mip_pscost_minreliable": 0, "mip_lp_age_limit": 20}
"""How the integer solver searches fastest here: it branches without trial runs and keeps its cuts for longer."""

PROVING: Options = {
    **SEARCH,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_heuristic_run_feasibility_jump": False,
}
"""The same where good people are in hand and only the bound is wanting."""

SUPPORT: Options = {
    **SEARCH,
    "mip_allow_restart": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
}
"""The same on the few columns that a linear solution uses: what is left out takes half of the time and finds little there."""

GLANCE: Options = {**SUPPORT, "mip_heuristic_run_feasibility_jump": False, "mip_max_improving_sols": 2}
"""The same for whoever looks on: the second people that are better than those in hand will do."""

_ROUNDS = 6
_COLUMNS = 150
_AREAS: Options = {**SEARCH, "mip_max_nodes": 5, "mip_rel_gap": 1e-4}


def use_support(
    frame: Frame, people: Ints, support: Flags, cost: Floats, missed: Ints, enough: float, how: Options
) -> tuple[Ints, int]:
    """The best people at the occurrences that a linear solution or the people given use, and the nodes that took.

    Stops at people who cost no more than ``enough``, or after the root.
    """
    free = support | (people > 0)
    part = frame.narrowed(free, people)
    price = np.concatenate([cost[: len(people)][free], cost[len(people) :]])
    target = enough - float((cost[: len(people)] * people)[~free].sum())
    ends: Options = {**how, "mip_rel_gap": 0.0, "mip_max_nodes": 1, "objective_target": target}
    anew, nodes = _anew(part, people, free, price, np.minimum(missed, part.need), **ends)
    here, there = (float(cost @ np.concatenate([sent, frame.missed(sent)])) for sent in (people, anew))
    return (anew if there <= here else people), nodes


def reach_more(frame: Frame, people: Ints, enough: float, seed: int) -> tuple[Ints, int]:
    """People who miss no more weighted units than those given, and the nodes that took; stops at ``enough``."""
    weight, nodes = frame.problem.weight, 0
    for turn in range(_ROUNDS):
        missed = frame.missed(people)
        if int((weight * missed).sum()) <= enough:
            break
        short = np.flatnonzero(missed)
        goal = int(short[np.lexsort((short, -(weight * missed)[short]))][turn % len(short)])
        free = _around(frame, goal, f"{seed}:{turn}")
        part = frame.narrowed(free, people)
        money = part.cost / (1.0 + float((part.cost * part.upper).sum()))
        anew, more = _anew(part, people, free, np.concatenate([money, weight]), part.need)
        nodes += more
        if (weight * frame.missed(anew)).sum() <= (weight * missed).sum():
            people = anew
    return people, nodes


def spend_less(frame: Frame, people: Ints, spending: Floats, seed: int, areas: Ints | None = None) -> tuple[Ints, int]:
    """People who miss no more of any goal than those given for less, and the nodes that took.

    Every area has its turn or, if told, only some.
    """
    missed, nodes = frame.missed(people), 0
    for free in _turns(frame, seed, areas):
        part = frame.narrowed(free, people)
        cost = np.concatenate([spending[: len(people)][free], np.zeros(len(missed))])
        anew, more = _anew(part, people, free, cost, np.minimum(missed, part.need))
        nodes += more
        if (frame.missed(anew) <= missed).all() and (spending[: len(people)] * (anew - people)).sum() <= 0:
            people = anew
    return people, nodes


def _anew(part: Frame, people: Ints, free: Flags, cost: Floats, missed: Ints, **how: float | str | bool) -> tuple[Ints, int]:
    """The best people for some columns while the others stay and no goal misses more than told."""
    solver = Solver(part, cost.astype(np.float64), whole=True, **{**_AREAS, **how})
    number = len(part.columns)
    solver.bound_columns(number + np.arange(len(missed)), np.zeros(len(missed)), missed.astype(np.float64))
    solver.begin_with(np.concatenate([people[free], part.missed(people[free])]).astype(np.float64))
    solver.run()
    anew = people.copy()
    if solver.found:
        anew[free] = np.rint(solver.values[:number]).astype(np.int64)
    return anew, solver.nodes


def _by_lot(frame: Frame, salt: str) -> list[int]:
    drawn = lots(0, [f"{salt}:{name}" for name in frame.problem.areas])
    return [int(area) for area in np.argsort(drawn, kind="stable")]


def _around(frame: Frame, goal: int, salt: str) -> Flags:
    """The columns of a goal's area and of others, drawn by lot, as many as can be solved at once."""
    area = frame.problem.area[frame.columns]
    chosen: Flags = area == frame.problem.goal_area[goal]
    for other in _by_lot(frame, salt):
        wider = chosen | (area == other)
        if int(wider.sum()) <= _COLUMNS:
            chosen = wider
    return chosen


def _turns(frame: Frame, seed: int, areas: Ints | None) -> Iterator[Flags]:
    """Groups of areas, each in one of them, as many together as can be solved at once."""
    area = frame.problem.area[frame.columns]
    chosen: Flags = np.zeros(len(area), dtype=bool)
    for other in _by_lot(frame, str(seed)):
        if areas is not None and other not in areas:
            continue
        wider: Flags = chosen | (area == other)
        if int(wider.sum()) > _COLUMNS and chosen.any():
            yield chosen
            wider = area == other
        chosen = wider
    if chosen.any():
        yield chosen
