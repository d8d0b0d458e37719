"""The menu as the feed that calendars subscribe to."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from comity.activities.models import Activity, DeliveryPart, Edition


def feed(edition: Edition, found: Iterable[Activity], parts: Iterable[DeliveryPart], *, at: datetime, host: str) -> bytes:
    """A calendar of activities: their parts at their times where those are known, else the whole days.

    Activities whose days are not known are left out, and counted in the comment of the calendar.
    """
    book = icalendar.Calendar()
    book.add("prodid", "-//Comity//Cooperation menu//EN")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", edition.title)
    parts_of: dict[int, list[DeliveryPart]] = {}
    for part in parts:
        parts_of.setdefault(part.activity_id, []).append(part)
    left_out = 0
    zones: dict[str, tuple[date, date]] = {}
    for activity in found:
        if activity.starts.precision != "day" or (activity.ends.is_known and activity.ends.precision != "day"):
            left_out += 1
            continue
        timed = [p for p in parts_of.get(activity.pk, []) if p.start_time and p.end_time]
        if timed:
            for place, part in enumerate(timed, 1):
                book.add_component(_timed(activity, part, place, len(timed), at, host))
                first, last = zones.get(part.zone, (part.starts, part.ends))
                zones[part.zone] = (min(first, part.starts), max(last, part.ends))
        else:
            book.add_component(_whole_days(activity, at, host))
    book.add("comment", f"{left_out} activities without known days are not in this calendar.")
    for zone, (first, last) in sorted(zones.items()):
        around = (first - timedelta(days=1), last + timedelta(days=2))
        book.subcomponents.insert(0, icalendar.Timezone.from_tzinfo(ZoneInfo(zone), zone, *around))
    return bytes(book.to_ical())


def _event(activity: Activity, uid: str, at: datetime, host: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{uid}@{host}")
    event.add("dtstamp", at.astimezone(UTC))
    event.add("sequence", activity.version - 1)
    event.add("summary", f"{activity.title} ({activity.number})")
    if place := ", ".join(x for x in (activity.city, activity.place_country_id) if x):
        event.add("location", place)
    if activity.provider:
        event.add("description", activity.provider)
    return event


def _whole_days(activity: Activity, at: datetime, host: str) -> icalendar.Event:
    event = _event(activity, activity.number, at, host)
    first, last = activity.first_day, activity.last_day
    assert first is not None
    assert last is not None
    event.add("dtstart", first)
    event.add("dtend", last + timedelta(days=1))
    return event


def _timed(activity: Activity, part: DeliveryPart, place: int, of: int, at: datetime, host: str) -> icalendar.Event:
    event = _event(activity, activity.number if of == 1 else f"{activity.number}.{place}", at, host)
    zone = ZoneInfo(part.zone)
    assert part.start_time is not None
    assert part.end_time is not None
    event.add("dtstart", datetime.combine(part.starts, part.start_time, zone))
    event.add("dtend", datetime.combine(part.ends, part.end_time, zone))
    return event
