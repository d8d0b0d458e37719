"""What contributors and providers are told of their entries: returned with a reason, or approved."""

from datetime import datetime

from django.db.models import Count
from django.urls import reverse

from comity.accounts.rules import Role
from comity.activities.models import Activity, ActivityState, Edition
from comity.kernel.actors import Actor
from comity.kernel.words import Sentence, _
from comity.notices.acts import notices

ROLES = (Role.PROVIDER, Role.POINT_OF_CONTACT)
RETURNED = _("“{title}” ({number}) was returned to you: {reason}")
APPROVED = _("“{title}” ({number}) is approved for the menu of {year}.")
ALL_APPROVED = _("{count} of your entries are approved for the menu of {year}.")


def decided(activity: Activity, *, by: Actor, at: datetime) -> int:
    """Tell who contributed and who provides an entry what was decided about it; how many people were told."""
    words = {ActivityState.RETURNED: RETURNED, ActivityState.APPROVED: APPROVED}.get(ActivityState(activity.state))
    if words is None:
        return 0
    facts = {"title": activity.title, "number": activity.number, "year": str(activity.edition_id), "reason": activity.reason}
    return sum(
        notices.tell(
            "activities",
            f"activity:{activity.pk}:{activity.state}:{activity.version}",
            Sentence(words, facts),
            link=reverse("activity", args=[activity.edition_id, activity.number]),
            party=party,
            roles=ROLES,
            about=party,
            by=by,
            at=at,
        )
        for party in sorted({activity.contributed_by_id or "", activity.provider_party_id or ""} - {""})
    )


def approved_together(edition: Edition, *, decided_at: datetime, by: Actor, at: datetime) -> int:
    """Tell each contributor how many of its entries were approved at a moment."""
    found = Activity.objects.filter(edition=edition, decided_at=decided_at, state=ActivityState.APPROVED)
    return sum(
        notices.tell(
            "activities",
            f"edition:{edition.pk}:approved:{decided_at.isoformat()}",
            Sentence(ALL_APPROVED, {"count": count, "year": str(edition.pk)}),
            link=reverse("menu", args=[edition.pk]),
            party=party,
            roles=ROLES,
            about=party,
            by=by,
            at=at,
        )
        for party, count in found.exclude(contributed_by=None).order_by().values_list("contributed_by").annotate(n=Count("pk"))
    )
