"""Activities as calendars show them, and the menu as the feed that calendars subscribe to.

The identity of an event is the number of its activity, in this feed and in every other: a calendar that meets it again
knows it again. What was on offer and is no more stays for a while, as cancelled.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.activities.models import Activity, ActivityState, DeliveryPart, Edition
from comity.activities.rules import entries
from comity.exchange.calendars import Event, book
from comity.trail import queries as trail

# What is cancelled stays in a feed until so long after it would have ended.
CANCELLED_STAYS = timedelta(days=60)


def feed(edition: Edition, found: Iterable[Activity], parts: Iterable[DeliveryPart], *, address: str) -> bytes:
    """A calendar of activities: their parts at their times where those are known, else whole days; retired ones as cancelled.

    Activities whose days are not known are left out, and counted in the comment of the calendar.

    Args:
        address: where the service is reached, without a slash at its end; the host is part of each identity.
    """
    activities = list(found)
    parts_of: dict[int, list[DeliveryPart]] = defaultdict(list)
    for part in parts:
        parts_of[part.activity_id].append(part)
    touched = trail.touched(Activity, [activity.pk for activity in activities])
    events: list[Event] = []
    left_out = 0
    for activity in activities:
        at = touched.get(str(activity.pk)) or activity.decided_at or activity.contributed_at
        is_gone = activity.state == ActivityState.RETIRED
        told = events_of(activity, parts_of[activity.pk], changed_at=at, address=address, is_cancelled=is_gone)
        left_out += not (told or is_gone)
        events += told
    return book(edition.title, events, host=host_of(address), comment=left_out_words(left_out))


def left_out_words(count: int) -> str:
    """How many activities a calendar leaves out because their days are not known."""
    sentence = ngettext(
        "{count} activity without known days is not in this calendar.",
        "{count} activities without known days are not in this calendar.",
        count,
    )
    return sentence.format(count=count)


def host_of(address: str) -> str:
    """The host of an address, without its port."""
    return address.partition("://")[2].partition("/")[0].partition(":")[0]


def events_of(
    activity: Activity,
    parts: Sequence[DeliveryPart],
    *,
    changed_at: datetime,
    address: str,
    words: Iterable[str] = (),
    is_cancelled: bool = False,
) -> list[Event]:
    """An activity in a calendar: nothing as long as its days are not known, an event for each part where one has times.

    The first event bears the number of the activity, the others the number with their place.
    """
    if not has_known_days(activity):
        return []
    first, last = activity.first_day, activity.last_day
    assert first is not None
    assert last is not None
    stretches: list[tuple[date | datetime, date | datetime, str, str]] = [(first, last + timedelta(days=1), "", "")]
    if any(part.start_time and part.end_time for part in parts):
        stretches = [_stretch(part) for part in sorted(parts, key=lambda part: (part.starts, part.pk))]
    place = ", ".join(x for x in (activity.city, activity.place_country_id) if x)
    link = "" if is_cancelled else f"{address}/menu/{activity.edition_id}/{activity.number}/"
    return [
        Event(
            uid=activity.number if nth == 1 else f"{activity.number}.{nth}",
            title=f"{activity.title} ({activity.number})",
            starts=starts,
            ends=ends,
            zone=zone,
            changed_at=changed_at,
            place=where or place,
            words="\n".join(x for x in (activity.provider, *words) if x),
            address=link,
            category=_(activity.kind) if activity.kind in entries.KINDS else "",
            sequence=activity.version - 1,
            is_cancelled=is_cancelled,
        )
        for nth, (starts, ends, zone, where) in enumerate(stretches, 1)
    ]


def has_known_days(activity: Activity) -> bool:
    """Whether the first and the last day of an activity are known to the day."""
    return activity.starts.precision == "day" and (not activity.ends.is_known or activity.ends.precision == "day")


def _stretch(part: DeliveryPart) -> tuple[date | datetime, date | datetime, str, str]:
    """From when until when a part lasts, in which zone and where; one that ends before it starts runs over midnight."""
    if not (part.start_time and part.end_time and part.zone):
        return part.starts, part.ends + timedelta(days=1), "", part.place
    zone = ZoneInfo(part.zone)
    starts, ends = datetime.combine(part.starts, part.start_time, zone), datetime.combine(part.ends, part.end_time, zone)
    if ends.astimezone(UTC) <= starts.astimezone(UTC):
        ends += timedelta(days=1)
    return starts, ends, part.zone, part.place
