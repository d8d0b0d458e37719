"""What the day brings: handovers whose day has come are completed, every minute; and who is told. Run twice it does no harm."""

import logging
from datetime import UTC, datetime

from procrastinate.contrib.django import app

from comity.handovers import queries
from comity.handovers.acts import handovers, telling
from comity.handovers.models import HandoverState
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


@app.task(queue="handovers", name="handovers.tell_planned")
def tell_planned(subject: str, entry: int = 0) -> int:
    """Tell those whom a planned handover concerns."""
    return _told(subject, HandoverState.PLANNED)


@app.task(queue="handovers", name="handovers.tell_completed")
def tell_completed(subject: str, entry: int = 0) -> int:
    """Tell them that it is done."""
    return _told(subject, HandoverState.DONE)


@app.task(queue="handovers", name="handovers.tell_taken_back")
def tell_taken_back(subject: str, entry: int = 0) -> int:
    """Tell them that it will not be."""
    return _told(subject, HandoverState.TAKEN_BACK)


def _told(subject: str, step: HandoverState) -> int:
    found = queries.handover(int(subject), seen_by=queries.THE_HOUSE)
    return telling.tell(found, step, by=queries.THE_HOUSE, at=datetime.now(UTC))


follows = {
    "handover.planned": tell_planned,
    "handover.completed": tell_completed,
    "handover.taken-back": tell_taken_back,
}
