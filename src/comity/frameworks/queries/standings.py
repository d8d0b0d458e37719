"""The standing of parties: what rules need to decide what is open to whom, in two queries; one more for the codes of all."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from comity.frameworks.models import Membership, Suspension
from comity.frameworks.rules import Hold, Standing, Stay
from comity.kernel.actors import Actor
from comity.parties.queries import parties


def standings(codes: Collection[str] | None = None, *, seen_by: Actor, known_at: datetime | None = None) -> dict[str, Standing]:
    """The standing of the named parties, or of all; a party without any row has an empty standing."""
    rows = Membership.objects.seen_by(seen_by).known(known_at)
    holds = Suspension.objects.seen_by(seen_by).known(known_at).select_related("membership")
    if codes is not None:
        rows, holds = rows.filter(party__in=codes), holds.filter(membership__party__in=codes)
    stays_of: dict[str, list[Stay]] = defaultdict(list)
    holds_of: dict[str, list[Hold]] = defaultdict(list)
    for row in rows:
        stays_of[row.party_id].append(row.stay)
    for suspension in holds:
        holds_of[suspension.membership.party_id].append(suspension.hold)
    everybody = parties(seen_by=seen_by).values_list("code", flat=True) if codes is None else codes
    return {code: Standing(code, tuple(stays_of[code]), tuple(holds_of[code])) for code in everybody}
