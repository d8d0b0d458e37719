"""Which jobs follow which acts, and what becomes of a job whose worker died.

A job is deferred in the act's own transaction, and undone with it. Every job may run twice without harm, so one that was
cut short is simply begun again.
"""

from collections.abc import Callable
from typing import Any

from procrastinate import JobContext
from procrastinate.contrib.django import app

from comity.config.rooms import faces
from comity.trail import acts as trail
from comity.trail.models import Entry

# Finished jobs stay this long to be looked at.
KEPT_HOURS = 30 * 24


@app.periodic(cron="* * * * *")
@app.task(queue="housekeeping", name="config.take_up_again", queueing_lock="config.take_up_again", pass_context=True)
async def take_up_again(context: JobContext, timestamp: int) -> int:
    """Put back the jobs of workers that gave no sign of life for half a minute; how many there were."""
    jobs = context.app.job_manager
    cut_short = list(await jobs.get_stalled_jobs())
    for job in cut_short:
        await jobs.retry_job(job)
    return len(cut_short)


@app.periodic(cron="41 3 * * *")
@app.task(queue="housekeeping", name="config.forget_finished", queueing_lock="config.forget_finished", pass_context=True)
async def forget_finished(context: JobContext, timestamp: int) -> None:
    """Forget the jobs that ended long ago, those of the housekeeping after a day."""
    jobs = context.app.job_manager
    await jobs.delete_old_jobs(nb_hours=24, queue="housekeeping", include_failed=True)
    await jobs.delete_old_jobs(nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True)


def wire() -> None:
    """Have every room's jobs follow the acts they name: each `jobs.follows` maps an act to a task."""
    for module in faces("jobs"):
        for act, task in module.follows.items():
            trail.follow(act, _deferring(task))


def _deferring(task: Any) -> Callable[[Entry], None]:
    def defer(entry: Entry) -> None:
        task.defer(subject=entry.subject, entry=entry.pk)

    return defer
