"""The one bridge to the core: gather, allot, check, record; replay.

A round is drawn up in one transaction: it is recorded whole, or stands as it stood before. Its input is kept packed beside
it, so that it can be replayed to the same bytes whatever happens to the register and the menu afterwards.
"""

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from time import perf_counter
from typing import Any

import numpy as np
from django.db import connection, transaction

import allotment
from allotment import Allotment, Breach, Problem, Reason, breaches, reasons, seals
from allotment import Rule as Terms
from allotment.model import TABLES
from comity.accounts.rules import Permission
from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.kernel.findings import Finding
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import Sentence, _
from comity.participation import queries
from comity.participation.acts.rounds import BeforeTheDeadline
from comity.participation.models import Cap, Input, Line, Pool, Request, RequestState, Round, RoundState
from comity.participation.queries.requests import joined, waivers
from comity.participation.rules import answered_by, kept, waived_of
from comity.trail import acts as trail

Report = Callable[[str, float], None]


def silent(_stage: str, _share: float) -> None:
    """Tell nobody."""


# Where activities without a pool, or of which no one knows the cost of a place, take no money from.
UNPAID = "-"
# Of the fields of a problem, those that are names; the others are numbers.
NAMES = ("parties", "pools", "activities", "requests")
WAITING = (RoundState.ORDERED, RoundState.FAILED)


class AlreadyDrawnUp(Refusal):
    """A round is drawn up once."""

    message = _("Round {number} of {year} is drawn up already, or set aside. Order another one.")


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
    gathered = _gather(drawn, on=at.date(), by=by)
    terms = Terms.of(drawn.rule.parameters)
    result = allotment.allot(
        gathered.problem,
        terms,
        seed=drawn.seed,
        time_limit=time_limit,
        progress=lambda stage, share: report(stage, 0.1 + 0.5 * share),
    )
    report("check", 0.65)
    if broken := breaches(gathered.problem, terms, result):
        raise Unsound(broken)
    report("explain", 0.75)
    lines = [*_lines(drawn, gathered, result, reasons(gathered.problem, terms, result)), *_turned_away(drawn, gathered)]
    report("write", 0.85)
    _write(lines)
    _record(drawn, gathered, result, lines, at=at, seconds=perf_counter() - began)
    trail.record(
        "round.drawn-up", drawn, by=by, at=at, simulation=drawn.simulation, requests=len(lines), granted=drawn.counts["granted"],
        gap_percent=drawn.gap_percent, output_sha256=drawn.output_sha256, waived=gathered.waived,
    )  # fmt: skip
    return drawn


def _gather(round: Round, *, on: date, by: Actor) -> _Gathered:
    """The submitted requests of the edition, locked; those that something stands in the way of are answered at once."""
    asked = (
        Request.objects.of_edition(round.edition_id).filter(state=RequestState.SUBMITTED).order_by("party_id", "activity__number")
    )
    found = list(asked if round.simulation else asked.select_for_update(of=("self",)))
    joined(found)
    spared = waivers(round.edition_id, seen_by=by)
    eligible: list[Request] = []
    turned_away: list[tuple[Request, list[Finding]]] = []
    waived = 0
    for request, findings in queries.weighed(found, on=on):
        if against := answered_by(findings, spared[request.pk]):
            turned_away.append((request, against))
        else:
            eligible.append(request)
            waived += len(waived_of(findings, spared[request.pk]))
    return _Gathered(Problem.from_columns(_columns(round, eligible)), eligible, turned_away, waived)


def _columns(round: Round, eligible: Sequence[Request]) -> dict[str, dict[str, list[Any]]]:
    """The tables of a problem: caps, pools, activities and requests of an edition."""
    caps = {cap.party_id: cap for cap in Cap.objects.filter(edition=round.edition_id)}
    budgets = dict(Pool.objects.filter(edition=round.edition_id).values_list("code", "budget"))
    offers = {r.activity_id: r.activity for r in eligible}
    wanted: Counter[int] = Counter()
    for request in eligible:
        wanted[request.activity_id] += request.places or 0
    parties = [
        (code, getattr(caps.get(code), "places_cap", None), getattr(caps.get(code), "away_cap", None))
        for code in sorted({r.party_id for r in eligible})
    ]
    pools = sorted({_pool(a, budgets) for a in offers.values()})
    rows: dict[str, Sequence[Sequence[Any]]] = {
        "parties": parties,
        "pools": [(pool, budgets.get(pool, 0)) for pool in pools],
        "activities": [_offer(a, wanted[a.pk], budgets) for a in sorted(offers.values(), key=lambda a: a.number)],
        "requests": [_claim(r, budgets) for r in eligible],
    }
    return {table: _turned(TABLES[table], rows[table]) for table in TABLES}


def _turned(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    """Rows as columns."""
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _pool(activity: Activity, budgets: Mapping[str, int]) -> str:
    """The pool that pays for an activity, if its cost is known."""
    return activity.pool if activity.pool in budgets and activity.place_cost else UNPAID


def _offer(activity: Activity, wanted: int, budgets: Mapping[str, int]) -> tuple[object, ...]:
    """An activity as the core knows it; one that does not say its seats has as many as are asked for."""
    minimum = activity.minimum or 0
    capacity = max(wanted, minimum) if activity.seats is None else activity.seats
    return activity.number, activity.first_day, activity.last_day, capacity, min(minimum, capacity), _pool(activity, budgets)


def _claim(request: Request, budgets: Mapping[str, int]) -> tuple[object, ...]:
    """A request as the core knows it."""
    activity = request.activity
    cost = activity.place_cost if _pool(activity, budgets) != UNPAID else 1
    name = f"{request.party_id} {activity.number}"
    linked = request.objective_id is not None
    return name, request.party_id, activity.number, request.places, request.priority, linked, request.funding, cost


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


HEARD_WITHOUT = _("It would have been heard if this did not stand in the way.")
HEARD_WITH_WAIVER = _("It would have been heard if this had been waived.")


def _turned_away(round: Round, gathered: _Gathered) -> Iterator[Line]:
    """One line for each request that something stood in the way of, in the words of the findings."""
    for request, against in gathered.turned_away:
        change = HEARD_WITHOUT if any(f.weight == "bar" for f in against) else HEARD_WITH_WAIVER
        yield Line(
            round=round, request=request, outcome="not_eligible", causes=[f.weight for f in against],
            reasons=kept(f.sentence for f in against), would_change=kept([Sentence(change)]),
        )  # fmt: skip


COLUMNS = ("round_id", "request_id", "funded", "self_paid", "outcome", "causes", "reasons", "would_change")


def _write(lines: Sequence[Line]) -> None:
    """Write the lines the quickest way the database has; its laws hold all the same."""
    with connection.cursor() as cursor, cursor.copy(f"COPY participation_line ({', '.join(COLUMNS)}) FROM STDIN") as stream:
        for line in lines:
            told = (json.dumps(line.reasons), json.dumps(line.would_change))
            stream.write_row((line.round_id, line.request_id, line.funded, line.self_paid, line.outcome, line.causes, *told))


def _record(round: Round, gathered: _Gathered, result: Allotment, lines: Sequence[Line], *, at: datetime, seconds: float) -> None:
    """Write the result beside the round, and its input as it was put."""
    Input.objects.update_or_create(round=round, defaults={"packed": _packed(gathered.problem)})
    fair = result.fairness
    round.state, round.drawn_up_at, round.fault = RoundState.DRAWN_UP, at, ""
    round.input_sha256, round.output_sha256 = seals.of_problem(gathered.problem), seals.of_plan(gathered.problem, result)
    round.value, round.bound, round.gap_percent, round.seconds = (
        result.value,
        result.bound,
        result.gap_percent,
        _hundredths(seconds),
    )
    round.fairness = {"level": fair.level, "worst": fair.worst, "per_party": dict(fair.per_party)}
    round.cancelled = list(result.cancelled)
    round.counts = _counts(gathered.problem, result, lines) | {"waived": gathered.waived}
    closes = round.edition.requests_close_at
    told = f"{closes.astimezone(round.edition.timezone):%Y-%m-%d %H:%M:%S} {round.edition.zone}" if closes else ""
    refusal = BeforeTheDeadline(year=str(round.edition_id), deadline=told)
    with refusing(round_is_drawn_up_after_the_deadline=refusal), transaction.atomic():
        round.save()


def _hundredths(seconds: float) -> float:
    """Seconds to a hundredth."""
    return float(f"{seconds:.2f}")


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
    problem = _unpacked(bytes(Input.objects.get(round=round).packed))
    result = allotment.allot(problem, Terms.of(round.rule.parameters), seed=round.seed, progress=report)
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


def _packed(problem: Problem) -> bytes:
    """A problem as compressed JSON."""
    p = problem
    columns = {name: value.tolist() if hasattr(value, "tolist") else list(value) for name, value in vars(p).items()}
    return zlib.compress(json.dumps(columns, separators=(",", ":")).encode(), 6)


def _unpacked(packed: bytes) -> Problem:
    """The problem that was packed, to the byte."""
    columns = json.loads(zlib.decompress(packed))
    fields: dict[str, Any] = {n: tuple(v) if n in NAMES else np.array(v, dtype=np.int64) for n, v in columns.items()}
    return Problem(**fields)
