"""Which jobs follow which acts. A job is deferred in the act's own transaction, and undone with it."""

from collections.abc import Callable
from typing import Any

from comity.config.rooms import faces
from comity.trail import acts as trail
from comity.trail.models import Entry


def wire() -> None:
    """Have every room's jobs follow the acts they name: each `jobs.follows` maps an act to a task."""
    for module in faces("jobs"):
        for act, task in module.follows.items():
            trail.follow(act, _deferring(task))


def _deferring(task: Any) -> Callable[[Entry], None]:
    def defer(entry: Entry) -> None:
        task.defer(subject=entry.subject, entry=entry.pk)

    return defer
