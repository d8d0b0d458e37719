"""What is done every morning for reviews: those who take a step that is due soon are told."""

from datetime import UTC, datetime
from typing import Any

from procrastinate.contrib.django import app

from comity.kernel.actors import Actor
from comity.reviews import acts

THE_DESK = Actor(login="system", name="Comity")


@app.periodic(cron="43 4 * * *")
@app.task(queue="notices", name="reviews.remind", queueing_lock="reviews.remind")
def remind(timestamp: int) -> int:
    """Tell of steps that are due soon; run again it tells nobody twice."""
    return acts.remind(by=THE_DESK, at=datetime.now(UTC))


follows: dict[str, Any] = {}
