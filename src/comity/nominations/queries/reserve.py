"""Reads of reserve lists: which activities have seats to move at a moment, who waits where, and what was decided."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.nominations.models import (
    Nomination,
    NominationState,
    PromotionPolicy,
    Step,
    StepQuerySet,
)
from comity.participation.models import Seats

WAITING = (NominationState.COLLECTED, NominationState.ENDORSED, NominationState.RESERVE)


def policy(*, seen_by: Actor) -> PromotionPolicy | None:
    """The promotion policy in force, if any is published."""
    return PromotionPolicy.objects.seen_by(seen_by).in_force()


def steps(activity: Activity, *, seen_by: Actor) -> StepQuerySet:
    """The steps of an activity's reserve list that a reader may see, the newest first."""
    rows = Step.objects.seen_by(seen_by).filter(activity=activity)
    return rows.select_related("nomination__person", "party", "policy").order_by("-pk")


def to_expire(*, at: datetime, seen_by: Actor) -> list[Activity]:
    """The activities where an offer has ended, or which begin while somebody waits; acts judge the exact moment."""
    rows = Nomination.objects.seen_by(seen_by)
    over = rows.filter(state=NominationState.OFFERED, held_until__lte=at).order_by().values("activity")
    begun = rows.filter(state__in=WAITING, activity__first_day__lte=at.date() + timedelta(days=1)).order_by().values("activity")
    return list(Activity.objects.filter(Q(pk__in=over) | Q(pk__in=begun)).select_related("edition").order_by("pk"))


def to_release(*, at: datetime, seen_by: Actor) -> list[Activity]:
    """The activities whose day of release has come and that have granted seats; acts judge the exact moment."""
    chosen = policy(seen_by=seen_by)
    if chosen is None:
        return []
    today = at.date()
    window = {"first_day__gte": today - timedelta(days=1), "first_day__lte": today + timedelta(days=chosen.release_days + 1)}
    held = Nomination.objects.holding().filter(activity=OuterRef("pk")).order_by().values("activity").annotate(n=Count("pk"))
    many = Coalesce(Subquery(held.values("n")), 0)
    rows = Activity.objects.on_offer().filter(**window, seats_kept__granted__gt=many)
    return list(rows.select_related("edition").order_by("pk"))


def to_offer(*, at: datetime, seen_by: Actor) -> list[Activity]:
    """The activities with seats left over for which somebody waits; acts judge the exact moment."""
    left = Seats.objects.filter(held=True, granted__lt=F("capacity")).order_by().values("activity")
    waits = Nomination.objects.seen_by(seen_by).filter(state=NominationState.RESERVE, activity=OuterRef("pk"))
    rows = Activity.objects.filter(Exists(waits), pk__in=left, first_day__gte=at.date() - timedelta(days=1))
    return list(rows.select_related("edition").order_by("first_day", "pk"))
