"""When something is sent: the one moment of a day at which somebody gets the digest, and how long to wait after a failure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# How long to wait after each failure; after the last one nothing is tried any more.
PAUSES_OF_LETTERS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720, 1440))
PAUSES_OF_CALLS = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 720, 1440))
# A claim older than this belongs to somebody who is gone.
LONGEST_SENDING = timedelta(minutes=10)
LONGEST_CALLING = timedelta(minutes=2)
# What is older than this is news no more: it stays in the inbox.
STILL_NEWS = timedelta(days=7)


def moment_of_digest(on: date, hour: int, zone: ZoneInfo) -> datetime:
    """The moment of a digest on a day: an hour that comes twice counts when it comes first, one that is skipped just after."""
    return datetime.combine(on, time(hour), zone)


def digest_due(at: datetime, *, hour: int, zone: str) -> tuple[date, datetime] | None:
    """The day whose digest is due at a moment and the moment up to which it tells; nothing before the hour has come."""
    here = ZoneInfo(zone)
    today = at.astimezone(here).date()
    moment = moment_of_digest(today, hour, here)
    return (today, moment) if at.timestamp() >= moment.timestamp() else None


def next_try(tries: int, pauses: tuple[timedelta, ...], *, at: datetime) -> datetime | None:
    """When to try again after so many tries; never again after the last pause."""
    return at + pauses[tries - 1] if 0 < tries <= len(pauses) else None
