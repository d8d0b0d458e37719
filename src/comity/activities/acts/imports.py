"""Acts on sheets of activities: previewed, applied as one act, undone as one act unless somebody changed a row since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from comity.accounts.rules import Permission
from comity.activities.acts import activities
from comity.activities.models import Activity, Edition
from comity.activities.queries import imports as queries
from comity.activities.rules import entries
from comity.exchange import batches
from comity.exchange.batches import Difference
from comity.exchange.models import Batch, BatchState
from comity.exchange.sheets import Table
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.tables import refusing
from comity.kernel.words import _
from comity.trail import acts as trail

KIND = "activities"


class ChangedSincePreview(Refusal):
    """What is applied is what was shown."""

    message = _("Since the preview somebody changed {numbers}. Hand the sheet in again to see the difference now.")


class ChangedSinceApplied(Refusal):
    """An undo never takes away somebody else's work."""

    message = _("This sheet cannot be undone: since it was applied, {numbers} changed or came into use.")


@transaction.atomic
def preview(edition: Edition, table: Table, *, at: datetime, by: Actor) -> Batch:
    """Compare a sheet with the edition and keep the difference; nothing else changes."""
    by.must(Permission.OFFER_ACTIVITIES)
    activities.must_take(edition, by)
    rows = queries.compare(edition, table, seen_by=by)
    batch = batches.keep(KIND, str(edition.pk), table.name, rows, at=at, by=by)
    trail.record("batch.previewed", batch, by=by, at=at, about=by.party or "", **batches.counts(rows))
    return batch


@transaction.atomic
def apply(batch: Batch, *, approving: bool = False, at: datetime, by: Actor) -> Batch:
    """Bring in the new and changed rows of a batch as they were shown; rejected rows stay out.

    New entries come in as offered, or as approved at once where a manager of the menu says so.
    """
    by.must(Permission.MANAGE_MENU if approving else Permission.OFFER_ACTIVITIES)
    edition = Edition.objects.get(pk=int(batch.scope))
    activities.must_take(edition, by)
    rows = batches.differences(batch)
    new = [r for r in rows if r.verdict == "new"]
    come_in = ChangedSincePreview(numbers=_some([str(ref) for r in new if (ref := r.after.get("row_id"))]))
    with activities.lawfully(), refusing(activity_rows_come_in_once_an_edition=come_in), transaction.atomic():
        made = activities.create_all(edition, [_values(r.after) for r in new], approving=approving, at=at, by=by)
        changed = _change(edition, [r for r in rows if r.verdict == "changed"])
    numbers = iter(made)
    after = [_applied(r, next(numbers)) if r.verdict == "new" else _applied(r, changed.get(r.key)) for r in rows]
    batch = batches.turn(batch, BatchState.APPLIED, at=at, by=by, rows=after)
    trail.record("batch.applied", batch, by=by, at=at, about=by.party or "", edition=edition.pk, **batches.counts(rows))
    return batch


@transaction.atomic
def undo(batch: Batch, *, at: datetime, by: Actor) -> Batch:
    """Take back what a batch brought: new rows go, changed rows become what they were."""
    by.must(Permission.OFFER_ACTIVITIES)
    rows = [r for r in batches.differences(batch) if r.verdict in ("new", "changed")]
    batch = batches.turn(batch, BatchState.UNDONE, at=at, by=by)
    stored = {a.number: a for a in Activity.objects.select_for_update().filter(number__in=[r.key for r in rows]).order_by("pk")}
    if moved := [r.key for r in rows if r.key not in stored or stored[r.key].version != r.version]:
        raise ChangedSinceApplied(numbers=_some(moved))
    try:
        Activity.objects.filter(number__in=[r.key for r in rows if r.verdict == "new"]).delete()
    except ProtectedError as used:
        raise ChangedSinceApplied(numbers=_some(sorted({a.number for a in _owners(used) if isinstance(a, Activity)}))) from used
    _store([(stored[r.key], r.before) for r in rows if r.verdict == "changed"])
    trail.record("batch.undone", batch, by=by, at=at, about=by.party or "", edition=int(batch.scope), rows=len(rows))
    return batch


def _change(edition: Edition, rows: Sequence[Difference]) -> dict[str, Activity]:
    """Changed entries, provided that they still stand as they were shown."""
    stored = {a.number: a for a in edition.activities.select_for_update().filter(number__in=[r.key for r in rows]).order_by("pk")}
    if moved := [r.key for r in rows if r.key not in stored or stored[r.key].version != r.version]:
        raise ChangedSincePreview(numbers=_some(moved))
    _store([(stored[r.key], r.after) for r in rows])
    return stored


def _store(pairs: Sequence[tuple[Activity, dict[str, Any]]]) -> None:
    """Write the cells of several rows into their entries, in one statement."""
    if not pairs:
        return
    whole = activities.with_areas([entries.with_days(_values(queries.cells_of(a) | cells)) for a, cells in pairs])
    for (activity, _cells), values in zip(pairs, whole, strict=True):
        activity.version += 1
        for name, value in values.items():
            setattr(activity, name, value)
    # Writing over known rows is many times quicker than an update by cases, and goes through the same laws.
    names = [*whole[0], "version"]
    fields = [Activity._meta.get_field(n.removesuffix("_id")).name for n in names]
    Activity.objects.bulk_create([a for a, _cells in pairs], update_conflicts=True, unique_fields=["id"], update_fields=fields)


def _values(cells: dict[str, Any]) -> dict[str, Any]:
    """Cells as they were written, read again."""
    values, _faults = entries.read({name: str(cell) for name, cell in cells.items()}, complete=False)
    return values


def _applied(row: Difference, activity: Activity | None) -> Difference:
    """The row with the number and the version it has now, by which an undo knows whether it changed since."""
    if activity is None:
        return row
    return Difference(
        row.line, row.verdict, activity.number, row.label, activity.version, row.before, row.after, row.faults, row.notes
    )


def _owners(fault: ProtectedError) -> list[Any]:
    """The entries that other rows hold on to."""
    return [getattr(held, "activity", held) for held in fault.protected_objects]


def _some(numbers: Sequence[str]) -> list[str]:
    """The first few numbers, and how many more."""
    return [*numbers[:10], *([f"+{len(numbers) - 10}"] if len(numbers) > 10 else [])]
