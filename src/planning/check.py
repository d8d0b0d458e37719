"""Finds every breach in a plan, from the problem and the plan alone.

Nothing here is shared with the solver: limits, units, costs and fingerprints are worked out again, person by person and
week by week, from their definitions. A plan with a breach is a fault, never a plan.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from planning import seals
from planning.model import FREE, NO_LIMIT, Plan, Problem

_ROUNDING = 2e-4


class Breach(NamedTuple):
    """A term that a plan does not keep: its code, what it concerns, what was found, what is allowed."""

    code: str
    subject: str
    found: float
    allowed: float

    def __str__(self) -> str:
        return f"{self.code} {self.subject}: found {self.found:g}, allowed {self.allowed:g}"


@dataclass(frozen=True, slots=True)
class _Going:
    """So many people who go to one occurrence, of whom some were settled beforehand."""

    name: str
    type: int
    year: int
    start: date
    end: date
    cost: int
    language: int
    teaches: int
    after: int
    repeats: int
    people: int
    settled: int

    @property
    def mondays(self) -> Iterator[date]:
        """The Mondays of the ISO weeks that it touches."""
        day = self.start - timedelta(days=self.start.weekday())
        while day <= self.end:
            yield day
            day += timedelta(weeks=1)


def breaches(problem: Problem, plan: Plan) -> list[Breach]:
    """Every breach of the limits, and every number of the plan that does not follow from its people."""
    number = len(problem.occurrences)
    if len(plan.people) != number:
        return [Breach("wrong_length", "plan", len(plan.people), number)]
    going = list(_going(problem, plan))
    return [
        *_seats(problem, plan),
        *_budgets(problem, going),
        *_away(problem, going),
        *_repeats(problem, going),
        *_prerequisites(problem, going),
        *_languages(problem, going),
        *_goals(problem, plan),
        *_numbers(problem, plan, going),
    ]


def _going(problem: Problem, plan: Plan) -> Iterator[_Going]:
    p = problem
    columns = (p.type, p.year, p.start, p.end, p.cost, p.language, p.teaches, p.after, p.repeats, plan.people, p.fixed)
    for name, *cells in zip(p.occurrences, *(column.tolist() for column in columns), strict=True):
        kind, year, start, end, cost, language, teaches, after, repeats, people, fixed = cells
        settled, first, last = max(0, fixed), date.fromordinal(start), date.fromordinal(end)
        if people > 0 or settled:
            yield _Going(name, kind, year, first, last, cost, language, teaches, after, repeats, people, settled)


def _seats(problem: Problem, plan: Plan) -> Iterator[Breach]:
    rows = zip(problem.occurrences, plan.people.tolist(), problem.seats.tolist(), problem.fixed.tolist(), strict=True)
    for name, people, seats, fixed in rows:
        if people < 0:
            yield Breach("negative_people", name, people, 0)
        if fixed == FREE and people > seats:
            yield Breach("more_than_likely_seats", name, people, seats)
        if fixed not in (FREE, people):
            yield Breach("fixed_moved", name, people, fixed)


def _over(code: str, subject: str, found: int, limit: int, settled: int) -> Iterator[Breach]:
    """A limit holds, unless what was settled beforehand already exceeds it; then nothing may be added."""
    allowed = max(limit, settled)
    if limit < NO_LIMIT and found > allowed:
        yield Breach(code, subject, found, allowed)


def _budgets(problem: Problem, going: list[_Going]) -> Iterator[Breach]:
    for year, budget in enumerate(problem.budget.tolist()):
        now = [one for one in going if one.year == year]
        spent, settled = (sum(one.cost * number(one) for one in now) for number in (_people, _settled))
        yield from _over("over_budget", str(problem.settings.first_year + year), spent, budget, settled)


def _people(one: _Going) -> int:
    return one.people


def _settled(one: _Going) -> int:
    return one.settled


def _away(problem: Problem, going: list[_Going]) -> Iterator[Breach]:
    away, settled = _by_week(going)
    for monday, people in sorted(away.items()):
        yield from _over("over_away_cap", monday.isoformat(), people, problem.away_cap, settled[monday])


def _by_week(going: list[_Going]) -> tuple[Counter[date], Counter[date]]:
    away: Counter[date] = Counter()
    settled: Counter[date] = Counter()
    for one in going:
        for monday in one.mondays:
            away[monday] += one.people
            settled[monday] += one.settled
    return away, settled


def _repeats(problem: Problem, going: list[_Going]) -> Iterator[Breach]:
    groups: Mapping[tuple[int, int], list[_Going]] = defaultdict(list)
    for one in going:
        groups[one.type, one.year].append(one)
    for (kind, year), group in sorted(groups.items()):
        subject = f"{problem.types[kind]} {problem.settings.first_year + year}"
        yield from _over("too_often", subject, sum(map(_people, group)), group[0].repeats, sum(map(_settled, group)))


def _prerequisites(problem: Problem, going: list[_Going]) -> Iterator[Breach]:
    """On each day a type begins, so many have begun it by then as had finished what comes before it, at most."""
    by_type: Mapping[int, list[_Going]] = defaultdict(list)
    for one in going:
        by_type[one.type].append(one)
    for kind, group in sorted(by_type.items()):
        if group[0].after < 0:
            continue
        before, stock = by_type.get(group[0].after, []), int(problem.stock[group[0].after])
        for day in sorted({one.start for one in group}):
            begun, done = ([one for one in group if one.start <= day], [one for one in before if one.end < day])
            found, settled = (sum(map(number, begun)) - sum(map(number, done)) for number in (_people, _settled))
            yield from _over("not_yet_trained", f"{problem.types[kind]} {day.isoformat()}", found, stock, settled)


def _languages(problem: Problem, going: list[_Going]) -> Iterator[Breach]:
    """In each week, so many are away where a level is asked for as speak it or have learnt it in an earlier week."""
    for level, speakers in enumerate(problem.speakers.tolist(), 1):
        away, settled = _by_week([one for one in going if one.language >= level])
        courses = [one for one in going if one.teaches == level]
        for monday in sorted(away):
            learnt = [one for one in courses if one.end < monday]
            found = away[monday] - sum(map(_people, learnt))
            before = settled[monday] - sum(map(_settled, learnt))
            yield from _over("too_few_speakers", f"{level} {monday.isoformat()}", found, speakers, before)


def _goals(problem: Problem, plan: Plan) -> Iterator[Breach]:
    p = problem
    sent = [at for at, people in enumerate(plan.people.tolist()) if people > 0]
    for goal, name in enumerate(p.goals):
        serving = [
            at
            for at in sent
            if p.area[at] == p.goal_area[goal] and p.tier[at] >= p.goal_tier[goal] and p.end[at] <= p.deadline[goal]
        ]
        brought = sum(int(p.gives[at]) * int(plan.people[at]) for at in serving)
        reached = min(brought, int(p.units[goal]))
        if plan.reached[goal] != reached:
            yield Breach("wrong_reached", name, int(plan.reached[goal]), reached)
        if plan.missed[goal] != p.units[goal] - plan.reached[goal]:
            yield Breach("wrong_missed", name, int(plan.missed[goal]), int(p.units[goal] - plan.reached[goal]))


def _numbers(problem: Problem, plan: Plan, going: list[_Going]) -> Iterator[Breach]:
    weights = [problem.settings.priority_weights[priority - 1] for priority in problem.priority.tolist()]
    need, got = (sum(w * n for w, n in zip(weights, units.tolist(), strict=True)) for units in (problem.units, plan.reached))
    coverage = 100.0 * got / need if need else 100.0
    cost, trips = sum(one.cost * one.people for one in going), sum(map(_people, going))
    told = (
        ("coverage", plan.coverage, coverage),
        ("coverage_gap_percent", plan.coverage_gap_percent, plan.coverage_bound - plan.coverage),
        ("cost", plan.cost, cost),
        ("cost_gap_percent", plan.cost_gap_percent, 100.0 * (cost - plan.cost_bound) / max(cost, 1)),
        ("trips", plan.trips, trips),
    )
    for name, found, right in told:
        if abs(found - right) > _ROUNDING:
            yield Breach("wrong_number", name, found, right)
    if plan.coverage_bound < plan.coverage - _ROUNDING:
        yield Breach("bound_below_coverage", "coverage_bound", plan.coverage_bound, plan.coverage)
    if plan.cost_bound > plan.cost:
        yield Breach("bound_above_cost", "cost_bound", plan.cost_bound, plan.cost)
    yield from _parts(problem, plan, going)


def _parts(problem: Problem, plan: Plan, going: list[_Going]) -> Iterator[Breach]:
    first = problem.settings.first_year
    for year in range(len(problem.budget)):
        spent = sum(one.cost * one.people for one in going if one.year == year)
        if plan.cost_by_year.get(first + year) != spent:
            yield Breach("wrong_cost_by_year", str(first + year), plan.cost_by_year.get(first + year, -1), spent)
    away = {monday: people for monday, people in _by_week(going)[0].items() if people}
    for monday in sorted(away.keys() | plan.away_by_week.keys()):
        if plan.away_by_week.get(monday, 0) != away.get(monday, 0):
            yield Breach("wrong_away_by_week", monday.isoformat(), plan.away_by_week.get(monday, 0), away.get(monday, 0))
    if plan.input_sha256 != seals.of_problem(problem):
        yield Breach("broken_seal", "input_sha256", 0, 1)
    if plan.output_sha256 != seals.of_plan(problem, plan.people):
        yield Breach("broken_seal", "output_sha256", 0, 1)
