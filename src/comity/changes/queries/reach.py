"""How far a deed reaches: which activities, which party, who holds what there, and who loses how much of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from comity.activities.models import Activity
from comity.activities.queries import meanings
from comity.activities.rules import is_open
from comity.activities.rules.days import Days
from comity.changes.models import Change, Deed
from comity.changes.rules import Nominee, falling
from comity.frameworks.queries import standings
from comity.frameworks.rules import Hold
from comity.kernel.actors import Actor
from comity.kernel.dates import PartialDate
from comity.nominations.models import HOLDING, Nomination
from comity.participation.models import Grant, Request
from comity.participation.queries import withdrawals
from comity.participation.queries.withdrawals import Loss
from comity.plans.models import PlanLine, PlanState

PRACTICAL = frozenset({"practical_civil", "practical_military"})


@dataclass(frozen=True)
class Reach:
    """All that stands in the way of a deed, read once; what follows from it is worked out from these rows."""

    change: Change
    activities: Sequence[Activity]
    requests: Sequence[Request]
    grants: Sequence[Grant]
    nominations: Sequence[Nomination]
    losses: Sequence[Loss]

    @property
    def keys(self) -> list[int]:
        """The keys of the activities."""
        return [a.pk for a in self.activities]

    @property
    def of(self) -> dict[str, str]:
        """The narrowing to one party, where the deed is about one."""
        return {"party": self.change.party_id} if self.change.party_id else {}

    @property
    def takes_all(self) -> bool:
        """Whether everything at the activities falls."""
        return self.change.deed in (Deed.CANCEL, Deed.SUSPEND)

    @property
    def held(self) -> Counter[tuple[int, str]]:
        """Places held by activity and party."""
        return _summed((g.activity_id, g.party_id, g.places) for g in self.grants)

    @property
    def lost(self) -> Counter[tuple[int, str]]:
        """Places lost by activity and party."""
        return _summed((loss.grant.activity_id, loss.grant.party_id, loss.places) for loss in self.losses)

    @property
    def days(self) -> Days:
        """The days of a move."""
        told = self.change.values
        return Days.of(PartialDate(told.get("starts", "")), PartialDate(told.get("ends", "")))

    @property
    def fallen(self) -> frozenset[int]:
        """The nominations that end."""
        if self.takes_all:
            return frozenset(n.pk for n in self.nominations)
        left = self.held - self.lost
        found: set[int] = set()
        for at, party in self.lost:
            holding = [_nominee(n) for n in self.nominations if (n.activity_id, n.party_id) == (at, party) and n.state in HOLDING]
            found |= falling(holding, len(holding) - left[at, party])
        return frozenset(found)


def reach(change: Change, *, on: date, seen_by: Actor) -> Reach:
    """How far a deed reaches on a day; the number of queries never grows."""
    activities = [change.activity] if change.activity else _shut(change, on=on, seen_by=seen_by)
    keys, party = [a.pk for a in activities], change.party_id or ""
    grants = list(withdrawals.held(seen_by=seen_by, at=keys, of=party))
    live = Nomination.objects.seen_by(seen_by).live().filter(activity__in=keys)
    losses = [Loss(g, g.places) for g in grants] if change.deed in (Deed.CANCEL, Deed.SUSPEND) else []
    if change.deed == Deed.SHRINK:
        losses = withdrawals.losses(grants, capacity=int(change.values["seats"]))
    return Reach(
        change,
        activities,
        list(withdrawals.asked(seen_by=seen_by, at=keys, of=party)),
        grants,
        list((live.filter(party=party) if party else live).order_by("pk")),
        losses,
    )


def _shut(change: Change, *, on: date, seen_by: Actor) -> list[Activity]:
    """The activities at which a party stands with something and that a suspension closes to it; those begun stay open."""
    party, told = str(change.party_id), change.values
    if not PRACTICAL & set(told["scope"]):
        return []
    stands = Q(pk__in=Request.objects.seen_by(seen_by).live().filter(party=party).values("activity"))
    stands |= Q(pk__in=Grant.objects.seen_by(seen_by).filter(Q(funded__gt=0) | Q(self_paid__gt=0), party=party).values("activity"))
    stands |= Q(pk__in=Nomination.objects.seen_by(seen_by).live().filter(party=party).values("activity"))
    lines = PlanLine.objects.seen_by(seen_by).filter(plan__party=party, plan__state=PlanState.DRAFT, people__gt=0)
    stands |= Q(pk__in=lines.values("activity"))
    standing, groups = standings([party], seen_by=seen_by)[party], meanings()
    hold = Hold(str(change.framework_id), date.fromisoformat(told["on"]), None, practical=True)
    suspended = replace(standing, holds=(*standing.holds, hold))
    found = Activity.objects.seen_by(seen_by).filter(stands).select_related("edition").order_by("first_day", "number")

    def closes(activity: Activity) -> bool:
        terms = activity.terms(groups)
        days = terms.days(on)
        return any(is_open(standing, terms, d) for d in days) and not any(is_open(suspended, terms, d) for d in days)

    return [activity for activity in found if closes(activity)]


def _nominee(found: Nomination) -> Nominee:
    return Nominee(found.pk, found.state, found.choice, found.team)


def _summed(rows: Iterable[tuple[int, str, int]]) -> Counter[tuple[int, str]]:
    found: Counter[tuple[int, str]] = Counter()
    for at, party, places in rows:
        found[at, party] += places
    return found
