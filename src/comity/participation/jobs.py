"""What follows the ordering of a round: it is drawn up, while others watch how far it is."""

from datetime import UTC, datetime
from importlib import import_module

from procrastinate.contrib.django import app

from comity.accounts.rules import Permission
from comity.kernel.actors import Actor
from comity.kernel.refusals import Refusal
from comity.participation import queries
from comity.participation.acts import plans, rounds, telling
from comity.participation.acts.progress import told

NEEDS = frozenset({Permission.MANAGE_ROUNDS, Permission.SEE_ROUNDS, Permission.SEE_EVERYTHING})
THE_DESK = Actor(login="system", name="Comity", permissions=NEEDS)


@app.task(queue="rounds", name="participation.draw_up_ordered")
def draw_up_ordered(subject: str, entry: int = 0) -> None:
    """Draw up the round that was ordered; run again it does no harm, and a fault is told on the round."""
    # The core and its libraries are loaded where a round is drawn up, not by every process that serves pages.
    bridge = import_module("comity.participation.acts.allocations")
    ordered = queries.round_of(int(subject), seen_by=THE_DESK)
    try:
        with told(ordered.pk) as report:
            bridge.draw_up(ordered, at=datetime.now(UTC), by=THE_DESK, report=report)
    except rounds.AlreadyDrawnUp:
        return
    except Refusal as refusal:
        rounds.fail(ordered, str(refusal), by=THE_DESK, at=datetime.now(UTC))
    except Exception as fault:
        rounds.fail(ordered, f"{type(fault).__name__}: {fault}", by=THE_DESK, at=datetime.now(UTC))
        raise


@app.task(queue="rounds", name="participation.forecast_published")
def forecast_published(subject: str, entry: int = 0) -> None:
    """Tell those who plan what a published round granted; run again it keeps the same."""
    plans.forecast(queries.round_of(int(subject), seen_by=THE_DESK), at=datetime.now(UTC), by=THE_DESK)


@app.task(queue="notices", name="participation.tell_published")
def tell_published(subject: str, entry: int = 0) -> int:
    """Tell each party what a published round gave it; run again it tells nobody twice."""
    drawn = queries.round_of(int(subject), seen_by=THE_DESK)
    return telling.round_published(drawn, by=THE_DESK, at=datetime.now(UTC))


@app.periodic(cron="37 4 * * *")
@app.task(queue="notices", name="participation.tell_deadlines", queueing_lock="participation.tell_deadlines")
def tell_deadlines(timestamp: int) -> int:
    """Tell parties with drafts that requests close soon; run again it tells nobody twice."""
    return telling.deadlines(by=THE_DESK, at=datetime.now(UTC))


class OncePublished:
    """Defers both that follow the publishing of a round."""

    @staticmethod
    def defer(subject: str, entry: int) -> None:
        """Put both jobs into the queue."""
        forecast_published.defer(subject=subject, entry=entry)
        tell_published.defer(subject=subject, entry=entry)


follows = {"round.ordered": draw_up_ordered, "round.published": OncePublished}
