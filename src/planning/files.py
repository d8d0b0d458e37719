"""The files of ``comity plan``: a directory of tables in, a directory of answers out.

Reading stops at nothing: every bad cell of every file is reported at once. Nothing is solved here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from optimal.tables import (
    BadRows,
    Cell,
    Flaw,
    count,
    count_or_none,
    day,
    name,
    name_or_none,
    read_json,
    read_rows,
    read_table,
    write_json,
    write_table,
)
from planning import seals
from planning.explain import Shortfall
from planning.model import Ints, Plan, Problem
from planning.result import by_week, by_year
from planning.tables import TABLES

NUMBERS = (
    *("coverage", "coverage_bound", "coverage_gap_percent", "cost", "cost_bound", "cost_gap_percent"),
    *("trips", "moves", "seed", "stages", "nodes", "input_sha256", "output_sha256"),
)
"""What ``result.json`` says of a plan, under the plan's own names."""


_CELLS: Mapping[str, Cell] = {
    **dict.fromkeys(("goal", "area", "occurrence", "type"), name),
    **dict.fromkeys(("tier", "units", "priority", "cost", "units_per_person", "people"), count),
    **dict.fromkeys(("seats_likely", "language_level", "repeats_per_year"), count_or_none),
    **dict.fromkeys(("deadline", "start", "end"), day),
    "objective": str,
    "after": name_or_none,
}


def read_problem(folder: Path) -> Problem:
    """Read settings and tables; raises BadRows naming file, row, column, value and reason of each fault."""
    flaws: list[Flaw] = []
    tables: dict[str, Any] = {}
    try:
        tables["settings"] = read_json(folder / "settings.json")
    except BadRows as bad:
        flaws += bad.flaws
    for table, names in TABLES.items():
        path = folder / f"{table}.csv"
        if table != "fixed" or path.exists():
            tables[table] = read_table(path, names, _CELLS, flaws)
    if flaws:
        raise BadRows(flaws)
    return Problem.from_columns(tables)


def write_problem(folder: Path, problem: Problem) -> None:
    """Write a problem as ``read_problem`` reads it."""
    write_json(folder / "settings.json", problem.settings.as_json())
    for table, rows in seals.rows_of(problem).items():
        cells = (["" if cell is None else cell for cell in row] for row in rows)
        write_table(folder / f"{table}.csv", TABLES[table], cells)


def write_result(
    folder: Path, problem: Problem, plan: Plan, answers: Sequence[Shortfall], *, seconds: float, peak_mib: float
) -> None:
    """Write the plan, the goals with the limits in the way of those that are missed, and the numbers.

    A goal that nothing but other goals stands in the way of is crowded.
    """
    write_table(folder / "plan.csv", ("occurrence", "people"), zip(problem.occurrences, plan.people.tolist(), strict=True))
    write_table(folder / "goals.csv", ("goal", "needed", "reached", "conflict", "would_reach"), _goals(problem, plan, answers))
    known = {name: getattr(plan, name) for name in NUMBERS}
    write_json(folder / "result.json", {**known, "seconds": round(seconds, 3), "peak_mib": round(peak_mib, 1)})


def _goals(problem: Problem, plan: Plan, answers: Sequence[Shortfall]) -> Iterator[tuple[object, ...]]:
    told = {answer.goal: answer for answer in answers}
    for goal, needed, reached in zip(problem.goals, problem.units.tolist(), plan.reached.tolist(), strict=True):
        if answer := told.get(goal):
            yield goal, needed, reached, " ".join(answer.conflict) or "crowded", answer.would_reach
        else:
            yield goal, needed, reached, "", ""


def read_result(folder: Path, problem: Problem) -> Plan:
    """Read a plan back; raises BadRows if it does not belong to the problem."""
    told = read_json(folder / "result.json")
    people = _people(folder / "plan.csv", problem)
    reached = _reached(folder / "goals.csv", problem)
    try:
        return Plan(
            people=people,
            reached=reached,
            missed=problem.units - reached,
            cost_by_year=by_year(problem, people),
            away_by_week=by_week(problem, people),
            **{name: told[name] for name in NUMBERS},
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise BadRows([Flaw("result.json", 0, "", "", f"cannot be read: {fault!r}")]) from fault


def _people(path: Path, problem: Problem) -> Ints:
    return _column(path, ("occurrence", "people"), "people", problem.occurrences)


def _reached(path: Path, problem: Problem) -> Ints:
    return _column(path, ("goal", "needed", "reached", "conflict", "would_reach"), "reached", problem.goals)


def _column(path: Path, names: Sequence[str], wanted: str, keys: Sequence[str]) -> Ints:
    """The whole numbers of one column of a table whose rows are those of the problem."""
    flaws: list[Flaw] = []
    found: list[int] = []
    for line, cells in read_rows(path, names, flaws):
        expected, cell = keys[len(found)] if len(found) < len(keys) else "", cells[names.index(wanted)]
        if cells[0] != expected:
            flaws.append(Flaw(path.name, line, names[0], cells[0], f"must be {expected!r}, as in the problem"))
        if not cell.removeprefix("-").isdigit():
            flaws.append(Flaw(path.name, line, wanted, cell, "must be a whole number"))
        found.append(int(cell) if cell.removeprefix("-").isdigit() else 0)
    if not flaws and len(found) < len(keys):
        flaws.append(Flaw(path.name, len(found) + 2, names[0], "", f"must be {keys[len(found)]!r}, as in the problem"))
    if flaws:
        raise BadRows(flaws)
    return np.array(found, dtype=np.int64)
