"""The plans of many parties, which together do not overbook.

Each party is planned by itself first. Where more people would go than there are seats, a seat gets a price, and the
parties that meet it look for other ways to the same goals; prices rise until enough have found one, until they no
longer help, or the rounds are over. What is still overbooked is shared out, and whoever loses seats repairs the plan
within what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import numpy as np

from optimal.seals import lots
from planning.model import NO_LIMIT, Ints, Plan, Problem
from planning.solve import Progress, repriced, sketch, within

Each = Callable[[Callable[..., Plan], Sequence[tuple[Any, ...]]], Iterator[Plan]]

_WORTH, _PATIENCE = 0.05, 2
"""Prices have done what they can when so many rounds in a row each found seats for less than this share of those lacking."""

_STEP = 0.5
"""A seat's price rises by this share of the cost of the occurrence for each time its seats are booked over."""


@dataclass(frozen=True)
class Together:
    """A plan for each party, the price of a seat where there was one, and how many were booked over at first.

    ``rounds`` counts the rounds of prices; ``shared`` the occurrences whose seats had to be shared out at the end.
    """

    plans: Mapping[str, Plan]
    prices: Mapping[str, float]
    overbooked: int
    rounds: int
    shared: tuple[str, ...]


def many(
    problems: Mapping[str, Problem],
    seats: Mapping[str, int],
    *,
    seed: int = 1,
    rounds: int = 10,
    workers: int = 1,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Together:
    """Plan for many parties at once; ``seats`` is what each occurrence holds for all of them, without limit if absent.

    The same problems, seats and seed give the same bytes, whatever the number of workers and the order of parties.
    ``time_limit`` is that of each party's own first plan.
    """
    told, parties = progress or _untold, sorted(problems)
    with _pool(workers) as each:
        plans: dict[str, Plan] = {}
        alone = [(problems[party], seed, time_limit) for party in parties]
        for party, found in zip(parties, each(sketch, alone), strict=True):
            plans[party] = found
            told(f"plan {party}", 0.7 * len(plans) / len(parties))
        over = _over(problems, plans, seats)
        prices: dict[str, float] = {}
        done, first, idle = 0, len(over), 0
        while over and done < rounds and idle < _PATIENCE:
            done, lacking = done + 1, sum(over.values())
            told(f"prices {done}", 0.7 + 0.2 * done / rounds)
            _raise(prices, over, problems, seats)
            meeting = [party for party in parties if _sent(problems[party], plans[party]).keys() & over.keys()]
            turn = _half(meeting, seed, done)
            plans |= dict(zip(turn, each(repriced, [(problems[p], plans[p], prices) for p in turn]), strict=True))
            over = _over(problems, plans, seats)
            idle = idle + 1 if sum(over.values()) > (1.0 - _WORTH) * lacking else 0
    told("share", 0.95)
    shared = tuple(sorted(over))
    if over:
        plans = _shared(problems, plans, seats, over, seed)
    told("done", 1.0)
    return Together(plans, prices, first, done, shared)


def _untold(stage: str, share: float) -> None:
    """Nobody listens."""


@contextmanager
def _pool(workers: int) -> Iterator[Each]:
    """Does each job in turn, or on as many processes as told; in either case answers come in the order of jobs."""
    if workers <= 1:
        yield lambda act, jobs: (act(*job) for job in jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield lambda act, jobs: pool.map(act, *zip(*jobs, strict=True)) if jobs else iter(())


def _sent(problem: Problem, found: Plan) -> dict[str, int]:
    """The people of a plan, by the name of the occurrence."""
    return {problem.occurrences[at]: int(found.people[at]) for at in np.flatnonzero(found.people).tolist()}


def _over(problems: Mapping[str, Problem], plans: Mapping[str, Plan], seats: Mapping[str, int]) -> dict[str, int]:
    """The occurrences to which more people would go than there are seats, and how many more."""
    going: dict[str, int] = {}
    for party in sorted(plans):
        for name, people in _sent(problems[party], plans[party]).items():
            going[name] = going.get(name, 0) + people
    return {name: people - seats[name] for name, people in sorted(going.items()) if people > seats.get(name, NO_LIMIT)}


def _half(parties: Sequence[str], seed: int, turn: int) -> list[str]:
    """Half of the parties, by lot: if all looked elsewhere at once, all would meet again there."""
    drawn = lots(seed, [f"{turn}:{party}" for party in parties])
    return [parties[at] for at in np.argsort(drawn, kind="stable")[: (len(parties) + 1) // 2].tolist()]


def _raise(prices: dict[str, float], over: Mapping[str, int], problems: Mapping[str, Problem], seats: Mapping[str, int]) -> None:
    """Raise the price of a seat where seats lack, by more the more lack."""
    cost: dict[str, int] = {}
    for problem in problems.values():
        for at in np.flatnonzero(np.isin(problem.occurrences, list(over))).tolist():
            cost[problem.occurrences[at]] = max(int(problem.cost[at]), cost.get(problem.occurrences[at], 0))
    for name, lacking in over.items():
        prices[name] = prices.get(name, 0.0) + _STEP * max(1, cost[name]) * (1.0 + lacking / max(1, seats[name]))


def _shared(
    problems: Mapping[str, Problem],
    plans: Mapping[str, Plan],
    seats: Mapping[str, int],
    over: Mapping[str, int],
    seed: int,
) -> dict[str, Plan]:
    """Plans within the seats: those booked over are shared out, then each party in turn keeps to what others leave."""
    held = {party: _sent(problems[party], found) for party, found in plans.items()}
    for name in over:
        booked = {party: mine[name] for party, mine in held.items() if mine.get(name)}
        settled = {party: _settled(problems[party], name) for party in booked}
        for party, share in _share(name, booked, settled, seats[name], seed).items():
            held[party][name] = share
    final = dict(plans)
    for party in sorted(plans):
        mine, found = held[party], plans[party]
        if mine == _sent(problems[party], found):
            continue
        left = _left(problems[party], {other: sent for other, sent in held.items() if other != party}, seats)
        final[party] = within(problems[party], found, left)
        held[party] = _sent(problems[party], final[party])
    return final


def _settled(problem: Problem, name: str) -> int:
    return max(0, int(problem.fixed[problem.occurrences.index(name)]))


def _share(name: str, booked: Mapping[str, int], settled: Mapping[str, int], seats: int, seed: int) -> dict[str, int]:
    """What each party keeps of an occurrence: what is settled first, then seat by seat to whoever lacks the smallest
    part of what it booked last; equals by lot."""
    share = dict(settled)
    lot = dict(zip(sorted(booked), lots(seed, [f"{name}:{party}" for party in sorted(booked)]).tolist(), strict=True))
    for _ in range(max(0, seats - sum(settled.values()))):
        waiting = [party for party in booked if share[party] < booked[party]]
        if not waiting:
            break
        share[min(waiting, key=lambda party: (share[party] / booked[party], lot[party]))] += 1
    return share


def _left(problem: Problem, others: Mapping[str, Mapping[str, int]], seats: Mapping[str, int]) -> Ints:
    """The seats that other parties leave at each occurrence."""
    taken: dict[str, int] = {}
    for sent in others.values():
        for name, people in sent.items():
            taken[name] = taken.get(name, 0) + people
    left = [max(0, seats.get(name, NO_LIMIT) - taken.get(name, 0)) for name in problem.occurrences]
    return np.array(left, dtype=np.int64)
