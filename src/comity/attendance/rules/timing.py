"""When an activity and its parts begin, each in its zone, and by when joining instructions customarily go out."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Joining instructions customarily follow fifteen days before the start.
CUSTOMARY = timedelta(days=15)


@dataclass(frozen=True)
class Part:
    """One part of an activity as attendance knows it; an activity without parts has one, which is whole.

    `place` is its place in the order of days, from 1: marks are kept by it, so that a part may be moved.
    """

    place: int
    kind: str
    starts: date | None
    ends: date | None
    zone: str
    start_time: time | None = None
    where: str = ""

    @property
    def begins_at(self) -> datetime | None:
        """The moment from which somebody can be there; the first of its day where no hour is known."""
        if self.starts is None:
            return None
        return datetime.combine(self.starts, self.start_time or time(), tzinfo=ZoneInfo(self.zone))

    def has_begun(self, at: datetime) -> bool:
        """Whether it has begun at a moment; the moment of its beginning is in time."""
        return self.begins_at is not None and at >= self.begins_at


def begins_at(parts: tuple[Part, ...]) -> datetime | None:
    """When the first part begins, if that is known of any."""
    return min((part.begins_at for part in parts if part.begins_at is not None), default=None)


def due_on(first_day: date | None) -> date | None:
    """The customary day of joining instructions."""
    return first_day - CUSTOMARY if first_day else None
