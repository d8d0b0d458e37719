"""Who was there: the one place where feedback and the figures ask what the sheet of an activity says."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.nominations.models import Nomination, NominationQuerySet, NominationState

INVITED = Q(put_forward_at__isnull=False)
ACCEPTED = Q(state=NominationState.ACCEPTED)
# What the closed sheet says; while it is open nobody came and nobody stayed away.
CAME = Q(outcome__result__in=("attended", "partly"))
NO_SHOW = Q(outcome__result="no_show")
COUNTS = ("invited", "accepted", "came", "no_shows")
ASPECTS = ("gender", "rank", "funding")
TOLD = ("person__gender", "person__rank", "request__funding")


def who_was_there(activity: Activity, *, seen_by: Actor) -> NominationQuerySet:
    """Those who came to an activity by its closed sheet, as far as a reader may see nominations."""
    return Nomination.objects.seen_by(seen_by).filter(CAME, activity=activity)


def is_settled(activity: Activity, *, seen_by: Actor) -> bool:
    """Whether a closed sheet says of everybody who was accepted what came of them."""
    rows = Nomination.objects.seen_by(seen_by).filter(ACCEPTED, activity=activity)
    return not rows.filter(Q(outcome__isnull=True) | Q(outcome__result="")).exists()


def counted() -> dict[str, Count]:
    """Invited, accepted, came and no-shows, as counts over nominations."""
    return {name: Count("pk", filter=q) for name, q in zip(COUNTS, (INVITED, ACCEPTED, CAME, NO_SHOW), strict=True)}


@dataclass(frozen=True)
class Turnout:
    """How many were invited, accepted, came and did not, by party; and who came, by party and gender, rank and funding."""

    parties: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    came: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)

    def kept(self) -> dict[str, Any]:
        """The figures as a report freezes them."""
        return {"parties": dict(self.parties), "came": dict(self.came)}


def turnout(activity: Activity, *, seen_by: Actor) -> Turnout:
    """The figures of one activity, in one query; no row tells of a person."""
    rows = Nomination.objects.seen_by(seen_by).filter(activity=activity)
    told = rows.order_by().values_list("party", *TOLD).annotate(**counted()).values_list("party", *TOLD, *COUNTS)
    parties: dict[str, Counter[str]] = {}
    came: dict[str, dict[str, Counter[str]]] = {aspect: {} for aspect in ASPECTS}
    for party, gender, rank, funding, *counts in told:
        parties.setdefault(party, Counter(dict.fromkeys(COUNTS, 0))).update(dict(zip(COUNTS, counts, strict=True)))
        for aspect, value in zip(ASPECTS, (gender, rank, funding), strict=True):
            came[aspect].setdefault(party, Counter()).update({value: counts[2]})
    here = {code: dict(counts) for code, counts in sorted(parties.items()) if counts["invited"]}
    return Turnout(here, {a: {code: dict(came[a][code]) for code in here} for a in ASPECTS})


def came_by_party(activity: Activity, *, seen_by: Actor) -> dict[str, int]:
    """How many of each party came to an activity."""
    rows = who_was_there(activity, seen_by=seen_by).order_by().values_list("party")
    return dict(rows.annotate(people=Count("pk")))
