"""Puts a conjecture to the test: changes terms, solves again, and looks who fares better and who worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from allotment.explain import Change, reason
from allotment.model import Allotment, Ints, Problem, Trial
from allotment.solve import allot, allot_again
from allotment.values import Rule

_OF_A_REQUEST = ("priority", "places", "funding")


def changed(problem: Problem, change: Change) -> Problem:
    """The problem with one term changed; raises ValueError if the change names nothing in it."""
    subject, amount = change.subject, change.amount
    match change.lever:
        case "priority":
            return replace(problem, priority=_set(problem.priority, problem.requests.index(subject), amount))
        case "places":
            return replace(problem, places=_set(problem.places, problem.requests.index(subject), amount))
        case "funding":
            return replace(problem, funding=_set(problem.funding, problem.requests.index(subject), amount))
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


def what_if(
    problem: Problem,
    rule: Rule,
    allotment: Allotment,
    changes: Sequence[Change],
    *,
    request: str | None = None,
    exact: bool = False,
) -> Trial:
    """Solve again with these changes, under the same rule and seed, and compare with the published plan.

    The request in question is ``request``, else that of the first change which names one, else all requests together.

    The search begins at the published prices and plan, moves only what it must to be certified as closely as the
    published plan, and if that does not help the request looks for a plan anew; it splits no cases. The trial speaks
    of a whole plan that keeps every changed term and is certified by its own gap. A new round would find one of
    nearly the same value, which may give a place to another of two nearly equal requests. ``exact`` solves from
    nothing, as a new round would, to the same bytes. Small problems and the rule of precedence always do.
    """
    other = problem
    for change in changes:
        other = changed(other, change)
    named = [change.subject for change in changes if change.lever in _OF_A_REQUEST]
    name = request or (named[0] if named else None)
    at = slice(None) if name is None else slice(where := problem.requests.index(name), where + 1)
    if exact:
        return _compared(problem, other, allotment, allot(other, rule, seed=allotment.seed), at)
    near = _compared(problem, other, allotment, allot_again(other, rule, allotment, near=True), at)
    if near.is_better or name is None or rule.rule == "precedence":
        return near
    anew = _compared(problem, other, allotment, allot_again(other, rule, allotment, near=False), at)
    return anew if anew.is_better else near


def _compared(problem: Problem, other: Problem, allotment: Allotment, again: Allotment, at: slice) -> Trial:
    before, after = allotment.funded + allotment.self_paid, again.funded + again.self_paid
    held = (np.bincount(problem.party, places, len(problem.parties)).astype(np.int64).tolist() for places in (before, after))
    differs = (allotment.funded != again.funded) | (allotment.self_paid != again.self_paid)
    return Trial(
        before=(int(allotment.funded[at].sum()), int(allotment.self_paid[at].sum())),
        after=(int(again.funded[at].sum()), int(again.self_paid[at].sum())),
        granted=bool((after[at] == other.places[at]).all()),
        value_before=allotment.value,
        value_after=again.value,
        gap_percent=again.gap_percent,
        per_party=dict(zip(problem.parties, zip(*held, strict=True), strict=True)),
        moved=int(differs.sum()),
    )


def verify(problem: Problem, rule: Rule, allotment: Allotment, request: str, change: Change, *, exact: bool = False) -> bool:
    """Whether the request fares better under the change, as ``what_if`` finds: more places, or more of them funded."""
    return what_if(problem, rule, allotment, [change], request=request, exact=exact).is_better


def smallest_change(problem: Problem, rule: Rule, allotment: Allotment, request: str) -> Change | None:
    """The smallest of the single changes conjectured for a request that proves to help when solved again."""
    conjectures = reason(problem, rule, allotment, request).changes
    return next((change for change in conjectures if verify(problem, rule, allotment, request, change)), None)


def _add(values: Ints, at: int, amount: int) -> Ints:
    return _set(values, at, int(values[at]) + amount)


def _set(values: Ints, at: int, value: int) -> Ints:
    new = np.array(values)
    new[at] = value
    return new
