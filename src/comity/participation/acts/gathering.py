"""What stands on either side of the core: the tables of a problem, the lines that answer without it, lines written.

Nothing here knows the core: a problem is columns of plain values by the names of its tables, a line is a row.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import floor
from typing import Any

from django.db import connection

from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.kernel.findings import Finding
from comity.kernel.words import Sentence, _
from comity.participation.models import Cap, Line, Pool, Request, Round
from comity.participation.queries.turnouts import Record, recent
from comity.participation.rules import kept

# Where activities without a pool, or of which no one knows the cost of a place, take no money from.
UNPAID = "-"


def columns(
    year: int, eligible: Sequence[Request], tables: Mapping[str, Sequence[str]], *, by: Actor
) -> dict[str, dict[str, list[Any]]]:
    """The tables of a problem: caps and records of parties, pools, activities and requests of an edition."""
    caps = {cap.party_id: cap for cap in Cap.objects.filter(edition=year)}
    budgets = dict(Pool.objects.filter(edition=year).values_list("code", "budget"))
    offers = {r.activity_id: r.activity for r in eligible}
    wanted: Counter[int] = Counter()
    for request in eligible:
        wanted[request.activity_id] += request.places or 0
    codes = sorted({r.party_id for r in eligible})
    before = recent(codes, before=year, seen_by=by)
    parties = [
        (code, getattr(caps.get(code), "places_cap", None), getattr(caps.get(code), "away_cap", None), _empty(before.get(code)))
        for code in codes
    ]
    pools = sorted({_pool(a, budgets) for a in offers.values()})
    rows: dict[str, Sequence[Sequence[Any]]] = {
        "parties": parties,
        "pools": [(pool, budgets.get(pool, 0)) for pool in pools],
        "activities": [_offer(a, wanted[a.pk], budgets) for a in sorted(offers.values(), key=lambda a: a.number)],
        "requests": [_claim(r, budgets) for r in eligible],
    }
    return {table: _turned(tables[table], rows[table]) for table in tables}


def _turned(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    """Rows as columns."""
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _empty(record: Record | None) -> int:
    """How many of a hundred seats of the last editions stood empty without excuse; a part of one is not counted."""
    return floor(record.no_show_percent) if record else 0


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
    linked = request.objective_id is not None
    return named(request), request.party_id, activity.number, request.places, request.priority, linked, request.funding, cost


def named(request: Request) -> str:
    """What a request is called before the core."""
    return f"{request.party_id} {request.activity.number}"


HEARD_WITHOUT = _("It would have been heard if this did not stand in the way.")
HEARD_WITH_WAIVER = _("It would have been heard if this had been waived.")


def turned_away(round: Round, found: Iterable[tuple[Request, list[Finding]]]) -> Iterator[Line]:
    """One line for each request that something stood in the way of, in the words of the findings."""
    for request, against in found:
        change = HEARD_WITHOUT if any(f.weight == "bar" for f in against) else HEARD_WITH_WAIVER
        yield Line(
            round=round, request=request, outcome="not_eligible", causes=[f.weight for f in against],
            reasons=kept(f.sentence for f in against), would_change=kept([Sentence(change)]),
        )  # fmt: skip


COLUMNS = ("round_id", "request_id", "funded", "self_paid", "outcome", "causes", "reasons", "would_change")


def write(lines: Sequence[Line]) -> None:
    """Write the lines the quickest way the database has; its laws hold all the same."""
    with connection.cursor() as cursor, cursor.copy(f"COPY participation_line ({', '.join(COLUMNS)}) FROM STDIN") as stream:
        for line in lines:
            told = (json.dumps(line.reasons), json.dumps(line.would_change))
            stream.write_row((line.round_id, line.request_id, line.funded, line.self_paid, line.outcome, line.causes, *told))
