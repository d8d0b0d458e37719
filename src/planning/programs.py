"""Linear and integer programs over a frame."""

from __future__ import annotations

import numpy as np

import optimal.highs
from optimal.highs import INFINITE, Options, Terms
from planning.model import Floats
from planning.rows import Frame

__all__ = ["INFINITE", "Options", "Solver"]


class Solver(optimal.highs.Solver):
    """One minimisation in the solver, kept warm between changes of costs and bounds.

    Columns are the people of the frame, then the units missed of each goal; rows are those of the frame.
    """

    def __init__(self, frame: Frame, cost: Floats, *, whole: bool = False, **options: float | str | bool) -> None:
        super().__init__(_terms(frame, cost), whole=whole, most=False, **options)


def _terms(frame: Frame, cost: Floats) -> Terms:
    people, goals, first = len(frame.columns), len(frame.problem.goals), frame.goals_from
    most = frame.most.astype(np.float64)
    is_limit = np.arange(len(most)) < first
    return Terms(
        cost=cost,
        lower=np.concatenate([frame.least, np.zeros(goals)]).astype(np.float64),
        upper=np.concatenate([frame.upper, np.maximum(frame.need, 0)]).astype(np.float64),
        least=np.where(is_limit, -INFINITE, most),
        most=np.where(is_limit, most, INFINITE),
        row=np.concatenate([frame.row, first + np.arange(goals)]),
        column=np.concatenate([frame.column, people + np.arange(goals)]),
        entry=np.concatenate([frame.entry, np.ones(goals, dtype=np.int64)]).astype(np.float64),
    )
