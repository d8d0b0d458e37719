"""Bringing the year's part of a plan into the basket: compared as a sheet would be, then applied and undone as one.

Requests that are submitted stay as they are, and what is barred stays out; each is named in the comparison.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Sum

from comity.accounts.rules import Permission
from comity.activities.models import Activity, Edition
from comity.exchange import batches
from comity.exchange.batches import Difference, Remark
from comity.exchange.models import Batch
from comity.exchange.sheets import Row, Table
from comity.kernel.actors import Actor
from comity.kernel.findings import Bar, Finding
from comity.kernel.refusals import Refusal
from comity.kernel.words import Sentence, _
from comity.participation import queries
from comity.participation.acts.imports import KIND
from comity.participation.models import Line, Request, RequestState, Round, RoundState
from comity.participation.queries import imports
from comity.plans.acts import forecasts
from comity.plans.models import Plan
from comity.plans.queries.shares import wanted
from comity.trail import acts as trail


class NothingOfThatYear(Refusal):
    """Only what an edition offers can be asked for."""

    message = _("The plan sends nobody to an activity of edition {year} that is on offer.")


@transaction.atomic
def preview(plan: Plan, edition: Edition, *, at: datetime, by: Actor) -> Batch:
    """Compare what a plan wants of an edition with the requests that stand, and keep the difference; nothing else changes."""
    by.must(Permission.REQUEST_PLACES)
    cells = ("activity", "party", "places", "priority", "objective")
    told = [(w.number, plan.party_id, w.people, w.priority, w.objective) for w in wanted(plan, edition.pk, seen_by=by)]
    if not told:
        raise NothingOfThatYear(year=str(edition))
    rows = [Row(n, {c: str(v or "") for c, v in zip(cells, row, strict=True)}) for n, row in enumerate(told, 1)]
    name = f"{plan.party_id} {plan.span}: {edition.pk}"
    found = _weighed(edition, plan, imports.compare(edition, Table(name, cells, tuple(rows), "plan"), seen_by=by), at=at)
    batch = batches.keep(KIND, str(edition.pk), name, found, at=at, by=by)
    trail.record("batch.previewed", batch, by=by, at=at, about=plan.party_id, **batches.counts(found))
    return batch


@transaction.atomic
def forecast(round: Round, *, at: datetime, by: Actor) -> int:
    """Tell those who plan how much of what was asked for a published round granted, by area and kind.

    What fewer than three parties asked for is told to nobody, for it would tell of them.
    """
    by.must(Permission.MANAGE_ROUNDS)
    lines = Line.objects.filter(round=round, round__state=RoundState.PUBLISHED).order_by()
    told = lines.values_list("request__activity__area_key", "request__activity__kind").annotate(
        asked=Sum("request__places"), given=Sum(F("funded") + F("self_paid")), parties=Count("request__party", distinct=True)
    )
    rows = [(area, kind, asked, min(given, asked)) for area, kind, asked, given, parties in told if asked and parties > 2]
    return forecasts.keep(round.edition_id, rows, by=by, at=at)


def _weighed(edition: Edition, plan: Plan, rows: list[Difference], *, at: datetime) -> list[Difference]:
    """The rows, those turned away that are barred or that are about a request handed in already."""
    places = {row.key.split(" ", 1)[1]: int(row.after["places"]) for row in rows if row.verdict in ("new", "changed")}
    known = Activity.objects.filter(edition=edition, number__in=places).select_related("edition")
    live = Request.objects.live().of_edition(edition.pk).filter(party=plan.party_id, state=RequestState.SUBMITTED)
    handed_in = set(live.values_list("activity__number", flat=True))
    fresh = [Request(activity=a, party=plan.party, places=places[a.number], priority=2) for a in known]
    why = {r.activity.number: bar.sentence for r, fs in queries.weighed(fresh, on=at.date()) if (bar := _bar(fs))}
    why |= dict.fromkeys(handed_in & places.keys(), Sentence(_("The request is submitted already: change it there."), {}))
    return [_turned_away(row, why) for row in rows]


def _turned_away(row: Difference, why: dict[str, Sentence]) -> Difference:
    number = row.key.split(" ", 1)[1]
    if row.verdict not in ("new", "changed") or number not in why:
        return row
    return replace(row, verdict="rejected", faults=(Remark("activity", number, why[number]),))


def _bar(found: Sequence[Finding]) -> Bar | None:
    return next((f for f in found if isinstance(f, Bar)), None)
