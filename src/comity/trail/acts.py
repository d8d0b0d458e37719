"""Writing the trail. Every act of every room ends here, inside its own transaction."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from comity.kernel.actors import Actor
from comity.trail.models import Entry

Follower = Callable[[Entry], None]
_followers: dict[str, list[Follower]] = {}


def record(act: str, subject: models.Model, *, by: Actor, at: datetime | None = None, about: str = "", **facts: Any) -> Entry:
    """Write one line for an act and defer what follows it.

    Args:
        act: noun and verb in the past, `membership.suspended`.
        subject: the row the act was done to.
        at: the moment of the act; acts of a day give their day among the facts and leave this to the clock.
        about: code of the party whose business it is, so that its delegation may read the line.
        facts: what a reader of the trail must know; anything JSON can hold, dates and moments included.

    Raises:
        TransactionManagementError: there is no transaction: an act without one is a fault of the program.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"{act} was to be recorded outside a transaction")
    entry = Entry.objects.create(
        act=act,
        kind=subject._meta.label_lower,
        subject=str(subject.pk),
        label=str(subject)[:300],
        actor=by.login or "system",
        actor_name=by.name,
        party=by.party or "",
        about_party=about,
        at=at or datetime.now(UTC),
        facts=json.loads(json.dumps(facts, cls=DjangoJSONEncoder, default=str)),
    )
    for follower in _followers.get(act, ()):
        follower(entry)
    return entry


def follow(act: str, follower: Follower) -> None:
    """Have something deferred whenever an act is recorded. Called by the composition root only."""
    _followers.setdefault(act, []).append(follower)
