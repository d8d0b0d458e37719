"""Acts on forecasts of seats: kept when a round of an edition is published."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.activities.models import Edition
from comity.kernel.actors import Actor
from comity.plans.models import SeatForecast
from comity.trail import acts as trail


@transaction.atomic
def keep(year: int, rows: Iterable[tuple[str, str, int, int]], *, by: Actor, at: datetime) -> int:
    """Keep how much was asked for and granted in a year, by area and kind, in the place of what was kept before."""
    by.must(Permission.MANAGE_ROUNDS)
    SeatForecast.objects.filter(year=year).delete()
    kept = SeatForecast.objects.bulk_create(
        SeatForecast(year=year, area_key=area, kind=kind, asked=asked, granted=granted) for area, kind, asked, granted in rows
    )
    trail.record("forecast.kept", Edition.objects.get(pk=year), by=by, at=at, rows=len(kept))
    return len(kept)
