"""What follows a decision about an entry of the menu: who contributed and who provides it is told."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from comity.accounts.rules import Permission
from comity.activities.acts import telling
from comity.activities.models import Activity, Edition
from comity.kernel.actors import Actor
from comity.trail import queries as trail

SEES = frozenset({Permission.SEE_EVERYTHING, Permission.MANAGE_MENU, Permission.READ_WHOLE_TRAIL})
THE_DESK = Actor(login="system", name="Comity", permissions=SEES)


@app.task(queue="notices", name="activities.tell_decided")
def tell_decided(subject: str, entry: int = 0) -> int:
    """Tell what was decided about one entry; run again it tells nobody twice."""
    activity = Activity.objects.seen_by(THE_DESK).get(pk=int(subject))
    return telling.decided(activity, by=THE_DESK, at=datetime.now(UTC))


@app.task(queue="notices", name="activities.tell_approved")
def tell_approved(subject: str, entry: int = 0) -> int:
    """Tell contributors that their entries were approved together; run again it tells nobody twice."""
    edition = Edition.objects.seen_by(THE_DESK).get(pk=int(subject))
    done = trail.entries(seen_by=THE_DESK).get(pk=entry)
    return telling.approved_together(edition, decided_at=done.at, by=THE_DESK, at=datetime.now(UTC))


follows = {
    "activity.returned": tell_decided,
    "activity.approved": tell_decided,
    "edition.entries-approved": tell_approved,
}
