"""What the day brings: handovers whose day has come are completed, every minute; run twice it does no harm."""

import logging
from datetime import UTC, datetime
from typing import Any

from procrastinate.contrib.django import app

from comity.handovers import queries
from comity.handovers.acts import handovers
from comity.kernel.refusals import Refusal

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queue="handovers", name="handovers.complete_due", queueing_lock="handovers.complete_due")
def complete_due(timestamp: int) -> int:
    """Complete what is due; one that cannot be completed yet waits and holds up no other."""
    now, done = datetime.now(UTC), 0
    for found in queries.due(seen_by=queries.THE_HOUSE, at=now):
        try:
            handovers.complete(found, by=queries.THE_HOUSE, at=now)
            done += 1
        except Refusal as refusal:
            log.warning("handover %s waits: %s", found.pk, refusal.code)
    return done


follows: dict[str, Any] = {}
