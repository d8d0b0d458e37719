"""The files of ``comity allot``: a directory of tables in, a directory of answers out.

Reading stops at nothing: every bad cell of every file is reported at once. Nothing is solved here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from allotment import seals
from allotment.explain import Reason
from allotment.model import (
    FUNDINGS,
    NO_LIMIT,
    OPTIONAL,
    TABLES,
    Allotment,
    Fairness,
    Ints,
    Leaf,
    Prices,
    Problem,
)
from allotment.values import Rule
from optimal.tables import (
    BadRows,
    Cell,
    Flaw,
    count,
    count_or_none,
    day,
    flag,
    name,
    read_json,
    read_rows,
    read_table,
    write_json,
    write_table,
)


def _funding(cell: str) -> str:
    if cell not in FUNDINGS:
        raise ValueError("must be none, wanted or needed")
    return cell


_CELLS: Mapping[str, Cell] = {
    **dict.fromkeys(("party", "pool", "activity", "request"), name),
    **dict.fromkeys(("budget", "capacity", "minimum", "places", "priority", "cost", "no_show_percent"), count),
    **dict.fromkeys(("places_cap", "away_cap"), count_or_none),
    **dict.fromkeys(("start", "end"), day),
    "linked": flag,
    "funding": _funding,
}


def read_problem(folder: Path) -> Problem:
    """Read the four tables of a problem; raises BadRows naming file, row, column, value and reason of each fault."""
    flaws: list[Flaw] = []
    tables = {
        table: read_table(folder / f"{table}.csv", names, _CELLS, flaws, OPTIONAL.get(table, ())) for table, names in TABLES.items()
    }
    if flaws:
        raise BadRows(flaws)
    return Problem.from_columns(tables)


def read_rule(path: Path) -> Rule:
    """Read ``rule.json``; raises BadRows."""
    return Rule.of(read_json(path))


def write_problem(folder: Path, problem: Problem, rule: Rule) -> None:
    """Write a problem and its rule as ``read_problem`` and ``read_rule`` read them."""
    p = problem
    starts, ends = ([date.fromordinal(day) for day in days.tolist()] for days in (p.start, p.end))
    pools = [p.pools[k] for k in p.pool]
    parties, activities = [p.parties[k] for k in p.party], [p.activities[k] for k in p.activity]
    funding = [FUNDINGS[k] for k in p.funding]
    columns = {
        "parties": (p.parties, _open(p.places_cap), _open(p.away_cap), p.no_show_percent.tolist()),
        "pools": (p.pools, p.budget.tolist()),
        "activities": (p.activities, starts, ends, p.capacity.tolist(), p.minimum.tolist(), pools),
        "requests": (
            *(p.requests, parties, activities, p.places.tolist(), p.priority.tolist()),
            *(p.linked.tolist(), funding, p.cost.tolist()),
        ),
    }
    for table, names in TABLES.items():
        # An optional column is written only where it says something.
        told = [name for name in names if name not in OPTIONAL.get(table, ()) or getattr(p, name).any()]
        write_table(folder / f"{table}.csv", told, zip(*columns[table][: len(told)], strict=True))
    write_json(folder / "rule.json", rule.as_json())


def _open(caps: Ints) -> list[int | str]:
    return ["" if cap == NO_LIMIT else cap for cap in caps.tolist()]


def write_result(
    folder: Path,
    problem: Problem,
    rule: Rule,
    allotment: Allotment,
    answers: Sequence[Reason],
    *,
    seconds: float,
    peak_mib: float,
) -> None:
    """Write allocation, reasons, result and, where prices prove the bound, the proof."""
    places = zip(problem.requests, allotment.funded.tolist(), allotment.self_paid.tolist(), strict=True)
    write_table(folder / "allocation.csv", ("request", "funded", "self_paid"), places)
    told = ((a.request, a.outcome, " ".join(a.causes), a.sentence, a.would_change) for a in answers)
    write_table(folder / "reasons.csv", ("request", "outcome", "causes", "sentence", "would_change"), told)
    fair = allotment.fairness
    known = {
        "value": allotment.value,
        "bound": allotment.bound,
        "gap_percent": allotment.gap_percent,
        "seconds": round(seconds, 3),
        "peak_mib": round(peak_mib, 1),
        "seed": allotment.seed,
        "rounds": allotment.rounds,
        "cancelled": list(allotment.cancelled),
        "rule_sha256": seals.of_rule(rule),
        "input_sha256": seals.of_problem(problem),
        "output_sha256": seals.of_plan(problem, allotment),
        "fairness": {"level": fair.level, "worst": fair.worst, "per_party": dict(fair.per_party)},
    }
    write_json(folder / "result.json", known)
    proof = [_leaf_as_json(leaf) for leaf in allotment.proof]
    prices = _prices_as_json(allotment.prices)
    write_json(folder / "proof.json", {"prices": prices, "floors": list(fair.floors), "cases": proof})


def _leaf_as_json(leaf: Leaf) -> dict[str, Any]:
    return {"runs": list(leaf.runs), "cancels": list(leaf.cancels), "prices": _prices_as_json(leaf.prices)}


def _prices_as_json(prices: Prices) -> dict[str, Any]:
    return {
        "scale": prices.scale,
        "pools": prices.pools.tolist(),
        "parties": prices.parties.tolist(),
        "mondays": [day.isoformat() for day in prices.mondays],
        "weeks": prices.weeks.tolist(),
        "floors": prices.floors.tolist(),
    }


def _prices(given: Mapping[str, Any]) -> Prices:
    numbers = {key: np.array(given[key], dtype=np.int64) for key in ("pools", "parties", "weeks", "floors")}
    mondays = tuple(date.fromisoformat(day) for day in given["mondays"])
    numbers["weeks"] = numbers["weeks"].reshape(len(numbers["parties"]), len(mondays))
    return Prices(scale=int(given["scale"]), mondays=mondays, **numbers)


def read_result(folder: Path, problem: Problem) -> tuple[Allotment, Mapping[str, Any]]:
    """Read a result back, and ``result.json`` as it stands; raises BadRows if it does not belong to the problem."""
    told, proof = read_json(folder / "result.json"), read_json(folder / "proof.json")
    funded, own = _allocation(folder / "allocation.csv", problem)
    try:
        fair = told["fairness"]
        return Allotment(
            funded=funded,
            self_paid=own,
            cancelled=tuple(told["cancelled"]),
            value=int(told["value"]),
            bound=int(told["bound"]),
            gap_percent=float(told["gap_percent"]),
            prices=_prices(proof["prices"]),
            rounds=int(told["rounds"]),
            fairness=Fairness(fair["level"], fair["worst"], fair["per_party"], tuple(proof["floors"])),
            seed=int(told["seed"]),
            proof=tuple(Leaf(tuple(case["runs"]), tuple(case["cancels"]), _prices(case["prices"])) for case in proof["cases"]),
        ), told
    except (KeyError, TypeError, ValueError) as fault:
        raise BadRows([Flaw("result.json", 0, "", "", f"cannot be read: {fault!r}")]) from fault


def _allocation(path: Path, problem: Problem) -> tuple[Ints, Ints]:
    flaws: list[Flaw] = []
    names = ("request", "funded", "self_paid")
    numbers: list[list[str]] = []
    for line, cells in read_rows(path, names, flaws):
        for column, cell in zip(names[1:], cells[1:], strict=True):
            if not cell.removeprefix("-").isdigit():
                flaws.append(Flaw(path.name, line, column, cell, "must be a whole number"))
        expected = problem.requests[len(numbers)] if len(numbers) < len(problem.requests) else ""
        if cells[0] != expected:
            flaws.append(Flaw(path.name, line, "request", cells[0], f"must be {expected!r}, as in requests.csv"))
        numbers.append(cells[1:])
    if flaws:
        raise BadRows(flaws)
    funded, own = np.array(numbers, dtype=object).reshape(-1, 2).T
    return funded.astype(np.int64), own.astype(np.int64)


def broken_seals(problem: Problem, rule: Rule, allotment: Allotment, told: Mapping[str, Any]) -> list[str]:
    """The fingerprints in ``result.json`` that do not fit rule, input or output."""
    found = {
        "rule_sha256": seals.of_rule(rule),
        "input_sha256": seals.of_problem(problem),
        "output_sha256": seals.of_plan(problem, allotment),
    }
    return [name for name, seal in found.items() if told.get(name) != seal]
