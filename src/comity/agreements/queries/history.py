"""What was done about an agreement, as one who may read it is told.

By the rule of the trail a party reads what it did and what was done about it. An agreement is of two sides: what one of
them did on it is the other's to know. Nothing else becomes readable by that: comments, drafts and keys are other rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from comity.accounts.rules import Permission
from comity.agreements.models import Agreement
from comity.kernel.actors import Actor
from comity.trail import queries as trail

MOST = 50
BROKEN = "agreement.silence-broken"
# The acts on the shared document; both sides read them all, whichever side did them.
SHARED = (
    "agreement.offered", "agreement.taken-back", "agreement.endorsed", "agreement.circulated", "agreement.silence-extended",
    "agreement.withdrawn", "agreement.halted", BROKEN, "agreement.agreed", "agreement.countersigned", "agreement.signed",
)  # fmt: skip


@dataclass(frozen=True)
class Done:
    """One act: when, by whom and for which party, in which words; without a name where the reader is not told it."""

    at: datetime
    who: str
    party: str
    words: str


def history(agreement: Agreement, *, seen_by: Actor) -> Iterator[Done]:
    """The newest acts about an agreement, newest first; which Ally broke silence is not told to the partner."""
    partner = seen_by.party == agreement.party_id
    shared = SHARED if partner or seen_by.may(Permission.SEE_EVERYTHING) else ()
    for entry in trail.of(agreement, seen_by=seen_by, shared=shared)[:MOST]:
        unnamed = partner and entry.act == BROKEN and entry.party != seen_by.party
        who, party = ("", "") if unnamed else (entry.actor_name or entry.actor, entry.party)
        yield Done(entry.at, who, party, entry.words)
