"""Fingerprints: canonical bytes of input and output.

Anyone with a SHA-256 program can recompute them; nothing depends on the order of rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from optimal.seals import canonical
from planning.model import FREE, NO_LIMIT, Ints, Problem


def of_problem(problem: Problem) -> str:
    """SHA-256 of the canonical JSON of the settings and of each row, a line each, the tables in order, rows sorted by key."""
    digest = hashlib.sha256(canonical(problem.settings.as_json()) + b"\n")
    for name, rows in rows_of(problem).items():
        digest.update(canonical(name) + b"\n" + _lines(rows))
    return digest.hexdigest()


def of_plan(problem: Problem, people: Ints) -> str:
    """SHA-256 of the lines [occurrence, people], sorted by occurrence."""
    rows = zip(problem.occurrences, people.tolist(), strict=True)
    return hashlib.sha256(canonical("plan") + b"\n" + _lines(rows)).hexdigest()


def rows_of(problem: Problem) -> dict[str, Iterator[tuple[Any, ...]]]:
    """The rows of each table as the files hold them, empty cells being None."""
    p = problem
    goal_areas, areas, types = ([names[at] for at in column.tolist()] for names, column in _named(p))
    after = [p.types[at] if at >= 0 else None for at in p.after.tolist()]
    goals = (p.goals, p.objective, goal_areas, p.goal_tier.tolist(), p.units.tolist(), _days(p.deadline), p.priority.tolist())
    menu = (
        *(p.occurrences, types, areas, p.tier.tolist(), _days(p.start), _days(p.end), p.cost.tolist(), _open(p.seats)),
        *(p.language.tolist(), after, p.gives.tolist(), _open(p.repeats)),
    )
    settled = [(name, number) for name, number in zip(p.occurrences, p.fixed.tolist(), strict=True) if number != FREE]
    return {"goals": zip(*goals, strict=True), "occurrences": zip(*menu, strict=True), "fixed": iter(settled)}


def _named(problem: Problem) -> tuple[tuple[tuple[str, ...], Ints], ...]:
    return (problem.areas, problem.goal_area), (problem.areas, problem.area), (problem.types, problem.type)


def _days(ordinals: Ints) -> list[str]:
    return [date.fromordinal(day).isoformat() for day in ordinals.tolist()]


def _open(limits: Ints) -> list[int | None]:
    return [None if limit == NO_LIMIT else limit for limit in limits.tolist()]


def _lines(rows: Iterable[tuple[Any, ...]]) -> bytes:
    return b"".join(canonical(row) + b"\n" for row in sorted(rows, key=lambda row: str(row[0])))
