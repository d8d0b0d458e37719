"""The only door to the solver HiGHS.

HiGHS keeps one thread pool for the whole process, and a second instance with another number of threads fails without
raising; so every instance here runs on one thread, and every status is looked at. Limits are counts of nodes, never
seconds: a clock would make two runs differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Options = dict[str, float | str | bool]
"""Settings of the solver, by name."""

INFINITE = float(highspy.kHighsInf)
_State = highspy.HighsModelStatus


class Failed(RuntimeError):
    """The solver could not run a program at all; a fault, never a result."""


@dataclass(frozen=True)
class Terms:
    """A program as columns with their costs and bounds, rows with theirs, and entries, each place named once."""

    cost: Floats
    lower: Floats
    upper: Floats
    least: Floats
    most: Floats
    row: Ints
    column: Ints
    entry: NDArray[Any]

    def as_highs(self, *, whole: bool, most: bool) -> highspy.HighsLp:
        """The program in the solver's own form: a maximisation if asked, all columns whole numbers if asked."""
        columns = len(self.cost)
        order = np.lexsort((self.row, self.column))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = columns, len(self.least)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.cost, self.lower, self.upper
        lp.row_lower_, lp.row_upper_ = self.least, self.most
        if most:
            lp.sense_ = highspy.ObjSense.kMaximize
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.searchsorted(self.column[order], np.arange(columns + 1)).astype(np.int32)
        lp.a_matrix_.index_ = self.row[order].astype(np.int32)
        lp.a_matrix_.value_ = self.entry[order]
        if whole:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * columns
        return lp


class Solver:
    """One program in the solver, kept warm between changes of costs and bounds."""

    def __init__(self, terms: Terms, *, whole: bool = False, most: bool = False, **options: float | str | bool) -> None:
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        self._rows = len(terms.least)
        wanted: Options = {"output_flag": False, "threads": 1, "random_seed": 1, **options}
        for name, value in wanted.items():
            self._must(self._highs.setOptionValue(name, value))
        self._must(self._highs.passModel(terms.as_highs(whole=whole, most=most)))

    def run(self) -> bool:
        """Solve from the last basis. Returns whether an optimum was found."""
        self._must(self._highs.run())
        return bool(self._highs.getModelStatus() == _State.kOptimal)

    def begin_with(self, values: Floats) -> None:
        """Hand over a solution to start an integer search from."""
        solution = highspy.HighsSolution()
        solution.col_value = values.tolist()
        self._must(self._highs.setSolution(solution))

    def bound_columns(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Change the bounds of columns."""
        self._must(self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper))

    def bound_rows(self, rows: Ints, lower: Floats, upper: Floats) -> None:
        """Change the bounds of rows."""
        self._must(self._highs.changeRowsBounds(len(rows), rows.astype(np.int32), lower, upper))  # type: ignore[attr-defined]

    def price(self, columns: Ints, cost: Floats) -> None:
        """Change the costs of columns."""
        self._must(self._highs.changeColsCost(len(columns), columns.astype(np.int32), cost))

    @property
    def found(self) -> bool:
        """Whether the last run left a solution behind, optimal or not."""
        return bool(self._highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible)

    @property
    def objective(self) -> float:
        """Value of the last solution."""
        return float(self._highs.getInfo().objective_function_value)

    @property
    def proven(self) -> float:
        """What the last integer search proved no solution is better than."""
        return float(self._highs.getInfo().mip_dual_bound)

    @property
    def nodes(self) -> int:
        """Nodes of the last integer search."""
        return max(0, int(self._highs.getInfo().mip_node_count))

    @property
    def values(self) -> Floats:
        """The last solution."""
        return np.array(self._highs.getSolution().col_value)

    @property
    def reduced(self) -> Floats:
        """What one more of each column would cost, in the last linear solution."""
        return np.array(self._highs.getSolution().col_dual)

    @property
    def duals(self) -> Floats:
        """Prices of the rows in the last linear solution; of a maximisation, positive where a row holds value back."""
        return np.array(self._highs.getSolution().row_dual)

    @property
    def ray(self) -> Floats:
        """Weights of the rows that together cannot be kept, if the last linear program has no solution; else zeros."""
        _, found, weights = self._highs.getDualRay()  # type: ignore[attr-defined]
        return np.array(weights) if found else np.zeros(self._rows)

    @staticmethod
    def _must(status: highspy.HighsStatus) -> None:
        if status == highspy.HighsStatus.kError:
            raise Failed("HiGHS refused a call")
