"""What follows circulations and papers: silence is settled at the second of its deadline, long papers are set.

Settling may run twice, early or late: the act reads the clock and the row. A sweep finds what was missed every minute.
"""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from comity.agreements import queries
from comity.agreements.acts import circulations, prints
from comity.agreements.models import Outcome
from comity.agreements.queries import THE_HOUSE, papers


@app.task(queue="agreements", name="agreements.settle")
def settle(subject: str, entry: int = 0) -> None:
    """Settle one agreement, if anything is due."""
    circulations.settle(int(subject), by=THE_HOUSE, at=datetime.now(UTC))


@app.periodic(cron="* * * * *")
@app.task(queue="agreements", name="agreements.sweep", queueing_lock="agreements.sweep")
def sweep(timestamp: int) -> int:
    """Settle whatever is due and was missed; how many rounds were looked at."""
    return _step_all()


@app.task(queue="agreements", name="agreements.keep_in_step")
def keep_in_step(subject: str, entry: int = 0) -> None:
    """Halt rounds of a partner that was suspended, let time run again for one that is no longer."""
    _step_all()


@app.task(queue="agreements", name="agreements.print_ordered")
def print_ordered(subject: str, entry: int = 0) -> None:
    """Set the paper that was ordered."""
    prints.make(papers.print_of(int(subject), seen_by=THE_HOUSE), by=THE_HOUSE, at=datetime.now(UTC))


class AtTheDeadline:
    """Defers the settling of a round to its deadline, in the transaction of the act that set it."""

    @staticmethod
    def defer(subject: str, entry: int) -> None:
        """Put the job into the queue."""
        for running in queries.rounds(seen_by=THE_HOUSE).filter(agreement=int(subject), outcome=Outcome.OPEN):
            settle.configure(schedule_at=running.deadline).defer(subject=subject, entry=entry)


def _step_all() -> int:
    running = list(queries.rounds(seen_by=THE_HOUSE).filter(outcome=Outcome.OPEN).values_list("agreement", flat=True))
    for pk in running:
        circulations.settle(pk, by=THE_HOUSE, at=datetime.now(UTC))
    return len(running)


follows = {
    "agreement.circulated": AtTheDeadline,
    "agreement.silence-extended": AtTheDeadline,
    "membership.suspended": keep_in_step,
    "membership.resumed": keep_in_step,
    "paper.ordered": print_ordered,
}
