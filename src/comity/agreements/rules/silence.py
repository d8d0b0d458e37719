"""The deadline of silence: one moment for all capitals, shown to each in its own time.

At the deadline silence has held; it can be broken strictly before. Summer time moves the hands of clocks, never a deadline.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# Where no zone is known for a capital, the time of the headquarters is shown, and the page says so.
HEADQUARTERS = "Europe/Brussels"


def has_held(deadline: datetime, at: datetime) -> bool:
    """Whether silence has held by a moment; on one and the same clock two moments may look alike when it is set back."""
    return at.astimezone(UTC) >= deadline.astimezone(UTC)


def local(deadline: datetime, zone: str) -> datetime:
    """The deadline on the clock of a capital."""
    return deadline.astimezone(ZoneInfo(zone or HEADQUARTERS))


def left(deadline: datetime, at: datetime) -> tuple[int, int, int]:
    """Days, hours and minutes until a deadline, whole ones; nothing once it has come."""
    rest = max(deadline - at, timedelta())
    hours, seconds = divmod(rest.seconds, 3600)
    return rest.days, hours, seconds // 60
