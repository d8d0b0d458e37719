"""Laying down what a pack says of programmes: their types, and the documents known from public sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.parties.acts.batches import Tally, Wanted, lay
from comity.programmes.models import Programme, ProgrammeType
from comity.trail import acts as trail

TYPE = (
    "name_en", "name_fr", "purpose_en", "purpose_fr", "place", "cycle", "rhythm", "has_midterm", "chapters", "aliases", "openings",
    "steps", "approvers", "requires", "is_alone", "is_signed", "since", "until", "note",
)  # fmt: skip
RECORD = ("party_id", "type_id", "is_alone", "edition", "alias_en", "alias_fr", "since", "until", "binding", "source_id", "note")


@dataclass(frozen=True)
class Register:
    """What a pack says of programmes."""

    types: Sequence[Wanted[ProgrammeType]]
    programmes: Sequence[Wanted[Programme]]


@transaction.atomic
def lay_down(register: Register, *, pack: str, by: Actor, at: datetime) -> dict[str, Tally]:
    """Make the types and the recorded documents as a pack has them; rows the pack does not know stay as they are."""
    by.must(Permission.LOAD_PACK)
    tallies = {"programme types": lay(ProgrammeType, register.types, fields=TYPE)}
    for wish in register.programmes:
        wish.row.opened_at, wish.row.opened_by = at, by.login
    tallies["programmes"] = lay(Programme, register.programmes, fields=RECORD, identity=lambda row: row.key or row.pk)
    if register.types and not all(tally.is_quiet for tally in tallies.values()):
        counts = {name: tally.as_dict() for name, tally in tallies.items()}
        trail.record("programmes.laid-down", register.types[0].row, by=by, at=at, pack=pack, rows=counts)
    return tallies
