"""Calendars as iCalendar (RFC 5545): events from plain values, on whole days or at moments, with the rules of their zones.

A calendar here is a collection to subscribe to, not a message: it names no method, and the stamp of an event is the moment
since which it is as it is. The same events give the same bytes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Comity//Comity//EN"
# Which clients ask again: the standard word, and the one that came before it.
ASK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Event:
    """Something on whole days (``ends`` is the first day after it) or at moments, told in a zone or else in UTC.

    An event without an end is a moment: a deadline. ``alarm`` is how long before it a calendar should ring.
    """

    uid: str
    title: str
    starts: date | datetime
    ends: date | datetime | None
    changed_at: datetime
    zone: str = ""
    place: str = ""
    words: str = ""
    address: str = ""
    category: str = ""
    is_busy: bool = True
    alarm: timedelta | None = None
    sequence: int = 0
    is_cancelled: bool = False

    @property
    def is_timed(self) -> bool:
        """Whether it is at moments and not on whole days."""
        return isinstance(self.starts, datetime)

    @property
    def last_day(self) -> date:
        """The last of whole days."""
        return (self.ends - timedelta(days=1)) if self.ends else self.starts

    @property
    def over_at(self) -> datetime:
        """The moment from which it is over; of whole days, the end of the last one in UTC."""
        last = self.ends or self.starts
        return last if isinstance(last, datetime) else datetime(last.year, last.month, last.day, tzinfo=UTC)


def told(event: Event) -> dict[str, Any]:
    """What of an event its reader sees, as plain values: what it was, when it is gone."""
    return {
        "title": event.title,
        "starts": event.starts.isoformat(),
        "ends": event.ends.isoformat() if event.ends else "",
        "zone": event.zone,
        "place": event.place,
        "words": event.words,
        "address": event.address,
        "category": event.category,
        "is_busy": event.is_busy,
        "alarm": int(event.alarm.total_seconds()) if event.alarm else 0,
        "is_cancelled": event.is_cancelled,
    }


def event_of(uid: str, kept: Mapping[str, Any], *, sequence: int, changed_at: datetime) -> Event:
    """An event as it was told."""
    given = dict(kept) | {
        "starts": _when(kept["starts"]),
        "ends": _when(kept["ends"]) if kept["ends"] else None,
        "alarm": timedelta(seconds=kept["alarm"]) if kept["alarm"] else None,
    }
    return Event(uid=uid, sequence=sequence, changed_at=changed_at, **given)


def book(title: str, events: Iterable[Event], *, host: str, language: str = "en", comment: str = "") -> bytes:
    """A calendar of events in their order; the identity of each is completed with the name of the host."""
    # The library of calendars takes a tenth of a second to load; most processes never make one.
    icalendar = import_module("icalendar")
    made = icalendar.Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    for name in ("name", "x-wr-calname"):
        made.add(name, title, parameters={"language": language} if name == "name" else None)
    made.add("refresh-interval", ASK_AGAIN, parameters={"value": "DURATION"})
    made.add("x-published-ttl", icalendar.vDuration(ASK_AGAIN).to_ical().decode())
    if comment:
        made.add("comment", comment)
    zones: dict[str, tuple[date, date]] = {}
    for event in events:
        made.add_component(_component(icalendar, event, host))
        if event.zone:
            first, last = _day(event.starts, event.zone), _day(event.ends or event.starts, event.zone)
            known = zones.get(event.zone, (first, last))
            zones[event.zone] = (min(first, known[0]), max(last, known[1]))
    for place, (zone, (first, last)) in enumerate(sorted(zones.items())):
        # From the turn of a year, so that the rules do not change with every event that comes or goes.
        made.subcomponents.insert(place, _zone(icalendar, zone, first.year - 1, last.year + 1))
    return bytes(made.to_ical())


def _component(icalendar: Any, event: Event, host: str) -> Any:
    """One event as the library wants it."""
    made = icalendar.Event()
    made.add("uid", f"{event.uid}@{host}")
    made.add("dtstamp", _moment(event.changed_at))
    made.add("last-modified", _moment(event.changed_at))
    made.add("sequence", event.sequence)
    made.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    made.add("transp", "OPAQUE" if event.is_busy and not event.is_cancelled else "TRANSPARENT")
    made.add("summary", event.title)
    made.add("dtstart", _told_in(event.starts, event.zone))
    if event.ends is not None:
        made.add("dtend", _told_in(event.ends, event.zone))
    for name, value in (("location", event.place), ("description", event.words)):
        if value:
            made.add(name, value)
    if event.category:
        made.add("categories", [event.category])
    if event.address:
        made.add("url", event.address)
    if event.alarm is not None and not event.is_cancelled:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", event.title)
        alarm.add("trigger", -event.alarm)
        made.add_component(alarm)
    return made


def _zone(icalendar: Any, name: str, first: int, last: int) -> Any:
    """The rules of a zone over some years: from which moment on which offset holds, on the clock that was valid until then."""
    zone = ZoneInfo(name)
    made = icalendar.Timezone()
    made.add("tzid", name)
    begin = datetime(first, 1, 1, tzinfo=UTC)
    offset = begin.astimezone(zone).utcoffset()
    turns: dict[tuple[Any, ...], list[datetime]] = {_rule(zone, begin, offset): [begin.replace(tzinfo=None)]}
    for turn in _turns(zone, begin, datetime(last + 1, 1, 1, tzinfo=UTC)):
        turns.setdefault(_rule(zone, turn, offset), []).append((turn + offset).replace(tzinfo=None))  # type: ignore[operator]
        offset = turn.astimezone(zone).utcoffset()
    for (is_summer, before, after, short), moments in turns.items():
        rule = icalendar.TimezoneDaylight() if is_summer else icalendar.TimezoneStandard()
        rule.add("dtstart", moments[0])
        if moments[1:]:
            rule.add("rdate", moments[1:])
        rule.add("tzoffsetfrom", before)
        rule.add("tzoffsetto", after)
        rule.add("tzname", short)
        made.add_component(rule)
    return made


def _rule(zone: ZoneInfo, at: datetime, before: timedelta | None) -> tuple[Any, ...]:
    """What holds from a moment on: whether it is summer time, the offset before and after, the short name."""
    here = at.astimezone(zone)
    return bool(here.dst()), before, here.utcoffset(), here.tzname()


def _turns(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The moments, in UTC, at which the offset or the name of a zone changes."""
    day = timedelta(days=1)
    while begin < end:
        if _rule(zone, begin, None) != _rule(zone, begin + day, None):
            low, high = begin, begin + day
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                same = _rule(zone, middle, None) == _rule(zone, begin, None)
                low, high = (middle, high) if same else (low, middle)
            yield high
        begin += day


def _told_in(when: date | datetime, zone: str) -> date | datetime:
    """A day as it is; a moment in its zone, or else in UTC."""
    if not isinstance(when, datetime):
        return when
    return when.astimezone(ZoneInfo(zone)) if zone else when.astimezone(UTC)


def _moment(at: datetime) -> datetime:
    """A moment as stamps tell it, to the second."""
    return at.astimezone(UTC).replace(microsecond=0)


def _day(when: date | datetime, zone: str) -> date:
    return when.astimezone(ZoneInfo(zone)).date() if isinstance(when, datetime) else when


def _when(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
