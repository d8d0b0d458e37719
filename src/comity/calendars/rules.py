"""What follows from what a feed has shown and what there is now: what stays, what changed, what is gone, what came back.

A calendar that read an event once keeps it until it is told otherwise. So nothing ever leaves a feed in silence: it stays
as cancelled, under a higher number, until a while after it would have ended.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from comity.exchange.calendars import Event, event_of, told
from comity.kernel.words import _

KINDS = {"personal": _("What you must do"), "party": _("Everything of your party")}
# What is over stays in a feed for so long; what is cancelled for this long after it would have ended.
PAST_STAYS = timedelta(days=366)
CANCELLED_STAYS = timedelta(days=60)
# A change of these is a new revision of the event; a change of anything else is told without one.
WEIGHTY = ("title", "starts", "ends", "zone", "place", "is_cancelled")


@dataclass(frozen=True)
class Shown:
    """One event as a feed shows it or showed it last."""

    uid: str
    sequence: int
    kept: Mapping[str, Any]
    first_shown_at: datetime
    changed_at: datetime
    gone_at: datetime | None = None

    @property
    def event(self) -> Event:
        """What stands in the calendar."""
        found = event_of(self.uid, self.kept, sequence=self.sequence, changed_at=self.changed_at)
        # Where it stood there may be nothing to open any more.
        return found if self.gone_at is None else replace(found, is_cancelled=True, address="")

    def not_before(self, at: datetime) -> datetime:
        """A moment, but none before the newest change: of two who read at once, the later may be the first to come."""
        return max(at, self.changed_at)

    @property
    def digest(self) -> str:
        """One digest for everything that is shown of it."""
        return digest_of(self.kept)


def digest_of(kept: Mapping[str, Any]) -> str:
    """One digest for what is shown of an event, however its keys are ordered."""
    return sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def changes(before: Mapping[str, Shown], now: Iterable[Event], *, at: datetime) -> Iterator[Shown]:
    """What a feed must remember anew when it shows these events at a moment; nothing when nothing changed."""
    present = {event.uid: event for event in now}
    for uid, event in present.items():
        known = before.get(uid)
        kept = told(event)
        if known is None:
            yield Shown(uid, event.sequence, kept, at, at)
        elif known.gone_at is not None or _differ(known.kept, kept):
            yield Shown(uid, max(known.sequence + 1, event.sequence), kept, known.first_shown_at, known.not_before(at))
        elif known.digest != digest_of(kept):
            yield replace(known, kept=kept, changed_at=known.not_before(at))
    for uid, known in before.items():
        if uid not in present and known.gone_at is None and leaves_a_trace(known.event, at=at):
            moment = known.not_before(at)
            yield replace(known, sequence=known.sequence + 1, changed_at=moment, gone_at=moment)


def leaves_a_trace(event: Event, *, at: datetime) -> bool:
    """Whether an event that is there no more must be told as cancelled: a deadline, which rings, only before it has come."""
    return event.over_at + (timedelta() if event.alarm else CANCELLED_STAYS) > at


def in_the_calendar(known: Iterable[Shown], *, at: datetime, present: Iterable[str]) -> list[Event]:
    """What stands in a calendar, by its beginning: what there is, and what is cancelled and not long over."""
    there = set(present)
    found = [
        shown.event
        for shown in known
        if shown.uid in there or (shown.gone_at is not None and shown.event.over_at + CANCELLED_STAYS > at)
    ]
    return sorted(found, key=lambda event: (event.over_at, event.uid))


def _differ(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return any(before[name] != after[name] for name in WEIGHTY)
