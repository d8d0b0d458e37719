"""Keeping what came of seats."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from comity.accounts.rules import Permission
from comity.activities.models import Edition
from comity.kernel.actors import Actor
from comity.participation.models.turnouts import Turnout
from comity.participation.queries.turnouts import Kept
from comity.plans.acts import forecasts
from comity.trail import acts as trail


@transaction.atomic
def keep(edition: Edition, rows: Iterable[Kept], *, by: Actor, at: datetime) -> int:
    """Keep what came of the seats of an edition, in the place of what was kept before; how many figures there are.

    The edition is held before the first row is taken: whoever hands in an iterator that reads late keeps what is newest.
    """
    by.must(Permission.RUN_ACTIVITIES)
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    Turnout.objects.filter(edition=edition).delete()
    kept = Turnout.objects.bulk_create(
        Turnout(edition=edition, party_id=told.pop("party"), kept_at=at, **told) for told in map(asdict, rows)
    )
    unused: Counter[tuple[str, str]] = Counter()
    for row in kept:
        unused[row.area_key, row.kind] += row.held - row.came
    forecasts.note_unused(edition.pk, unused, by=by, at=at)
    trail.record("turnout.kept", edition, by=by, at=at, rows=len(kept))
    return len(kept)
