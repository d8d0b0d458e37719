"""What happens by itself: seats move on reserve lists every minute, and what is past its purpose is erased every night.

Each step is an act in its own transaction, so that a job may run twice or be cut short without harm.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from procrastinate.contrib.django import app

from comity.accounts.rules import Permission
from comity.activities.models import Activity
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.nominations.acts import erasing, reserve
from comity.nominations.queries import reserve as lists

NEEDS = frozenset({Permission.MANAGE_ROUNDS, Permission.REQUEST_PLACES, Permission.SEE_EVERYTHING})
THE_DESK = Actor(login="system", name="Comity", permissions=NEEDS)
log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queue="reserve", name="nominations.turn_over", queueing_lock="nominations.turn_over")
def turn_over(timestamp: int = 0) -> None:
    """Expire offers, release unfilled seats and offer what is left over."""
    turn(at=datetime.now(UTC))


@app.periodic(cron="17 2 * * *")
@app.task(queue="housekeeping", name="nominations.erase", queueing_lock="nominations.erase")
def erase(timestamp: int = 0) -> None:
    """Erase identities that are past their purpose, and write the receipts."""
    erasing.erase_due(by=THE_DESK, at=datetime.now(UTC))


def turn(*, at: datetime) -> dict[str, int]:
    """One turn of all reserve lists; how many offers ended, seats went back and people were offered one."""
    expired = sum(_each(reserve.expire, activity, at) for activity in lists.to_expire(at=at, seen_by=THE_DESK))
    released = sum(_each(reserve.release, activity, at) for activity in lists.to_release(at=at, seen_by=THE_DESK))
    offered = 0
    for activity in lists.to_offer(at=at, seen_by=THE_DESK):
        while many := _each(lambda a, **told: len(reserve.offer_next(a, **told)), activity, at):
            offered += many
    return {"expired": expired, "released": released, "offered": offered}


def _each(act: Callable[..., int], activity: Activity, at: datetime) -> int:
    """One act; what is refused for one activity keeps no other one waiting."""
    try:
        return act(activity, by=THE_DESK, at=at)
    except Refusal as refusal:
        log.warning("%s: %s", activity.number, refusal.code)
        return 0


follows: dict[str, object] = {}
