"""The standing of parties: what rules need to decide what is open to whom, in one query; one more for the codes of all."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject

from comity.frameworks.models import Membership, Suspension
from comity.frameworks.rules import Hold, Standing, Stay
from comity.kernel.actors import Actor
from comity.parties.queries import parties

# What stops practical cooperation, civil or military, and not dialogue alone.
PRACTICAL = Q(practical_civil=True) | Q(practical_military=True)


def standings(codes: Collection[str] | None = None, *, seen_by: Actor, known_at: datetime | None = None) -> dict[str, Standing]:
    """The standing of the named parties, or of all; a party without any row has an empty standing."""
    rows = Membership.objects.seen_by(seen_by).known(known_at)
    rows = rows if codes is None else rows.filter(party__in=codes)
    holds = Suspension.objects.seen_by(seen_by).known(known_at).filter(membership=OuterRef("pk")).order_by("period")
    columns = JSONObject(first=F("period__startswith"), stop=F("period__endswith"), practical=PRACTICAL)
    stays_of: dict[str, list[Stay]] = defaultdict(list)
    holds_of: dict[str, list[Hold]] = defaultdict(list)
    for row in rows.annotate(holds=ArraySubquery(holds.values_list(columns))):
        stays_of[row.party_id].append(row.stay)
        holds_of[row.party_id] += [_hold(row, told) for told in row.holds]  # type: ignore[attr-defined]
    everybody = parties(seen_by=seen_by).values_list("code", flat=True) if codes is None else codes
    return {code: Standing(code, tuple(stays_of[code]), tuple(holds_of[code])) for code in everybody}


def _hold(row: Membership, told: dict[str, Any]) -> Hold:
    stop = date.fromisoformat(told["stop"]) if told["stop"] else None
    return Hold(row.framework_id, date.fromisoformat(told["first"]), stop, told["practical"])
