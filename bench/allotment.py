"""How long an allotment takes, and how near to the best it is proved, beside what one would otherwise use.

Each year is solved several ways in the same run: by the product in a process of its own, so that its peak of memory is
its own; by the linear program of everything (a bound, not yet a plan); by the integer solver; and by hearing requests in
the order of priority, as an officer with a spreadsheet would. ``--large`` adds ten scarce years and the hundredfold menu.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from allotment import Problem, Rule, allot, breaches, reasons, warm, what_if
from allotment.core import whole_core
from allotment.grid import frame, plan_value, tightened
from allotment.instances import instance
from allotment.prices import couple
from allotment.programs import Solver
from allotment.seating import Queue, empty_room, settle

WEIGHTED, MAX_MIN = Rule("weighted"), Rule("max-min")
Year = tuple[str, str, int]
YEARS: tuple[Year, ...] = (("S", "base", 1), ("S", "tight", 1), ("M", "base", 1), ("M", "tight", 1))
LARGE: tuple[Year, ...] = (("L", "base", 1), ("L", "tight", 1))
SEEDS: tuple[Year, ...] = tuple(("S", "tight", seed) for seed in range(2, 11))
TRIALS = 12


def measures(years: tuple[Year, ...] = YEARS, *, large: bool = False, exact: bool = False) -> list[dict[str, Any]]:
    """One row a measurement: name, seconds, what it is a ratio to, the ratio (below 1 is faster), and a note."""
    return list(_measured(years, large=large, exact=exact))


def _measured(years: tuple[Year, ...], *, large: bool, exact: bool) -> Iterator[dict[str, Any]]:
    warm()
    alone = {}
    for year in years:
        alone[year] = _alone(year)
        yield from _beside(year, alone[year], exact=exact)
    if large:
        for year in SEEDS:
            yield _allotted(year, _alone(year), "", None)
        for year in LARGE:
            alone[year] = _alone(year)
            greedy, value = _timed(lambda problem=instance(*year): _by_priority(problem))  # type: ignore[arg-type, misc]
            yield _allotted(year, alone[year], "priority-greedy", greedy)
            yield _fairly(year, alone[year])
            yield _row(f"priority-greedy {_name(year)}", greedy, "allot", alone[year]["seconds"], _short_of(value, alone[year]))
            middle = alone.get(("M", *year[1:])) or _alone(("M", *year[1:]))
            yield _growth(year, middle, alone[year])


def _beside(year: Year, ours: dict[str, Any], *, exact: bool) -> Iterator[dict[str, Any]]:
    """The product and what stands beside it, on one year."""
    problem, name = instance(*year), _name(year)  # type: ignore[arg-type]
    linear, optimum = _timed(lambda: _linear_program(problem))
    greedy, value = _timed(lambda: _by_priority(problem))
    yield _allotted(year, ours, "HiGHS LP", linear)
    yield _fairly(year, ours)
    yield _row(f"HiGHS LP {name}", linear, "allot", ours["seconds"], f"bound {optimum:.0f}, ours {ours['bound']}, no plan")
    yield _row(f"priority-greedy {name}", greedy, "allot", ours["seconds"], _short_of(value, ours))
    if year[:2] == ("S", "tight") or exact:
        whole, found = _timed(lambda: _integer_program(problem))
        yield _row(f"HiGHS MIP to 0.01 % {name}", whole, "allot", ours["seconds"], f"value {found:.0f}, ours {ours['value']}")
    if year[0] == "S":
        yield from _answers(problem, name, ours["seconds"])


def _answers(problem: Problem, name: str, solving: float) -> Iterator[dict[str, Any]]:
    """Every reason, and what some changes would have done."""
    plan = allot(problem, WEIGHTED, seed=1)
    told, answers = _timed(lambda: reasons(problem, WEIGHTED, plan))
    each = f"{1e6 * told / len(answers):.0f} us a request"
    yield _row(f"every reason {name}", told, "allot", solving, each)
    changing = [answer for answer in answers if answer.changes]
    some = changing[:: max(1, len(changing) // TRIALS)][:TRIALS]
    timed = [_timed(lambda a=a: what_if(problem, WEIGHTED, plan, a.changes[:1], request=a.request)) for a in some]
    seconds, trials = sorted(took for took, _ in timed), [trial for _, trial in timed]
    helped = sum(trial.is_better for trial in trials)
    gap = max(trial.gap_percent for trial in trials)
    note = f"longest {seconds[-1]:.2f} s, {helped} of {len(trials)} help, gap {gap} % at most"
    yield _row(f"what if, median {name}", seconds[len(seconds) // 2], "allot", solving, note)


def _allotted(year: Year, ours: dict[str, Any], beside: str, other: float | None) -> dict[str, Any]:
    note = (
        f"{ours['requests']} requests, gap {ours['gap']} %, {ours['cases']} cases, CPU {ours['cpu']} s, "
        f"peak {ours['peak']} MiB of which {ours['before']} before"
    )
    return _row(f"allot {_name(year)}", ours["seconds"], beside, other, note)


def _fairly(year: Year, ours: dict[str, Any]) -> dict[str, Any]:
    note = f"worst {ours['worst']} of {ours['level']}, gap {ours['fair_gap']} %, CPU {ours['fair_cpu']} s"
    return _row(f"allot fairly {_name(year)}", ours["fair_seconds"], "allot", ours["seconds"], note)


def _growth(year: Year, middle: dict[str, Any], large: dict[str, Any]) -> dict[str, Any]:
    """Time a request at L over time a request at M; 1 is linear."""
    each = [ours["seconds"] / ours["requests"] for ours in (middle, large)]
    return _row(f"time a request, M to L {year[1]}", 1e6 * each[1] / 1e6, "M", each[0], f"{1e6 * each[1]:.1f} us a request")


def _short_of(value: int, ours: dict[str, Any]) -> str:
    return f"{100 * (value / ours['value'] - 1):.2f} % of value"


def _name(year: Year) -> str:
    return f"{year[0]} {year[1]}" + (f" seed {year[2]}" if year[2] != 1 else "")


def _row(name: str, seconds: float, ratio_to: str, other: float | None, note: str) -> dict[str, Any]:
    return {
        "name": name,
        "seconds": round(seconds, 3) if seconds > 1e-3 else seconds,
        "ratio_to": ratio_to,
        "ratio": round(seconds / other, 2) if other else None,
        "note": note,
    }


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def _alone(year: Year) -> dict[str, Any]:
    """Both rules on a year in a process that has done nothing else."""
    asked = [sys.executable, "-m", "bench.allotment", "--alone", *map(str, year)]
    told: dict[str, Any] = json.loads(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
    return told


def _told(scale: Any, variant: Any, seed: int) -> dict[str, Any]:
    warm()
    problem = instance(scale, variant, seed)
    before, cpu = _peak_mib(), time.process_time()
    seconds, plan = _timed(lambda: allot(problem, WEIGHTED, seed=1))
    told = {"cpu": round(time.process_time() - cpu, 2), "peak": _peak_mib(), "before": before, "seconds": seconds}
    cpu = time.process_time()
    fairly, even = _timed(lambda: allot(problem, MAX_MIN, seed=1))
    told |= {"fair_cpu": round(time.process_time() - cpu, 2), "fair_seconds": fairly, "fair_gap": even.gap_percent}
    assert breaches(problem, WEIGHTED, plan) == breaches(problem, MAX_MIN, even) == []
    told |= {"requests": len(problem.requests), "gap": plan.gap_percent, "cases": len(plan.proof)}
    return told | {"value": plan.value, "bound": plan.bound, "worst": even.fairness.worst, "level": even.fairness.level}


def _peak_mib() -> int:
    """The most memory of this process; what the operating system counts for a child includes its parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


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
    settle(grid, room, Queue(np.maximum(grid.funded, grid.own), framed.tie), np.zeros(len(grid.budget)), saving=False)
    return plan_value(grid, room.funded, room.own)


def main() -> None:
    """Print a line a measurement."""
    parser = argparse.ArgumentParser(prog="python -m bench.allotment")
    parser.add_argument("--large", action="store_true", help="also ten scarce years and the hundredfold menu; minutes")
    parser.add_argument("--exact", action="store_true", help="the integer solver on every year; minutes")
    parser.add_argument("--alone", nargs=3, metavar=("SCALE", "VARIANT", "SEED"), help="one year, as JSON")
    asked = parser.parse_args()
    if asked.alone:
        scale, variant, seed = asked.alone
        print(json.dumps(_told(scale, variant, int(seed))))
        return
    for row in _measured(YEARS, large=asked.large, exact=asked.exact):
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
