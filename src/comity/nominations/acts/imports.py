"""Acts on sheets of candidates: previewed, applied as one act, undone as one act. No sheet keeps a name once it is applied."""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.activities.models import Edition
from comity.exchange import batches
from comity.exchange.batches import Difference
from comity.exchange.models import Batch, BatchState
from comity.exchange.sheets import Table
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.kernel.sealing import Unsealable, opened
from comity.kernel.words import _
from comity.nominations.acts import erasing, people
from comity.nominations.acts.nominations import COLLECTED, add, requested
from comity.nominations.acts.seats import end, lock, settled
from comity.nominations.models import Nomination, NominationState, Person
from comity.nominations.queries.imports import KIND, SEALED, bound, compare
from comity.nominations.rules.identities import COLUMNS, Names
from comity.participation.models import Request, RequestState
from comity.trail import acts as trail


class SheetHasChanged(Refusal):
    """What is applied is what was shown, and an undo takes away nobody else's work."""

    message = _("Since then somebody changed {rows}. Hand the sheet in again to see the difference now.")


class SheetIsEmptied(Refusal):
    """A sheet that waited too long has lost its names."""

    message = _("The names of this sheet were erased because it was not applied in time. Hand it in again.")


@transaction.atomic
def preview(edition: Edition, table: Table, *, at: datetime, by: Actor) -> Batch:
    """Compare a sheet with the nominations of an edition and keep the difference, names sealed; nothing else changes."""
    party = people.speaks_for(by)
    rows = compare(edition, table, seen_by=by)
    batch = batches.keep(KIND, str(edition.pk), _("Sheet of candidates"), rows, at=at, by=by)
    trail.record("batch.previewed", batch, by=by, at=at, about=party, **batches.counts(rows))
    return batch


@transaction.atomic
def apply(batch: Batch, *, at: datetime, by: Actor) -> Batch:
    """Collect the new candidates of a sheet and set the choices it changes; the names leave the sheet for their boxes."""
    party = people.speaks_for(by)
    rows = batches.differences(batch)
    batch = batches.turn(batch, BatchState.APPLIED, at=at, by=by)
    asked = _requests(batch, party)
    fresh = [row for row in rows if row.verdict == "new"]
    if gone := [row.key for row in fresh if _activity(row) not in asked]:
        raise SheetHasChanged(rows=gone[:5])
    lock({r.activity_id for r in asked.values()})
    somebody = _people(fresh, party, by=by, at=at)
    told = [(asked[_activity(row)], somebody[row.line], _choice(row), row.after.get("team", "")) for row in fresh]
    made = dict(zip([row.line for row in fresh], add(told, by=by, at=at) if told else [], strict=True))
    settled()
    _choose([row for row in rows if row.verdict == "changed"], party, at_version=0)
    batch.rows = [_applied(row, made.get(row.line), somebody).stored() for row in rows]
    batch.save(update_fields=["rows"])
    trail.record("batch.applied", batch, by=by, at=at, about=party, edition=int(batch.scope), **batches.counts(rows))
    return batch


@transaction.atomic
def undo(batch: Batch, *, at: datetime, by: Actor) -> Batch:
    """Take back what a sheet brought: its candidates are withdrawn, whoever it registered is erased, choices are what they were."""
    party = people.speaks_for(by)
    rows = batches.differences(batch)
    batch = batches.turn(batch, BatchState.UNDONE, at=at, by=by)
    brought = {row.key: row for row in rows if row.verdict == "new"}
    lock({r.activity_id for r in _requests(batch, party).values()})
    stood = _standing(list(brought), party)
    untouched = {key for key, n in stood.items() if n.state == COLLECTED and n.version == brought[key].version}
    if moved := [key for key in brought if key not in untouched]:
        raise SheetHasChanged(rows=moved[:5])
    if stood:
        end(list(stood.values()), NominationState.WITHDRAWN, "", by=by, at=at)
    erasing.forget([stood[key].person for key, row in brought.items() if "person" in row.after], by=by, at=at)
    changed = [replace(row, before=row.after, after=row.before) for row in rows if row.verdict == "changed"]
    _choose(changed, party, at_version=1)
    trail.record("batch.undone", batch, by=by, at=at, about=party, edition=int(batch.scope), rows=len(brought) + len(changed))
    return batch


def names_of(batch: Batch, *, by: Actor) -> dict[int, Names]:
    """The names in a sheet that was not applied yet, by line, for the delegation that handed it in and nobody else."""
    if by.party != batch.party or not by.may(Permission.NOMINATE_PEOPLE) or by.may(Permission.MANAGE_ACCOUNTS):
        return {}
    return {row.line: _unsealed(row, batch.party) for row in batches.differences(batch) if SEALED in row.after}


def _activity(row: Difference) -> str:
    return row.key.rpartition(" ")[2]


def _choice(row: Difference) -> int | None:
    return int(row.after.get("choice") or 0) or None


def _people(fresh: Sequence[Difference], party: str, *, by: Actor, at: datetime) -> dict[int, Person]:
    """The person of each new row by its line: those known by number, and those the sheet names, registered now."""
    known = Person.objects.filter(party=party, erased_at=None).in_bulk(
        [row.key.partition(" ")[0] for row in fresh], field_name="number"
    )
    found = {row.line: known[number] for row in fresh if (number := row.key.partition(" ")[0]) in known}
    named = [row for row in fresh if row.line not in found]
    if not all(SEALED in row.after for row in named):
        raise SheetIsEmptied
    told = [(_unsealed(row, party), {name: row.after.get(name, "") for name in COLUMNS}) for row in named]
    made = people.admit(told, party=party, by=by, at=at) if told else []
    return found | {row.line: person for row, person in zip(named, made, strict=True)}


def _unsealed(row: Difference, party: str) -> Names:
    try:
        return Names.unpacked(opened(b64decode(row.after[SEALED]), bound_to=bound(party)))
    except Unsealable:
        raise SheetIsEmptied from None


def _requests(batch: Batch, party: str) -> dict[str, Request]:
    """The requests of a party in the edition of a sheet, by the number of the activity; places must be allotted."""
    rows = Request.objects.of_edition(int(batch.scope)).filter(party=party, state=RequestState.SUBMITTED)
    found = {r.activity.number: r for r in rows.select_related("activity")}
    if found:
        requested(next(iter(found.values())).activity, party)
    return found


def _standing(keys: Sequence[str], party: str) -> dict[str, Nomination]:
    """The live nominations that rows are about, by their keys."""
    numbers = {key.partition(" ")[0] for key in keys}
    rows = Nomination.objects.live().filter(party=party, person__number__in=numbers).select_related("person", "activity")
    found = {f"{n.person.number} {n.activity.number}": n for n in rows.select_for_update(of=("self",)).order_by("pk")}
    return {key: found[key] for key in keys if key in found}


def _choose(rows: Sequence[Difference], party: str, *, at_version: int) -> None:
    """Set the choices of rows, each provided that its nomination stands as it was shown."""
    stood = _standing([row.key for row in rows], party)
    if moved := [row.key for row in rows if row.key not in stood or stood[row.key].version != row.version + at_version]:
        raise SheetHasChanged(rows=moved[:5])
    for row in rows:
        found = stood[row.key]
        found.choice, found.version = int(row.after["choice"]), found.version + 1
    Nomination.objects.bulk_update(stood.values(), ["choice", "version"], batch_size=500)


def _applied(row: Difference, made: Nomination | None, somebody: dict[int, Person]) -> Difference:
    """The row as it is kept: no names, and by which number its person is known from now on."""
    after = {name: value for name, value in row.after.items() if name != SEALED}
    if made is None:
        return replace(row, after=after)
    number = somebody[row.line].number
    fresh = {"person": number} if SEALED in row.after else {}
    return replace(row, key=f"{number} {_activity(row)}", version=made.version, after=after | fresh)
