"""Delegations that nobody speaks for any more, and what lies there undone: for the desk and the administrators."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from comity.accounts.rules import Permission, Role
from comity.drafting.models import Side, Text, TextState
from comity.kernel.actors import Actor
from comity.kernel.words import Name
from comity.nominations.models import Nomination
from comity.participation.models import Request, RequestState
from comity.parties.models import Delegation, Mandate


@dataclass(frozen=True)
class Orphan:
    """A party without a point of contact: since when, and how much lies there."""

    party: str
    party_name: Name
    since: date
    requests: int
    nominations: int
    texts: int


def orphans(*, seen_by: Actor, at: datetime) -> list[Orphan]:
    """Delegations whose last point of contact left without a successor, the longest first; five queries for any number."""
    if not (seen_by.may(Permission.SEE_EVERYTHING) or seen_by.may(Permission.MANAGE_ACCOUNTS)):
        return []
    on = at.date()
    contacts = Mandate.objects.filter(delegation=OuterRef("pk"), role=Role.POINT_OF_CONTACT)
    running = contacts.filter(period__contains=on, user__is_active=True)
    left = (
        Delegation.objects.seen_by(seen_by)
        .filter(Q(recalled_on__isnull=True) | Q(recalled_on__gt=on))
        .filter(Exists(contacts.filter(period__endswith__lte=on)), ~Exists(running))
        .annotate(since=Max("mandates__period__endswith", filter=Q(mandates__role=Role.POINT_OF_CONTACT)))
        .select_related("party")
    )
    found = {row.party_id: row for row in left}
    counts = [_counted(rows, found) for rows in _duties(seen_by)]
    told = [
        Orphan(code, row.party.name, row.since, *(count.get(code, 0) for count in counts))  # type: ignore[attr-defined]
        for code, row in found.items()
    ]
    return sorted(told, key=lambda orphan: (orphan.since, orphan.party))


def _duties(reader: Actor) -> tuple[QuerySet[Any], ...]:
    """What waits for a party's own people."""
    return (
        Request.objects.seen_by(reader).filter(state=RequestState.DRAFT),
        Nomination.objects.seen_by(reader).filter(state__in=["collected", "endorsed", "offered"]),
        Text.objects.seen_by(reader).filter(state=TextState.DRAFTING, turn=Side.PARTY),
    )


def _counted(rows: QuerySet[Any], parties: Iterable[str]) -> dict[str, int]:
    return dict(rows.filter(party__in=list(parties)).order_by().values_list("party").annotate(n=Count("pk")))
