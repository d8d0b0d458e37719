"""Acts on workbooks of attendance: previewed, applied as one act, undone as one act unless somebody marked since."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from comity.activities.models import Activity
from comity.attendance.acts.presences import SheetIsClosed, rewrite
from comity.attendance.acts.running import must_have_begun, must_run, opened, part_of
from comity.attendance.models import Sheet
from comity.attendance.queries.imports import compare
from comity.attendance.queries.sheets import Line, picture
from comity.attendance.queries.sheets import activity as one_activity
from comity.exchange import batches
from comity.exchange.batches import Difference
from comity.exchange.models import Batch, BatchState
from comity.exchange.sheets import Table
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.nominations.models import Nomination
from comity.trail import acts as trail

KIND = "attendance"


class MarkedSincePreview(Refusal):
    """What is applied is what was shown."""

    message = _("Since the preview somebody marked {people}. Hand the sheet in again to see the difference now.")


class MarkedSinceApplied(Refusal):
    """An undo never takes away somebody else's work."""

    message = _("This sheet cannot be undone: since it was applied, {people} were marked anew.")


@transaction.atomic
def preview(activity: Activity, table: Table, *, by: Actor, at: datetime) -> Batch:
    """Compare a workbook with the marks of an activity and keep the difference; nothing else changes."""
    must_run(activity, by)
    rows = compare(picture(activity, seen_by=by), table)
    batch = batches.keep(KIND, activity.number, table.name, rows, at=at, by=by)
    trail.record("batch.previewed", batch, by=by, at=at, about=by.party or "", **batches.counts(rows))
    return batch


@transaction.atomic
def apply(batch: Batch, *, by: Actor, at: datetime) -> Batch:
    """Mark what a workbook says, as it was shown; rejected rows stay out."""
    activity, sheet, lines = _under_lock(batch, by=by, at=at)
    rows = batches.differences(batch)
    changed = [row for row in rows if row.verdict == "changed"]
    for place in sorted({_place(column) for row in changed for column in row.changed}):
        must_have_begun(activity, at, part_of(activity, place))
    _must_stand(changed, lines, MarkedSincePreview)
    rewrite(sheet, _marks(changed, lines, undoing=False), by=by, at=at)
    stand = {line.nomination.person.number: line for line in picture(activity, seen_by=by).lines}
    after = [replace(row, version=stand[row.key].version) if row.verdict == "changed" else row for row in rows]
    batch = batches.turn(batch, BatchState.APPLIED, at=at, by=by, rows=after)
    trail.record("batch.applied", batch, by=by, at=at, about=by.party or "", activity=activity.number, **batches.counts(rows))
    return batch


@transaction.atomic
def undo(batch: Batch, *, by: Actor, at: datetime) -> Batch:
    """Take back what a workbook marked: each cell becomes what it was."""
    activity, sheet, lines = _under_lock(batch, by=by, at=at)
    changed = [row for row in batches.differences(batch) if row.verdict == "changed"]
    batch = batches.turn(batch, BatchState.UNDONE, at=at, by=by)
    _must_stand(changed, lines, MarkedSinceApplied)
    rewrite(sheet, _marks(changed, lines, undoing=True), by=by, at=at)
    trail.record("batch.undone", batch, by=by, at=at, about=by.party or "", activity=activity.number, rows=len(changed))
    return batch


def _under_lock(batch: Batch, *, by: Actor, at: datetime) -> tuple[Activity, Sheet, dict[str, Line]]:
    """The activity of a batch, its sheet held against everybody else, and its people by number."""
    activity = one_activity(batch.scope, seen_by=by)
    must_run(activity, by)
    sheet = Sheet.objects.select_for_update().get(pk=opened(activity, by=by, at=at).pk)
    if sheet.is_closed:
        raise SheetIsClosed(activity=str(activity))
    sheet.activity = activity
    return activity, sheet, {line.nomination.person.number: line for line in picture(activity, seen_by=by).lines}


def _must_stand(rows: list[Difference], lines: dict[str, Line], refusal: type[Refusal]) -> None:
    """Refuse when somebody marked any of these people in the meantime."""
    if moved := [row.key for row in rows if row.key not in lines or lines[row.key].version != row.version]:
        raise refusal(people=[*moved[:10], *([f"+{len(moved) - 10}"] if len(moved) > 10 else [])])


def _marks(rows: list[Difference], lines: dict[str, Line], *, undoing: bool) -> dict[tuple[Nomination, int], str]:
    """The cells to write: what the sheet says, or what stood before it."""
    found = {}
    for row in rows:
        for column in row.changed:
            found[lines[row.key].nomination, _place(column)] = row.before[column] if undoing else row.after[column]
    return found


def _place(column: str) -> int:
    return int(column.rpartition("_")[2])
