"""Laying down the parties, names, successions and sources of a pack: one act, one entry of the trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.parties.acts.batches import Tally, Wanted, lay
from comity.parties.models import Party, PartyName, Source, Succession
from comity.trail import acts as trail


@dataclass(frozen=True)
class Register:
    """What a pack says of parties and sources."""

    sources: Sequence[Wanted[Source]]
    parties: Sequence[Wanted[Party]]
    names: Sequence[Wanted[PartyName]]
    successions: Sequence[Wanted[Succession]]


@transaction.atomic
def lay_down(register: Register, *, pack: str, by: Actor, at: datetime) -> dict[str, Tally]:
    """Make the register of parties as a pack has it; rows the pack does not know stay as they are."""
    by.must(Permission.LOAD_PACK)
    tallies = {
        "sources": lay(Source, register.sources, fields=("title", "publisher", "published", "address", "grade")),
        "parties": lay(
            Party,
            register.parties,
            fields=("kind", "alpha2", "name_en", "name_fr", "sort", "seat_id", "founded", "ended", "note", "zone"),
        ),
        "names": lay(
            PartyName,
            register.names,
            fields=("name", "since", "until", "period", "note"),
            identity=lambda row: (row.party_id, row.language, str(row.since), row.name),
        ),
        "successions": lay(
            Succession,
            register.successions,
            fields=("on", "note"),
            identity=lambda row: (row.predecessor_id, row.successor_id),
        ),
    }
    if not all(tally.is_quiet for tally in tallies.values()):
        counts = {name: tally.as_dict() for name, tally in tallies.items()}
        trail.record("register.laid_down", register.parties[0].row, by=by, at=at, pack=pack, rows=counts)
    return tallies
