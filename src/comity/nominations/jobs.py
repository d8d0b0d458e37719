"""What happens by itself: seats move on reserve lists every minute, and what is past its purpose is erased every night.

Each step is an act in its own transaction, so that a job may run twice or be cut short without harm.
"""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.nominations.acts import erasing, reserve, telling
from comity.trail import queries as trail

NEEDS = frozenset({Permission.MANAGE_ROUNDS, Permission.REQUEST_PLACES, Permission.SEE_EVERYTHING, Permission.READ_WHOLE_TRAIL})
THE_DESK = Actor(login="system", name="Comity", permissions=NEEDS)


@app.periodic(cron="* * * * *")
@app.task(queue="reserve", name="nominations.turn_over", queueing_lock="nominations.turn_over")
def turn_over(timestamp: int = 0) -> None:
    """Expire offers, release unfilled seats and offer what is left over."""
    reserve.turn(by=THE_DESK, at=datetime.now(UTC))


@app.periodic(cron="17 2 * * *")
@app.task(queue="housekeeping", name="nominations.erase", queueing_lock="nominations.erase")
def erase(timestamp: int = 0) -> None:
    """Erase identities that are past their purpose, and write the receipts."""
    erasing.erase_due(by=THE_DESK, at=datetime.now(UTC))


@app.task(queue="notices", name="nominations.tell")
def tell(subject: str, entry: int = 0) -> int:
    """Tell of one act those whom it concerns; run again it tells nobody twice."""
    return telling.told(trail.entries(seen_by=THE_DESK).get(pk=entry), by=THE_DESK, at=datetime.now(UTC))


follows = dict.fromkeys(telling.MESSAGES, tell)
