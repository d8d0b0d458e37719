"""A party with places, the people who read its feeds, and what happens to what stands in them."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from comity.accounts.models import User
from comity.accounts.rules import Role
from comity.activities.models import Activity
from comity.activities.queries.feeds import left_out_words
from comity.calendars.acts import feeds
from comity.calendars.models import Feed
from comity.exchange.calendars import book
from comity.kernel.actors import Actor
from comity.participation.models import Grant, Request, Seats
from comity.parties.queries import actor_of
from tests.world import cast, menu

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
ADDRESS, HOST = "https://desk.example", "desk.example"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def contact(login: str = "lena", *, of: str = cast.LAKELAND, role: Role = Role.POINT_OF_CONTACT, **fields: Any) -> User:
    """Somebody who speaks for a party."""
    return cast.person(login, role, of=of, **fields)


def acting(user: User, at: datetime = AT) -> Actor:
    """Who somebody is at a moment."""
    return actor_of(user, at=at)


def granted(activity: Activity, places: int = 2, *, to: str = cast.LAKELAND) -> Grant:
    """Places for a party at an activity."""
    Seats.objects.get_or_create(activity=activity, defaults={"capacity": 50})
    asked = Request.objects.create(
        activity=activity, party=cast.party(to), places=places, priority=1, state="submitted", asked_at=menu.LONG_AGO,
        asked_by="x", changed_at=menu.LONG_AGO, submitted_at=menu.LONG_AGO, submitted_by="x",
    )  # fmt: skip
    return Grant.objects.create(
        request=asked, activity=activity, party_id=to, source="late", self_paid=places, granted_at=menu.LONG_AGO
    )


def timed(activity: Activity, zone: str = "Europe/Brussels", opens: time = time(9), closes: time = time(17)) -> Activity:
    """An activity whose one part has times."""
    menu.part(activity, zone=zone, start_time=opens, end_time=closes)
    return activity


def a_feed(user: User, kind: str = "party", *, at: datetime = AT, language: str = "en") -> Feed:
    """A feed of somebody."""
    return feeds.make(kind=kind, language=language, by=acting(user, at), at=at)[0]


def reading(feed: Feed, at: datetime = AT) -> bytes:
    """What a calendar gets."""
    events, undated = feeds.read(feed, by=acting(feed.owner, at), at=at, address=ADDRESS)
    return book("Lakeland", events, host=HOST, language=feed.language, comment=left_out_words(undated))
