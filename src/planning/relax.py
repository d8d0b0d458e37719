"""The least change of one limit that brings a goal further, while the rest of the plan stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from optimal.words import Saying
from planning.improve import SEARCH
from planning.model import FREE, NO_LIMIT, Floats, Ints, Plan, Problem
from planning.programs import Solver
from planning.rows import Frame, frame
from planning.words import CHANGES

Lever = Literal["budget", "away", "deadline", "seats", "speakers"]

_MOST_AWAY, _MOST_WEEKS = 20, 104
_NODES = 30


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A change of one limit, and the units the goal reaches with it while the others keep what they reach.

    ``changes`` are subjects and amounts: a year and money, a language level and speakers, the goal and weeks, or
    occurrences and seats; people away at once have an empty subject.
    """

    lever: Lever
    goal: str
    changes: tuple[tuple[str, int], ...]
    reached: int

    @property
    def amount(self) -> int:
        """How much more in all."""
        return sum(amount for _, amount in self.changes)

    @property
    def saying(self) -> Saying:
        """The change and what it brings, as a sentence."""
        subject = ", ".join(name for name, _ in self.changes)
        return Saying(CHANGES[self.lever], {"amount": self.amount, "subject": subject, "reached": self.reached})

    def applied(self, problem: Problem) -> Problem:
        """The problem with the limit changed."""
        return _APPLY[self.lever](problem, self)


def relaxations(problem: Problem, plan: Plan, goal: int) -> Iterator[Relaxation]:
    """Single changes that bring a goal further, each the least that brings it as far as that limit can."""
    local = _Local(problem, plan, goal)
    yield from local.by_rows()
    yield from local.by_seats()
    yield from local.by_deadline()


class _Local:
    """The occurrences of one area, while the people of all others stay and its other goals keep what they reach."""

    def __init__(self, problem: Problem, plan: Plan, goal: int) -> None:
        self.problem, self.plan, self.goal = problem, plan, goal
        self.missed = int(plan.missed[goal])
        area = problem.area == problem.goal_area[goal]
        settled = np.where(area, problem.fixed, plan.people)
        later = problem.deadline.copy()
        later[goal] = max(int(problem.end.max(initial=0)), int(later[goal]))
        eased = replace(problem, fixed=settled, deadline=later)
        whole = frame(eased, 1, roof=int(max(problem.units[goal], plan.people[area].max(initial=0))))
        free = settled[whole.columns] == FREE
        self.part = whole.narrowed(free, whole.least)
        raised = replace(whole, most=whole.most - whole.terms + whole.loads(whole.least))
        self._raised = raised.narrowed(free, whole.least).most
        row = self.part.goals_from + goal
        self._late = (self.part.row == row) & (problem.end[self.part.columns] > problem.deadline[goal])[self.part.column]
        counted = whole.row == whole.goals_from + goal
        lost = counted & ~free[whole.column] & (problem.end[whole.columns] > problem.deadline[goal])[whole.column]
        self._unserved = int((whole.entry * whole.least[whole.column])[lost].sum())
        self.seats = np.minimum(problem.seats[self.part.columns], self.part.upper)

    def due(self, deadline: int) -> Frame:
        """The frame in which what ends after a deadline does not serve the goal."""
        late = self._late & (self.problem.end[self.part.columns] > deadline)[self.part.column]
        most = self.part.most.copy()
        if deadline <= self.problem.deadline[self.goal]:
            most[self.part.goals_from + self.goal] += self._unserved
        kept = ~late
        return replace(self.part, row=self.part.row[kept], column=self.part.column[kept], entry=self.part.entry[kept], most=most)

    def by_rows(self) -> Iterator[Relaxation]:
        """More money in one year, more people away at once, more speakers of one level."""
        framed = replace(self.due(int(self.problem.deadline[self.goal])), upper=self.seats)
        limits = framed.limits[: framed.goals_from]
        first = self.problem.settings.first_year
        for kind, at in sorted({(limit.kind, limit.at) for limit in limits if limit.kind in ("budget", "language")}):
            rows = np.array([row for row, limit in enumerate(limits) if (limit.kind, limit.at) == (kind, at)])
            if kind == "budget":
                yield from self._lever("budget", str(first + at), framed, rows, int((framed.cost * framed.upper).sum()))
            else:
                yield from self._lever("speakers", str(at), framed, rows, int(self.problem.units[self.goal]))
        rows = np.array([row for row, limit in enumerate(limits) if limit.kind == "away"], dtype=np.int64)
        yield from self._lever("away", "", framed, rows, _MOST_AWAY)

    def _lever(self, lever: Lever, subject: str, framed: Frame, rows: Ints, most: int) -> Iterator[Relaxation]:
        if not len(rows) or not most:
            return
        eased = framed.levered(rows, most)
        price = np.zeros(len(eased.columns))
        price[-1] = 1.0 / (1 + most)
        if found := self._solve(eased, price):
            people, reached = found
            beyond = framed.loads(people[:-1])[rows] - framed.most[rows]
            amount = int((beyond + self._raised[rows])[beyond > 0].max(initial=0))
            yield Relaxation(lever, self.problem.goals[self.goal], ((subject, amount),), reached)

    def by_seats(self) -> Iterator[Relaxation]:
        """More seats, as few as can be."""
        framed = self.due(int(self.problem.deadline[self.goal])).doubled(self.seats)
        number = len(self.seats)
        beyond = np.arange(len(framed.columns)) >= number
        if found := self._solve(framed, np.where(beyond, 1.0 / (1 + int(framed.upper.sum())), 0.0)):
            people, reached = found
            names = [self.problem.occurrences[at] for at in framed.columns[number:].tolist()]
            more = tuple(sorted((name, n) for name, n in zip(names, people[number:].tolist(), strict=True) if n))
            yield Relaxation("seats", self.problem.goals[self.goal], more, reached)

    def by_deadline(self) -> Iterator[Relaxation]:
        """A later deadline: the least weeks among those that bring most."""
        due = int(self.problem.deadline[self.goal])
        weeks = sorted({-(-(end - due) // 7) for end in self.problem.end[self.part.columns].tolist() if end > due})
        weeks = [number for number in weeks if number <= _MOST_WEEKS]
        best = self._by(due + 7 * weeks[-1]) if weeks else 0
        if best <= self.plan.reached[self.goal]:
            return
        low, high = self._least(weeks, best), len(weeks) - 1
        while low < high:
            middle = (low + high) // 2
            if self._by(due + 7 * weeks[middle]) >= best:
                high = middle
            else:
                low = middle + 1
        name = self.problem.goals[self.goal]
        yield Relaxation("deadline", name, ((name, weeks[low]),), best)

    def _least(self, weeks: list[int], best: int) -> int:
        """The first of the weeks by which the linear program reaches as much; whole people need no fewer."""
        low, high = 0, len(weeks) - 1
        while low < high:
            middle = (low + high) // 2
            framed = replace(self.due(int(self.problem.deadline[self.goal]) + 7 * weeks[middle]), upper=self.seats)
            linear = self._program(framed, np.zeros(len(framed.columns)))
            short = linear.values[len(framed.columns) + self.goal] if linear.run() else np.inf
            if int(self.problem.units[self.goal]) - short >= best - 1e-6:
                high = middle
            else:
                low = middle + 1
        return low

    def _by(self, deadline: int) -> int:
        framed = replace(self.due(deadline), upper=self.seats)
        found = self._solve(framed, np.zeros(len(framed.columns)))
        return found[1] if found else 0

    def _program(self, framed: Frame, price: Floats, *, whole: bool = False, **options: float | str | bool) -> Solver:
        """The program of the goal in which the others keep what they reach; the price comes second."""
        missed = self.plan.missed.astype(np.float64)
        cost = np.append(price, np.arange(len(missed)) == self.goal).astype(np.float64)
        solver = Solver(framed, cost, whole=whole, **(options or {"solver": "simplex"}))
        goals = len(framed.columns) + np.arange(len(missed))
        solver.bound_columns(goals, np.zeros(len(missed)), np.minimum(missed, np.maximum(framed.need, 0)))
        return solver

    def _solve(self, framed: Frame, price: Floats) -> tuple[Ints, int] | None:
        """People and the units reached, if the goal reaches more than in the plan."""
        linear = self._program(framed, price)
        if not linear.run() or linear.values[len(framed.columns) + self.goal] > self.missed - 1 + 1e-6:
            return None
        exact = self._program(framed, price, whole=True, mip_rel_gap=0.0, mip_abs_gap=1e-7, mip_max_nodes=_NODES, **SEARCH)
        exact.run()
        if not exact.found:
            return None
        people = np.rint(exact.values[: len(framed.columns)]).astype(np.int64)
        short = int(framed.missed(people)[self.goal])
        return (people, int(self.problem.units[self.goal]) - short) if short < self.missed else None


def _budget(problem: Problem, change: Relaxation) -> Problem:
    budget, (year, amount) = problem.budget.copy(), change.changes[0]
    budget[int(year) - problem.settings.first_year] += amount
    told = tuple(None if limit >= NO_LIMIT else limit for limit in budget.tolist())
    return replace(problem, budget=budget, settings=replace(problem.settings, budgets=told))


def _away(problem: Problem, change: Relaxation) -> Problem:
    cap = problem.away_cap + change.amount
    return replace(problem, away_cap=cap, settings=replace(problem.settings, away_cap=cap))


def _deadline(problem: Problem, change: Relaxation) -> Problem:
    deadline = problem.deadline.copy()
    deadline[problem.goals.index(change.goal)] += 7 * change.amount
    return replace(problem, deadline=deadline)


def _seats(problem: Problem, change: Relaxation) -> Problem:
    seats = problem.seats.copy()
    for name, amount in change.changes:
        seats[problem.occurrences.index(name)] += amount
    return replace(problem, seats=seats)


def _speakers(problem: Problem, change: Relaxation) -> Problem:
    speakers, (level, amount) = problem.speakers.copy(), change.changes[0]
    speakers[int(level) - 1] += amount
    stock = problem.stock.copy()
    stock[np.unique(problem.type[problem.teaches == int(level)])] += amount
    told = tuple(None if limit >= NO_LIMIT else limit for limit in speakers.tolist())
    return replace(problem, speakers=speakers, stock=stock, settings=replace(problem.settings, speakers=told))


_APPLY = {"budget": _budget, "away": _away, "deadline": _deadline, "seats": _seats, "speakers": _speakers}
