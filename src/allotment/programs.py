"""Linear and integer programs, written column by column and block of rows by block of rows."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

import optimal.highs
from allotment.model import Floats, Ints
from optimal.highs import INFINITE, Terms

__all__ = ["INFINITE", "Program", "Solver"]


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

    def terms(self) -> Terms:
        """The program as the solver takes it."""
        row, column, coefficient = (np.concatenate(parts) for parts in zip(*self.entries, strict=True))
        cost, upper = np.concatenate(self.worth), np.concatenate(self.upper)
        least, most = np.concatenate(self.least), np.concatenate(self.most)
        return Terms(cost, np.zeros(self.columns), upper, least, most, row, column, coefficient)


class Solver(optimal.highs.Solver):
    """One maximisation in the solver, kept warm between changes of bounds."""

    def __init__(self, program: Program, *, whole: bool = False, **options: float | str | bool) -> None:
        super().__init__(program.terms(), whole=whole, most=True, **options)
