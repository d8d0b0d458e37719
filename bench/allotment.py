"""How long an allotment takes, and how near to the best it is proved, beside what one would otherwise use.

Each instance is solved three ways in the same run: by the product, by the linear program alone (a bound, not yet a
plan), and by hearing requests in the order of priority, as an officer with a spreadsheet would.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from allotment import Problem, Rule, allot, breaches, reasons, warm
from allotment.core import whole_core
from allotment.grid import frame, plan_value, tightened
from allotment.instances import instance
from allotment.prices import couple
from allotment.programs import Solver
from allotment.seating import empty_room, settle

WEIGHTED, MAX_MIN = Rule("weighted"), Rule("max-min")
YEARS = (("S", "base", 1), ("S", "tight", 1))
LARGE = (("M", "base", 1), ("M", "tight", 1), ("L", "base", 1))


def measures(years: tuple[tuple[str, str, int], ...] = YEARS, *, exact: bool = False) -> list[dict[str, Any]]:
    """One row a measurement: name, seconds, what it is a ratio to, the ratio (below 1 is faster), and a note."""
    warm()
    return [row for scale, variant, seed in years for row in _of_year(scale, variant, seed, exact=exact)]


def _of_year(scale: Any, variant: Any, seed: int, *, exact: bool) -> list[dict[str, Any]]:
    year, name = instance(scale, variant, seed), f"{scale} {variant}"
    seconds, plan = _timed(lambda: allot(year, WEIGHTED, seed=1))
    assert breaches(year, WEIGHTED, plan) == []
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    linear, optimum = _timed(lambda: _linear_program(year))
    greedy, value = _timed(lambda: _by_priority(year))
    fair, even = _timed(lambda: allot(year, MAX_MIN, seed=1))
    told, _ = _timed(lambda: reasons(year, WEIGHTED, plan))
    size = f"{len(year.requests)} requests"
    rows = [
        _row(f"allot {name}", seconds, "HiGHS LP", linear, f"{size}, gap {plan.gap_percent} %, peak {memory} MiB"),
        _row(f"priority-greedy {name}", greedy, "allot", seconds, f"{100 * (value / plan.value - 1):.2f} % of value"),
        _row(f"HiGHS LP {name}", linear, "allot", seconds, f"bound {optimum:.0f}, ours {plan.bound}, no plan"),
        _row(f"allot fairly {name}", fair, "allot", seconds, f"worst {even.fairness.worst} of {even.fairness.level}"),
        _row(f"every reason {name}", told, "allot", seconds, f"{1e6 * told / len(year.requests):.0f} us a request"),
    ]
    if exact:
        whole, found = _timed(lambda: _integer_program(year))
        rows.append(_row(f"HiGHS MIP to 0.01 % {name}", whole, "allot", seconds, f"value {found:.0f}, ours {plan.value}"))
    return rows


def _row(name: str, seconds: float, ratio_to: str, other: float, note: str) -> dict[str, Any]:
    return {
        "name": name,
        "seconds": round(seconds, 3),
        "ratio_to": ratio_to,
        "ratio": round(seconds / other, 2) if other else None,
        "note": note,
    }


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def _linear_program(year: Problem) -> float:
    framed = tightened(frame(year, WEIGHTED, 1))
    solver = Solver(whole_core(couple(framed.grid, framed.value_of_a_place)).program, solver="simplex")
    solver.run()
    return solver.objective


def _integer_program(year: Problem) -> float:
    framed = tightened(frame(year, WEIGHTED, 1))
    program = whole_core(couple(framed.grid, framed.value_of_a_place)).program
    solver = Solver(program, whole=True, mip_rel_gap=1e-4)
    solver.run()
    return solver.objective


def _by_priority(year: Problem) -> int:
    grid = (framed := frame(year, WEIGHTED, 1)).grid
    room = empty_room(grid)
    order = np.lexsort((framed.tie, -np.maximum(grid.funded, grid.own)))
    settle(grid, room, order, np.zeros(len(grid.budget)))
    return plan_value(grid, room.funded, room.own)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.allotment")
    parser.add_argument("--large", action="store_true", help="also M and L; minutes")
    parser.add_argument("--exact", action="store_true", help="also the integer solver; minutes")
    asked = parser.parse_args()
    for row in measures(YEARS + LARGE if asked.large else YEARS, exact=asked.exact):
        print(json.dumps(row), flush=True)
