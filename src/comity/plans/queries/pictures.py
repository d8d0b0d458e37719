"""A plan as its page shows it: lines with what became of them, goals reached, budgets, weeks away, months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from comity.kernel.actors import Actor
from comity.kernel.findings import Finding
from comity.kernel.words import Sentence
from comity.plans.models import Plan, PlanLine, PlanStep, Proposal, ProposalState
from comity.plans.queries.menu import offered, shut
from comity.plans.rules import Occurrence, Way, notes, said_breach, said_reasons, ways
from comity.programmes.models import Goal

MOST_UNFOLDED = 40
"""Lines a page shows before anybody asks for them."""


@dataclass(frozen=True)
class Line:
    """A line with its activity as it stands on the menu now."""

    line: PlanLine
    going: Occurrence | None
    serves: Sequence[int]
    notes: Sequence[Finding]

    @property
    def cost(self) -> int:
        """What it costs in all."""
        return (self.going.cost if self.going else self.line.cost) * self.line.people

    @property
    def units(self) -> int:
        """What it brings in all."""
        return (self.going.units if self.going else 0) * self.line.people


@dataclass(frozen=True)
class Aim:
    """A goal with what the plan reaches of it."""

    goal: Goal
    reached: int
    # Why the planner could not reach it when it last worked the plan out.
    short: Mapping[str, Any] | None = None

    @property
    def reasons(self) -> list[Sentence]:
        """Why it is missed."""
        return said_reasons(self.short) if self.short else []

    @property
    def ways(self) -> list[Way]:
        """What would bring it further."""
        return ways(self.short) if self.short else []

    @property
    def missing(self) -> int:
        """What is missing."""
        return max(0, self.goal.units - self.reached)


@dataclass(frozen=True)
class Year:
    """A year of a plan: what it costs, what it may, and who is away in each of its weeks."""

    year: int
    cost: int
    budget: int | None
    weeks: Sequence[tuple[date, int]]

    @property
    def peak(self) -> tuple[date, int] | None:
        """The week in which most are away, if anybody ever is."""
        return max(self.weeks, key=lambda week: (week[1], -week[0].toordinal()), default=None)


@dataclass(frozen=True)
class Chapter:
    """The lines of one year, with what they come to."""

    year: int
    lines: Sequence[Line]

    @property
    def going(self) -> int:
        """To how many activities somebody goes."""
        return sum(1 for n in self.lines if n.line.people)

    @property
    def people(self) -> int:
        """How many people go, counted once for each activity."""
        return sum(n.line.people for n in self.lines)

    @property
    def cost(self) -> int:
        """What the year costs."""
        return sum(n.cost for n in self.lines)

    @property
    def noted(self) -> int:
        """On how many lines something is to be noted."""
        return sum(1 for n in self.lines if n.notes)


@dataclass(frozen=True)
class Picture:
    """All that the page of a plan shows."""

    plan: Plan
    lines: Sequence[Line]
    aims: Sequence[Aim]
    years: Sequence[Year]
    breaches: Sequence[Finding]
    at_work: Proposal | None
    waiting: Proposal | None
    failed: Proposal | None
    steps: Sequence[PlanStep]
    variants: Sequence[Plan]

    @property
    def first(self) -> date:
        """The first day of the plan."""
        return date(self.plan.first_year, 1, 1)

    @property
    def last(self) -> date:
        """The last day of the plan."""
        return date(self.plan.last_year, 12, 31)

    @property
    def months(self) -> list[date]:
        """The first days of its months."""
        return [date(year, month, 1) for year in self.plan.span_of_years for month in range(1, 13)]

    @property
    def going(self) -> Sequence[Line]:
        """The lines to which somebody goes."""
        return [n for n in self.lines if n.line.people]

    @property
    def by_year(self) -> list[Chapter]:
        """The lines of each year that has any."""
        years = sorted({n.line.year for n in self.lines})
        return [Chapter(year, [n for n in self.lines if n.line.year == year]) for year in years]

    def open_at(self, year: int | None) -> int | None:
        """The year whose lines are unfolded: the one worked in, else the first of a short plan; a long one begins folded."""
        years = [chapter.year for chapter in self.by_year]
        if year in years:
            return year
        return years[0] if len(self.lines) <= MOST_UNFOLDED else None

    @property
    def unmet(self) -> Sequence[Aim]:
        """The goals that the plan does not reach."""
        return [aim for aim in self.aims if aim.missing]

    @property
    def last_step(self) -> PlanStep | None:
        """The step that would be undone next."""
        return next((step for step in self.steps if step.undone_at is None), None)

    def bars(self, aim: Aim) -> list[tuple[str, date, date, int]]:
        """What serves a goal, as bars over time: what is fixed by hand is dark."""
        return [
            (f"{n.going.title}, {n.line.people}", n.going.starts, n.going.ends, 0 if n.line.state == "fixed" else 1)
            for n in self.going
            if n.going and aim.goal.number in n.serves
        ]


def picture(plan: Plan, *, on: date, seen_by: Actor) -> Picture:
    """A plan as its page shows it on a day; the number of queries never grows with lines."""
    found = PlanLine.objects.seen_by(seen_by).filter(plan=plan).select_related("activity")
    lines = list(found.order_by("starts_on", "activity__number", "year"))
    activities = {n.activity_id for n in lines}
    menu, barred = offered(plan, activities, seen_by=seen_by), shut(plan, activities, on=on, seen_by=seen_by)
    serves: dict[str, Any] = plan.outcome.get("serves", {})
    proposals = list(Proposal.objects.seen_by(seen_by).filter(plan=plan).defer("lines")[:1])
    last = proposals[0] if proposals else None
    return Picture(
        plan=plan,
        lines=[
            _line(n, menu.get((n.activity_id, n.year)), serves.get(f"{n.activity_id}:{n.year}", ()), n.activity_id in barred)
            for n in lines
        ],
        aims=_aims(plan, seen_by=seen_by),
        years=_years(plan),
        breaches=[said_breach(told) for told in plan.outcome.get("breaches", [])],
        at_work=last if last and last.state == ProposalState.ORDERED else None,
        waiting=last if last and last.state == ProposalState.READY else None,
        failed=last if last and last.state == ProposalState.FAILED else None,
        steps=list(PlanStep.objects.seen_by(seen_by).filter(plan=plan).defer("before")[:12]),
        variants=list(Plan.objects.seen_by(seen_by).filter(party=plan.party_id).exclude(pk=plan.pk).order_by("-begun_at")[:20]),
    )


def _line(line: PlanLine, going: Occurrence | None, serves: Sequence[int], barred: bool) -> Line:
    found = notes(going, starts_on=line.starts_on, ends_on=line.ends_on, cost=line.cost, barred=barred)
    return Line(line, going, serves, list(found))


def _aims(plan: Plan, *, seen_by: Actor) -> list[Aim]:
    reached = {told["goal"]: told["reached"] for told in plan.outcome.get("goals", [])}
    short = {told["goal"]: told for told in plan.proof.get("shortfalls", [])}
    live = Goal.objects.seen_by(seen_by).aimed().filter(party=plan.party_id).select_related("area", "objective")
    return [Aim(goal, min(reached.get(goal.pk, 0), goal.units), short.get(goal.pk)) for goal in live.order_by("number")]


def _years(plan: Plan) -> list[Year]:
    cost, away = plan.outcome.get("cost_by_year", {}), plan.outcome.get("away_by_week", {})
    by_week = {date.fromisoformat(week): people for week, people in away.items()}
    budgets = [*plan.budgets, *[None] * plan.years]
    return [
        Year(year, cost.get(str(year), 0), budgets[at], [(week, n) for week, n in sorted(by_week.items()) if _in(week, year)])
        for at, year in enumerate(plan.span_of_years)
    ]


def _in(week: date, year: int) -> bool:
    """Whether a week counts with a year: that of its Thursday."""
    return (week + timedelta(days=3)).year == year


@dataclass(frozen=True)
class Change:
    """What a proposal would do to one line."""

    going: Occurrence
    before: int
    after: int


def changes(proposal: Proposal, *, seen_by: Actor) -> list[Change]:
    """What a proposal would change, line by line; what is fixed stays."""
    plan = proposal.plan
    lines = list(PlanLine.objects.seen_by(seen_by).filter(plan=plan))
    by_hand = {(n.activity_id, n.year) for n in lines if n.state != "proposed"}
    before = {(n.activity_id, n.year): n.people for n in lines}
    after = {(activity, year): people for activity, year, people in proposal.lines}
    menu = offered(plan, {activity for activity, _year in before.keys() | after.keys()}, seen_by=seen_by)
    found = [
        Change(menu[key], before.get(key, 0), after.get(key, 0))
        for key in before.keys() | after.keys()
        if key in menu and key not in by_hand and before.get(key, 0) != after.get(key, 0)
    ]
    return sorted(found, key=lambda c: (c.going.starts, c.going.number))
