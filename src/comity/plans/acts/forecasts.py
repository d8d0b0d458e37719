"""Acts on forecasts of seats: kept when a round of an edition is published, mended when its sheets are closed."""

from collections.abc import Iterable, Mapping
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
    held = SeatForecast.objects.select_for_update().filter(year=year)
    unused = {(f.area_key, f.kind): f.unused for f in held}
    held.delete()
    kept = SeatForecast.objects.bulk_create(
        SeatForecast(
            year=year, area_key=area, kind=kind, asked=asked, granted=granted, unused=min(granted, unused.get((area, kind), 0))
        )
        for area, kind, asked, granted in rows
    )
    trail.record("forecast.kept", Edition.objects.get(pk=year), by=by, at=at, rows=len(kept))
    return len(kept)


@transaction.atomic
def note_unused(year: int, seats: Mapping[tuple[str, str], int], *, by: Actor, at: datetime) -> None:
    """Note how many granted seats stood empty in a year, by area and kind; those that are not named were all used."""
    by.must(Permission.RUN_ACTIVITIES)
    rows = list(SeatForecast.objects.select_for_update().filter(year=year))
    for row in rows:
        row.unused = min(row.granted, seats.get((row.area_key, row.kind), 0))
    SeatForecast.objects.bulk_update(rows, ["unused"])
    trail.record("forecast.kept", Edition.objects.get(pk=year), by=by, at=at, rows=len(rows), unused=sum(r.unused for r in rows))
