"""Builders of what runs: an activity with accepted people, its parts, marks on its sheet."""

from datetime import UTC, date, datetime, time
from typing import Any

from comity.activities.models import Activity
from comity.attendance.acts import presences
from comity.attendance.queries.sheets import activity as found
from comity.nominations.models import Nomination
from comity.participation.models import Request
from tests.world import menu, nominations
from tests.world.cast import LAKELAND, MERIDIA, PROVIDER

# The course of the builders runs from 8 to 12 March 2027, in Brussels, where clocks are one hour ahead of UTC.
FIRST = datetime(2027, 3, 7, 23, tzinfo=UTC)
DURING = datetime(2027, 3, 9, 8, tzinfo=UTC)
AFTER = datetime(2027, 3, 15, 8, tzinfo=UTC)


def course(number: int = 1, *, people: int = 2, guests: int = 1, **fields: Any) -> Activity:
    """A course of the centre with accepted people of Lakeland, and guests of Meridia."""
    made = nominations.course(number, seats=people + guests, **fields)
    for of, some in ((LAKELAND, people), (MERIDIA, guests)):
        if some:
            send(nominations.asked(made, of, places=some, granted=some), some, first=number * 100)
    return made


def send(request: Request, people: int, *, first: int = 100) -> list[Nomination]:
    """Accepted people of a party, numbered from a number on."""
    return [nominations.nominated(request, first + n, state="accepted") for n in range(people)]


def in_two_parts(what: Activity) -> None:
    """A fortnight before, three days online; then the residential part from nine in the morning."""
    menu.part(what, kind="online", starts=date(2027, 2, 22), ends=date(2027, 2, 24))
    menu.part(what, start_time=time(9), zone="Europe/Brussels")


def fresh(what: Activity, by: Any = PROVIDER) -> Activity:
    """The activity as somebody finds it now."""
    return found(what.number, seen_by=by)


def everybody(what: Activity, to: str = "present", *, parts: int = 1, by: Any = PROVIDER) -> None:
    """Mark everybody alike in each part."""
    for nominee in what.nominations.all():
        for part in range(1, parts + 1):
            presences.mark(fresh(what), nominee.pk, part=part, to=to, version=0, by=by, at=AFTER)
