"""Who loses places, and which requests fall, when an activity shrinks or is called off, or a party is suspended."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from comity.kernel.actors import Actor
from comity.participation.models import Grant, Request
from comity.participation.models.requests import RequestQuerySet
from comity.participation.models.seats import GrantQuerySet, GrantSource
from comity.participation.rules import Promise, losing

LEAST_WANTED = 3


@dataclass(frozen=True)
class Loss:
    """A grant with how many of its places go; those the party pays itself go first."""

    grant: Grant
    places: int

    @property
    def own(self) -> int:
        """Of them, places that the party pays itself."""
        return min(self.places, self.grant.self_paid)

    @property
    def funded(self) -> int:
        """Of them, places that a pool pays."""
        return self.places - self.own


def held(*, seen_by: Actor, at: Collection[int], of: str = "") -> GrantQuerySet:
    """The grants that hold places at some activities, of one party or of all that a reader may see."""
    rows = Grant.objects.seen_by(seen_by).filter(Q(funded__gt=0) | Q(self_paid__gt=0), activity__in=at)
    found = rows.select_related("request", "round", "activity").order_by("pk")
    return found.filter(party=of) if of else found


def asked(*, seen_by: Actor, at: Collection[int], of: str = "") -> RequestQuerySet:
    """The requests for some activities that are not withdrawn, of one party or of all that a reader may see."""
    found = Request.objects.seen_by(seen_by).live().filter(activity__in=at).select_related("activity").order_by("pk")
    return found.filter(party=of) if of else found


def losses(grants: Iterable[Grant], *, capacity: int) -> list[Loss]:
    """Which of the grants of one activity lose places when it has so many seats, in the order in which they do."""
    known = {grant.pk: grant for grant in grants}
    excess = sum(grant.places for grant in known.values()) - capacity
    return [Loss(known[pk], places) for pk, places in losing(map(_promise, known.values()), excess)]


def _promise(grant: Grant) -> Promise:
    return Promise(
        grant=grant.pk, places=grant.places, is_late=grant.source == GrantSource.LATE, granted_at=grant.granted_at,
        priority=grant.request.priority or LEAST_WANTED, claim=f"{grant.party_id} {grant.activity.number}",
        seed=grant.round.seed if grant.round else 0,
    )  # fmt: skip
