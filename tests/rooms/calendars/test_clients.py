"""What real calendars make of a feed: what moves, moves; what is cancelled, is struck out; what comes back, stands again."""

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from comity.activities.acts import activities
from comity.activities.models import Activity, DeliveryPart, Edition
from comity.activities.queries.feeds import feed as menu_feed
from comity.calendars.models import Feed
from comity.participation.models import Grant
from tests.rooms.calendars.clients import CLIENTS, by_icalendar
from tests.rooms.calendars.desk import ADDRESS, AT, DAY, HOST, a_feed, contact, granted, reading, timed
from tests.world import cast, menu
from tests.world.cast import MENU_MANAGER

GOLDEN = Path(__file__).parent / "golden"
NUMBER = "XLA.0001.01"
UID = f"{NUMBER}@{HOST}"
TITLES = {
    "german": "Übergangslösungen für Größenordnungen: Führungsgrundgebiete und Versorgungsdurchführungsverordnungen im Überblick",
    "georgian": "კიბერთავდაცვის კურსი, მოწინავე დონე; სამოქალაქო-სამხედრო თანამშრომლობა",
    "arabic": "دورة الدفاع السيبراني للضباط، المستوى المتقدم؛ التعاون المدني العسكري",
    "signs": 'Commas, semicolons; back\\slashes "quotes" and a colon: all of them',
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def year() -> Edition:
    cast.the_world()
    return menu.edition()


@pytest.fixture
def course(year: Edition) -> Activity:
    made = menu.activity(year)
    granted(made)
    return made


@pytest.fixture
def feed(course: Activity) -> Feed:
    return a_feed(contact())


def move(course: Activity, by: timedelta = 7 * DAY) -> None:
    first, last = course.first_day + by, course.last_day + by
    Activity.objects.filter(pk=course.pk).update(first_day=first, last_day=last, begins_by=first, starts=first, ends=last)


@pytest.mark.fault("F17")
@pytest.mark.parametrize("client", CLIENTS)
class TestEveryClient:
    def test_sees_an_activity_that_moved_as_the_same_one_on_its_new_days(self, feed, course, client):
        before = CLIENTS[client](reading(feed))[UID]
        move(course)

        after = CLIENTS[client](reading(feed, AT + DAY))[UID]

        assert (before.starts, before.state) == (date(2027, 3, 8), "CONFIRMED")
        assert (after.starts, after.ends, after.state) == (date(2027, 3, 15), date(2027, 3, 20), "CONFIRMED")
        assert after.sequence > before.sequence

    def test_sees_an_activity_that_was_cancelled_struck_out(self, feed, course, client):
        before = CLIENTS[client](reading(feed))[UID]
        activities.retire(course, reason="It is not needed.", at=AT, by=MENU_MANAGER)

        after = CLIENTS[client](reading(feed, AT + DAY))[UID]

        assert (after.state, after.starts) == ("CANCELLED", before.starts)
        assert after.sequence > before.sequence

    def test_sees_a_grant_that_was_lost_struck_out_and_one_that_came_back_standing(self, feed, course, client):
        sequences = [CLIENTS[client](reading(feed))[UID].sequence]
        Grant.objects.update(self_paid=0)
        lost = CLIENTS[client](reading(feed, AT + DAY))[UID]
        Grant.objects.update(self_paid=1)

        back = CLIENTS[client](reading(feed, AT + 2 * DAY))[UID]

        assert (lost.state, back.state) == ("CANCELLED", "CONFIRMED")
        assert sequences[0] < lost.sequence < back.sequence

    def test_sees_a_deadline_as_a_moment_with_an_alarm(self, feed, client):
        seen = CLIENTS[client](reading(feed))[f"requests-2027@{HOST}"]

        assert (seen.starts, seen.ends, seen.alarms) == (datetime(2027, 1, 15, 17, tzinfo=UTC), None, 1)

    @pytest.mark.fault("F16")
    @pytest.mark.parametrize(
        ("zone", "day", "opens", "offset"),
        [
            ("Europe/Brussels", date(2027, 3, 27), time(9), 1),
            ("Europe/Brussels", date(2027, 3, 29), time(9), 2),
            ("Europe/Brussels", date(2027, 10, 30), time(9), 2),
            ("Europe/Brussels", date(2027, 11, 1), time(9), 1),
            ("Asia/Tbilisi", date(2027, 7, 1), time(9), 4),
            ("America/New_York", date(2027, 3, 15), time(9), -4),
            ("Asia/Kathmandu", date(2027, 7, 1), time(9), 5.75),
            ("Pacific/Kiritimati", date(2027, 7, 1), time(9), 14),
            ("Africa/Casablanca", date(2027, 7, 1), time(9), 1),
        ],
    )
    def test_reads_times_by_the_rules_of_the_zone_that_travel_with_them(self, year, client, zone, day, opens, offset):
        granted(timed(menu.activity(year, first_day=day, last_day=day + DAY), zone, opens))

        seen = CLIENTS[client](reading(a_feed(contact())))[UID]

        assert seen.starts == datetime.combine(day, opens, UTC) - timedelta(hours=offset)

    @pytest.mark.parametrize(("opens", "closes"), [(time(22), time(2)), (time(2, 30), time(2, 30))])
    def test_reads_a_night_that_ends_after_midnight(self, year, client, opens, closes):
        night = menu.activity(year, first_day=date(2027, 3, 27), last_day=date(2027, 3, 27))
        granted(timed(night, opens=opens, closes=closes))

        seen = CLIENTS[client](reading(a_feed(contact())))[UID]

        assert seen.starts < seen.ends <= seen.starts + DAY

    @pytest.mark.fault("F28")
    @pytest.mark.parametrize("script", TITLES)
    def test_reads_every_script_and_every_sign_to_the_last_letter(self, year, client, script):
        granted(menu.activity(year, title=TITLES[script], provider="One line,\nanother; and \\ a third"))

        content = reading(a_feed(contact()))

        assert CLIENTS[client](content)[UID].title == f"{TITLES[script]} ({NUMBER})"
        assert max(map(len, content.split(b"\r\n"))) <= 75

    def test_sees_in_the_released_menu_what_was_cancelled_since(self, year, course, client):
        hidden = menu.activity(year, title="Never approved", state="offered")
        activities.retire(hidden, reason="A secret reason.", at=AT, by=MENU_MANAGER)
        activities.retire(course, reason="A secret reason.", at=AT, by=MENU_MANAGER)
        shown = [*Activity.objects.on_offer(), *Activity.objects.taken_back()]

        content = menu_feed(year, shown, DeliveryPart.objects.none(), address=ADDRESS)

        [(uid, seen)] = CLIENTS[client](content).items()
        assert (uid, seen.state, seen.sequence) == (UID, "CANCELLED", 1)
        assert b"secret" not in content
        assert b"URL" not in content


class TestTheFile:
    """Byte for byte what a calendar gets; a change of these files is a change for everybody who subscribed."""

    def story(self, year: Edition) -> tuple[Feed, Activity]:
        georgian = menu.activity(year, title=TITLES["georgian"])
        granted(georgian, 3)
        arabic = menu.activity(year, title=TITLES["arabic"], first_day=date(2027, 10, 29), last_day=date(2027, 11, 2))
        granted(timed(arabic), 1)
        granted(menu.activity(year, title=TITLES["german"], starts="2027-05"))
        menu.activity(year, title="Nobody of ours goes there")
        return a_feed(contact()), georgian

    def same(self, name: str, content: bytes) -> None:
        kept = GOLDEN / f"{name}.ics"
        if "COMITY_WRITE_GOLDEN" in os.environ:
            kept.write_bytes(content)
        assert content == kept.read_bytes(), f"{name} is not what it was"

    @pytest.mark.fault("F17")
    def test_of_a_party_is_the_one_that_is_kept_and_so_are_its_changes(self, year):
        feed, georgian = self.story(year)

        self.same("party", reading(feed))
        move(georgian)
        self.same("party-moved", reading(feed, AT + DAY))
        Grant.objects.filter(activity=georgian).update(self_paid=0)
        self.same("party-lost", reading(feed, AT + 2 * DAY))
        self.same("party-60-days-after", reading(feed, datetime(2027, 5, 20, tzinfo=UTC)))

    def test_of_the_menu_is_the_one_that_is_kept(self, year):
        _feed, georgian = self.story(year)
        activities.retire(georgian, reason="A secret reason.", at=AT, by=MENU_MANAGER)
        Activity.objects.filter(state="approved").update(decided_at=AT)
        shown = [*Activity.objects.on_offer().order_by("first_day", "number"), *Activity.objects.taken_back()]

        self.same("menu", menu_feed(year, shown, DeliveryPart.objects.all(), address=ADDRESS))

    @pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.ics")))
    @pytest.mark.parametrize("client", CLIENTS)
    def test_is_read_alike_by_every_client(self, client, name):
        content = (GOLDEN / f"{name}.ics").read_bytes()

        assert CLIENTS[client](content) == by_icalendar(content)
