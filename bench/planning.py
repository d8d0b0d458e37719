"""How long a programme of four years takes to plan, and how good it is proved to be, beside what one would otherwise use.

Each party is planned by the product and, on the same rows, by the integer solver as it comes, to the same gap; the
linear program alone gives a bound and no plan, and hearing goals in the order of priority is what an officer with a
spreadsheet would do.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from planning import Plan, Problem, breaches, instance, many, plan, preview, shortfalls
from planning.hands import Hands
from planning.instances import capacities
from planning.programs import Solver
from planning.rows import frame
from planning.solve import COVERAGE_GAP

FEW, ALL = 10, 41
PLAIN = 3


def measures(parties: int = FEW, *, together: bool = False) -> list[dict[str, Any]]:
    """One row a measurement: name, seconds, what it is a ratio to, the ratio (below 1 is faster), and a note."""
    programmes = [instance("S", party) for party in range(parties)]
    plan(instance("T"))
    timed = [_timed(lambda programme=programme: plan(programme)) for programme in programmes]
    seconds, plans = [took for took, _ in timed], [found for _, found in timed]
    for programme, found in zip(programmes, plans, strict=True):
        assert breaches(programme, found) == []
    middle, memory = statistics.median(seconds), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    gaps = f"coverage gap at most {max(found.coverage_gap_percent for found in plans)} points"
    dearer = [found.cost_gap_percent for found in plans]
    costs = f"cost gap {statistics.median(dearer):.2f} %, worst {max(dearer):.2f} %"
    rows = [
        _row(f"plan, median of {parties}", middle, "", None, f"{gaps}, {costs}, peak {memory} MiB"),
        _row(f"plan, worst of {parties}", max(seconds), "plan, median", middle, f"{len(programmes[0].occurrences)} occurrences"),
        *_beside(programmes, seconds, plans),
        *_quick(programmes, plans, middle),
    ]
    return rows + ([_all_together(programmes, sum(seconds))] if together else [])


def _beside(programmes: list[Problem], seconds: list[float], plans: list[Plan]) -> list[dict[str, Any]]:
    """The integer solver as it comes, the linear program and the order of priorities, against the same plans."""
    few = list(zip(programmes, seconds, plans, strict=True))[:PLAIN]
    ours = statistics.median(took for _, took, _ in few)
    plain = [_timed(lambda programme=programme: _integer_program(programme)) for programme, _, _ in few]
    linear = [_timed(lambda programme=programme: _linear_program(programme)) for programme in programmes]
    greedy = [_timed(lambda programme=programme: _by_priority(programme)) for programme in programmes]
    middle = statistics.median(seconds)
    above = statistics.median(bound - found.coverage for (_, bound), found in zip(linear, plans, strict=True))
    below = statistics.median(found.coverage - share for (_, share), found in zip(greedy, plans, strict=True))
    took = [statistics.median(took for took, _ in each) for each in (plain, linear, greedy)]
    return [
        _row(
            f"HiGHS MIP, both aims, median of {PLAIN}", took[0], "plan, the same", ours, "the same rows and gaps, no bound left out"
        ),
        _row("HiGHS LP, median", took[1], "plan, median", middle, f"{above:.2f} points of coverage above the plan, no plan"),
        _row("priority-greedy, median", took[2], "plan, median", middle, f"{below:.2f} points of coverage below the plan"),
    ]


def _quick(programmes: list[Problem], plans: list[Plan], middle: float) -> list[dict[str, Any]]:
    """Preview, planning again after one change, and the reasons of all goals missed."""
    seen = [_timed(lambda programme=programme: preview(programme)) for programme in programmes]
    again = [_timed(lambda change=change: plan(change[0], near=change[1])) for change in map(_changed, programmes, plans)]
    told = [_timed(lambda pair=pair: shortfalls(*pair, relax=False)) for pair in zip(programmes, plans, strict=True)]
    eased = [_timed(lambda pair=pair: shortfalls(*pair)) for pair in zip(programmes, plans, strict=True)]
    gap = statistics.median(found.coverage_gap_percent for _, found in seen)
    moves = statistics.median(found.moves for _, found in again)
    goals = statistics.median(len(answers) for _, answers in told)
    return [
        _each("preview", seen, middle, f"coverage gap {gap:.2f} points"),
        _each("plan again after one change", again, middle, f"{moves:.0f} moves"),
        _each("conflicts of all goals missed", told, middle, f"{goals:.0f} goals"),
        _each("conflicts and changes", eased, middle, f"{goals:.0f} goals"),
    ]


def _each(name: str, timed: list[tuple[float, Any]], middle: float, note: str) -> dict[str, Any]:
    took = [seconds for seconds, _ in timed]
    return _row(f"{name}, median", statistics.median(took), "plan, median", middle, f"worst {max(took):.2f} s, {note}")


def _row(name: str, seconds: float, ratio_to: str, other: float | None, note: str) -> dict[str, Any]:
    ratio = round(seconds / other, 2) if other else None
    return {"name": name, "seconds": round(seconds, 3), "ratio_to": ratio_to, "ratio": ratio, "note": note}


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def _changed(programme: Problem, found: Plan) -> tuple[Problem, dict[str, int]]:
    """The programme without the occurrence that most people attend, and the plan made when it was still there."""
    seats = programme.seats.copy()
    seats[int(np.argmax(found.people))] = 0
    return replace(programme, seats=seats), dict(zip(programme.occurrences, found.people.tolist(), strict=True))


def _linear_program(programme: Problem) -> float:
    """The percentage of the weighted need that no plan exceeds."""
    framed = frame(programme, 1)
    solver = Solver(framed, np.concatenate([np.zeros(len(framed.columns)), programme.weight]), solver="simplex")
    solver.run()
    return 100.0 - 100.0 * solver.objective / programme.weighted_need


def _integer_program(programme: Problem) -> float:
    """Both aims by the integer solver with nothing but the gaps set."""
    framed = frame(programme, 1)
    people, goals = len(framed.columns), len(programme.goals)
    gap = COVERAGE_GAP * programme.weighted_need
    first = Solver(framed, np.concatenate([np.zeros(people), programme.weight]), whole=True, mip_rel_gap=0.0, mip_abs_gap=gap)
    first.run()
    second = Solver(framed, np.concatenate([framed.cost, np.zeros(goals)]).astype(np.float64), whole=True, mip_rel_gap=0.02)
    second.bound_columns(people + np.arange(goals), np.zeros(goals), np.rint(first.values[people:]))
    second.run()
    return second.objective


def _by_priority(programme: Problem) -> float:
    """The percentage of the weighted need reached by serving goals one after another, each as cheaply as it comes."""
    framed = frame(programme, 1)
    hands = Hands.over(framed, framed.least)
    hands.fill()
    return 100.0 - 100.0 * float((programme.weight * hands.missed).sum()) / programme.weighted_need


def _all_together(programmes: list[Problem], alone: float) -> dict[str, Any]:
    problems = {f"p{at:02}": programme for at, programme in enumerate(programmes)}
    seconds, found = _timed(lambda: many(problems, capacities(), workers=2))
    note = f"{found.overbooked} occurrences overbooked at first, {len(found.shared)} shared out, {found.rounds} rounds"
    return _row(f"{len(programmes)} parties together on two cores", seconds, "one after another", alone, note)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.planning")
    parser.add_argument("--large", action="store_true", help="all 41 parties, and all of them together; minutes")
    asked = parser.parse_args()
    for row in measures(ALL if asked.large else FEW, together=asked.large):
        print(json.dumps(row), flush=True)
