"""What is done every minute and every night for messages: letters and calls go out, the old is forgotten.

Each of them may run twice, at the same time or again: letters and calls are claimed one by one.
"""

from datetime import UTC, datetime
from typing import Any

from procrastinate.contrib.django import app

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.notices.acts import calls, dialling, letters, notices, posting

THE_POST = Actor(login="system", name="Comity", permissions=frozenset({Permission.MANAGE_ACCOUNTS}))


def _now() -> datetime:
    return datetime.now(UTC)


@app.periodic(cron="* * * * *")
@app.task(queue="notices", name="notices.post", queueing_lock="notices.post")
def post(timestamp: int) -> int:
    """Write and send letters."""
    return posting.post(by=THE_POST, clock=_now)


@app.periodic(cron="* * * * *")
@app.task(queue="notices", name="notices.dial", queueing_lock="notices.dial")
def dial(timestamp: int) -> int:
    """Make the calls that wait."""
    return dialling.dial(by=THE_POST, clock=_now)


@app.task(queue="notices", name="notices.dial_now")
def dial_now(subject: str, entry: int = 0) -> int:
    """Make the call somebody is waiting for, with all the others."""
    return dialling.dial(by=THE_POST, clock=_now)


@app.periodic(cron="29 3 * * *")
@app.task(queue="housekeeping", name="notices.forget", queueing_lock="notices.forget")
def forget(timestamp: int) -> int:
    """Delete notices, letters and calls that are past their time; run again it finds none."""
    return notices.forget(at=_now()) + letters.forget(at=_now()) + calls.forget(at=_now())


follows: dict[str, Any] = {"hook.tried": dial_now}
