"""Why a goal is not met, and what would bring it further.

A conflict is a set of limits that alone, whatever the other goals do, keep the goal from being met; every one of them
matters. It is found on the program of that one goal: the prices of its linear solution name the limits that can be to
blame, and each is then lifted in turn. A goal without a conflict is crowded out by other goals. A relaxation is the
least change of one limit that brings the goal further while the rest of the plan stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimal.words import Saying, render_all
from planning.model import FREE, Floats, Ints, Plan, Problem
from planning.programs import INFINITE, Solver
from planning.relax import Relaxation, relaxations
from planning.rows import Frame, Limit, frame
from planning.words import ALONE, BESIDE, CAUSES, CROWDED, NO_SINGLE_CHANGE, REACHED, UNPROVEN

_WHOLE = 1e-6
_SEATS, _DEADLINE = "seats", "deadline"
_BY_YEAR = ("budget", "away")
_BESIDE = 5


@dataclass(frozen=True, slots=True)
class Shortfall:
    """The answer to one goal that is not met.

    ``conflict`` names the limits that keep it from being met even alone, as budget-2031, away-2030, prerequisites,
    language, seats, repeats, deadline or menu; it is empty if the goal is ``crowded_by`` other goals. ``proven`` says
    whether these goals, reaching what they reach, rule it out for certain. ``would_reach`` is the most that one change
    of ``relaxations`` brings.
    """

    goal: str
    needed: int
    reached: int
    conflict: tuple[str, ...]
    crowded_by: tuple[str, ...]
    proven: bool
    relaxations: tuple[Relaxation, ...]
    told: tuple[Saying, ...]

    @property
    def sentence(self) -> str:
        """The whole answer in English."""
        return render_all(self.told)

    @property
    def would_reach(self) -> int:
        """The units it would reach by the best single change."""
        return max((change.reached for change in self.relaxations), default=self.reached)


def shortfalls(problem: Problem, plan: Plan, *, relax: bool = True) -> list[Shortfall]:
    """One answer a goal that is not met, in the problem's order; without ``relax`` no changes are looked for."""
    crowd = _Crowd(problem, plan)
    return [_shortfall(problem, plan, goal, crowd, relax=relax) for goal in np.flatnonzero(plan.missed).tolist()]


def _shortfall(problem: Problem, plan: Plan, goal: int, crowd: _Crowd, *, relax: bool) -> Shortfall:
    conflict = Alone(problem, goal).conflict()
    others, proven = ((), True) if conflict else crowd.out(goal)
    changes = tuple(relaxations(problem, plan, goal)) if relax else ()
    name, needed, reached = problem.goals[goal], int(problem.units[goal]), int(plan.reached[goal])
    told = [Saying(REACHED, {"goal": name, "reached": reached, "needed": needed})]
    if conflict:
        told += [Saying(ALONE, {}), *(_cause(code) for code in conflict)]
    elif others:
        told.append(Saying(CROWDED if proven else BESIDE, {"goals": ", ".join(others)}))
    else:
        told.append(Saying(UNPROVEN, {}))
    if relax:
        told += [change.saying for change in changes] or [Saying(NO_SINGLE_CHANGE, {})]
    return Shortfall(name, needed, reached, conflict, others, proven, changes, tuple(told))


def _cause(code: str) -> Saying:
    kind, _, subject = code.partition("-")
    return Saying(CAUSES[kind], {"subject": subject})


class Alone:
    """The program of one goal as if there were no other, its limits in groups that can be lifted and put back."""

    def __init__(self, problem: Problem, goal: int) -> None:
        last = np.maximum(problem.end.max(initial=0), problem.deadline[goal])
        self._one = only(problem, goal, int(last))
        self._need = int(problem.units[goal])
        self._frame = frame(self._one, 1, roof=self._need)
        self._open = self._one.fixed[self._frame.columns] == FREE
        self._late = self._one.end[self._frame.columns] > problem.deadline[goal]
        self._groups = grouped(self._frame)
        cost = np.append(np.zeros(len(self._frame.columns)), 1.0)
        self._linear, self._exact = Solver(self._frame, cost, solver="simplex"), Solver(self._frame, cost, whole=True)

    def conflict(self) -> tuple[str, ...]:
        """A smallest set of groups that rules the goal out; empty if it can be met alone, ``menu`` if nothing serves it."""
        every = (*self._groups, _SEATS, _DEADLINE)
        if self.attainable(every):
            return ()
        blamed = self._blamed() if self._linear_misses(every) else set(every)
        kept = [name for name in every if name in blamed]
        if self.attainable(kept):
            kept = list(every)
        for name in tuple(kept):
            fewer = [other for other in kept if other != name]
            if not self.attainable(fewer):
                kept = fewer
        return tuple(kept) or ("menu",)

    def attainable(self, limits: tuple[str, ...] | list[str]) -> bool:
        """Whether whole people can meet the goal when these groups of limits alone are in force."""
        return not self._linear_misses(limits) and not self._misses(self._exact, limits)

    def _linear_misses(self, limits: tuple[str, ...] | list[str]) -> bool:
        return self._misses(self._linear, limits)

    def _misses(self, solver: Solver, limits: tuple[str, ...] | list[str]) -> bool:
        rows, first = np.arange(self._frame.goals_from), self._frame.goals_from
        most = np.full(first, INFINITE)
        for name, group in self._groups.items():
            if name in limits:
                most[group] = self._frame.most[group]
        solver.bound_rows(rows, np.full(first, -INFINITE), most)
        seats = np.minimum(self._one.seats[self._frame.columns], self._need) if _SEATS in limits else self._need
        upper = np.where(self._open, seats, self._frame.upper)
        late = self._late & self._open & (_DEADLINE in limits)
        columns = np.arange(len(upper))
        solver.bound_columns(columns, self._frame.least.astype(np.float64), np.where(late, 0, upper).astype(np.float64))
        settled = self._late & ~self._open & (_DEADLINE in limits)
        need = self._need + float((self._frame.loads(np.where(settled, self._frame.least, 0))[first:]).sum())
        solver.bound_columns(np.array([len(upper)]), np.zeros(1), np.array([need]))
        solver.bound_rows(np.array([first]), np.array([need]), np.array([INFINITE]))
        return not solver.run() or solver.objective > _WHOLE

    def _blamed(self) -> set[str]:
        """The groups that have a price in the last linear solution: together they are a conflict already."""
        priced = np.flatnonzero(np.abs(self._linear.duals[: self._frame.goals_from]) > _WHOLE)
        blamed = {name for name, group in self._groups.items() if np.isin(priced, group).any()}
        tight = self._linear.reduced[:-1] < -_WHOLE
        if (tight & self._late & self._open).any():
            blamed.add(_DEADLINE)
        if (tight & ~self._late & self._open).any():
            blamed.add(_SEATS)
        return blamed


def only(problem: Problem, goal: int, deadline: int) -> Problem:
    """The same problem with one of its goals alone, due on another day."""
    at = slice(goal, goal + 1)
    return replace(
        problem,
        goals=problem.goals[at],
        objective=problem.objective[at],
        goal_area=problem.goal_area[at],
        goal_tier=problem.goal_tier[at],
        units=problem.units[at],
        deadline=np.array([deadline], dtype=np.int64),
        priority=problem.priority[at],
    )


def grouped(framed: Frame) -> dict[str, Ints]:
    """The rows of each group of limits that is no goal, under its code."""
    groups: dict[str, list[int]] = {}
    for row, limit in enumerate(framed.limits[: framed.goals_from]):
        groups.setdefault(_code(framed.problem, limit), []).append(row)
    return {name: np.array(rows) for name, rows in sorted(groups.items())}


def _code(problem: Problem, limit: Limit) -> str:
    return f"{limit.kind}-{problem.settings.first_year + limit.at}" if limit.kind in _BY_YEAR else limit.kind


class _Crowd:
    """The program of all goals, in which each but one is held to what the plan reaches."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self._problem, self._plan = problem, plan
        self._frame: Frame | None = None

    def out(self, goal: int) -> tuple[tuple[str, ...], bool]:
        """A smallest set of goals that rule this one out while they reach what they reach; else those beside it."""
        self._open()
        missed = self._plan.missed.astype(np.float64)
        need = self._problem.units.astype(np.float64)
        others = [at for at in range(len(need)) if at != goal]
        if not self._misses(goal, others, missed, need):
            return tuple(self._problem.goals[at] for at in self._beside(goal)), False
        held = self._solver.reduced[len(self._frame.columns) :]  # type: ignore[union-attr]
        kept = [at for at in others if held[at] < -_WHOLE]
        for at in tuple(sorted(kept, key=lambda at: (int(self._problem.weight[at]), at))):
            fewer = [other for other in kept if other != at]
            if self._misses(goal, fewer, missed, need):
                kept = fewer
        return tuple(self._problem.goals[at] for at in sorted(kept)), True

    def _open(self) -> None:
        if self._frame is None:
            self._frame = frame(self._problem, 1)
            cost = np.zeros(len(self._frame.columns) + len(self._problem.goals))
            self._solver = Solver(self._frame, cost, solver="simplex")

    def _misses(self, goal: int, held: list[int], missed: Floats, need: Floats) -> bool:
        """Whether the goal cannot be met in the linear program while some others reach what they reach."""
        assert self._frame is not None
        goals = len(self._frame.columns) + np.arange(len(need))
        upper = need.copy()
        upper[held] = missed[held]
        self._solver.bound_columns(goals, np.zeros(len(need)), upper)
        self._solver.price(goals, (np.arange(len(need)) == goal).astype(np.float64))
        return not self._solver.run() or self._solver.objective > _WHOLE

    def _beside(self, goal: int) -> Iterator[int]:
        """Goals that count no less and have most people in the weeks, years and courses that are full for this one."""
        assert self._frame is not None
        people = self._plan.people[self._frame.columns]
        first = self._frame.goals_from
        loads = self._frame.loads(people)
        serves = self._problem.serves[self._frame.columns]
        tight = np.flatnonzero(loads[:first] >= self._frame.most[:first])
        mine = np.isin(self._frame.column, np.flatnonzero(serves[:, goal])) & np.isin(self._frame.row, tight)
        shared = np.isin(self._frame.row, np.unique(self._frame.row[mine])) & (people[self._frame.column] > 0)
        users = self._frame.column[shared & (self._frame.entry > 0)]
        use = np.bincount(users, minlength=len(people)) * people @ serves
        use[(self._problem.weight < self._problem.weight[goal]) | (use == 0)] = 0
        use[goal] = 0
        most = np.lexsort((np.array(self._problem.goals, dtype=str), -use))[:_BESIDE]
        yield from sorted(most[use[most] > 0].tolist())
