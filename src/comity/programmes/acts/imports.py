"""Acts on sheets of goals: previewed, applied as one act, undone as one act unless somebody changed a goal since."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from comity.activities.models import Term
from comity.activities.queries import terms_by_word
from comity.exchange import batches
from comity.exchange.batches import Difference
from comity.exchange.models import Batch, BatchState
from comity.exchange.sheets import Table
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.words import _
from comity.parties.models import Party
from comity.programmes.acts import goals
from comity.programmes.acts.objectives import must_speak_for
from comity.programmes.models import Goal, Objective
from comity.programmes.queries import imports
from comity.trail import acts as trail

KIND = "goals"
UNDONE = "The sheet that set it was undone."


class GoalsChangedSince(Refusal):
    """What is applied is what was shown, and an undo never takes away somebody else's work."""

    message = _("Somebody changed {goals} since. Hand the sheet in again to see the difference now.")


@transaction.atomic
def preview(party: Party, table: Table, *, at: datetime, by: Actor) -> Batch:
    """Compare a sheet with the goals of a party and keep the difference; nothing else changes."""
    must_speak_for(party.code, by)
    rows = imports.compare(party, table, seen_by=by)
    batch = batches.keep(KIND, party.code, table.name, rows, at=at, by=by)
    trail.record("batch.previewed", batch, by=by, at=at, about=party.code, **batches.counts(rows))
    return batch


@transaction.atomic
def apply(batch: Batch, *, at: datetime, by: Actor) -> Batch:
    """Set the new goals of a batch and change the changed ones as they were shown; rejected rows stay out."""
    party = Party.objects.get(pk=batch.scope)
    must_speak_for(party.code, by)
    rows = batches.differences(batch)
    standing = _standing(party, rows, {"changed"})
    made: dict[str, Goal] = {}
    known = _known(party)
    for row in rows:
        if row.verdict == "new":
            made[row.key] = goals.set_goal(party, **imports.values_of(row.after, *known), by=by, at=at)
        elif row.verdict == "changed":
            values = imports.values_of(row.after, *known)
            made[row.key] = goals.change(standing[row.key], version=row.version, by=by, at=at, **values)
    after = [replace(row, version=made[row.key].version) if row.key in made else row for row in rows]
    batch = batches.turn(batch, BatchState.APPLIED, at=at, by=by, rows=after)
    trail.record("batch.applied", batch, by=by, at=at, about=party.code, **batches.counts(rows))
    return batch


@transaction.atomic
def undo(batch: Batch, *, at: datetime, by: Actor) -> Batch:
    """Take back what a batch brought: new goals are retired, changed ones become what they were."""
    party = Party.objects.get(pk=batch.scope)
    must_speak_for(party.code, by)
    rows = batches.differences(batch)
    batch = batches.turn(batch, BatchState.UNDONE, at=at, by=by)
    standing, known = _standing(party, rows, {"new", "changed"}), _known(party)
    for row in rows:
        if row.verdict == "new":
            goals.retire(standing[row.key], reason=UNDONE, by=by, at=at)
        elif row.verdict == "changed":
            goals.change(standing[row.key], by=by, at=at, **imports.values_of(row.before, *known))
    trail.record("batch.undone", batch, by=by, at=at, about=party.code, rows=len(standing))
    return batch


def _known(party: Party) -> tuple[dict[str, Objective], dict[str, Term]]:
    """What the cells of a row name: objectives by number, areas by word."""
    return {str(o.number): o for o in Objective.objects.filter(party=party)}, terms_by_word()


def _standing(party: Party, rows: Sequence[Difference], verdicts: set[str]) -> dict[str, Goal]:
    """The goals that some rows are about, provided that they still stand as they did."""
    found = {f"{party.code} {g.number}": g for g in Goal.objects.live().filter(party=party)}
    wanted = {row.key: row.version for row in rows if row.verdict in verdicts}
    moved = [key for key, version in wanted.items() if key not in found or found[key].version != version]
    if moved:
        raise GoalsChangedSince(goals=moved[:10])
    return {key: found[key] for key in wanted}
