"""What follows an agreement: the programme enters into force; and what is done every night: those whose time is over expire."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.programmes.acts import documents
from comity.programmes.queries.documents import awaiting

THE_DESK = Actor(login="system", name="Comity", permissions=frozenset({Permission.KEEP_REGISTER, Permission.SEE_EVERYTHING}))


@app.task(queue="programmes", name="programmes.bring_into_force")
def bring_into_force(subject: str, entry: int = 0) -> int:
    """Bring the programme of an agreed text into force, if there is one that waits for it; run again it finds none."""
    found = awaiting(int(subject), seen_by=THE_DESK)
    for programme, agreement in found:
        documents.bring_into_force(programme, agreement=agreement, by=THE_DESK, at=datetime.now(UTC))
    return len(found)


@app.periodic(cron="11 0 * * *")
@app.task(queue="housekeeping", name="programmes.expire", queueing_lock="programmes.expire")
def expire(timestamp: int) -> int:
    """Expire the programmes whose time is over; run again it finds none."""
    return documents.expire_all(by=THE_DESK, at=datetime.now(UTC))


follows = {"agreement.signed": bring_into_force, "agreement.agreed": bring_into_force}
