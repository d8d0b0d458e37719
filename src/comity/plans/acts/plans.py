"""The one bridge to the core of planning: gather, plan, check, record; and what the lines that stand reach and break.

The core is loaded when it is first needed, not by every process that serves pages. What it answers is checked by its own
checker before it is kept; what people change by hand is only reckoned, never moved.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from time import perf_counter
from typing import TYPE_CHECKING, Any

from django.db import transaction

from comity.accounts.rules import Permission
from comity.kernel import far
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.parties.models import Party
from comity.plans.acts import keeping
from comity.plans.acts.gathering import tables
from comity.plans.models import (
    JointPlan,
    JointPlanState,
    LineState,
    Plan,
    PlanLine,
    PlanState,
    Proposal,
    ProposalKind,
    ProposalState,
)
from comity.plans.queries import year_to_plan_from
from comity.plans.queries.menu import occurrences, offered, seats_of
from comity.plans.rules import BREACHES, Occurrence
from comity.programmes.acts.objectives import must_speak_for
from comity.programmes.models import Goal
from comity.trail import acts as trail

if TYPE_CHECKING:
    import numpy

    import planning
    from planning import Problem
    from planning import result as results
else:

    class _AtFirstUse:
        """A module that is loaded when something of it is asked for."""

        def __init__(self, name: str) -> None:
            self._name = name

        def __getattr__(self, name: str) -> Any:
            return getattr(import_module(self._name), name)

    numpy, planning, results = _AtFirstUse("numpy"), _AtFirstUse("planning"), _AtFirstUse("planning.result")

Report = Callable[[str, float], None]
TIME_LIMIT = 60.0


def silent(_stage: str, _share: float) -> None:
    """Tell nobody."""


class NoGoalsYet(Refusal):
    """A plan serves goals."""

    message = _("{party} has no goals yet. Set a goal first: a plan is drafted so that goals are met.")


class NothingToAttend(Refusal):
    """A plan is drafted from a menu."""

    message = _("No activity with known days is open to {party} in {years}. A plan needs a published menu.")


class AtWork(Refusal):
    """The planner works on one thing at a time."""

    message = _("The planner is still working on this plan.")


class AlreadyWorkedOut(Refusal):
    """A proposal is worked out once."""

    message = _("This proposal is worked out already, or was dropped.")


class Unsound(Exception):
    """The plan breaks a term: a fault of the program, never a plan."""

    def __init__(self, broken: Sequence[Any]) -> None:
        super().__init__("; ".join(map(str, broken[:20])))


@dataclass(frozen=True)
class _Gathered:
    """What is put to the core, and what it is about."""

    problem: "Problem"
    goals: list[Goal]
    menu: dict[str, Occurrence]


@transaction.atomic
def draft(plan: Plan, *, by: Actor, at: datetime) -> Proposal:
    """Draft the plan at once around what is fixed, and order the same with a proof, which takes its place when it stands.

    Raises:
        NoGoalsYet, NothingToAttend: there is nothing to plan for, or from.
        AtWork: the planner is at it already.
    """
    kept = keeping.held(plan, by)
    _must_be_idle(kept)
    began = perf_counter()
    gathered = _gathered(kept, by=by, at=at)
    found = planning.preview(gathered.problem)
    _must_be_sound(gathered.problem, found)
    keeping.remember(kept, "drafted", by=by, at=at)
    keeping.write(kept, _rows(gathered, found), gathered.menu)
    proof = _proof(found, how="preview", seconds=perf_counter() - began, at=at)
    settle(kept, by=by, at=at, proof=proof)
    trail.record("plan.drafted", kept, by=by, at=at, about=kept.party_id, coverage=found.coverage, budget=found.cost)
    return _ordered(kept, ProposalKind.DRAFT, by=by, at=at)


@transaction.atomic
def order_the_rest(plan: Plan, *, by: Actor, at: datetime) -> Proposal:
    """Order everything not fixed to be planned anew, moving as little as possible; nothing changes until it is taken."""
    kept = keeping.held(plan, by)
    _must_be_idle(kept)
    return _ordered(kept, ProposalKind.REST, by=by, at=at)


def _ordered(plan: Plan, kind: ProposalKind, *, by: Actor, at: datetime) -> Proposal:
    ordered = Proposal.objects.create(plan=plan, kind=kind, base=plan.version, ordered_at=at, ordered_by=by.login)
    trail.record("proposal.ordered", ordered, by=by, at=at, about=plan.party_id, kind=kind)
    return ordered


@transaction.atomic
def work_out(
    proposal: Proposal, *, by: Actor, at: datetime, report: Report = silent, time_limit: float | None = TIME_LIMIT
) -> Proposal:
    """Plan with a proof. A draft takes its place if the plan still stands as it was; else it waits to be looked at.

    Raises:
        AlreadyWorkedOut: it has an answer, or was dropped.
        Unsound: the checker found a breach; nothing is recorded.
    """
    plan = Plan.objects.select_related("party").get(pk=proposal.plan_id)
    must_speak_for(plan.party_id, by)
    if proposal.state != ProposalState.ORDERED:
        raise AlreadyWorkedOut
    began = perf_counter()
    report("gather", 0.02)
    gathered = _gathered(plan, by=by, at=at)
    near = None if proposal.kind == ProposalKind.DRAFT else _near(plan, gathered)
    found = far.worked_out(
        planning.plan, gathered.problem, near=near, time_limit=time_limit,
        here={"progress": lambda stage, share: report(stage, 0.05 + 0.85 * share)},
    )  # fmt: skip
    _must_be_sound(gathered.problem, found)
    report("explain", 0.92)
    proof = _proof(found, how="proved", seconds=perf_counter() - began, at=at) | {"shortfalls": _shortfalls(gathered, found)}
    return _answer(proposal, _rows(gathered, found), proof, gathered, by=by, at=at)


def _answer(
    proposal: Proposal, rows: list[keeping.Row], proof: dict[str, Any], gathered: _Gathered, *, by: Actor, at: datetime
) -> Proposal:
    """Record what the planner answers; two that worked on the same meet here, and the second leaves."""
    kept = Proposal.objects.select_for_update(of=("self",)).select_related("plan").get(pk=proposal.pk)
    if kept.state != ProposalState.ORDERED:
        raise AlreadyWorkedOut
    plan = Plan.objects.select_for_update(of=("self",)).get(pk=kept.plan_id)
    kept.lines, kept.proof, kept.state, kept.settled_at = rows, proof, ProposalState.READY, at
    if kept.kind == ProposalKind.DRAFT and plan.version == kept.base:
        kept.state = ProposalState.TAKEN
        keeping.write(plan, rows, gathered.menu)
        settle(plan, by=by, at=at, proof=proof)
    kept.save(update_fields=["lines", "proof", "state", "settled_at"])
    trail.record(
        "proposal.worked-out", kept, by=by, at=at, about=plan.party_id, coverage=proof["coverage"], seconds=proof["seconds"]
    )
    return kept


@transaction.atomic
def work_out_together(joint: JointPlan, *, by: Actor, at: datetime, report: Report = silent) -> JointPlan:
    """Plan for every party that has goals, coupled so that together they do not overbook; each plan becomes a variant.

    What a party fixed in its draft stays fixed; a party for which nothing can be planned is left out, and why is told.

    Raises:
        AlreadyWorkedOut: the plans stand, or it failed.
    """
    by.must(Permission.KEEP_REGISTER)
    if joint.state != JointPlanState.ORDERED:
        raise AlreadyWorkedOut
    began = perf_counter()
    report("gather", 0.02)
    drafts, gathered, left_out = _of_all(at=at, by=by)
    seats = seats_of({key for one in gathered.values() for key in one.menu}, seen_by=by)
    found = far.worked_out(
        planning.many, {code: one.problem for code, one in gathered.items()}, seats, time_limit=TIME_LIMIT,
        here={"progress": lambda stage, share: report(stage[:40], 0.05 + 0.9 * share)},
    )  # fmt: skip
    for code, plan in found.plans.items():
        _must_be_sound(gathered[code].problem, plan)
        _kept_as_proposed(drafts[code], gathered[code], plan, name=joint.name, by=by, at=at)
    kept = JointPlan.objects.select_for_update().get(pk=joint.pk)
    if kept.state != JointPlanState.ORDERED:
        raise AlreadyWorkedOut
    kept.state, kept.settled_at, kept.left_out = JointPlanState.DONE, at, left_out
    kept.parties, kept.overbooked, kept.shared = len(found.plans), found.overbooked, len(found.shared)
    kept.seconds = round(perf_counter() - began, 2)
    kept.save(update_fields=["state", "settled_at", "left_out", "parties", "overbooked", "shared", "seconds"])
    trail.record("joint-plan.worked-out", kept, by=by, at=at, parties=kept.parties, seconds=kept.seconds)
    return kept


def _of_all(*, at: datetime, by: Actor) -> tuple[dict[str, Plan], dict[str, _Gathered], dict[str, str]]:
    """The draft of every party with goals, or a plan without limits, with what is put to the core; and who is left out."""
    standing = {p.party_id: p for p in Plan.objects.filter(state=PlanState.DRAFT).select_related("party")}
    first = year_to_plan_from(at.date(), seen_by=by)
    drafts: dict[str, Plan] = {}
    gathered: dict[str, _Gathered] = {}
    left_out: dict[str, str] = {}
    for party in Party.objects.filter(pk__in=Goal.objects.aimed().values("party")).order_by("code"):
        drafts[party.code] = standing.get(party.code) or Plan(party=party, first_year=first)
        try:
            gathered[party.code] = _gathered(drafts[party.code], by=by, at=at)
        except Refusal as refusal:
            left_out[party.code] = str(refusal)
    return drafts, gathered, left_out


def _kept_as_proposed(draft: Plan, gathered: _Gathered, found: "planning.Plan", *, name: str, by: Actor, at: datetime) -> None:
    """A variant of a party, proposed by the desk, with what the party fixed and what the planner adds."""
    made = Plan.objects.create(
        party=draft.party, state=PlanState.PROPOSED, name=name, first_year=draft.first_year, years=draft.years,
        budgets=draft.budgets, away_cap=draft.away_cap, speakers=draft.speakers, begun_at=at, begun_by=by.login, changed_at=at,
        is_demonstration=draft.is_demonstration,
    )  # fmt: skip
    by_hand = list(draft.lines.exclude(state=LineState.PROPOSED)) if draft.pk else []
    for line in by_hand:
        line.pk, line.plan = None, made
    PlanLine.objects.bulk_create(by_hand)
    keeping.write(made, _rows(gathered, found), gathered.menu)
    settle(made, by=by, at=at, proof=_proof(found, how="together", seconds=0.0, at=at))


def settle(plan: Plan, *, by: Actor, at: datetime, proof: dict[str, Any] | None = None) -> Plan:
    """Reckon what the lines reach, cost and break as they now stand, and count the plan one version up."""
    plan.outcome, plan.changed_at, plan.version = _outcome(plan, by=by), at, plan.version + 1
    fields = ["outcome", "changed_at", "version"]
    if proof is not None:
        plan.proof = proof
        fields.append("proof")
    plan.save(update_fields=fields)
    return plan


def _gathered(plan: Plan, *, by: Actor, at: datetime) -> _Gathered:
    """Goals, menu and what is settled by hand; what is not on the menu any more cannot be settled."""
    goals = _goals(plan)
    if not goals:
        raise NoGoalsYet(party=plan.party.name)
    menu = {o.key: o for o in occurrences(plan, on=at.date(), seen_by=by)}
    by_hand = list(plan.lines.exclude(state=LineState.PROPOSED)) if plan.pk else []
    for known in offered(plan, {n.activity_id for n in by_hand}, seen_by=by).values():
        menu.setdefault(known.key, known)
    if not menu:
        raise NothingToAttend(party=plan.party.name, years=plan.span)
    keys = {(o.activity, o.year): key for key, o in menu.items()}
    fixed = {keys[n.activity_id, n.year]: n.people for n in by_hand if (n.activity_id, n.year) in keys}
    return _Gathered(_problem(plan, goals, menu, fixed), goals, menu)


def _goals(plan: Plan) -> list[Goal]:
    return list(Goal.objects.aimed().filter(party=plan.party_id).select_related("objective", "area").order_by("number"))


def _problem(plan: Plan, goals: Sequence[Goal], menu: Mapping[str, Occurrence], fixed: Mapping[str, int]) -> "Problem":
    return planning.Problem.from_columns(tables(plan, goals, list(menu.values()), fixed))


def _near(plan: Plan, gathered: _Gathered) -> dict[str, int]:
    keys = {(o.activity, o.year): key for key, o in gathered.menu.items()}
    return {keys[n.activity_id, n.year]: n.people for n in plan.lines.all() if n.people and (n.activity_id, n.year) in keys}


def _rows(gathered: _Gathered, found: "planning.Plan") -> list[keeping.Row]:
    people = zip(gathered.problem.occurrences, found.people.tolist(), strict=True)
    return [(gathered.menu[key].activity, gathered.menu[key].year, number) for key, number in people if number]


def _must_be_sound(problem: "Problem", found: "planning.Plan") -> None:
    if broken := planning.breaches(problem, found):
        raise Unsound(broken)


def _must_be_idle(plan: Plan) -> None:
    if plan.proposals.filter(state=ProposalState.ORDERED).exists():
        raise AtWork


_FIGURES = ("coverage", "coverage_bound", "coverage_gap_percent", "cost", "cost_bound", "cost_gap_percent", "trips", "moves")


def _proof(found: "planning.Plan", *, how: str, seconds: float, at: datetime) -> dict[str, Any]:
    """What the core told of its plan."""
    figures = {name: getattr(found, name) for name in (*_FIGURES, "seed", "stages", "nodes", "input_sha256", "output_sha256")}
    return {**figures, "how": how, "seconds": round(seconds, 2), "at": at.isoformat(), "shortfalls": []}


def _shortfalls(gathered: _Gathered, found: "planning.Plan") -> list[dict[str, Any]]:
    """Why goals are missed, and the least changes that would bring them further."""
    pks = {str(goal.number): goal.pk for goal in gathered.goals}
    return [
        {
            "goal": pks[short.goal],
            "conflict": list(short.conflict),
            "why": [[said.message, dict(said.facts)] for said in short.told if "reached" not in said.facts],
            "relaxations": [
                {
                    "lever": r.lever,
                    "changes": list(r.changes),
                    "reached": r.reached,
                    "said": [r.saying.message, dict(r.saying.facts)],
                }
                for r in short.relaxations
            ],
        }
        for short in planning.shortfalls(gathered.problem, found)
    ]


def _outcome(plan: Plan, *, by: Actor) -> dict[str, Any]:
    """What the lines reach, cost and break, by arithmetic alone; lines whose activity is gone count for nothing."""
    lines = list(plan.lines.exclude(people=0).select_related("activity"))
    menu = offered(plan, {n.activity_id for n in lines}, seen_by=by)
    going = {o.key: (o, n.people) for n in lines if (o := menu.get((n.activity_id, n.year)))}
    gone = [n for n in lines if (n.activity_id, n.year) not in menu]
    goals = _goals(plan)
    problem = _problem(plan, goals, {key: o for key, (o, _people) in going.items()}, {})
    people = [number for _o, number in going.values()]
    told = results.result(
        problem, numpy.array(people, dtype=numpy.int64), results.Bounds(0.0, 0.0), near=None, seed=1, stages=0, nodes=0
    )
    titles = {key: f"{o.number} {o.title}" for key, (o, _people) in going.items()}
    broken = [
        {"code": b.code, "subject": titles.get(b.subject, b.subject), "found": b.found, "allowed": b.allowed}
        for b in planning.breaches(problem, told)
        if b.code in BREACHES
    ]
    broken += [
        {"code": "gone", "subject": f"{n.activity.number} {n.activity.title}", "found": n.people, "allowed": 0} for n in gone
    ]
    serves = problem.serves
    return {
        "goals": [
            {"goal": g.pk, "needed": g.units, "reached": int(reached)} for g, reached in zip(goals, told.reached, strict=True)
        ],
        "serves": {
            f"{o.activity}:{o.year}": [g.number for g, does in zip(goals, serves[at], strict=True) if does]
            for at, (o, _people) in enumerate(going.values())
        },
        "coverage": told.coverage,
        "cost": told.cost,
        "trips": told.trips,
        "cost_by_year": {str(year): cost for year, cost in told.cost_by_year.items()},
        "away_by_week": {week.isoformat(): away for week, away in told.away_by_week.items()},
        "breaches": broken,
    }
