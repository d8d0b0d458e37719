"""Linear and integer programs over a frame, and the only door to the solver HiGHS.

HiGHS keeps one thread pool for the whole process, and a second instance with another number of threads fails without
raising; so every instance here runs on one thread, and every status is looked at. Limits are counts of nodes, never
seconds: a clock would make two runs differ.
"""

from __future__ import annotations

import highspy
import numpy as np

from planning.model import Floats, Ints
from planning.rows import Frame

Options = dict[str, float | str | bool]
"""Settings of the solver, by name."""

INFINITE = float(highspy.kHighsInf)
_State = highspy.HighsModelStatus


class Failed(RuntimeError):
    """The solver could not run a program at all; a fault, never a result."""


class Solver:
    """One minimisation in the solver, kept warm between changes of costs and bounds.

    Columns are the people of the frame, then the units missed of each goal; rows are those of the frame.
    """

    def __init__(self, frame: Frame, cost: Floats, *, whole: bool = False, **options: float | str | bool) -> None:
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        wanted = {"output_flag": False, "threads": 1, "random_seed": 1, **options}
        for name, value in wanted.items():
            self._must(self._highs.setOptionValue(name, value))
        self._must(self._highs.passModel(_as_highs(frame, cost, whole=whole)))

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
        """What the last integer search proved no solution is below."""
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
        """Prices of the rows in the last linear solution."""
        return np.array(self._highs.getSolution().row_dual)

    @staticmethod
    def _must(status: highspy.HighsStatus) -> None:
        if status == highspy.HighsStatus.kError:
            raise Failed("HiGHS refused a call")


def _as_highs(frame: Frame, cost: Floats, *, whole: bool) -> highspy.HighsLp:
    people, goals, first = len(frame.columns), len(frame.problem.goals), frame.goals_from
    row = np.concatenate([frame.row, first + np.arange(goals)])
    column = np.concatenate([frame.column, people + np.arange(goals)])
    entry = np.concatenate([frame.entry, np.ones(goals, dtype=np.int64)]).astype(np.float64)
    order = np.lexsort((row, column))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = people + goals, len(frame.limits)
    lp.col_cost_ = cost
    lp.col_lower_ = np.concatenate([frame.least, np.zeros(goals)]).astype(np.float64)
    lp.col_upper_ = np.concatenate([frame.upper, np.maximum(frame.need, 0)]).astype(np.float64)
    most = frame.most.astype(np.float64)
    lp.row_lower_ = np.where(np.arange(len(most)) < first, -INFINITE, most)
    lp.row_upper_ = np.where(np.arange(len(most)) < first, most, INFINITE)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.searchsorted(column[order], np.arange(people + goals + 1)).astype(np.int32)
    lp.a_matrix_.index_ = row[order].astype(np.int32)
    lp.a_matrix_.value_ = entry[order]
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * (people + goals)
    return lp
