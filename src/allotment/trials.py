"""Puts a conjecture to the test: changes one term, solves again, and looks whether it helped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from allotment.explain import Change
from allotment.model import Allotment, Ints, Problem
from allotment.solve import allot
from allotment.values import Rule


def changed(problem: Problem, change: Change) -> Problem:
    """The problem with one term changed; raises ValueError if the change names nothing in it."""
    subject, amount = change.subject, change.amount
    match change.lever:
        case "priority":
            return replace(problem, priority=_set(problem.priority, problem.requests.index(subject), amount))
        case "capacity":
            return replace(problem, capacity=_add(problem.capacity, problem.activities.index(subject), amount))
        case "minimum":
            return replace(problem, minimum=_add(problem.minimum, problem.activities.index(subject), -amount))
        case "budget":
            return replace(problem, budget=_add(problem.budget, problem.pools.index(subject), amount))
        case "places_cap":
            return replace(problem, places_cap=_add(problem.places_cap, problem.parties.index(subject), amount))
        case "away_cap":
            return replace(problem, away_cap=_add(problem.away_cap, problem.parties.index(subject), amount))


def verify(problem: Problem, rule: Rule, allotment: Allotment, request: str, change: Change) -> bool:
    """Whether the request fares better under the change: more places, or more of them funded."""
    again = allot(changed(problem, change), rule, seed=allotment.seed)
    at = problem.requests.index(request)
    before = (allotment.funded[at] + allotment.self_paid[at], allotment.funded[at])
    return bool((again.funded[at] + again.self_paid[at], again.funded[at]) > before)


def _add(values: Ints, at: int, amount: int) -> Ints:
    return _set(values, at, int(values[at]) + amount)


def _set(values: Ints, at: int, value: int) -> Ints:
    new = np.array(values)
    new[at] = value
    return new
