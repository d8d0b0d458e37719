"""What follows circulations and papers: silence is settled at the second of its deadline, long papers are set.

Settling may run twice, early or late: the act reads the clock and the row. A sweep finds what was missed every minute.
"""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from comity.agreements import queries
from comity.agreements.acts import circulations, prints, telling
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


@app.task(queue="notices", name="agreements.tell")
def tell(subject: str, entry: int = 0, step: str = "") -> int:
    """Tell those whom a step concerns; run again it tells nobody twice."""
    agreement = queries.agreement(int(subject), seen_by=THE_HOUSE)
    if step in ("offered", "agreed", "signed"):
        told = {"offered": telling.offered, "agreed": telling.agreed, "signed": telling.signed}[step]
        return told(agreement, by=THE_HOUSE, at=datetime.now(UTC))
    newest = queries.circulation(agreement, seen_by=THE_HOUSE)
    moved = telling.broken if step == "broken" else telling.circulated
    return moved(newest, by=THE_HOUSE, at=datetime.now(UTC))


class Telling:
    """Defers the telling of one step."""

    def __init__(self, step: str) -> None:
        self.step = step

    def defer(self, subject: str, entry: int) -> None:
        """Put the job into the queue."""
        tell.defer(subject=subject, entry=entry, step=self.step)


class AtTheDeadline:
    """Defers the settling of a round to its deadline, in the transaction of the act that set it; and tells of it at once."""

    @staticmethod
    def defer(subject: str, entry: int) -> None:
        """Put the jobs into the queue."""
        tell.defer(subject=subject, entry=entry, step="circulated")
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
    "agreement.offered": Telling("offered"),
    "agreement.silence-broken": Telling("broken"),
    "agreement.agreed": Telling("agreed"),
    "agreement.signed": Telling("signed"),
    "membership.suspended": keep_in_step,
    "membership.resumed": keep_in_step,
    "paper.ordered": print_ordered,
}
