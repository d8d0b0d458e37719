"""Fingerprints: canonical bytes of rule, input and output; and random numbers by position.

Anyone with a SHA-256 program can recompute the first; nothing depends on the order of rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allotment.model import FUNDINGS, NO_LIMIT, Allotment, Ints, Problem
from allotment.values import Rule
from optimal.seals import canonical

_STRIDE = 4096
_GOLDEN = 0x9E3779B97F4A7C15
_ALL = (1 << 64) - 1


def of_rule(rule: Rule) -> str:
    """SHA-256 of the canonical JSON of the rule."""
    return hashlib.sha256(canonical(rule.as_json())).hexdigest()


def of_problem(problem: Problem) -> str:
    """SHA-256 of the canonical JSON of each row, a line each, the tables in order, rows sorted by key."""
    digest = hashlib.sha256()
    for name, keys, row in _tables(problem):
        _absorb(digest.update, name, keys, row)
    return digest.hexdigest()


def of_plan(problem: Problem, allotment: Allotment) -> str:
    """SHA-256 of the lines [request, funded, self_paid], sorted by request."""
    digest = hashlib.sha256()
    columns = (problem.requests, allotment.funded.tolist(), allotment.self_paid.tolist())
    _absorb(digest.update, "allocation", problem.requests, columns)
    return digest.hexdigest()


def scrambled(seed: int, stream: int, at: NDArray[Any]) -> NDArray[np.uint64]:
    """Random numbers by position: splitmix64 (Steele, Lea and Flood 2014) as a hash of seed, stream and position."""
    start = np.uint64(_mixed(_mixed(seed) ^ (stream * 0xD1B54A32D192ED03 & _ALL)))
    with np.errstate(over="ignore"):
        z = np.asarray(at).astype(np.uint64) * np.uint64(_GOLDEN) + start
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def _mixed(z: int) -> int:
    z = (z + _GOLDEN) & _ALL
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _ALL
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _ALL
    return z ^ (z >> 31)


def _tables(problem: Problem) -> Iterator[tuple[str, Sequence[str], tuple[Sequence[Any], ...]]]:
    p = problem
    # A record is sealed only where there is one: the seals of problems without records stay what they were.
    records = (p.no_show_percent.tolist(),) if p.no_show_percent.any() else ()
    yield "parties", p.parties, (p.parties, _open(p.places_cap), _open(p.away_cap), *records)
    yield "pools", p.pools, (p.pools, p.budget.tolist())
    dates = ([date.fromordinal(day).isoformat() for day in days.tolist()] for days in (p.start, p.end))
    pools = [p.pools[k] for k in p.pool.tolist()]
    yield "activities", p.activities, (p.activities, *dates, p.capacity.tolist(), p.minimum.tolist(), pools)
    parties = [p.parties[k] for k in p.party.tolist()]
    activities = [p.activities[k] for k in p.activity.tolist()]
    funding = [FUNDINGS[k] for k in p.funding.tolist()]
    counts = (p.places.tolist(), p.priority.tolist(), p.linked.tolist())
    yield "requests", p.requests, (p.requests, parties, activities, *counts, funding, p.cost.tolist())


def _open(caps: Ints) -> list[int | None]:
    return [None if cap == NO_LIMIT else cap for cap in caps.tolist()]


def _absorb(update: Callable[[bytes], None], name: str, keys: Sequence[str], columns: tuple[Sequence[Any], ...]) -> None:
    update(canonical(name) + b"\n")
    order = sorted(range(len(keys)), key=keys.__getitem__)
    for at in range(0, len(order), _STRIDE):
        rows = [[column[row] for column in columns] for row in order[at : at + _STRIDE]]
        update(b"".join(canonical(row) + b"\n" for row in rows))
