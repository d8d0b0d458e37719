"""Linear and integer programs, and the only door to the solver HiGHS.

HiGHS keeps one thread pool for the whole process, and a second instance with another number of threads fails without
raising; so every instance here runs on one thread, and every status is looked at. Limits are counts of nodes, never
seconds: a clock would make two runs differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from allotment.model import Floats, Ints

INFINITE = float(highspy.kHighsInf)
_OPTIMAL = highspy.HighsModelStatus.kOptimal


@dataclass
class Program:
    """A maximisation written column by column and block of rows by block of rows."""

    worth: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    entries: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)
    least: list[Floats] = field(default_factory=list)
    most: list[Floats] = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def add_columns(self, worth: Floats, upper: Floats) -> int:
        """Add columns from 0 to ``upper``; returns the position of the first."""
        self.worth.append(np.asarray(worth, np.float64))
        self.upper.append(np.asarray(upper, np.float64))
        self.columns += len(worth)
        return self.columns - len(worth)

    def add_rows(self, least: Floats, most: Floats) -> int:
        """Add rows bounded below and above; returns the position of the first."""
        self.least.append(np.asarray(least, np.float64))
        self.most.append(np.asarray(most, np.float64))
        self.rows += len(least)
        return self.rows - len(least)

    def put(self, row: Ints, column: Ints, coefficient: Floats | Ints | float) -> None:
        """Add entries; no place may be named twice."""
        self.entries.append((row, column, np.broadcast_to(np.asarray(coefficient, np.float64), row.shape)))

    def as_highs(self, *, whole: bool) -> highspy.HighsLp:
        """The program in the solver's own form, all columns whole numbers if asked."""
        row, column, coefficient = (np.concatenate(parts) for parts in zip(*self.entries, strict=True))
        order = np.lexsort((row, column))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, self.rows
        lp.col_cost_, lp.col_upper_ = np.concatenate(self.worth), np.concatenate(self.upper)
        lp.col_lower_ = np.zeros(self.columns)
        lp.row_lower_, lp.row_upper_ = np.concatenate(self.least), np.concatenate(self.most)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.searchsorted(column[order], np.arange(self.columns + 1)).astype(np.int32)
        lp.a_matrix_.index_ = row[order].astype(np.int32)
        lp.a_matrix_.value_ = coefficient[order]
        if whole:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * self.columns
        return lp


class Failed(RuntimeError):
    """The solver could not run a program at all; a fault, never a result."""


class Solver:
    """One program in the solver, kept warm between changes of bounds."""

    def __init__(self, program: Program, *, whole: bool = False, **options: float | str) -> None:
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        wanted: dict[str, bool | int | float | str] = {"output_flag": False, "threads": 1, "random_seed": 1, **options}
        for name, value in wanted.items():
            self._must(self._highs.setOptionValue(name, value))
        self._rows = program.rows
        self._must(self._highs.passModel(program.as_highs(whole=whole)))

    def run(self) -> bool:
        """Solve from the last basis. Returns whether an optimum was found."""
        self._must(self._highs.run())
        return bool(self._highs.getModelStatus() == _OPTIMAL)

    def bound_columns(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Change the bounds of columns."""
        self._must(self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper))

    @property
    def objective(self) -> float:
        """Value of the last solution."""
        return float(self._highs.getInfo().objective_function_value)

    @property
    def proven(self) -> float:
        """What the last integer search proved no solution exceeds."""
        return float(self._highs.getInfo().mip_dual_bound)

    @property
    def values(self) -> Floats:
        """The last solution."""
        return np.array(self._highs.getSolution().col_value)

    @property
    def duals(self) -> NDArray[np.float64]:
        """Prices of the rows in the last linear solution, positive where a row holds value back."""
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
