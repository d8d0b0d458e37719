"""A plan in use, after a change: keep what still stands, and solve again only around what broke.

People who no longer fit are withdrawn and what became free is filled; then the goals that lost units are planned anew
together with the occurrences of their areas, everything else staying where it is. Units come first, then moves, then
money.
"""

from __future__ import annotations

import numpy as np

from planning.hands import Hands
from planning.improve import SEARCH
from planning.model import Flags, Ints
from planning.programs import Solver
from planning.rows import Frame

_COLUMNS = 200
_NODES = 5
_ROUNDS = 2


def repair(frame: Frame, near: Ints) -> tuple[Ints, int]:
    """Whole people within every limit, as near as can be found to others, and the nodes that took."""
    hands = Hands.over(frame, np.clip(near, frame.least, frame.upper))
    before = np.maximum(0, frame.need - frame.loads(near)[frame.goals_from :])
    hands.withdraw()
    hands.fill()
    people, nodes, done = hands.people, 0, -1
    for _ in range(_ROUNDS):
        free = _around(frame, people, before)
        if not free.any() or int(free.sum()) == done:
            break
        done = int(free.sum())
        people, more = _anew(frame, people, near, free)
        nodes += more
    return people, nodes


def _around(frame: Frame, people: Ints, before: Ints) -> Flags:
    """The columns of the areas whose goals lost most, as many as can be solved at once."""
    problem = frame.problem
    lost = problem.weight * np.maximum(0, frame.missed(people) - before)
    area, chosen = problem.area[frame.columns], np.zeros(len(frame.columns), dtype=bool)
    for goal in np.lexsort((np.array(problem.goals, dtype=str), -lost)).tolist():
        wider: Flags = chosen | (area == problem.goal_area[goal])
        if lost[goal] <= 0 or int(wider.sum()) > _COLUMNS:
            break
        chosen = wider
    return chosen


def _anew(frame: Frame, people: Ints, near: Ints, free: Flags) -> tuple[Ints, int]:
    part = frame.narrowed(free, people).doubled(near[free])
    number = int(free.sum())
    beyond = np.arange(len(part.columns)) >= number
    money = 1.0 / (1 + int((part.cost * part.upper).sum()))
    moves = np.where(beyond, 1.0, -1.0) + money * part.cost
    dear = 1 + int(part.upper.sum())
    cost = np.concatenate([moves, dear * frame.problem.weight.astype(np.float64)])
    solver = Solver(part, cost, whole=True, mip_max_nodes=_NODES, mip_rel_gap=0.0, mip_abs_gap=0.5, **SEARCH)
    solver.run()
    if not solver.found:
        return people, solver.nodes
    anew = people.copy()
    anew[free] = part.gathered(np.rint(solver.values[: len(beyond)]).astype(np.int64))
    return anew, solver.nodes
