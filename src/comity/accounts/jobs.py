"""What is done every night for accounts: sessions that ran out are forgotten."""

from datetime import UTC, datetime
from typing import Any

from procrastinate.contrib.django import app

from comity.accounts.acts import sessions


@app.periodic(cron="17 3 * * *")
@app.task(queue="housekeeping", name="accounts.forget_expired_sessions", queueing_lock="accounts.forget_expired_sessions")
def forget_expired_sessions(timestamp: int) -> int:
    """Forget the sessions that ran out; run again it finds none."""
    return sessions.forget_expired(at=datetime.now(UTC))


follows: dict[str, Any] = {}
