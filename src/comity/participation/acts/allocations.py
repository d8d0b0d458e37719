"""The one bridge to the core: gather, allot, check, record; replay.

A round is drawn up in one transaction: it is recorded whole, or stands as it stood before. Its input is kept packed beside
it, so that it can be replayed to the same bytes whatever happens to the register and the menu afterwards.
"""

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from time import perf_counter
from typing import Any

import numpy as np
from django.db import transaction

import allotment
from allotment import Allotment, Breach, Change, Problem, Reason, Trial, breaches, reasons, seals
from allotment import Rule as Terms
from allotment.model import TABLES
from comity.accounts.rules import Permission
from comity.kernel import far
from comity.kernel.actors import Actor
from comity.kernel.findings import Finding
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.participation import queries
from comity.participation.acts import gathering
from comity.participation.acts.rounds import AlreadyDrawnUp, BeforeTheDeadline
from comity.participation.models import Input, Line, Request, RequestState, Round, RoundState
from comity.participation.queries.requests import joined, waivers
from comity.participation.rules import answered_by, waived_of
from comity.trail import acts as trail

Columns = dict[str, list[Any]]
Report = Callable[[str, float], None]


def silent(_stage: str, _share: float) -> None:
    """Tell nobody."""


# Of the fields of a problem, those that are names; the others are numbers.
NAMES = ("parties", "pools", "activities", "requests")
WAITING = (RoundState.ORDERED, RoundState.FAILED)


class NothingToReplay(Refusal):
    """Only what has a result is replayed."""

    message = _("Round {number} of {year} has no result to replay.")


class Unsound(Exception):
    """The result breaks a term: a fault of the program, never a result."""

    def __init__(self, broken: Sequence[Breach]) -> None:
        super().__init__("; ".join(map(str, broken[:20])))
        self.broken = tuple(broken)


@dataclass(frozen=True)
class _Gathered:
    """What is put to the core, in the core's order, and what is answered without it."""

    problem: Problem
    eligible: list[Request]
    turned_away: list[tuple[Request, list[Finding]]]
    waived: int


@transaction.atomic
def draw_up(round: Round, *, at: datetime, by: Actor, report: Report = silent, time_limit: float | None = None) -> Round:
    """Allot the places of a round; nothing is promised until it is published.

    Raises:
        AlreadyDrawnUp: it has a result, or was set aside.
        BeforeTheDeadline: it counts, and requests are still open.
        Unsound: the checker found a breach; nothing is recorded.
    """
    by.must(Permission.MANAGE_ROUNDS)
    drawn = Round.objects.select_for_update(of=("self",)).select_related("edition", "rule").get(pk=round.pk)
    if drawn.state not in WAITING:
        raise AlreadyDrawnUp(number=drawn.number, year=str(drawn.edition_id))
    began = perf_counter()
    report("gather", 0.02)
    gathered = _gather(drawn.edition_id, locked=not drawn.simulation, on=at.date(), by=by)
    terms = Terms.of(drawn.rule.parameters)
    result = _sound(gathered.problem, terms, drawn.seed, report=report, time_limit=time_limit)
    report("explain", 0.75)
    answers = reasons(gathered.problem, terms, result)
    lines = [*_lines(drawn, gathered, result, answers), *gathering.turned_away(drawn, gathered.turned_away)]
    report("write", 0.85)
    gathering.write(lines)
    _record(drawn, gathered, result, lines, at=at, seconds=perf_counter() - began)
    trail.record(
        "round.drawn-up", drawn, by=by, at=at, simulation=drawn.simulation, requests=len(lines), granted=drawn.counts["granted"],
        gap_percent=drawn.gap_percent, output_sha256=drawn.output_sha256, waived=gathered.waived,
    )  # fmt: skip
    return drawn


def _sound(
    problem: Problem, terms: Terms, seed: int, *, report: Report = silent, time_limit: float | None = None
) -> Allotment:  # fmt: skip
    """A plan, from wherever the heavy work is done, that the independent checker finds nothing wrong with."""
    result = far.worked_out(
        allotment.allot, problem, terms, seed=seed, time_limit=time_limit,
        here={"progress": lambda stage, share: report(stage, 0.1 + 0.5 * share)},
    )  # fmt: skip
    report("check", 0.65)
    if broken := breaches(problem, terms, result):
        raise Unsound(broken)
    return result


def _gather(year: int, *, locked: bool, on: date, by: Actor) -> _Gathered:
    """The submitted requests of an edition; those that something stands in the way of are answered at once."""
    asked = Request.objects.of_edition(year).filter(state=RequestState.SUBMITTED).order_by("party_id", "activity__number")
    found = list(asked.select_for_update(of=("self",)) if locked else asked)
    joined(found)
    spared = waivers(year, seen_by=by)
    eligible: list[Request] = []
    turned_away: list[tuple[Request, list[Finding]]] = []
    waived = 0
    for request, findings in queries.weighed(found, on=on):
        if against := answered_by(findings, spared[request.pk]):
            turned_away.append((request, against))
        else:
            eligible.append(request)
            waived += len(waived_of(findings, spared[request.pk]))
    return _Gathered(Problem.from_columns(gathering.columns(year, eligible, TABLES, by=by)), eligible, turned_away, waived)


def _lines(round: Round, gathered: _Gathered, result: Allotment, answers: Sequence[Reason]) -> Iterator[Line]:
    """One line for each request the core has heard."""
    places = zip(result.funded.tolist(), result.self_paid.tolist(), strict=True)
    for request, (funded, own), answer in zip(gathered.eligible, places, answers, strict=True):
        change = [answer.changes[0].saying] if answer.changes else []
        yield Line(
            round=round, request=request, funded=funded, self_paid=own, outcome=answer.outcome, causes=list(answer.causes),
            reasons=[[s.message, dict(s.facts)] for s in answer.told],
            would_change=[[s.message, dict(s.facts)] for s in change] or _no_single_change(answer),
        )  # fmt: skip


def _no_single_change(answer: Reason) -> list[list[object]]:
    return [[answer.would_change, {}]] if answer.would_change else []


def _record(round: Round, gathered: _Gathered, result: Allotment, lines: Sequence[Line], *, at: datetime, seconds: float) -> None:
    """Write the result beside the round, and its input as it was put."""
    Input.objects.update_or_create(round=round, defaults={"packed": packed(_columns(gathered.problem))})
    round.state, round.drawn_up_at, round.fault = RoundState.DRAWN_UP, at, ""
    round.input_sha256, round.output_sha256 = seals.of_problem(gathered.problem), seals.of_plan(gathered.problem, result)
    round.value, round.bound, round.gap_percent = result.value, result.bound, result.gap_percent
    round.seconds, round.fairness = float(f"{seconds:.2f}"), _fairness(result)
    round.cancelled = list(result.cancelled)
    round.counts = _counts(gathered.problem, result, lines) | {"waived": gathered.waived}
    closes = round.edition.requests_close_at
    told = f"{closes.astimezone(round.edition.timezone):%Y-%m-%d %H:%M:%S} {round.edition.zone}" if closes else ""
    refusal = BeforeTheDeadline(year=str(round.edition_id), deadline=told)
    with refusing(round_is_drawn_up_after_the_deadline=refusal), transaction.atomic():
        round.save()


def _fairness(result: Allotment) -> dict[str, Any]:
    """How evenly value fell, as it is kept."""
    fair = result.fairness
    return {"level": fair.level, "worst": fair.worst, "per_party": dict(fair.per_party)}


def _counts(problem: Problem, result: Allotment, lines: Sequence[Line]) -> dict[str, Any]:
    """The figures of a round: seats, places, outcomes, and what each party asked for and got."""
    outcomes = Counter(line.outcome for line in lines)
    parties: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        mine = parties[line.request.party_id]
        mine.update(requests=1, asked=line.request.places or 0, granted=line.granted, funded=line.funded)
    off = set(result.cancelled)
    seats = [int(c) for name, c in zip(problem.activities, problem.capacity, strict=True) if name not in off]
    return {
        "requests": len(lines),
        "asked": sum(mine["asked"] for mine in parties.values()),
        "granted": int((result.funded + result.self_paid).sum()),
        "funded": int(result.funded.sum()),
        "self_paid": int(result.self_paid.sum()),
        "seats": sum(seats),
        "activities": len(problem.activities),
        "cancelled": len(result.cancelled),
        "not_granted": outcomes["not_granted"],
        "outcomes": dict(outcomes),
        "parties": {code: dict(parties[code]) for code in sorted(parties)},
    }


@dataclass(frozen=True)
class Replay:
    """Whether a round came out the same when it was drawn up again from the input kept with it."""

    round: int
    input_sha256: str
    output_sha256: str
    differs: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether every byte and figure is the same."""
        return not self.differs


def replay(round: Round, *, by: Actor, report: Report = silent) -> Replay:
    """Draw a round up again from its own input and compare; nothing is recorded."""
    by.must(Permission.SEE_ROUNDS)
    if not round.is_drawn_up:
        raise NothingToReplay(number=round.number, year=str(round.edition_id))
    problem = _problem(unpacked(bytes(Input.objects.get(round=round).packed)))
    result = far.worked_out(allotment.allot, problem, Terms.of(round.rule.parameters), seed=round.seed, here={"progress": report})
    lines = Line.objects.filter(round=round).exclude(outcome="not_eligible")
    told = {
        f"{p} {n}": (f, s) for p, n, f, s in lines.values_list("request__party", "request__activity__number", "funded", "self_paid")
    }
    again = dict(zip(problem.requests, zip(result.funded.tolist(), result.self_paid.tolist(), strict=True), strict=True))
    found = {
        "input_sha256": (seals.of_problem(problem), round.input_sha256),
        "output_sha256": (seals.of_plan(problem, result), round.output_sha256),
        "value": (result.value, round.value),
        "bound": (result.bound, round.bound),
        "lines": (again, told),
    }
    differs = tuple(name for name, (new, old) in found.items() if new != old)
    return Replay(round.pk, str(found["input_sha256"][0]), str(found["output_sha256"][0]), differs)


def _columns(problem: Problem) -> Columns:
    """A problem as columns of plain values."""
    found = {field.name: getattr(problem, field.name) for field in fields(Problem)}
    return {name: value.tolist() if hasattr(value, "tolist") else list(value) for name, value in found.items()}


def _problem(columns: Mapping[str, list[Any]]) -> Problem:
    """The problem that its columns are of, to the byte; what was put before records counted had none."""
    columns = {"no_show_percent": [0] * len(columns["parties"]), **columns}
    found: dict[str, Any] = {n: tuple(v) if n in NAMES else np.array(v, dtype=np.int64) for n, v in columns.items()}
    return Problem(**found)


def packed(columns: Mapping[str, list[Any]]) -> bytes:
    """The columns of a problem as compressed JSON."""
    return zlib.compress(json.dumps(columns, separators=(",", ":")).encode(), 6)


def unpacked(kept: bytes) -> Columns:
    """The columns that were packed, to the byte."""
    found: Columns = json.loads(zlib.decompress(kept))
    return found


def put(year: int, *, on: date, by: Actor) -> tuple[Columns, int]:
    """What a round of an edition would put to the core now, and how many requests it would turn away; nothing is locked."""
    gathered = _gather(year, locked=False, on=on, by=by)
    return _columns(gathered.problem), len(gathered.turned_away)


@dataclass(frozen=True)
class Plan:
    """A plan in plain values, with its proof and its seals; places are in the order of the requests that were put."""

    funded: list[int]
    self_paid: list[int]
    cancelled: list[str]
    value: int
    bound: int
    gap_percent: float
    fairness: dict[str, Any]
    input_sha256: str
    output_sha256: str


def solve(columns: Mapping[str, list[Any]], parameters: Mapping[str, Any], *, seed: int, report: Report = silent) -> Plan:
    """Share out what was put under some parameters; nothing is read and nothing recorded.

    Raises:
        Unsound: the checker found a breach.
    """
    problem = _problem(columns)
    result = _sound(problem, Terms.of(parameters), seed, report=report)
    return Plan(
        result.funded.tolist(), result.self_paid.tolist(), list(result.cancelled), result.value, result.bound, result.gap_percent,
        _fairness(result), seals.of_problem(problem), seals.of_plan(problem, result),
    )  # fmt: skip


@lru_cache(maxsize=1)
def _standing(round: int, _output_sha256: str) -> tuple[Problem, Terms, Allotment]:
    """A round as it was put, and its plan; what is drawn up never changes, so the last one asked for is kept at hand."""
    drawn = Round.objects.select_related("rule", "input").get(pk=round)
    problem, terms = _problem(unpacked(bytes(drawn.input.packed))), Terms.of(drawn.rule.parameters)
    return problem, terms, far.worked_out(allotment.allot, problem, terms, seed=drawn.seed)


def try_out(line: Line, lever: str, amount: int) -> Trial:
    """Draw the round of a line up again with one term changed, and compare; nothing is recorded."""
    problem, terms, plan = _standing(line.round_id, line.round.output_sha256)
    request = gathering.named(line.request)
    activity = int(problem.activity[problem.requests.index(request)])
    subjects = {
        "capacity": problem.activities[activity],
        "minimum": problem.activities[activity],
        "budget": problem.pools[problem.pool[activity]],
        "places_cap": line.request.party_id,
        "away_cap": line.request.party_id,
    }
    change = Change(lever, subjects.get(lever, request), amount)  # type: ignore[arg-type]
    return far.worked_out(allotment.what_if, problem, terms, plan, [change], request=request)
