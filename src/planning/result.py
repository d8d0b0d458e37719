"""From whole people to a plan: what they reach, cost and prove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from planning import seals
from planning.model import Ints, Plan, Problem, monday, weeks


@dataclass(frozen=True)
class Bounds:
    """What no plan can better: weighted units missed at least, and the cost of missing no more than this plan.

    The cost may come with less than one unit of money for trips.
    """

    missed: float
    cost: float


def result(
    problem: Problem,
    people: Ints,
    bounds: Bounds,
    *,
    near: Ints | None,
    seed: int,
    stages: int,
    nodes: int,
    seal: str | None = None,
) -> Plan:
    """The plan that sends these people; ``seal`` is that of the problem, where it is known already."""
    brought = (problem.serves * (problem.gives * people)[:, None]).sum(axis=0)
    reached = np.minimum(brought, problem.units)
    missed = problem.units - reached
    cost = int((problem.cost * people).sum())
    need, short = problem.weighted_need, int((problem.weight * missed).sum())
    coverage, bound = _share(need - short, need), _share(need - min(bounds.missed, short), need)
    cost_bound = min(cost, max(0, int(np.floor(bounds.cost + 1e-6))))
    return Plan(
        people=people,
        reached=reached,
        missed=missed,
        coverage=coverage,
        coverage_bound=bound,
        coverage_gap_percent=round(bound - coverage, 4),
        cost=cost,
        cost_bound=cost_bound,
        cost_gap_percent=round(100.0 * (cost - cost_bound) / max(cost, 1), 4),
        trips=int(people.sum()),
        moves=0 if near is None else int(np.abs(people - near).sum()),
        cost_by_year=by_year(problem, people),
        away_by_week=by_week(problem, people),
        seed=seed,
        stages=stages,
        nodes=nodes,
        input_sha256=seal or seals.of_problem(problem),
        output_sha256=seals.of_plan(problem, people),
    )


def _share(part: float, whole: int) -> float:
    return round(100.0 * part / whole, 4) if whole else 100.0


def by_year(problem: Problem, people: Ints) -> Mapping[int, int]:
    """What is spent in each calendar year of the plan."""
    spent = np.zeros(len(problem.budget), dtype=np.int64)
    np.add.at(spent, problem.year, problem.cost * people)
    return {problem.settings.first_year + year: cost for year, cost in enumerate(spent.tolist())}


def by_week(problem: Problem, people: Ints) -> Mapping[date, int]:
    """How many are away in each ISO week, by its Monday; weeks in which nobody is are left out."""
    sent = np.flatnonzero(people)
    if not len(sent):
        return {}
    leave, back = weeks(problem.start[sent]), weeks(problem.end[sent]) + 1
    first = int(leave.min())
    change = np.zeros(int(back.max()) - first + 1, dtype=np.int64)
    np.add.at(change, leave - first, people[sent])
    np.subtract.at(change, back - first, people[sent])
    away = np.cumsum(change)
    return {monday(first + at): int(away[at]) for at in np.flatnonzero(away).tolist()}
