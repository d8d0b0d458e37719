"""Acts on sheets of requests: previewed, applied as one act, undone as one act unless somebody changed a row since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from comity.accounts.rules import Permission
from comity.activities.models import Activity, Edition
from comity.exchange import batches
from comity.exchange.batches import Difference
from comity.exchange.models import Batch, BatchState
from comity.exchange.sheets import Table
from comity.kernel.actors import Actor
from comity.kernel.findings import Bar
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.participation import queries
from comity.participation.acts.requests import StandsInTheWay, lawfully
from comity.participation.models import Request, RequestState
from comity.participation.queries import imports
from comity.programmes.models import Objective
from comity.trail import acts as trail

KIND = "requests"
WRITTEN = ("places", "priority", "funding", "objective", "note")


class ChangedSincePreview(Refusal):
    """What is applied is what was shown."""

    message = _("Since the preview somebody changed {requests}. Hand the sheet in again to see the difference now.")


class ChangedSinceApplied(Refusal):
    """An undo never takes away somebody else's work."""

    message = _("This sheet cannot be undone: since it was applied, {requests} changed.")


@transaction.atomic
def preview(edition: Edition, table: Table, *, at: datetime, by: Actor) -> Batch:
    """Compare a sheet with the requests of an edition and keep the difference; nothing else changes."""
    by.must(Permission.REQUEST_PLACES)
    rows = imports.compare(edition, table, seen_by=by)
    batch = batches.keep(KIND, str(edition.pk), table.name, rows, at=at, by=by)
    trail.record("batch.previewed", batch, by=by, at=at, about=by.party or "", **batches.counts(rows))
    return batch


@transaction.atomic
def apply(batch: Batch, *, at: datetime, by: Actor) -> Batch:
    """Bring in the new rows of a batch as drafts and change the changed ones as they were shown; rejected rows stay out."""
    by.must(Permission.REQUEST_PLACES)
    edition = Edition.objects.get(pk=int(batch.scope))
    rows = batches.differences(batch)
    made = _create(edition, [r for r in rows if r.verdict == "new"], at=at, by=by)
    pairs = _standing(edition, [r for r in rows if r.verdict == "changed"], ChangedSincePreview)
    _write([(request, row.after) for request, row in pairs], at=at)
    kept = {f"{r.party_id} {r.activity.number}": r for r in [*made, *(request for request, _row in pairs)]}
    after = [_applied(row, kept.get(row.key)) for row in rows]
    batch = batches.turn(batch, BatchState.APPLIED, at=at, by=by, rows=after)
    trail.record("batch.applied", batch, by=by, at=at, about=by.party or "", edition=edition.pk, **batches.counts(rows))
    return batch


@transaction.atomic
def undo(batch: Batch, *, at: datetime, by: Actor) -> Batch:
    """Take back what a batch brought: new requests are withdrawn, changed ones become what they were."""
    by.must(Permission.REQUEST_PLACES)
    edition = Edition.objects.get(pk=int(batch.scope))
    rows = batches.differences(batch)
    batch = batches.turn(batch, BatchState.UNDONE, at=at, by=by)
    brought = _standing(edition, [r for r in rows if r.verdict == "new"], ChangedSinceApplied)
    changed = _standing(edition, [r for r in rows if r.verdict == "changed"], ChangedSinceApplied)
    _write([(request, row.before) for request, row in changed], at=at)
    for request, _row in brought:
        request.state, request.withdrawn_at, request.withdrawn_by = RequestState.WITHDRAWN, at, by.login
    _store([request for request, _row in brought], ("state", "withdrawn_at", "withdrawn_by"), at=at)
    trail.record("batch.undone", batch, by=by, at=at, about=by.party or "", edition=edition.pk, rows=len(brought) + len(changed))
    return batch


def _create(edition: Edition, rows: Sequence[Difference], *, at: datetime, by: Actor) -> list[Request]:
    """New requests as drafts, in one statement."""
    if not rows:
        return []
    numbers = {row.key.split(" ", 1)[1] for row in rows}
    on_offer = Activity.objects.on_offer().filter(edition=edition, number__in=numbers).select_related("edition")
    activities = {a.number: a for a in on_offer}
    if gone := numbers - activities.keys():
        raise ChangedSincePreview(requests=_some(sorted(gone)))
    objectives = _objectives(rows)
    made = []
    for row in rows:
        party, number = row.key.split(" ", 1)
        made.append(
            Request(
                activity=activities[number], party_id=party, asked_at=at, asked_by=by.login, changed_at=at,
                is_demonstration=activities[number].is_demonstration, **_values(row.after, party, objectives),
            )
        )  # fmt: skip
    with lawfully(made[0].activity, made[0].party_id, at=at), transaction.atomic():
        return Request.objects.bulk_create(made, batch_size=2000)


def _standing(edition: Edition, rows: Sequence[Difference], refusal: type[Refusal]) -> list[tuple[Request, Difference]]:
    """The live requests that some rows are about, locked, provided that they still stand as they did."""
    keys = {row.key for row in rows}
    live = Request.objects.live().of_edition(edition.pk).filter(party__in={key.split(" ", 1)[0] for key in keys})
    found = live.select_related("activity__edition", "party", "objective").select_for_update(of=("self",)).order_by("pk")
    stored = {f"{r.party_id} {r.activity.number}": r for r in found}
    if moved := [row.key for row in rows if row.key not in stored or stored[row.key].version != row.version]:
        raise refusal(requests=_some(moved))
    return [(stored[row.key], row) for row in rows]


def _write(pairs: Sequence[tuple[Request, dict[str, Any]]], *, at: datetime) -> None:
    """Write the cells of several rows into their requests; a submitted one must still be clear."""
    objectives = _objectives([Difference(0, "changed", f"{r.party_id} ", after=cells) for r, cells in pairs])
    for request, cells in pairs:
        for name, value in _values(cells, request.party_id, objectives).items():
            setattr(request, name, value)
    submitted = [request for request, _cells in pairs if request.state == RequestState.SUBMITTED]
    for request, found in queries.weighed(submitted, on=at.date()):
        if bar := next((f for f in found if isinstance(f, Bar)), None):
            raise StandsInTheWay(activity=str(request.activity), why=bar)
    _store([request for request, _cells in pairs], WRITTEN, at=at)


def _store(changed: Sequence[Request], fields: Sequence[str], *, at: datetime) -> None:
    """Write several requests in one statement, each one version up."""
    for request in changed:
        request.changed_at, request.version = at, request.version + 1
    if changed:
        with lawfully(changed[0].activity, changed[0].party_id, at=at), transaction.atomic():
            Request.objects.bulk_update(changed, [*fields, "changed_at", "version"], batch_size=500)


def _objectives(rows: Sequence[Difference]) -> dict[tuple[str, str], Objective]:
    """The objectives that some rows name, by party and number."""
    parties = {row.key.split(" ", 1)[0] for row in rows if row.after.get("objective")}
    return {(o.party_id, str(o.number)): o for o in Objective.objects.filter(party__in=parties)} if parties else {}


def _values(cells: dict[str, Any], party: str, objectives: dict[tuple[str, str], Objective]) -> dict[str, Any]:
    """Cells as the columns of a request."""
    values: dict[str, Any] = {name: cells[name] for name in ("funding", "note") if name in cells}
    values |= {name: int(cells[name]) if cells[name] else None for name in ("places", "priority") if name in cells}
    if "objective" in cells:
        values["objective"] = objectives.get((party, cells["objective"]))
    return values


def _applied(row: Difference, request: Request | None) -> Difference:
    """The row with the version its request has now, by which an undo knows whether it changed since."""
    if request is None:
        return row
    return Difference(row.line, row.verdict, row.key, row.label, request.version, row.before, row.after, row.faults, row.notes)


def _some(keys: Sequence[str]) -> list[str]:
    """The first few, and how many more."""
    return [*keys[:10], *([f"+{len(keys) - 10}"] if len(keys) > 10 else [])]
