"""Evidence: what a closed attendance sheet says is laid beside the goals that an activity supports, as often as it is said."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.programmes.models import Evidence, Support
from comity.trail import acts as trail


@transaction.atomic
def lay(activity: Activity, *, came: Mapping[str, int], by: Actor, at: datetime) -> int:
    """Say of every live goal that an activity supports how many of its party came; how many goals were told anew.

    Said again, nothing changes. Where nobody of a party came, or the sheet was opened again, there is no evidence.
    """
    by.must(Permission.KEEP_PROGRAMMES)
    supports = Support.objects.seen_by(by).select_for_update(of=("self",)).select_related("goal", "evidence")
    told = 0
    for support in supports.filter(activity=activity, goal__retired_at__isnull=True):
        people = came.get(support.goal.party_id, 0)
        values = {"people": people, "starts": activity.first_day, "ends": activity.last_day}
        stands: Evidence | None = getattr(support, "evidence", None)
        if stands is None and not people:
            continue
        if stands is not None and all(getattr(stands, name) == value for name, value in values.items()):
            continue
        if people:
            Evidence.objects.update_or_create(support=support, defaults={**values, "laid_at": at, "laid_by": by.login})
        elif stands is not None:
            stands.delete()
        facts = {"goal": support.goal.number, "activity": activity.number, "people": people}
        trail.record("evidence.laid", support, by=by, at=at, about=support.goal.party_id, **facts)
        told += 1
    return told
