"""Closes the gap that prices alone leave: branches on whether activities run.

The linear program of the whole problem is solved again, warm, with one activity held and with it cancelled. Few
decisions are fractional, so a handful of cases often proves what no prices for the undivided problem can (branch and
bound; Land and Doig 1960; best bound first, with a plunge to the first whole set of decisions). Each case keeps its
prices, so the proof by cases can be checked without a solver.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from allotment.core import Core, Estimate
from allotment.filling import CANCELLED, FREE, RUNS, Fates
from allotment.model import Floats
from allotment.prices import Coupling, quote
from allotment.programs import Solver

_WHOLE = 1e-6
_STEEP = 1e9


@dataclass(order=True, frozen=True)
class Case:
    """Some decisions, the bound under them, and what the linear program there suggests. Sorted by falling bound."""

    rank: float
    number: int
    fates: Fates = field(compare=False)
    estimate: Estimate = field(compare=False)
    split: int = field(compare=False)

    @property
    def bound(self) -> float:
        """No plan of this case is worth more."""
        return -self.rank


@dataclass
class Tree:
    """The cases that together cover everything, and how many programs were solved to get them."""

    coupling: Coupling
    core: Core
    solver: Solver
    open: list[Case] = field(default_factory=list)
    done: list[Case] = field(default_factory=list)
    solved: int = 0

    @classmethod
    def plant(cls, coupling: Coupling, core: Core) -> Tree | None:
        """Solve the undivided problem; None if its program has no solution."""
        tree = cls(coupling, core, Solver(core.program, solver="simplex"))
        if not tree.solver.run():
            return None
        tree._add(coupling.fates)
        return tree

    @property
    def cases(self) -> list[Case]:
        """A cover of all plans."""
        return [*self.open, *self.done]

    @property
    def bound(self) -> float:
        """No plan is worth more."""
        return max(case.bound for case in self.cases)

    def grow(self, target: Callable[[], float], most: int) -> Iterator[Case]:
        """Split cases until none is above ``target()`` or ``most`` programs are solved. Yields each case whose
        decisions are all whole: a place to look for plans, which may raise the target."""
        plunge: Case | None = None
        while self.open and self.solved < most:
            if self.bound <= target():
                return
            case = plunge or self.open[0]
            self.open.remove(case)
            heapq.heapify(self.open)
            if case.split < 0:
                self.done.append(case)
                plunge = None
                yield case
                continue
            children = [self._child(case, fate) for fate in (RUNS, CANCELLED)]
            plunge = max(children, key=lambda child: child.bound)

    def _child(self, case: Case, fate: int) -> Case:
        fates = case.fates.copy()
        fates[case.split] = fate
        column = self.core.run_column
        decides = column >= 0
        lower, upper = (fates[decides] == RUNS).astype(np.float64), (fates[decides] != CANCELLED).astype(np.float64)
        self.solver.bound_columns(column[decides], lower, upper)
        if self.solver.run():
            return self._add(fates)
        self.solved += 1
        prices, bound = self._impossible(fates, case)
        return self._keep(fates, case.estimate._replace(prices=prices), -1, bound)

    def _impossible(self, fates: Fates, parent: Case) -> tuple[Floats, float]:
        """Prices that leave a case without any plan behind: they rise along the solver's proof of impossibility, and
        the bound falls with them without end (Farkas)."""
        coupling = self.coupling.under(fates)
        prices = parent.estimate.prices
        bound = quote(coupling, prices).bound
        along, rise = self.core.prices(self.solver.ray, len(prices)), 1.0
        while bound > 0.5 * parent.bound and rise < _STEEP:
            rise *= 4.0
            bound = quote(coupling, prices + rise * along).bound
        return (prices + rise * along, bound) if rise < _STEEP else (prices, quote(coupling, prices).bound)

    def _add(self, fates: Fates) -> Case:
        self.solved += 1
        estimate = self.core.estimate(self.solver, self.coupling)
        return self._keep(fates, estimate, self._split(fates, estimate.runs), self.solver.objective)

    def _keep(self, fates: Fates, estimate: Estimate, split: int, bound: float) -> Case:
        case = Case(-bound, self.solved, fates, estimate, split)
        heapq.heappush(self.open, case)
        return case

    def _split(self, fates: Fates, runs: Floats) -> int:
        """The undecided activity with most people at stake; -1 if all decisions are whole."""
        off = np.minimum(runs, 1.0 - runs) * self.coupling.grid.minimum
        off[(fates != FREE) | (self.core.run_column < 0)] = 0.0
        return int(np.argmax(off)) if off.max(initial=0.0) > _WHOLE else -1
