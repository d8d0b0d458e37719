"""Small invented programmes for the tests of the planner: builders with defaults, a strategy that draws odd ones, and
an oracle that solves them by a plain integer program with every row written out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import highspy
import numpy as np
from hypothesis import strategies as st

from planning import Plan, Problem
from planning.model import FREE, NO_LIMIT

FIRST_YEAR = 2030
MONDAY = date(2030, 1, 7)


def week(number: int) -> date:
    """The Monday so many weeks after the first."""
    return MONDAY + timedelta(weeks=number)


def occurrence(
    name: str,
    *,
    type: str | None = None,
    area: str = "cyber",
    tier: int = 1,
    start: int = 0,
    weeks: int = 1,
    cost: int = 100,
    seats: int | None = 5,
    language: int = 0,
    after: str | None = None,
    gives: int = 1,
    repeats: int | None = None,
) -> tuple[Any, ...]:
    end = week(start + weeks - 1) + timedelta(days=4)
    return (name, type or name, area, tier, week(start), end, cost, seats, language, after, gives, repeats)


def goal(name: str, units: int, *, area: str = "cyber", tier: int = 1, by: int = 100, priority: int = 1) -> tuple[Any, ...]:
    return (name, "objective", area, tier, units, week(by) - timedelta(days=1), priority)


def tables(
    goals: Iterable[tuple[Any, ...]],
    menu: Iterable[tuple[Any, ...]],
    fixed: Iterable[tuple[Any, ...]] = (),
    *,
    years: int = 2,
    budget: int | None = 10_000,
    away: int | None = 10,
    **settings: Any,
) -> dict[str, Any]:
    """The tables of a programme of two years that lacks nothing unless told."""
    from planning.tables import TABLES

    rows = {"goals": list(goals), "occurrences": list(menu), "fixed": list(fixed)}
    columns = {
        table: dict(zip(names, map(list, zip(*rows[table], strict=True)), strict=True)) if rows[table] else {n: [] for n in names}
        for table, names in TABLES.items()
    }
    known = {"years": years, "first_year": FIRST_YEAR, "budgets": [budget] * years, "away_cap": away, **settings}
    return {"settings": known, **columns}


def programme(*args: Any, **settings: Any) -> Problem:
    return Problem.from_columns(tables(*args, **settings))


def sent(problem: Problem, plan: Plan) -> dict[str, int]:
    """The people of each occurrence to which any go."""
    return {name: people for name, people in zip(problem.occurrences, plan.people.tolist(), strict=True) if people}


AREAS = ("cyber", "medical")


@st.composite
def odd_menus(draw: st.DrawFn) -> list[tuple[Any, ...]]:
    """At most nine occurrences of five types, some of which come after others or ask for a language."""
    shape = {
        f"t{n}": {
            "area": draw(st.sampled_from((*AREAS, "language"))),
            "tier": draw(st.integers(1, 3)),
            "language": draw(st.integers(0, 2)),
            "after": draw(st.sampled_from((None, *(f"t{m}" for m in range(n))))) if draw(st.booleans()) else None,
            "gives": draw(st.integers(0, 3)),
            "repeats": draw(st.none() | st.integers(0, 4)),
        }
        for n in range(draw(st.integers(1, 5)))
    }
    kinds = [draw(st.sampled_from(sorted(shape))) for _ in range(draw(st.integers(1, 9)))]
    for told in shape.values():
        told["after"] = told["after"] if told["after"] in kinds else None
    return [
        occurrence(
            f"o{n}",
            type=kind,
            start=draw(st.integers(0, 15)) * 4,
            weeks=draw(st.integers(1, 6)),
            cost=draw(st.integers(0, 300)),
            seats=draw(st.none() | st.integers(0, 3)),
            **shape[kind],
        )
        for n, kind in enumerate(kinds)
    ]


@st.composite
def odd_tables(draw: st.DrawFn) -> dict[str, Any]:
    """An odd menu with at most four goals and two things settled, scarce in everything at random."""
    menu = draw(odd_menus())
    goals = [
        goal(
            f"g{n}",
            draw(st.integers(0, 9)),
            area=draw(st.sampled_from(AREAS)),
            tier=draw(st.integers(1, 3)),
            by=draw(st.integers(1, 70)),
            priority=draw(st.integers(1, 3)),
        )
        for n in range(draw(st.integers(1, 4)))
    ]
    names = [row[0] for row in menu]
    fixed = [(name, draw(st.integers(0, 3))) for name in draw(st.lists(st.sampled_from(names), unique=True, max_size=2))]
    return tables(
        goals,
        menu,
        fixed,
        budget=draw(st.none() | st.integers(0, 900)),
        away=draw(st.none() | st.integers(0, 5)),
        speakers=draw(st.lists(st.integers(0, 3), max_size=2)),
    )


odd_programmes = odd_tables().map(Problem.from_columns)


class Oracle:
    """A plain integer program with a row for every day and limit, written from the definitions and nothing else."""

    def __init__(self, problem: Problem, missed: Iterable[int] | None = None) -> None:
        self.problem = p = problem
        self.rows: list[tuple[dict[int, float], float]] = []
        number = len(p.occurrences)
        settled = np.maximum(p.fixed, 0)

        def limit(entries: dict[int, int], most: int) -> None:
            held = sum(entry * int(settled[at]) for at, entry in entries.items())
            if most < NO_LIMIT:
                self.rows.append((dict(entries), float(max(most, held))))

        for year in range(len(p.budget)):
            limit({at: int(p.cost[at]) for at in range(number) if p.year[at] == year}, int(p.budget[year]))
            for kind in range(len(p.types)):
                same = [at for at in range(number) if p.type[at] == kind and p.year[at] == year]
                if same:
                    limit(dict.fromkeys(same, 1), int(p.repeats[same[0]]))
        first, last = (int(day - 1) // 7 for day in (p.start.min(), p.end.max()))
        for number_of_week in range(first, last + 1):
            monday, sunday = number_of_week * 7 + 1, number_of_week * 7 + 7
            away = [at for at in range(number) if p.start[at] <= sunday and p.end[at] >= monday]
            limit(dict.fromkeys(away, 1), p.away_cap)
            for level, speakers in enumerate(p.speakers.tolist(), 1):
                speaking = [at for at in away if p.language[at] >= level]
                if speaking:
                    learnt = [at for at in range(number) if p.teaches[at] == level and p.end[at] < monday]
                    limit({**dict.fromkeys(speaking, 1), **dict.fromkeys(learnt, -1)}, speakers)
        for at in range(number):
            if p.after[at] >= 0:
                begun = [other for other in range(number) if p.type[other] == p.type[at] and p.start[other] <= p.start[at]]
                done = [other for other in range(number) if p.type[other] == p.after[at] and p.end[other] < p.start[at]]
                limit({**dict.fromkeys(begun, 1), **dict.fromkeys(done, -1)}, int(p.stock[p.after[at]]))
        self.missed = list(missed) if missed is not None else p.units.tolist()

    def best(self, cost: Iterable[float], weight: Iterable[float]) -> float:
        """The least of people times cost plus units missed times weight."""
        p = self.problem
        number, goals = len(p.occurrences), len(p.goals)
        model = highspy.Highs()
        for name, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-9)):
            model.setOptionValue(name, value)
        for at, price in enumerate(cost):
            fixed = int(p.fixed[at])
            most = min(int(p.seats[at]), 50) if fixed == FREE else fixed
            model.addCol(price, max(0, fixed), most, 0, [], [])
        for price, most in zip(weight, self.missed, strict=True):
            model.addCol(price, 0, most, 0, [], [])
        for entries, most in self.rows:
            model.addRow(-highspy.kHighsInf, most, len(entries), list(entries), list(entries.values()))
        for g in range(goals):
            serving = [at for at in range(number) if p.serves[at, g] and p.gives[at]]
            entries = [*serving, number + g]
            model.addRow(float(p.units[g]), highspy.kHighsInf, len(entries), entries, [*p.gives[serving].tolist(), 1.0])
        for at in range(number + goals):
            model.changeColIntegrality(at, highspy.HighsVarType.kInteger)
        model.run()
        assert model.getModelStatus() == highspy.HighsModelStatus.kOptimal, model.modelStatusToString(model.getModelStatus())
        return float(model.getInfo().objective_function_value)

    def least_missed(self) -> int:
        """The fewest weighted units any plan misses."""
        return round(self.best([0.0] * len(self.problem.occurrences), self.problem.weight.tolist()))

    def least_cost(self) -> int:
        """The least cost of missing no more of any goal than told."""
        return round(self.best(self.problem.cost.tolist(), [0.0] * len(self.problem.goals)))
