"""What real calendars understand of a feed: two libraries of Python, and the one inside Evolution and other clients of Debian.

Each reader gives the same small facts, so that a test can ask all of them the same.
"""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import icalendar
import vobject


@dataclass(frozen=True)
class Seen:
    """One event as a client shows it; moments in UTC."""

    sequence: int
    state: str
    title: str
    starts: date | datetime
    ends: date | datetime | None
    alarms: int


def _plain(when: date | datetime) -> date | datetime:
    return when.astimezone(UTC) if isinstance(when, datetime) else when


def by_icalendar(content: bytes) -> dict[str, Seen]:
    """What the library icalendar reads."""
    found = {}
    for event in icalendar.Calendar.from_ical(content).walk("VEVENT"):
        ends = _plain(event["dtend"].dt) if "dtend" in event else None
        alarms = len(event.walk("VALARM"))
        found[str(event["uid"])] = Seen(
            int(event["sequence"]), str(event["status"]), str(event["summary"]), _plain(event["dtstart"].dt), ends, alarms
        )
    return found


def by_vobject(content: bytes) -> dict[str, Seen]:
    """What the library vobject reads."""
    book = vobject.readOne(content.decode())
    book.validate()
    found = {}
    for event in getattr(book, "vevent_list", []):
        ends = _plain(event.dtend.value) if hasattr(event, "dtend") else None
        alarms = len(getattr(event, "valarm_list", []))
        found[event.uid.value] = Seen(
            int(event.sequence.value), event.status.value, event.summary.value, _plain(event.dtstart.value), ends, alarms
        )
    return found


class _Time(ctypes.Structure):
    """A time of libical 3, which it hands over by value."""

    _fields_ = [
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight")),
        ("zone", ctypes.c_void_p),
    ]


@cache
def _libical() -> Any:
    """The library with the shapes of what we ask of it."""
    library = ctypes.CDLL("libical.so.3")
    component, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    shapes: dict[str, tuple[Any, list[Any]]] = {
        "icalparser_parse_string": (component, [text]),
        "icalcomponent_string_to_kind": (number, [text]),
        "icalcomponent_get_first_component": (component, [component, number]),
        "icalcomponent_get_next_component": (component, [component, number]),
        "icalcomponent_count_components": (number, [component, number]),
        "icalcomponent_count_errors": (number, [component]),
        "icalcomponent_get_uid": (text, [component]),
        "icalcomponent_get_summary": (text, [component]),
        "icalcomponent_get_sequence": (number, [component]),
        "icalcomponent_get_status": (number, [component]),
        "icalproperty_status_to_string": (text, [number]),
        "icalcomponent_get_dtstart": (_Time, [component]),
        "icalcomponent_get_dtend": (_Time, [component]),
        "icalcomponent_as_ical_string": (text, [component]),
        "icalcomponent_free": (None, [component]),
        "icalrestriction_check": (number, [component]),
        "icaltime_as_timet_with_zone": (ctypes.c_long, [_Time, component]),
        "icalproperty_string_to_kind": (number, [text]),
        "icalcomponent_get_first_property": (component, [component, number]),
    }
    for name, (answer, given) in shapes.items():
        function = getattr(library, name)
        function.restype, function.argtypes = answer, given
    return library


def _components(library: Any, within: int, name: bytes) -> Iterator[int]:
    kind = library.icalcomponent_string_to_kind(name)
    here = library.icalcomponent_get_first_component(within, kind)
    while here:
        yield here
        here = library.icalcomponent_get_next_component(within, kind)


def _when(library: Any, told: _Time) -> date | datetime:
    if told.is_date:
        return date(told.year, told.month, told.day)
    return datetime.fromtimestamp(library.icaltime_as_timet_with_zone(told, told.zone), UTC)


# The standard lets a calendar as a whole have any property that is registered; libical's table knows none but its own.
ABOUT_COMMENTS = "Failed iTIP restrictions for COMMENT property. Expected 0 instances of the property and got 1"


def _complaints(library: Any, book: int) -> list[str]:
    """What the library found against the standard, in its words."""
    lines = library.icalcomponent_as_ical_string(book).decode().replace("\r\n ", "").split("\r\n")
    return [line.partition(":")[2] for line in lines if line.startswith("X-LIC-ERROR")]


def by_libical(content: bytes) -> dict[str, Seen]:
    """What the library of Evolution reads, once it has found nothing wrong."""
    library = _libical()
    book = library.icalparser_parse_string(content)
    assert book, "libical reads nothing"
    try:
        assert library.icalcomponent_count_errors(book) == 0
        library.icalrestriction_check(book)
        assert _complaints(library, book) in ([], [ABOUT_COMMENTS])
        alarm = library.icalcomponent_string_to_kind(b"VALARM")
        end = library.icalproperty_string_to_kind(b"DTEND")
        return {
            library.icalcomponent_get_uid(event).decode(): Seen(
                library.icalcomponent_get_sequence(event),
                library.icalproperty_status_to_string(library.icalcomponent_get_status(event)).decode(),
                library.icalcomponent_get_summary(event).decode(),
                _when(library, library.icalcomponent_get_dtstart(event)),
                _when(library, library.icalcomponent_get_dtend(event))
                if library.icalcomponent_get_first_property(event, end)
                else None,
                library.icalcomponent_count_components(event, alarm),
            )
            for event in _components(library, book, b"VEVENT")
        }
    finally:
        library.icalcomponent_free(book)


CLIENTS: dict[str, Callable[[bytes], dict[str, Seen]]] = {
    "icalendar": by_icalendar,
    "vobject": by_vobject,
    "libical": by_libical,
}
