"""What is done every night for feeds: what they show no more is forgotten."""

from datetime import UTC, datetime
from typing import Any

from procrastinate.contrib.django import app

from comity.calendars.acts import feeds


@app.periodic(cron="29 3 * * *")
@app.task(queue="housekeeping", name="calendars.forget", queueing_lock="calendars.forget")
def forget(timestamp: int) -> int:
    """Forget what is long over; run again it finds none."""
    return feeds.forget(at=datetime.now(UTC))


follows: dict[str, Any] = {}
