"""What people have been through, written by the room that keeps attendance."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.nominations.models import Attainment
from comity.trail import acts as trail


@transaction.atomic
def keep(activity: Activity, codes: Mapping[int, str], *, on: date, by: Actor, at: datetime) -> int:
    """Keep that people went through an activity, each with the code of their certificate; told again changes nothing.

    Args:
        codes: the code by the key of the person.
        on: the day of the certificates.

    Returns:
        How many were new.
    """
    by.must(Permission.RUN_ACTIVITIES)
    known = set(Attainment.objects.filter(activity=activity, person__in=codes).values_list("person", flat=True))
    fresh = [
        Attainment(person_id=person, activity=activity, code=code[:60], on=on, kept_at=at, kept_by=by.login)
        for person, code in codes.items()
        if person not in known
    ]
    if fresh:
        Attainment.objects.bulk_create(fresh, batch_size=1000)
        trail.record("attainments.kept", activity, by=by, at=at, about=activity.provider_party_id or "", people=len(fresh))
    return len(fresh)


@transaction.atomic
def withdraw(activity: Activity, person: int, *, by: Actor, at: datetime) -> bool:
    """Take out of what somebody has been through what a certificate no longer proves; whether there was anything."""
    by.must(Permission.RUN_ACTIVITIES)
    gone, _rows = Attainment.objects.filter(activity=activity, person=person).delete()
    if gone:
        trail.record("attainment.withdrawn", activity, by=by, at=at, about=activity.provider_party_id or "", people=gone)
    return bool(gone)
